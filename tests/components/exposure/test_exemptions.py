from __future__ import annotations

from datetime import date

import pytest
from nat_egress.exposure.exemptions import Exemption, exempt
from nat_egress.exposure.finding import Verdict

TODAY = date(2026, 11, 25)
TOMORROW = date(2026, 11, 26)
YESTERDAY = date(2026, 11, 24)


def exemption(resource="web", expires=TODAY, policy="vm-no-public-ip", reason="Relay of partners"):
    return Exemption(policy, resource, reason, "netops", expires)


@pytest.mark.parametrize(
    ("resource", "does"),
    [
        ("web", True),
        ("w*", True),
        ("w?b", True),
        ("[vw]eb", True),
        ("Web", False),
        ("we", False),
        ("*::web", False),
        ("urn:pulumi:dev::shop::azure-native:network:NetworkInterface::web", True),
        ("urn:pulumi:*::shop::*::web", True),
        ("urn:pulumi:prod::shop::azure-native:network:NetworkInterface::web", False),
    ],
)
def test_by_name_or_urn_or_a_pattern_of_one(finding, resource, does):
    done = exempt([finding()], [exemption(resource)], TODAY)
    assert bool(done.uses) is does
    assert bool(done.findings) is not does
    assert bool(done.unused) is not does


def test_a_name_with_what_is_special_in_patterns(finding):
    assert exempt([finding("vm[0]")], [exemption("vm[0]")], TODAY).findings == ()
    assert len(exempt([finding("vm0")], [exemption("vm[0]")], TODAY).uses) == 1


def test_for_its_policy_alone(finding):
    other = finding(policy="nsg-no-internet-inbound")
    done = exempt([finding(), other], [exemption()], TODAY)
    assert done.findings == (other,)
    assert [(use.finding, use.exemption) for use in done.uses] == [(finding(), exemption())]


def test_every_use_is_listed_and_what_is_not_used_is_told(finding):
    idle = exemption("api")
    done = exempt([finding(), finding(path=("b",))], [exemption(), idle], TODAY)
    assert (len(done.uses), done.unused, done.findings, done.ended) == (2, (idle,), (), ())


def test_two_for_one_finding_are_both_used(finding):
    done = exempt([finding()], [exemption(), exemption("w*")], TODAY)
    assert (len(done.uses), done.unused) == (1, ())


@pytest.mark.parametrize(("expires", "counts"), [(TOMORROW, False), (TODAY, False), (YESTERDAY, True)])
def test_lasts_through_its_last_day(finding, expires, counts):
    assert bool(exempt([finding()], [exemption(expires=expires)], TODAY).findings) is counts


def test_one_that_has_ended_denies_again_and_says_so(finding):
    ended = exemption(expires=YESTERDAY)
    older = exemption("web*", expires=date(2025, 1, 1), reason="Long ago")
    done = exempt([finding(), finding("api")], [older, ended], TODAY)
    first, second = done.findings
    assert first.verdict is Verdict.DENY
    assert first.what == (
        "The machine has a public address. It was exempt until 2026-11-24 (netops: Relay of partners)."
    )
    assert first.remedy == "Remove it. Or have the exemption renewed."
    assert second == finding("api")
    assert (done.uses, done.ended, done.unused) == ((), (older, ended), ())


def test_one_that_was_renewed(finding):
    done = exempt([finding()], [exemption(expires=YESTERDAY), exemption(expires=TOMORROW)], TODAY)
    assert (done.findings, len(done.uses)) == ((), 1)


def test_is_written_out():
    assert str(exemption()) == "vm-no-public-ip for web (netops, until 2026-11-25: Relay of partners)"
