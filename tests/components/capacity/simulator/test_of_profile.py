"""A profile's figures come back from the connections that are made of it."""

from __future__ import annotations

import numpy as np
import pytest
from nat_egress.capacity.loads import flow
from nat_egress.capacity.reading import parse_profile
from nat_egress.capacity.simulator.connections import ABANDONED, CLOSED, FIN, RST, merge
from nat_egress.capacity.simulator.engine import simulate
from nat_egress.capacity.simulator.of_profile import demand_of, gateway_of
from nat_egress.capacity.simulator.settings import Gateway
from nat_egress.capacity.simulator.traffic import pieces

S = 1_000_000
HEAD = """\
idle_timeout_minutes: 5
growth: 1.5
destinations:
  d:
    source: {machines: 3, processes_per_machine: 2}
    retry: {attempts: 4, backoff_s: 2, connect_timeout_s: 5}
"""


def profile_of(text):
    return parse_profile(HEAD + "".join(f"    {line}\n" for line in text.strip().splitlines()))


def made(profile, seconds, **options):
    demand = demand_of(profile, seconds=seconds, **options)
    found = merge(list(pieces(demand.kinds, seconds=seconds, seed=1)))
    found.check(len(demand.names))
    return demand, found


PLAIN = "destination: {host: a.example, port: 443}\nend: {fin: 1}\n"


def test_the_gateway_has_the_profiles_idle_timeout():
    profile = profile_of(PLAIN + "connections: {rate_per_s: 1, life_s: 1}")
    found = gateway_of(profile, 3, address_choice="free", mapping="endpoint-independent")
    assert found == Gateway(addresses=3, idle_timeout_s=300, address_choice="free", mapping="endpoint-independent")


def test_connections_grow_and_have_retries():
    demand, found = made(profile_of(PLAIN + "connections: {rate_per_s: 100, life_s: 2}"), 100)
    assert len(found) == pytest.approx(15_000, rel=0.04)
    assert found.life.mean() == pytest.approx(2 * S, rel=0.04)
    assert set(found.end.tolist()) == {FIN}
    assert demand.names == ("d",)
    assert (demand.retries[0].attempts, demand.retries[0].backoff_s) == (4, 2)


def test_a_series_repeats():
    _, found = made(profile_of(PLAIN + "connections: {rate_per_minute_series: [6000, 0], life_s: 2}"), 240)
    assert np.bincount(found.start // (60 * S), minlength=4) == pytest.approx([9000, 0, 9000, 0], rel=0.05)


def test_requests_share_connections():
    _, found = made(profile_of(PLAIN + "requests: {rate_per_s: 200, per_connection: 4, spacing_s: 0.5}"), 100)
    assert len(found) == pytest.approx(7_500, rel=0.05)
    assert found.life.mean() == pytest.approx(2 * S, rel=0.05)
    assert set(found.spacing.tolist()) == {S // 2}


def test_a_name_behind_addresses_is_as_many_destinations():
    text = "destination: {host: a.example, port: 443, addresses: 3, busiest_share: 0.5}\nend: {rst: 1}\n"
    demand, found = made(profile_of(text + "connections: {rate_per_s: 100, life_s: 2}"), 100)
    assert demand.names == ("d[0]", "d[1]", "d[2]")
    assert np.bincount(found.destination) / len(found) == pytest.approx([0.5, 0.25, 0.25], abs=0.02)
    assert set(found.end.tolist()) == {RST}


def test_bursts_have_mean_and_mean_square():
    text = PLAIN + "connections: {rate_per_s: 100, life_s: 2}\nburst: {size_mean: 5, size_square_mean: 50}"
    _, found = made(profile_of(text), 1000)
    sizes = np.unique(found.start, return_counts=True)[1].astype(float)
    assert (sizes.mean(), (sizes**2).mean()) == pytest.approx((5, 50), rel=0.05)


@pytest.mark.parametrize(("end", "number"), [("fin", FIN), ("rst", RST), ("abandoned", ABANDONED)])
def test_a_pool_restarts_when_it_is_told_to(end, number):
    text = PLAIN + f"pool: {{max_per_process: 10}}\nrestart: {{share: 1, within_s: 5, end: {end}}}"
    _, quiet = made(profile_of(text), 100)
    assert len(quiet) == 90
    demand, found = made(profile_of(text), 100, restart_at_s=50)
    assert demand.without_restart == ()
    assert len(found) == 180
    assert set(found.end[:90].tolist()) == {number}
    assert (found.start[90:] >= 50 * S).all()
    assert (found.start[90:] <= 55 * S).all()


def test_a_restart_without_a_pool_is_named():
    text = PLAIN + "connections: {rate_per_s: 1, life_s: 2}\nrestart: {share: 1, within_s: 5, end: rst}"
    assert demand_of(profile_of(text), seconds=1).without_restart == ("d",)


def test_udp_is_closed_or_abandoned():
    text = "destination: {host: a.example, port: 53, protocol: udp}\nend: {fin: 0.5, abandoned: 0.5}\n"
    _, found = made(profile_of(text + "connections: {rate_per_s: 100, life_s: 2}"), 100)
    assert set(found.end.tolist()) == {CLOSED, ABANDONED}


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "connections: {rate_per_s: 200, life_s: 3}",
        PLAIN.replace("fin: 1", "fin: 0.5, rst: 0.3, abandoned: 0.2") + "connections: {rate_per_s: 200, life_s: 3}",
        PLAIN + "requests: {rate_per_s: 400, per_connection: 4, spacing_s: 0.5}",
        PLAIN + "pool: {max_per_process: 500, max_age_s: 200}",
    ],
)
def test_the_simulated_load_is_the_one_that_sizing_counts_with(text):
    profile = profile_of(text)
    demand = demand_of(profile, seconds=1500)
    run = simulate(
        gateway_of(profile, 2, address_choice="random", mapping="address-and-port-dependent"),
        pieces(demand.kinds, seconds=1500, seed=3),
        destinations=1,
        seed=3,
        seconds=1500,
    )
    levels = run.series[500:, 8:11].mean(axis=0)
    expected = flow(profile.destinations[0], 300.0)
    assert levels[0] == pytest.approx(expected.open, rel=0.04)
    assert levels[2] == pytest.approx(expected.held, rel=0.04)
