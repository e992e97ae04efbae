"""What is deployed, held against a profile."""

from __future__ import annotations

import pytest
from nat_egress.capacity.deployed import Attached, Gateway
from nat_egress.capacity.profile import Connections, End, Source, Traffic
from nat_egress.capacity.reading import InvalidProfile
from nat_egress.capacity.sizing import size
from nat_egress.capacity.verdict import SecretProfile, carried_profile, judge
from nat_egress.state.values import Secret

PREFIX = Attached("prefix", "/p", 31, "resource")
UNKNOWN = Attached("prefix", "/q", None, None)


def gateway(*attached, zone=None, idle=4, sku="Standard", profile=None):
    return Gateway("urn:pulumi:s::p::t::egress", "/x/gw", sku, zone, idle, attached, (), (), 0, "egress", profile)


def judged(there, profile):
    return judge(there, profile, "p.yaml")


@pytest.mark.parametrize(
    ("rate", "attached", "needed", "enough"),
    [
        (970, [PREFIX], 1, True),
        (1_900, [PREFIX], 2, True),
        (2_000, [PREFIX], 3, False),
        (2_000, [PREFIX, UNKNOWN], 3, None),
        (1_900, [PREFIX, UNKNOWN], 2, True),
        (970, [UNKNOWN], 1, None),
        (970, [], 1, False),
        (970 * 20, [PREFIX], 20, False),
    ],
)
def test_enough_is_told_where_the_state_decides_it(profile, rate, attached, needed, enough):
    verdict = judged(gateway(*attached), profile(Connections(0.2, rate)))
    assert (verdict.needed, verdict.enough) == (needed, enough)


def test_figures_are_for_what_is_deployed(profile):
    wanted = profile(Connections(0.2, 2_000))
    verdict = judged(gateway(PREFIX), wanted)
    assert verdict.answer == size(wanted, deployed=2)
    assert judged(gateway(), wanted).answer is None


def test_a_limit_that_addresses_can_not_move_is_not_enough_whatever_the_state_hides(profile):
    one_machine = profile(Connections(0.01, 500), source=Source(1, 1, (32_768, 60_999)))
    for there in (gateway(PREFIX), gateway(PREFIX, UNKNOWN)):
        verdict = judged(there, one_machine)
        assert (verdict.needed, verdict.enough) == (1, False)


def test_the_idle_timeout_and_the_sku_of_the_gateway_count(profile):
    abandoned = profile(Connections(0.2, 200), end=End(0, 0, 1), traffic=Traffic(return_gbps=40))
    assert judged(gateway(PREFIX, sku="StandardV2"), abandoned).enough
    assert not judged(gateway(PREFIX), abandoned).enough
    longer = judged(gateway(PREFIX, idle=60), abandoned)
    assert longer.needed > judged(gateway(PREFIX), abandoned).needed
    assert longer.profile is abandoned
    assert judged(gateway(PREFIX, idle=None, sku=None), abandoned).needed == size(abandoned).addresses


def test_a_gateway_of_one_zone_carries_its_share_with_another_zone_lost(profile):
    # Eight addresses' worth; zone 1 has half, and two thirds without zone 2: six addresses.
    wanted = profile(Connections(0.2, 970 * 8.0), zone_shares=(("1", 0.5), ("2", 0.25), ("3", 0.25)))
    six = [Attached("prefix", "/a", 30, "resource"), PREFIX]
    zonal = judged(gateway(*six, zone="1"), wanted)
    assert (zonal.needed, zonal.enough, zonal.zone) == (6, True, "1")
    assert zonal.answer == size(wanted, 6, "1")
    small = judged(gateway(PREFIX, zone="2"), wanted)
    assert (small.needed, small.enough, small.zone) == (4, False, "2")
    for whole in (judged(gateway(*six), wanted), judged(gateway(*six, zone="9"), wanted)):
        assert (whole.needed, whole.enough, whole.zone) == (8, False, None)


def plain(rate):
    return {
        "end": {"fin": 1},
        "destinations": {
            "api": {
                "destination": {"host": "api.example.com", "port": 443.0},
                "source": {"machines": 200},
                "connections": {"life_s": 0.2, "rate_per_s": rate},
            }
        },
    }


def test_the_profile_that_the_state_carries_is_read():
    place, found = carried_profile(gateway(profile=plain(970.0)))
    assert place == "capacityProfile of NatEgress 'egress'"
    assert found.destinations[0].destination.port == 443
    assert carried_profile(gateway()) is None


def test_a_profile_that_can_not_be_used_is_refused_with_its_place():
    with pytest.raises(InvalidProfile, match=r"capacityProfile\.destinations\.api\.connections\.rate_per_s is -1"):
        carried_profile(gateway(profile=plain(-1)))


@pytest.mark.parametrize("hidden", [Secret(plain(1)), {**plain(1), "growth": Secret(2)}])
def test_a_secret_profile_is_refused_and_not_shown(hidden):
    with pytest.raises(SecretProfile, match="secret in the state: give the profile with --profile"):
        carried_profile(gateway(profile=hidden))
