from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nat_egress.addresses import AddressSpec, read_addresses, with_default_zones
from nat_egress.gateway import NatEgressArgs
from nat_egress.reading import Arguments
from nat_egress.rules import zone_mismatch

ZONES = st.sampled_from([(), ("1",), ("2",), ("3",), ("1", "2", "3")])


def read(**args):
    problems = []
    specs = list(read_addresses(Arguments(args, NatEgressArgs, problems), protect=False))
    return specs, [str(problem) for problem in problems]


def test_reads_prefixes_then_addresses_in_order():
    specs, problems = read(prefixes={"z": {"length": 28}, "a": {"length": 31.0}}, addresses={"m": {}})
    assert problems == []
    assert [(spec.argument, spec.count) for spec in specs] == [
        ("prefixes['z']", 16),
        ("prefixes['a']", 2),
        ("addresses['m']", 1),
    ]


def test_reads_objects_as_it_reads_mappings():
    @dataclass
    class Prefix:
        length: int
        zones: list[str]

    assert read(prefixes={"p": Prefix(29, ["3", "1", "2"])}) == read(
        prefixes={"p": {"length": 29, "zones": ["1", "2", "3"]}}
    )


@pytest.mark.parametrize("setting", [{"zones": ["1"]}, {"name": "n"}, {"resource_group_name": "g"}, {"protect": True}])
def test_what_is_adopted_is_not_described(setting):
    (spec,), (problem,) = read(prefixes={"p": {"id": "/x", "length": 28, **setting}})
    assert spec.adopted
    assert f"prefixes['p'].{next(iter(setting))}" in problem
    assert "either created or adopted" in problem


def test_a_prefix_has_a_length():
    (spec,), (problem,) = read(prefixes={"p": {"id": "/x"}})
    assert spec.count == 0
    assert "prefixes['p'].length is not set" in problem
    assert "length" in read(addresses={"a": {"length": 31}})[1][0]


@given(zone=st.sampled_from([None, "1", "2", "3"]), zones=ZONES, adopted=st.booleans())
def test_default_zones_suit_the_gateway_and_change_nothing_that_is_said(zone, zones, adopted):
    spec = AddressSpec("address", "a", 32, zones=zones, id="/x" if adopted else None)
    planned = with_default_zones(spec, zone)
    if zones or adopted:
        assert planned == spec
    else:
        assert zone_mismatch("a", zone, planned.zones) == []
        assert bool(planned.zones) is (zone is not None)
