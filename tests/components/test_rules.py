from __future__ import annotations

import pytest
from nat_egress import limits
from nat_egress.addresses import AddressSpec
from nat_egress.rules import GatewaySpec, gateway_problems, gateway_warnings, sku_mismatch, zone_mismatch

SUBSCRIPTION = "/subscriptions/{}/resourceGroups/rg/providers/Microsoft.Network/{}/{}"


def prefix(key="p", length=28, **changes):
    return AddressSpec("prefix", key, length, **changes)


def address(key="a", **changes):
    return AddressSpec("address", key, 32, **changes)


def adopted(key, name, subscription="s", kind="publicIPPrefixes"):
    return prefix(key, id=SUBSCRIPTION.format(subscription, kind, name), length=31)


def lines(*addresses, **changes):
    gateway = GatewaySpec("rg", "rg", addresses=addresses, **changes)
    return [str(problem) for problem in gateway_problems(gateway)]


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        [prefix(length=28)],
        [prefix("a", 29), prefix("b", 29)],
        [prefix("a", 29), *(address(f"s{n}") for n in range(8))],
        [prefix("a", 28), prefix("b", 28, attached=False)],
        [address(f"s{n}") for n in range(16)],
        [adopted("a", "one"), adopted("b", "two")],
    ],
)
def test_sixteen_addresses_fit(addresses):
    assert lines(*addresses) == []


@pytest.mark.parametrize(
    ("addresses", "count"),
    [
        ([prefix("a", 28), address()], 17),
        ([prefix("a", 29), prefix("b", 29), prefix("c", 31)], 18),
        ([address(f"s{n}") for n in range(17)], 17),
    ],
)
def test_more_than_sixteen_do_not(addresses, count):
    (line,) = lines(*addresses)
    assert line.startswith(f"the sum of prefixes and addresses is {count} addresses (")
    assert "at most 16 IPv4 addresses" in line


@pytest.mark.parametrize(("length", "fits"), [(27, False), (28, True), (31, True), (32, False), (0, False)])
def test_lengths_of_prefixes(length, fits):
    assert any("prefixes['p'].length" in line for line in lines(prefix(length=length))) is not fits


@pytest.mark.parametrize(("minutes", "fits"), [(3, False), (4, True), (120, True), (121, False), (0, False)])
def test_idle_timeouts(minutes, fits):
    assert (lines(idle_timeout_minutes=minutes) == []) is fits


@pytest.mark.parametrize(
    ("sku", "zone", "expected"),
    [
        ("Standard", None, None),
        ("Standard", "3", None),
        ("Standard", "4", "one zone, of 1, 2, 3"),
        ("Basic", None, "a NAT gateway is one of Standard, StandardV2"),
        ("StandardV2", None, "2024-05-01"),
        ("StandardV2", "1", "zone-redundant and takes none"),
    ],
)
def test_skus_and_zones(sku, zone, expected):
    found = lines(sku=sku, zone=zone)
    assert any(expected in line for line in found) if expected else found == []


@pytest.mark.parametrize(
    ("gateway", "address_", "fits"),
    [
        ("Standard", "Standard", True),
        ("Standard", "StandardV2", False),
        ("StandardV2", "Standard", False),
        ("Standard", "Basic", False),
        ("StandardV2", "StandardV2", True),
    ],
)
def test_skus_agree_both_ways(gateway, address_, fits):
    assert (sku_mismatch("a", gateway, address_) == []) is fits


@pytest.mark.parametrize(
    ("zone", "zones", "fits"),
    [
        (None, (), True),
        (None, ("1",), True),
        (None, ("1", "2", "3"), True),
        ("1", (), False),
        ("1", ("2",), False),
        ("1", ("1",), True),
        ("1", ("1", "2", "3"), True),
    ],
)
def test_zones_agree(zone, zones, fits):
    assert (zone_mismatch("a", zone, zones) == []) is fits
    assert (lines(address(zones=zones), zone=zone) == []) is fits
    assert lines(address(zones=zones, attached=False), zone=zone) == []


@pytest.mark.parametrize("zones", [("1", "2"), ("4",), ("1", "1")])
def test_an_address_is_in_one_zone_or_in_all(zones):
    (line,) = lines(address(zones=zones))
    assert "in one zone, of 1, 2, 3, in all of them, or in none" in line


def test_generations_belong_to_names():
    assert lines(generation=2, gateway_name="ng") == []
    assert "it is part of the gateway's name" in lines(generation=2)[0]
    assert "count up from 1" in lines(generation=0, gateway_name="ng")[0]


def test_names():
    assert "gateway_name is -ng-1" in lines(gateway_name="-ng")[0]
    assert "addresses['a'].name" in lines(address(name="a b"))[0]
    (line,) = lines(address("a", name="same"), address("b", name="SAME"))
    assert "addresses['b'].name is SAME: addresses['a'] has the same name in the same resource group" in line
    assert lines(address("a", name="same"), address("b", name="same", resource_group_name="other")) == []
    assert lines(address("a", name="same"), prefix("b", name="same", length=31)) == []


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        ([adopted("a", "one"), adopted("b", "ONE")], "prefixes['a'] has the same id"),
        ([adopted("a", "one"), adopted("b", "two", subscription="t")], "are in one subscription"),
        ([adopted("a", "one", kind="publicIPAddresses")], "it is the id of a Microsoft.Network/publicIPAddresses"),
        ([prefix("a", 31, id="one")], "it is not an id"),
    ],
)
def test_ids(specs, expected):
    (line,) = lines(*specs)
    assert expected in line


def test_warns_of_a_gateway_that_carries_nothing():
    assert gateway_warnings(GatewaySpec("rg", "rg", addresses=(address(),))) == []
    assert gateway_warnings(GatewaySpec("rg", "rg", addresses=(address(attached=False),))) != []


def test_ports():
    assert limits.snat_ports(16) == 1_032_192
