"""The size of a gateway by its traffic profile: the prefixes that it gets, what is refused, and what is told."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nat_egress import NatEgress
from nat_egress.capacity import profile_of, size
from nat_egress.gateway import read_gateway
from nat_egress.gateway_size import prefix_lengths, size_warnings


def traffic(rate_per_s, **more):
    """A profile of one hot destination: 980 connections a second take an address, and a few more two."""
    hot = {
        "destination": {"host": "api.example", "port": 443},
        "source": {"machines": 400},
        "connections": {"rate_per_s": rate_per_s, "life_s": 0.2},
    }
    return {"end": {"fin": 1}, "destinations": {"hot": hot}, **more}


TWO, SIX, TWENTY = traffic(1_500), traffic(5_200), traffic(16_000)


def gateway(**args):
    return read_gateway("it", {"resource_group_name": "rg", **args})


def prefixes(**args):
    return [(spec.key, spec.length) for spec in gateway(**args).addresses]


def test_the_rates_need_what_their_names_say():
    assert [size(profile_of(one)).addresses for one in (TWO, SIX, TWENTY)] == [2, 6, 17]


@pytest.mark.parametrize(
    ("missing", "room", "first", "lengths"),
    [
        (0, 16, 31, ()),
        (1, 16, 31, (31,)),
        (3, 16, 31, (31, 31)),
        (6, 16, 31, (31, 31, 30)),
        (9, 16, 31, (31, 31, 30, 29)),
        (6, 16, 29, (29,)),
        (9, 16, 29, (29, 29)),
        (1, 16, 28, (28,)),
        (16, 13, 31, (31, 31, 30, 30)),  # no room for eight more
        (16, 1, 31, ()),
        (3, 15, 28, (29,)),
    ],
)
def test_the_prefixes_for_a_number_of_addresses(missing, room, first, lengths):
    assert prefix_lengths(missing, room, first) == lengths


@given(st.integers(0, 16), st.integers(28, 31))
def test_growth_only_adds_prefixes(room, first):
    steps = [prefix_lengths(missing, room, first) for missing in range(17)]
    for before, after in pairwise(steps):
        assert after[: len(before)] == before
    for missing, lengths in enumerate(steps):
        given_ = sum(1 << (32 - length) for length in lengths)
        assert given_ <= room
        assert given_ >= min(missing, room - room % 2)


def test_a_gateway_with_a_profile_alone_gets_what_it_asks_for():
    assert prefixes(capacity=TWO) == [("range", 31)]
    assert prefixes(capacity=SIX) == [("range", 31), ("range-2", 31), ("range-3", 30)]
    assert gateway(capacity=SIX).address_count == 8


def test_sizing_says_how():
    zones = ["1", "2", "3"]
    how = {"name": "partners", "first_prefix_length": 30, "zones": zones, "min_addresses": 7}
    found = gateway(capacity=TWO, sizing=how, protect_addresses=True)
    assert [(spec.key, spec.length) for spec in found.addresses] == [("partners", 30), ("partners-2", 30)]
    assert all(spec.zones == ("1", "2", "3") and spec.protect and spec.computed for spec in found.addresses)


def test_what_is_given_counts():
    assert prefixes(capacity=SIX, prefixes={"a": {"length": 29}}) == [("a", 29)]
    assert prefixes(capacity=SIX, prefixes={"a": {"length": 29}}, sizing={}) == [("a", 29)]
    assert prefixes(capacity=SIX, prefixes={"a": {"length": 30}}, sizing={}) == [("a", 30), ("range", 31)]
    in_zone = {"zone": "1", "prefixes": {"a": {"length": 30}}, "sizing": {}}
    assert [spec.zones for spec in gateway(capacity=SIX, **in_zone).addresses] == [("1", "2", "3")] * 2
    single = {str(number): {} for number in range(3)}  # and no room for eight more
    most = [("range", 31), ("range-2", 31), ("range-3", 30), ("range-4", 30)]
    assert prefixes(capacity=TWENTY, addresses=single, sizing={}, undersized="warn")[3:] == most
    off = {"a": {"length": 29, "attached": False}}
    assert prefixes(capacity=TWO, prefixes=off, sizing={}) == [("a", 29), ("range", 31)]


def test_profiles_are_taken_in_every_form(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text("end: {fin: 1}\ndestinations: {hot: {destination: {host: h, port: 443}, source: {machines: 400},")
    path.write_text(path.read_text() + " connections: {rate_per_s: 1500, life_s: 0.2}}}\n")
    camel = traffic(1_500, idleTimeoutMinutes=4.0)
    camel["destinations"]["hot"]["connections"] = {"ratePerS": 1500.0, "lifeS": 0.2}
    for one in (TWO, camel, profile_of(TWO), str(path)):
        assert prefixes(capacity=one) == [("range", 31)]


def test_the_gateways_own_idle_timeout_counts():
    abandoned = traffic(300, idle_timeout_minutes=4) | {"end": {"abandoned": 1}}
    assert gateway(capacity=abandoned).answer.addresses == 2
    longer = gateway(capacity=abandoned, idle_timeout_minutes=20)
    assert (longer.idle_timeout_minutes, longer.answer.addresses) == (20, 8)
    of_profile = gateway(capacity=abandoned | {"idle_timeout_minutes": 20})
    assert (of_profile.idle_timeout_minutes, of_profile.answer.addresses) == (20, 8)


def test_a_gateway_of_a_zone_is_sized_for_the_loss_of_another():
    zoned = SIX | {"zone_shares": {"1": 0.5, "2": 0.25, "3": 0.25}}
    found = {zone: gateway(capacity=zoned, zone=zone).answer.addresses for zone in "123"}
    assert found == {zone.zone: zone.addresses_one_lost for zone in size(profile_of(zoned)).zones}
    assert found == {"1": 4, "2": 3, "3": 3}
    assert {zone: gateway(capacity=zoned, zone=zone).address_count for zone in "123"} == {"1": 4, "2": 4, "3": 4}


ONE = {"a": {"length": 30}}
REFUSED = {
    "too few": ({"capacity": SIX, "prefixes": ONE}, ["is 4 addresses", "asks for 6", "toward hot", "undersized: warn"]),
    "none": ({"capacity": SIX, "prefixes": {"a": {"length": 29, "attached": False}}}, ["is 0 addresses"]),
    "more than there are": ({"capacity": TWENTY}, ["is 16 addresses: a gateway has at most 16", "17", "Private Link"]),
    "no zone": ({"capacity": TWO | {"zone_shares": {"1": 0.5, "2": 0.5}}}, ["zone is not set", "in zones 1, 2"]),
    "another zone": ({"capacity": TWO | {"zone_shares": {"1": 0.5, "2": 0.5}}, "zone": "3"}, ["zone is 3"]),
    "no profile": ({"sizing": {}}, ["sizing is given", "capacity is not set"]),
    "no profile to be small for": ({"undersized": "warn"}, ["undersized is given", "capacity is not set"]),
    "another word": ({"capacity": TWO, "undersized": "ignore"}, ["undersized is ignore", "refuse, warn"]),
    "a long prefix": ({"capacity": TWO, "sizing": {"first_prefix_length": 27}}, ["sizing.first_prefix_length is 27"]),
    "many": ({"capacity": TWO, "sizing": {"min_addresses": 17}}, ["sizing.min_addresses is 17"]),
    "a key that is taken": (
        {"capacity": SIX, "prefixes": {"range": {"length": 31}}, "sizing": {}},
        ["prefixes['range'] is given", "of that name"],
    ),
    "no profile at all": ({"capacity": 3}, ["capacity is 3"]),
    "a wrong profile": ({"capacity": traffic(-1)}, ["capacity.destinations.hot.connections.rate_per_s is -1"]),
    "no file": ({"capacity": "nope.yaml"}, ["capacity: nope.yaml is given: no such file"]),
    "another zone's": ({"capacity": TWO, "zone": "1", "sizing": {"zones": ["2"]}}, ["prefixes['range'] is in zone 2"]),
}  # fmt: skip


@pytest.mark.parametrize(("args", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(rejected, args, words):
    (line,) = rejected(lambda: NatEgress("it", {"resource_group_name": "rg", **args}))
    for word in words:
        assert word in line


def test_all_that_is_wrong_is_said_at_once(rejected):
    args = {"capacity": traffic(-1), "sizing": {"firs": 1, "min_addresses": 0}, "undersized": "no", "zone": "9"}
    said = rejected(lambda: NatEgress("it", args))
    for word in ("rate_per_s", "sizing.firs", "sizing.min_addresses", "undersized", "zone is 9", "resource_group_name"):
        assert any(word in line for line in said), word


def test_what_is_warned_of_instead(run):
    args = {"resource_group_name": "rg", "capacity": SIX, "prefixes": ONE, "undersized": "warn"}
    done = run(lambda: NatEgress("it", args).capacity)
    (warning,) = done.warnings
    assert "too small, with 4 addresses: the traffic profile asks for 6" in warning
    assert "undersized" not in warning
    assert (done.result["enough"], done.result["addresses"], done.result["addresses_deployed"]) == (False, 6, 4)


def test_limits_that_addresses_do_not_move_are_warned_of():
    few = TWO | {"destinations": {"hot": {**TWO["destinations"]["hot"], "source": {"machines": 1}}}}
    (warning,) = size_warnings(gateway(capacity=few))
    assert "source ports of a machine toward hot are 90,300, and" in warning
    assert size_warnings(gateway(capacity=TWO)) == []
    assert size_warnings(gateway()) == []


def test_the_outputs_carry_the_figures_and_the_state_the_profile(run):
    def program():
        egress = NatEgress("it", {"resource_group_name": "rg", "capacity": SIX})
        return [egress.capacity, egress.address_count, egress.snat_ports]

    done = run(program, preview=True)
    figures, count, ports = done.result
    assert (count, ports) == (8, 8 * 64_512)
    assert (figures["addresses"], figures["addresses_deployed"], figures["enough"]) == (6, 8, True)
    assert {limit["name"] for limit in figures["limits"]} >= {"ports of an address", "source ports of a machine"}
    registered = done.one("NatEgress", "it").inputs["capacityProfile"]
    assert profile_of(registered) == profile_of(SIX)
    assert done.names("PublicIPPrefix") == ["it-range", "it-range-2", "it-range-3"]
    assert (
        "capacityProfile"
        not in run(lambda: NatEgress("it", {"resource_group_name": "rg"})).one("NatEgress", "it").inputs
    )
