"""Handing out addresses: aligned, disjoint, the same in every run, and little moved by what others ask for."""

from __future__ import annotations

import ipaddress

import pytest
from azure_sandbox.arm import ControlPlane
from azure_sandbox.arm.addresses import choose_address, choose_from_prefix, choose_prefix
from azure_sandbox.arm.errors import Refusal
from hypothesis import given
from hypothesis import strategies as st

DOCUMENTATION = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
EXTENDED = ipaddress.ip_network("198.18.0.0/15")


@given(st.text(), st.integers(28, 31))
def test_prefixes_come_from_the_documentation_ranges_aligned(key, length):
    chosen = choose_prefix("IPv4", length, key, [])
    assert chosen.prefixlen == length
    assert any(chosen.subnet_of(block) for block in DOCUMENTATION)


@given(st.text(), st.integers(124, 127))
def test_ipv6_prefixes_come_from_the_documentation_range(key, length):
    assert choose_prefix("IPv6", length, key, []).subnet_of(ipaddress.ip_network("2001:db8::/32"))


@given(st.lists(st.tuples(st.text(), st.sampled_from([28, 29, 30, 31, 32])), max_size=60))
def test_what_is_taken_is_not_handed_out_again(asked):
    taken = []
    for key, length in asked:
        chosen = choose_address("IPv4", key, taken) if length == 32 else choose_prefix("IPv4", length, key, taken)
        assert not any(chosen.overlaps(other) for other in taken)
        taken.append(chosen)


def test_after_the_documentation_ranges_comes_the_extended_one():
    taken = []
    for number in range(48):
        taken.append(choose_prefix("IPv4", 28, str(number), taken))
    assert {block for block in DOCUMENTATION for prefix in taken if prefix.subnet_of(block)} == set(DOCUMENTATION)
    assert choose_prefix("IPv4", 28, "one more", taken).subnet_of(EXTENDED)
    assert choose_address("IPv4", "one more", taken) in list(EXTENDED.subnets(new_prefix=32))


def test_all_addresses_gone_is_a_refusal():
    with pytest.raises(Refusal) as caught:
        choose_prefix("IPv4", 28, "key", [*DOCUMENTATION, EXTENDED])
    assert caught.value.code == "SandboxNoAddressLeft"


def test_a_choice_depends_on_the_key_and_not_on_distant_neighbours():
    alone = choose_prefix("IPv4", 29, "key", [])
    elsewhere = [block for block in ipaddress.ip_network("203.0.113.0/24").subnets(new_prefix=29) if block != alone][:4]
    assert choose_prefix("IPv4", 29, "key", elsewhere) == alone
    assert len({choose_prefix("IPv4", 29, str(number), []) for number in range(40)}) > 15


def test_every_address_of_a_prefix_can_be_had():
    block = ipaddress.ip_network("192.0.2.16/30")
    taken = []
    for number in range(4):
        taken.append(choose_from_prefix(block, str(number), taken))
    assert sorted(taken) == list(block.subnets(new_prefix=32))


def test_an_address_of_the_pool_is_never_inside_a_prefix(azure):
    for number in range(12):
        azure.put_prefix(f"p{number}", properties={"prefixLength": 28})
        azure.put_address(f"a{number}")
    blocks = [
        ipaddress.ip_network(azure.properties(azure.id("publicIPPrefixes", f"p{number}"))["ipPrefix"])
        for number in range(12)
    ]
    for number in range(12):
        address = ipaddress.ip_address(azure.properties(azure.id("publicIPAddresses", f"a{number}"))["ipAddress"])
        assert not any(address in block for block in blocks)


def test_two_clouds_give_the_same_answers_to_the_same_requests(tmp_path, azure):
    def build(plane):
        azure.plane = plane
        azure.put_group()
        azure.put_prefix()
        azure.put_address()
        azure.put_network()
        azure.put_subnet()
        azure.put_interface()
        kinds = (("publicIPPrefixes", "pfx"), ("publicIPAddresses", "pip"), ("networkInterfaces", "nic"))
        return [azure.get(azure.id(kind, name)) for kind, name in kinds]

    assert build(ControlPlane(tmp_path / "one.db")) == build(ControlPlane(tmp_path / "other.db"))
