from __future__ import annotations

import pytest
from nat_egress.capacity.simulator.engine import simulate
from nat_egress.capacity.simulator.settings import Gateway, Retry
from nat_egress.capacity.simulator.summary import series, summarise
from nat_egress.capacity.simulator.traffic import Poisson, pieces


@pytest.fixture(scope="module")
def run():
    kinds = [Poisson(rates_per_s=(20.0,), life_s=1.0)]
    return simulate(
        Gateway(ports_per_address=1000, addresses=1),
        pieces(kinds, seconds=200, seed=1),
        destinations=1,
        seed=1,
        seconds=200,
        retries=[Retry(attempts=2, backoff_s=1)],
    )


def test_figures_hang_together(run):
    found = summarise(run)
    assert found.seconds == 200
    assert found.attempts > found.calls > found.lost_calls > 0
    assert found.blocking_of_attempts == found.failures / found.attempts
    assert found.blocking_of_calls == found.lost_calls / found.calls
    assert found.blocking_of_calls < found.blocking_of_attempts
    assert found.peak_ports == [1000]
    assert found.open + found.held == len(run.table())


def test_a_warm_up_is_left_out(run):
    columns = series(run)
    found = summarise(run, warm_up_s=150)
    assert found.seconds == 50
    assert found.attempts == sum(columns["attempts"][150:])
    assert found.failures == sum(columns["failures"][150:])
    assert found.held == columns["held"][-1]


def test_the_series_adds_up(run):
    columns, found = series(run), summarise(run)
    assert columns["end_s"] == [float(second) for second in range(1, 201)]
    assert sum(columns["failures"]) == found.failures
    assert max(columns["ports_of_fullest_address"]) == 1000


def test_nothing_comes_to_nothing():
    run = simulate(Gateway(), [], destinations=1, seed=1, seconds=3)
    found = summarise(run)
    assert (found.calls, found.blocking_of_attempts, found.seconds) == (0, 0.0, 3)
