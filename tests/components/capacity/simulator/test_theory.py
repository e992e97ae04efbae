"""Simulated blocking agrees with queueing theory, and would not if a rule of the model were another.

Batch means give the interval, the first batches are the warm-up, and the level is divided by the number of comparisons.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pytest
from nat_egress.capacity.erlang import erlang_b, hayward
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.engine import simulate
from nat_egress.capacity.simulator.settings import Gateway
from nat_egress.capacity.simulator.traffic import Poisson, pieces

HOLD = 65.0
LIFE = 0.2
BATCHES = 40
LEVEL = 0.001
"""Chance that any of all comparisons of this file fails though theory holds; the seeds make it yes or no for good."""


@dataclass(frozen=True)
class Case:
    """A pool, a load in Erlang, and what theory says."""

    gateway: Gateway
    load: float
    theory: float
    batch_mean: float = 1.0
    peakedness: float = 1.0
    """Mean square over mean of the batches."""
    tolerance: float = 0.0
    """How far the theory itself may be off, as a share: Hayward's is an approximation."""


def case(addresses: int, ports: int, load: float, choice: str, *batch: float) -> Case:
    gateway = Gateway(addresses=addresses, ports_per_address=ports, address_choice=choice)
    pools = addresses if choice == "random" else 1
    batch_mean, peakedness = batch or (1.0, 1.0)
    seen = 1 + (peakedness - 1) / pools
    theory = hayward(addresses * ports / pools, load / pools, seen)
    return Case(gateway, load, theory, batch_mean, peakedness, 0.05 if batch else 0.0)


CASES = [
    *(case(1, ports, share * ports, "random") for ports in (16, 64, 256) for share in (0.9, 1.0, 1.3)),
    *(case(4, 64, share * 256, choice) for share in (0.8, 1.0, 1.3) for choice in ("random", "free")),
    case(4, 256, 960.0, "random"),
    case(4, 256, 960.0, "free"),
    *(
        case(addresses, 256, 240.0 * addresses, choice, 3.0, 5.0)
        for addresses in (1, 4)
        for choice in ("random", "free")
    ),
]


def blocking(found: Case, gateway: Gateway, *, seed: int, destinations: int = 1) -> tuple[float, float]:
    """Return mean and standard error of the blocking over the batches after the warm-up."""
    rate = found.load / (LIFE + HOLD)
    batch = 60 * (LIFE + HOLD)
    seconds = (BATCHES + 4) * batch
    traffic = [
        Poisson(
            rates_per_s=(rate / destinations,),
            life_s=LIFE,
            batch=(found.batch_mean, found.batch_mean * found.peakedness),
            destination=destination,
        )
        for destination in range(destinations)
    ]
    run = simulate(
        gateway,
        pieces(traffic, seconds=seconds, seed=seed),
        destinations=destinations,
        seed=seed,
        seconds=seconds,
        step_s=batch,
    )
    series = run.series[3 : 3 + BATCHES + 1]
    failures, attempts = (np.diff(series[:, count]) for count in (Count.FAILURES, Count.ATTEMPTS))
    shares = failures / attempts
    return float(failures.sum() / attempts.sum()), float(shares.std(ddof=1) / math.sqrt(len(shares)))


def agrees(found: Case, gateway: Gateway, **options: int) -> bool:
    mean, error = blocking(found, gateway, **options)
    width = NormalDist().inv_cdf(1 - LEVEL / len(CASES) / 2)
    return abs(mean - found.theory) <= width * error + found.tolerance * found.theory


@pytest.mark.parametrize("index", range(len(CASES)))
def test_blocking_agrees_with_erlang_and_hayward(index):
    assert agrees(CASES[index], CASES[index].gateway, seed=index)


def test_the_worked_case_is_that_of_the_model():
    assert erlang_b(1024, 960.0) == pytest.approx(0.0015765, rel=1e-4)
    assert erlang_b(256, 240.0) == pytest.approx(0.0172735, rel=1e-4)


SPLIT = case(4, 256, 960.0, "random")
POOLED = case(4, 256, 960.0, "free")


@pytest.mark.parametrize(
    ("found", "change"),
    [
        (SPLIT, {"fin_hold_s": 60.0}),
        (SPLIT, {"fin_hold_s": 70.0}),
        (SPLIT, {"address_choice": "free"}),
        (POOLED, {"address_choice": "random"}),
        (SPLIT, {"ports_per_address": 250}),
        (SPLIT, {"active_limit": 1}),
    ],
)
def test_another_rule_would_not_agree(found, change):
    assert not agrees(found, replace(found.gateway, **change), seed=1)


def test_destinations_do_not_compete_for_ports():
    each = case(1, 64, 64.0, "random")
    two = replace(each, load=128.0)
    assert agrees(two, each.gateway, seed=2, destinations=2)
    assert not agrees(two, replace(each.gateway, reuse=False), seed=2, destinations=2)
