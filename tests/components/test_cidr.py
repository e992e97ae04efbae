from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nat_egress import cidr

NETWORKS = st.builds(
    lambda address, length: IPv4Network((address & ~((1 << (32 - length)) - 1) & 0xFFFFFFFF, length)),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)
# Few bits, so that ranges meet often.
CLOSE = st.builds(
    lambda bits, length: IPv4Network(((bits >> (8 - length)) << (32 - length), length)),
    st.integers(0, 255),
    st.integers(0, 8),
)


@given(NETWORKS)
def test_reads_what_it_writes(network):
    assert cidr.parse(str(network)) == network


@pytest.mark.parametrize(
    ("text", "rule", "suggestion"),
    [
        ("10.0.0.0", "an address and a prefix length", ""),
        ("10.0.0.300/24", "not an IPv4 range", ""),
        ("10.0.0.0/33", "not an IPv4 range", ""),
        ("", "an address and a prefix length", ""),
        ("fd00::/8", "not an IPv4 range", ""),
        ("10.0.0.1/24", "bits set after its first 24", "10.0.0.0/24"),
        ("10.0.0.0/255.255.255.0", "a number from 0 to 32", "10.0.0.0/24"),
    ],
)
def test_says_what_is_wrong_with_a_range(text, rule, suggestion):
    with pytest.raises(cidr.NotACidr, match=rule) as caught:
        cidr.parse(text)
    assert caught.value.suggestion == suggestion


@pytest.mark.parametrize(("range_", "usable"), [("10.0.0.0/24", 251), ("10.0.0.0/29", 3), ("10.0.0.0/30", 0)])
def test_azure_keeps_five_addresses_of_a_subnet(range_, usable):
    assert cidr.usable_hosts(IPv4Network(range_)) == usable


def test_every_address_of_a_public_prefix_counts():
    assert cidr.addresses_of("203.0.113.4/31") == ["203.0.113.4", "203.0.113.5"]
    assert cidr.addresses_of("198.51.100.7/32") == ["198.51.100.7"]


@given(st.lists(CLOSE, max_size=12))
def test_finds_an_overlap_exactly_where_there_is_one(ranges):
    named = {f"n{number}": range_ for number, range_ in enumerate(ranges)}
    found = list(cidr.overlaps(named))
    assert all(named[one].overlaps(named[other]) for one, other in found)
    free = set(named) - {later for _, later in found}
    assert not any(named[one].overlaps(named[other]) for one, other in combinations(free, 2))


@given(st.lists(CLOSE, max_size=12))
def test_covers_means_that_no_address_is_left_out(ranges):
    left = [
        block for block in IPv4Network("0.0.0.0/0").subnets(new_prefix=8) if not any(block.subnet_of(r) for r in ranges)
    ]
    assert cidr.covers(ranges) == (not left)
