"""How the ranges of a network and its subnets must lie."""

import pytest
from nat_egress.range_rules import range_problems
from nat_egress.subnets import SubnetSpec


def said(address_space, **subnets):
    found = range_problems(address_space, [SubnetSpec(name, prefix) for name, prefix in subnets.items()])
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("address_space", "subnets"),
    [
        (["10.0.0.0/16"], {"a": "10.0.0.0/24", "b": "10.0.1.0/24"}),
        (["10.0.0.0/16"], {"whole": "10.0.0.0/16"}),
        (["10.0.0.0/16", "10.1.0.0/16"], {"a": "10.0.0.0/24", "b": "10.1.0.0/24"}),
        (["0.0.0.0/2"], {"a": "10.0.0.0/29"}),
        ([], {"a": "10.0.0.0/24", "b": "192.168.0.0/24"}),
    ],
)
def test_ranges_that_are_right(address_space, subnets):
    assert said(address_space, **subnets) == []


@pytest.mark.parametrize(
    ("a", "b"),
    [("10.0.0.0/24", "10.0.0.0/24"), ("10.0.0.0/23", "10.0.1.0/24"), ("10.0.1.0/24", "10.0.0.0/23")],
)
@pytest.mark.parametrize("address_space", [["10.0.0.0/16"], []])
def test_subnets_overlap_wherever_they_are(address_space, a, b):
    (line,) = said(address_space, a=a, b=b)
    assert "it overlaps subnets[" in line
    assert "Choose ranges that do not overlap." in line


def test_a_subnet_inside_another_with_a_third_between_them():
    lines = said(["10.0.0.0/8"], wide="10.0.0.0/16", first="10.0.0.0/24", last="10.0.255.0/24")
    assert [line.partition(" is ")[0] for line in lines] == [
        f"subnets['{one}'].address_prefix" for one in ("first", "last")
    ]


@pytest.mark.parametrize("prefix", ["10.0.0.0/15", "10.1.0.0/24", "10.0.0.0/8"])
def test_a_subnet_is_within_one_range_as_a_whole(prefix):
    (line,) = said(["10.0.0.0/16"], a=prefix)
    assert f"subnets['a'].address_prefix is {prefix}: it is not within the address space, 10.0.0.0/16." in line


def test_a_subnet_over_two_ranges_is_within_neither():
    (line,) = said(["10.0.0.0/24", "10.0.1.0/24"], a="10.0.0.0/23")
    assert "it is not within the address space, 10.0.0.0/24, 10.0.1.0/24." in line


@pytest.mark.parametrize("prefix", ["0.0.0.0/1", "10.0.0.0/30"])
def test_lengths_that_azure_does_not_take(prefix):
    assert "a length of 2 to 29" in said([], a=prefix)[0]
    assert "a length of 2 to 29" in said([prefix])[0]
