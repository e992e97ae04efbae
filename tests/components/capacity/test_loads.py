"""What each kind of traffic comes to in ports: rates, reuse, pools, series, restarts, outages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress.capacity.loads import (
    PoolLoad,
    StreamLoad,
    _Cumulated,
    flow,
    hold_s,
    in_outage,
    in_restart,
    load,
    of_a_machine,
    peakedness,
)
from nat_egress.capacity.profile import Burst, Connections, End, Pool, Requests, Restart, Retry

IDLE_S = 240


def usual(of, share=1.0):
    return load(of, flow(of, IDLE_S).scaled(share))


@pytest.mark.parametrize(
    ("end", "protocol", "seconds"),
    [
        ("fin", "tcp", 65),
        ("rst", "tcp", 16),
        ("abandoned", "tcp", 600),
        ("fin", "udp", 65),
        ("abandoned", "udp", 240),
    ],
)
def test_how_long_a_port_is_held(end, protocol, seconds):
    assert hold_s(end, protocol, 600) == seconds


def test_a_rate_is_open_for_its_life_and_held_after_it(destination):
    assert usual(destination(Connections(0.2, 970))) == StreamLoad(194, 63_050)


def test_the_ways_to_end_are_weighed(destination):
    found = usual(destination(Connections(10, 100), end=End(0.5, 0.25, 0.25)))
    assert found.held == pytest.approx(100 * (0.5 * 65 + 0.25 * 16))
    assert found.open == pytest.approx(100 * (10 + 0.25 * 240))


def test_requests_that_share_a_connection(destination):
    assert usual(destination(Requests(1_000, 50, 0.3))) == StreamLoad(pytest.approx(20 * 15), pytest.approx(20 * 65))


def test_a_pool_is_as_large_as_all_processes_make_it(destination):
    assert usual(destination(Pool(10, None))) == PoolLoad(200 * 4 * 10, 0, 0)


def test_a_pool_that_renews_its_connections_holds_ports_for_the_old_ones(destination):
    assert usual(destination(Pool(10, 800.0))) == PoolLoad(8_000, 0, pytest.approx(10 * 65))


@pytest.mark.parametrize(
    "demand", [Connections(2, 30), Connections(2, None, (60.0, 90.0)), Requests(60, 2, 1), Pool(3, 100.0)]
)
def test_growth_multiplies(destination, demand):
    once, twice = (usual(destination(demand, growth=growth)) for growth in (1.0, 2.0))
    assert twice.ports == pytest.approx(2 * once.ports)


def test_bursts_are_peaked(destination):
    assert peakedness(destination()) == 1
    assert peakedness(destination(burst=Burst(10, 150))) == 15
    assert usual(destination(burst=Burst(10, 150))).peakedness == 15


def test_a_peak_of_a_minute_is_not_lost_in_its_five_minutes(destination):
    series = destination(Connections(0.2, None, (240_000.0, 0, 0, 0, 0)))
    assert usual(series).ports == pytest.approx(240_000)
    assert usual(destination(Connections(0.2, 800))).ports == pytest.approx(800 * 65.2)


def test_a_steady_series_is_its_rate(destination):
    found = usual(destination(Connections(30, None, (600.0,) * 7)))
    assert found.open == pytest.approx(10 * 30)
    assert found.held == pytest.approx(10 * 65)


def by_looking_at_every_second(series, stays):
    """Count the connections of a repeated series that are there, second by second."""
    per_second = [number / 60 for number in series for _ in range(60)]
    length = len(per_second)
    return max(
        sum(share * sum(per_second[(now - ago) % length] for ago in range(1, stay + 1)) for share, stay in stays)
        for now in range(length)
    )


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=6).filter(any), st.integers(1, 500))
def test_a_series_is_its_convolution(series, life):
    stays = [(0.75, life + 65), (0.25, life + 16)]
    expected = by_looking_at_every_second(series, stays)
    assert _Cumulated(tuple(map(float, series))).most(stays) == pytest.approx(expected)


def test_a_restart_holds_what_it_closed(destination):
    of = destination(Connections(600, 10), restart=Restart(0.5, 30, "fin"))
    before = usual(of)
    assert in_restart(of, before, IDLE_S) == StreamLoad(before.open, before.held + 3_000)


def test_a_slow_restart_holds_less(destination):
    of = destination(Connections(600, 10), restart=Restart(0.5, 650, "fin"))
    assert in_restart(of, usual(of), IDLE_S).held == pytest.approx(650 + 300)


def test_machines_that_die_leave_their_connections_open(destination):
    of = destination(Pool(10, None), restart=Restart(0.25, 60, "abandoned"))
    assert in_restart(of, usual(of), IDLE_S) == PoolLoad(10_000, 0, 0)
    stream = destination(Connections(600, 10), restart=Restart(0.5, 30, "abandoned"))
    assert in_restart(stream, usual(stream), IDLE_S).open == 9_000


def test_a_pool_restarted_is_held_and_open(destination):
    of = destination(Pool(10, None), restart=Restart(1, 60, "fin"))
    assert in_restart(of, usual(of), IDLE_S) == PoolLoad(8_000, 8_000, 0)


def test_without_a_restart_there_is_none(destination):
    assert in_restart(destination(), usual(destination()), IDLE_S) is None


def test_in_an_outage_each_attempt_is_half_open_for_half_a_minute(destination):
    of = destination(Connections(2, 100), retry=Retry(3, 1, 5))
    found = in_outage(of, flow(of, IDLE_S), IDLE_S)
    assert found.open == pytest.approx(200 + 100 * 3 * 30)
    assert found.held == pytest.approx(100 * 35)


def test_in_an_outage_the_clients_of_a_pool_try_again_and_again(destination):
    of = destination(Pool(10, None), retry=Retry(3, 1, 5))
    assert in_outage(of, flow(of, IDLE_S), IDLE_S).open == pytest.approx(8_000 + 8_000 / 6 * 30)


def test_an_outage_of_udp_is_seen_by_the_idle_timeout_only(destination):
    udp = replace(destination().destination, protocol="udp")
    of = destination(Connections(2, 100), destination=udp)
    assert in_outage(of, flow(of, IDLE_S), IDLE_S).open == pytest.approx(200 + 100 * 240)


@pytest.mark.parametrize(
    ("demand", "ports"),
    [
        (Connections(0.0001, 470 * 200.0), 470 * 60),
        (Connections(10, 200.0), 70),
        (Connections(10, None, (12_000.0,)), 70),
        (Requests(400, 2, 5), 70),
        (Pool(10, None), 40),
        (Pool(10, 600.0), 44),
    ],
)
def test_what_one_of_200_machines_needs_of_its_own_ports(destination, demand, ports):
    assert of_a_machine(destination(demand)) == pytest.approx(ports, rel=1e-4)


def test_who_resets_waits_for_nothing(destination):
    assert of_a_machine(destination(Connections(10, 200.0), end=End(0, 1, 0))) == pytest.approx(10)
