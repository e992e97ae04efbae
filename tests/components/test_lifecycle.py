from __future__ import annotations

import copy

import pytest
from nat_egress.gateway import read_gateway
from nat_egress.lifecycle import (
    gateway_change_problems,
    gateway_identity,
    network_change_problems,
    network_identity,
)
from nat_egress.network import read_network

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPPrefixes/p"
VNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"
GATEWAY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/n"
TWO = {"partners": {"length": 29, "zones": ["1", "2", "3"]}}
TEMPORARY = {"temporary": {"length": 31, "protect": False}}


def egress(**changes):
    args = {"resource_group_name": "rg", "location": "westeurope", "zone": "1", "prefixes": TWO} | changes
    return gateway_identity(read_gateway("x", {key: value for key, value in args.items() if value is not None}))


def said(old, new):
    return [f"{problem}" for problem in gateway_change_problems(old, new)]


def prefix(**changes):
    return {"partners": {**TWO["partners"], **changes}}


ALLOWED = {
    "nothing": {},
    "a longer timeout": {"idle_timeout_minutes": 30},
    "tags": {"tags": {"a": "b"}},
    "a second prefix beside the first": {"prefixes": TWO | TEMPORARY},
    "a prefix less": {"prefixes": {}},
    "a prefix off the gateway": {"prefixes": prefix(attached=False)},
    "a region written otherwise": {"location": "West Europe"},
    "a group written otherwise": {"resource_group_name": "RG"},
    "a region that is said no more": {"location": None},
    "protection": {"protect_addresses": True},
    "another zone, the addresses set aside": {"zone": "2", "prefixes": prefix(attached=False) | TEMPORARY},
    "another zone with other addresses": {"zone": "2", "prefixes": TEMPORARY},
    "a shorter prefix, not protected": {"prefixes": prefix(length=28)},
    "zones of addresses, not protected": {"prefixes": prefix(zones=["1"])},
    "zones of an address that is not protected itself": {"prefixes": prefix(zones=["1"], protect=False)},
    "a name for the prefix": {"prefixes": prefix(name="named")},
}


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=ALLOWED)
def test_changes_that_are_allowed(changes):
    assert said(egress(), egress(**changes)) == []


UNCHANGED = ["nothing", "a region written otherwise", "a group written otherwise", "a region that is said no more"]


@pytest.mark.parametrize("change", UNCHANGED)
def test_what_is_only_written_otherwise_replaces_nothing_that_is_protected(change):
    assert said(egress(protect_addresses=True), egress(protect_addresses=True, **ALLOWED[change])) == []
    (line,) = said(egress(protect_addresses=True), egress(protect_addresses=True, location="northeurope"))
    assert "prefixes['partners'] (location) is westeurope → northeurope" in line


REFUSED = {
    "another zone": (
        {},
        {"zone": "2"},
        ["zone is 1 → 2: ", "both would need prefixes['partners']", "(1) set attached"],
    ),
    "no zone": ({}, {"zone": None}, ["zone is 1 → none", "prefixes['partners']"]),
    "another group": (
        {"address_resource_group_name": "rg-addresses"},
        {"address_resource_group_name": "rg-addresses", "resource_group_name": "rg-two"},
        ["resource_group_name is rg → rg-two", "prefixes['partners']"],
    ),
    "a name": ({}, {"gateway_name": "ng"}, ["gateway_name and generation is none → ng-1", "prefixes['partners']"]),
    "a generation": (
        {"gateway_name": "ng"},
        {"gateway_name": "ng", "generation": 2},
        ["is ng-1 → ng-2", "prefixes['partners']"],
    ),
    "another zone under the same name": (
        {"gateway_name": "ng"},
        {"gateway_name": "ng", "zone": "2", "prefixes": prefix(attached=False) | TEMPORARY},
        ["generation is 1: a change of zone replaces the gateway", "can't have the name ng-1", "Raise it to 2"],
    ),
    "a longer prefix, protected": (
        {"protect_addresses": True},
        {"protect_addresses": True, "prefixes": prefix(length=28)},
        ["prefixes['partners'] (length) is 29 → 28", "they are protected", "add another prefix"],
    ),
    "a longer prefix, protected until now": (
        {"protect_addresses": True},
        {"prefixes": prefix(length=28)},
        ["they are protected", "set protect: False on it and update first"],
    ),
    "a longer prefix under the same name": (
        {"prefixes": prefix(name="pip")},
        {"prefixes": prefix(name="pip", length=28)},
        ["prefixes['partners'].name is pip: a change of length replaces it"],
    ),
    "another zone with an adopted prefix": (
        {"prefixes": {"one": {"id": ID, "length": 28}}},
        {
            "prefixes": {"other": {"id": ID.upper().replace("MICROSOFT.NETWORK", "Microsoft.Network"), "length": 28}},
            "zone": "2",
        },
        ["zone is 1 → 2", "both would need prefixes['other']"],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), REFUSED.values(), ids=REFUSED)
def test_changes_that_are_refused(before, after, expected):
    (line,) = said(egress(**before), egress(**after))
    for part in expected:
        assert part in line


def test_the_staged_way_works_in_every_step():
    steps = [
        egress(protect_addresses=True),
        egress(protect_addresses=True, zone="2", prefixes=prefix(attached=False) | TEMPORARY),
        egress(protect_addresses=True, zone="2"),
    ]
    assert said(steps[0], steps[2]) != []
    assert said(steps[0], steps[1]) == said(steps[1], steps[2]) == []


def test_what_is_not_known_or_was_not_recorded_is_taken_as_unchanged():
    new = egress(zone="2")
    assert said({}, new) == []
    for setting in ("zone", "publicAddresses"):
        old = {key: value for key, value in egress().items() if key != setting}
        assert said(old, new) == []
        assert said({**old, setting: None}, new) == []
    unknown = copy.deepcopy(new)
    unknown["publicAddresses"]["prefixes['partners']"]["id"] = None
    assert said(egress(), unknown) == []


def test_addresses_that_take_zones_with_the_gateway_are_not_the_same_any_more():
    plain = {"one": {"length": 30}}
    assert said(egress(zone=None, prefixes=plain), egress(zone="1", prefixes=plain)) == []
    (line,) = said(
        egress(zone=None, prefixes=plain, protect_addresses=True), egress(prefixes=plain, protect_addresses=True)
    )
    assert "prefixes['one'] (zones)" in line


def net(subnets=None, **changes):
    args = {
        "resource_group_name": "rg",
        "location": "westeurope",
        "address_space": ["10.0.0.0/16"],
        "gateway_id": GATEWAY,
        "subnets": {name: {"address_prefix": range_} for name, range_ in (subnets or {"a": "10.0.0.0/24"}).items()},
    } | changes
    return network_identity(read_network("x", {key: value for key, value in args.items() if value is not None}))


MOVES = [
    {"location": "northeurope"},
    {"resource_group_name": "other"},
    {"name": "vnet"},
    {"virtual_network_id": VNET, "address_space": None},
]


@pytest.mark.parametrize("move", MOVES)
def test_another_network_for_attached_subnets_is_refused(move):
    (problem,) = network_change_problems(net(), net(**move))
    assert "a NAT gateway serves one only" in problem.rule
    assert "second PrivateNetwork" in problem.remedy


@pytest.mark.parametrize("move", MOVES)
def test_another_network_is_allowed_where_no_two_of_them_are_on_the_gateway(move):
    assert network_change_problems(net(gateway_id=None), net(**move)) == []
    assert network_change_problems(net(), net(gateway_id=None, **move)) == []


AB = {"a": "10.0.0.0/24", "b": "10.0.1.0/24"}
RANGES = {
    "the same": (AB, AB, []),
    "one more": (AB, AB | {"c": "10.0.2.0/24"}, []),
    "one less": (AB, {"a": "10.0.0.0/24"}, []),
    "a wider one": ({"a": "10.0.0.0/24"}, {"a": "10.0.0.0/23"}, []),
    "one into free room": (AB, AB | {"b": "10.0.9.0/24"}, []),
    "one takes what an earlier one leaves": (AB, {"a": "10.0.9.0/24", "b": "10.0.0.0/24"}, []),
    "one takes what a later one leaves": (AB, {"a": "10.0.1.0/24", "b": "10.0.9.0/24"}, ["a"]),
    "an exchange": (AB, {"a": "10.0.1.0/24", "b": "10.0.0.0/24"}, ["a"]),
    "a new name for the same range": (AB, {"a": "10.0.0.0/24", "c": "10.0.1.0/24"}, ["c"]),
    "a new name for a new range": (AB, {"a": "10.0.0.0/24", "c": "10.0.3.0/24"}, []),
    "one wider than one removed": (AB, {"a": "10.0.0.0/23"}, ["a"]),
}


@pytest.mark.parametrize(("old", "new", "refused"), RANGES.values(), ids=RANGES)
def test_ranges_that_are_free_when_they_are_written(old, new, refused):
    problems = network_change_problems(net(old), net(new))
    assert [problem.argument for problem in problems] == [f"subnets['{name}'].address_prefix" for name in refused]


def test_an_address_space_keeps_the_ranges_that_subnets_leave_in_the_same_update():
    old = net(AB | {"c": "10.1.0.0/24"}, address_space=["10.0.0.0/16", "10.1.0.0/16"])
    (problem,) = network_change_problems(old, net(AB))
    assert problem.argument == "address_space"
    assert "subnet c still has 10.1.0.0/24" in problem.rule
    assert network_change_problems(old, net(AB, address_space=["10.0.0.0/15"])) == []


def traffic(rate_per_s):
    hot = {
        "destination": {"host": "api.example", "port": 443},
        "source": {"machines": 400},
        "connections": {"rate_per_s": rate_per_s, "life_s": 0.2},
    }
    return {"end": {"fin": 1}, "destinations": {"hot": hot}}


SMALL, LARGE = {"prefixes": None, "capacity": traffic(1_500)}, {"prefixes": None, "capacity": traffic(5_200)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SMALL, LARGE),
        (LARGE, SMALL | {"sizing": {"min_addresses": 8}}),
        (LARGE, SMALL | {"sizing": {"release": True}}),
        (LARGE, {"prefixes": {"range": {"length": 31}, "range-2": {"length": 31}, "range-3": {"length": 30}}}),
        ({"prefixes": {"range": {"length": 31}}}, LARGE),
        (LARGE, {"prefixes": TWO}),  # no profile any more: what goes, goes because somebody said so
        ({"prefixes": TWO}, SMALL),
    ],
    ids=["growth", "a floor", "released", "given from now on", "from now on by the profile", "given others", "sized"],
)
def test_a_size_may_change(old, new):
    assert said(egress(**old), egress(**new)) == []


def test_a_gateway_never_shrinks_by_itself():
    (line,) = said(egress(**LARGE), egress(**SMALL))
    assert "capacity is for 2 addresses: a gateway never shrinks by itself" in line
    assert "prefixes['range-2'], prefixes['range-3'] would go" in line
    assert "Set sizing.min_addresses to 8" in line
    off = {"capacity": traffic(1_500), "sizing": {}, "prefixes": {"other": {"length": 28, "attached": False}}}
    (line,) = said(egress(**LARGE), egress(**off))
    assert "Set sizing.min_addresses to 8" in line
    beside = {"capacity": traffic(1_500), "sizing": {}, "prefixes": {"other": {"length": 30}}}
    (line,) = said(egress(**LARGE), egress(**beside))
    assert "Set sizing.min_addresses to 12" in line
    assert said(egress(**LARGE), egress(**beside | {"sizing": {"min_addresses": 12}})) == []


def test_the_first_prefix_of_a_size_can_not_change_where_it_is_protected():
    kept = {"protect_addresses": True}
    (line,) = said(
        egress(**LARGE, **kept), egress(**LARGE | {"sizing": {"first_prefix_length": 29, "release": True}}, **kept)
    )
    assert "prefixes['range'] (length) is 31 → 29" in line
