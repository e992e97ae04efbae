"""Sizes are minimal, never less than they would be with less load, and never better split than pooled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress.capacity.blocking import (
    Blocking,
    _crowded,
    addresses_needed,
    addresses_needed_pooled,
    pooled,
    room,
    split,
)
from nat_egress.capacity.erlang import largest_load
from nat_egress.capacity.loads import PoolLoad, StreamLoad

streams = st.builds(
    StreamLoad, st.floats(0, 700_000), st.floats(1, 900_000), st.one_of(st.just(1.0), st.floats(1, 3_000))
)
pools = st.builds(
    PoolLoad, st.integers(1, 700_000), st.integers(0, 300_000), st.one_of(st.just(0.0), st.floats(1, 100_000))
)
loads = st.one_of(streams, pools)
targets = st.sampled_from([1e-9, 1e-6, 1e-3, 0.05])


@settings(deadline=None)
@given(loads, targets)
def test_a_size_is_enough_and_one_less_is_not(load, target):
    size = addresses_needed(load, target)
    assert split(load, size, target).at_most <= target
    if size > 1:
        assert split(load, size - 1, target).at_most > target


@settings(deadline=None)
@given(loads, targets)
def test_pooled_sizes_are_minimal_too_and_never_larger(load, target):
    size = addresses_needed_pooled(load, target)
    if size is None:
        assert pooled(load, 16).at_most > target
        return
    assert size <= addresses_needed(load, target)
    assert pooled(load, size).at_most <= target
    assert size == 1 or pooled(load, size - 1).at_most > target


@settings(deadline=None)
@given(streams, targets, st.floats(1, 3))
def test_more_load_never_needs_fewer(load, target, times):
    more = StreamLoad(load.open * times, load.held * times, load.peakedness)
    assert addresses_needed(more, target) >= addresses_needed(load, target)


@settings(deadline=None)
@given(loads, st.integers(1, 15), targets)
def test_more_addresses_never_block_more(load, addresses, target):
    first, second = (split(load, number, target) for number in (addresses, addresses + 1))
    assert second.ports <= first.ports * (1 + 1e-9) + 1e-300
    assert second.connections <= first.connections * (1 + 1e-9) + 1e-300


@settings(deadline=None)
@given(loads, st.integers(1, 16), targets)
def test_bounds_are_bounds(load, addresses, target):
    found = split(load, addresses, target)
    assert 0 <= found.at_least <= found.at_most <= 1
    assert pooled(load, addresses).at_least <= found.at_most + 1e-12


@pytest.mark.parametrize(
    ("load", "addresses"),
    [
        (StreamLoad(194, 63_050), 1),
        (StreamLoad(196, 63_700), 2),
        (StreamLoad(90_000, 9_750), 2),
        (StreamLoad(0, 240_000), 4),
        (PoolLoad(50_000, 0, 0), 1),
        (PoolLoad(50_001, 0, 0), 2),
        (PoolLoad(50_000, 14_512, 0), 1),
        (PoolLoad(50_000, 14_513, 0), 2),
    ],
)
def test_sizes_at_the_edges(load, addresses):
    assert addresses_needed(load, 1e-6) == addresses


def test_two_limits_give_two_bounds():
    found = Blocking(0.25, 0.5)
    assert (found.at_least, found.at_most) == (0.5, 0.75)
    assert Blocking(0.75, 0.5).at_most == 1


def test_sizes_are_for_the_sum_of_the_two():
    # Either limit alone keeps a little below the target on one address; both together don't.
    load = StreamLoad(largest_load(50_000, 1e-6) * 0.99999, 0)
    both = StreamLoad(load.open, largest_load(64_512, 1e-6) * 0.99999 - load.open)
    assert addresses_needed(load, 1e-6) == 1
    assert max(split(both, 1, 1e-6).ports, split(both, 1, 1e-6).connections) < 1e-6
    assert addresses_needed(both, 1e-6) == 2


def test_three_would_lose_a_fifth_of_a_peak():
    assert f"{split(StreamLoad(0, 240_000), 3, 1e-6).ports:.1%}" == "19.4%"


def test_a_pool_on_random_addresses_is_binomial():
    # Two of three connections fit the two addresses only where one goes to each: P(Bin(3, 1/2) > 2) on either of them.
    assert _crowded(3, 2, 2) == pytest.approx(2 / 8)


def test_bursts_need_more():
    assert addresses_needed(StreamLoad(0, 60_000, 400), 1e-6) > addresses_needed(StreamLoad(0, 60_000), 1e-6)


@settings(deadline=None)
@given(streams, st.integers(1, 16))
def test_room_is_left_exactly_where_the_target_is_kept(load, addresses):
    target = 1e-6
    (used, usable), (open_, supported) = room(load, addresses, target)
    found = split(load, addresses, target)
    if used < usable * 0.999:
        assert found.ports <= target
    if used > usable * 1.001 + 10:
        assert found.ports > target
    if open_ > supported * 1.001 + 10:
        assert found.connections > target
