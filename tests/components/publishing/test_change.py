"""What the planner promises, whatever is published and whatever is asked for."""

from __future__ import annotations

from ipaddress import ip_network

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nat_egress.publishing.change import change_of, removal_problems
from nat_egress.publishing.prefixes import family_of, in_order

on_a_busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
RANGES = st.sets(st.sampled_from([f"203.0.113.{16 * n}/{size}" for n in range(4) for size in (28, 31, 32)]))


def after(published, change):
    return (set(published) | set(change.add)) - set(change.remove)


@on_a_busy_machine
@given(RANGES, RANGES, RANGES)
def test_nothing_that_serves_is_ever_missing_and_only_what_is_named_leaves(serving, published, named):
    change = change_of(serving, published, named)
    assert serving <= after(published, change)
    assert set(change.remove) == (published - serving) & named
    assert after(published, change) == serving | (published - named)
    parts = [change.add, change.keep, change.hold, change.remove]
    assert sorted(one for part in parts for one in part) == sorted(serving | published)


@on_a_busy_machine
@given(RANGES, RANGES, RANGES)
def test_a_second_time_there_is_nothing_to_do(serving, published, named):
    again = change_of(serving, after(published, change_of(serving, published, named)), named)
    assert not again.needed


@on_a_busy_machine
@given(RANGES, RANGES, RANGES)
def test_what_serves_can_t_be_named(serving, named, other):
    problems = removal_problems(serving, named, unfinished=False)
    assert [one.split(":")[0] for one in problems] == [f"--remove {one}" for one in in_order(serving & named)]
    assert len(removal_problems(serving, named, unfinished=True)) == len(problems) + bool(named)


@on_a_busy_machine
@given(RANGES)
def test_ranges_are_in_order_and_never_joined(ranges):
    found = in_order(ranges)
    assert set(found) == ranges
    assert list(found) == sorted(
        found, key=lambda one: (int(ip_network(one).network_address), ip_network(one).prefixlen)
    )


def test_addresses_are_ranges_and_ipv6_comes_last():
    assert in_order(["2001:db8::/124", "203.0.113.9", "203.0.113.8/31", "203.0.113.9/32"]) == (
        "203.0.113.8/31",
        "203.0.113.9/32",
        "2001:db8::/124",
    )
    assert in_order(["::1/128", "203.0.113.9/32"]) == ("203.0.113.9/32", "::1/128")
    assert [family_of(one) for one in ("203.0.113.9/32", "2001:db8::/124")] == ["IPv4", "IPv6"]
