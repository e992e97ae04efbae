from __future__ import annotations

from nat_egress.exposure.reports.text import lines


def test_all_sections(full):
    assert (
        "\n".join(lines(full))
        == """\
shop-dev: 2 refused, 2 worth a look, 1 not decidable in this stack, 1 exempt, 1 known from the baseline.

Refused:
  vm-no-public-ip: shop::azure-native:network:NetworkInterface::old:
    The machine has a public address. It was exempt until 2026-11-24 (netops: Migration) (internet > public address). \
Remove it. Or have the exemption renewed.
  vm-no-public-ip: shop::azure-native:network:NetworkInterface::web:
    The machine has a public address (internet > public address). Remove it.

Worth a look:
  firewall-no-dnat: shop::azure-native:network:NetworkInterface::dnat:
    The machine has a public address (internet > public address). Remove it.
  nat-has-ip: shop::azure-native:network:NetworkInterface::hint:
    The machine has a public address. Remove it.

Not decidable in this stack:
  egress-nat-only: shop::azure-native:network:NetworkInterface::ask:
    Who knows. Remove it.

Exempt:
  vm-no-public-ip for relay (netops, until 2027-01-31: SMTP of partners): The machine has a public address.

Exemptions that have ended:
  vm-no-public-ip for old (netops, until 2026-11-24: Migration)

Exemptions for nothing that was found:
  vm-no-public-ip for idle (netops, until 2027-01-31: Just in case)

Known from the baseline:
  egress-nat-only: shop::azure-native:network:NetworkInterface::known: The machine has a public address.

In the baseline, and found no more:
  egress-nat-only: shop::azure-native:network:NetworkInterface::past"""
    )


def test_nothing(empty):
    assert list(lines(empty)) == ["shop-dev: nothing found."]


def test_no_text_breaks_out_of_its_line(nasty):
    written = list(lines(nasty))
    assert all(line.isprintable() for line in written)
    assert not any(line.lstrip().startswith("::error::") for line in written)
