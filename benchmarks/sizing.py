"""How long it takes to size a profile: many destinations, and the worst that a profile may say.

Seconds of the processor, since nothing here waits.
"""

from __future__ import annotations

import random
import resource
import statistics
import time
from collections.abc import Callable
from functools import partial

from nat_egress.capacity.profile import (
    Burst,
    Connections,
    Destination,
    End,
    Endpoint,
    Pool,
    Profile,
    Requests,
    Restart,
    Source,
)
from nat_egress.capacity.sizing import size
from nat_egress.limits import SNAT_PORTS_PER_ADDRESS

from benchmarks.measure import Figure
from benchmarks.preview import Ratio

DESTINATIONS = 1_000
BY_RECURSION = 20
"""Destinations that the recursion is timed for; it takes as long for each."""
BUDGET_S = 0.05
MOST_S = 1.0


def sizing(rounds: int) -> list[Ratio]:
    """Size a thousand destinations, and profiles at the edge of what is accepted."""
    many, worst = _many(), [Profile((_destination(0, demand, growth),)) for demand, growth in _edges()]
    ours = _median(lambda: size(many), rounds)
    recursion = _median(lambda: [_by_recursion(60_000 + number) for number in range(BY_RECURSION)], rounds)
    theirs = Figure(recursion.seconds * DESTINATIONS / BY_RECURSION, recursion.peak_mib)
    slowest = max((_median(partial(size, one), rounds) for one in worst), key=lambda figure: figure.seconds)
    what = f"sizing {DESTINATIONS:,} destinations"
    second = Figure(MOST_S, slowest.peak_mib)
    return [
        _ratio(what, "Erlang's recursion once for each", ours, theirs, 0.05),
        _ratio(what, "its budget", ours, Figure(BUDGET_S, ours.peak_mib), 1.0),
        _ratio("the slowest of profiles at the edge of what is accepted", "a second", slowest, second, 1.0),
    ]


def _ratio(what: str, peer: str, ours: Figure, theirs: Figure, at_most: float) -> Ratio:
    return Ratio(what, peer, ours, theirs, ours.seconds / theirs.seconds, at_most)


def _median(work: Callable[[], object], rounds: int) -> Figure:
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return Figure(statistics.median(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _by_recursion(offered: float) -> float:
    inverse = 1.0
    for port in range(1, SNAT_PORTS_PER_ADDRESS + 1):
        inverse = 1 + port / offered * inverse
    return 1 / inverse


def _many() -> Profile:
    some = random.Random(1)  # noqa: S311 - the same profile in every run
    demands = [
        kind
        for _ in range(DESTINATIONS // 4)
        for kind in (
            Connections(some.uniform(0.1, 60), some.uniform(1, 2_000)),
            Requests(some.uniform(10, 5_000), some.choice([1, 5, 50]), 0.3),
            Pool(some.randint(1, 100), 600.0),
            Connections(some.uniform(60, 600), some.uniform(1, 300)),
        )
    ]
    return Profile(tuple(_destination(number, demand, 1.0) for number, demand in enumerate(demands)))


def _edges() -> list[tuple[Connections | Pool, float]]:
    day = tuple(float(minute % 977) for minute in range(1_440))
    return [
        (Connections(1.0, 1.5e7), 1.0),
        (Connections(1e-9, 1e-9), 1.0),
        (Connections(600.0, None, day), 1_000.0),
        (Pool(100_000, 65.0), 100.0),
        (Pool(100_000, None), 125.0),
    ]


def _destination(number: int, demand: Connections | Requests | Pool, growth: float) -> Destination:
    return Destination(
        f"d{number}",
        Endpoint("host.example", 443, "tcp", 1, 1.0),
        Source(20, 4, (32_768, 60_999)),
        demand,
        End(0.9, 0.05, 0.05),
        Burst(10.0, 200.0) if number % 50 == 1 and not isinstance(demand, Pool) else None,
        Restart(0.5, 60.0, "fin") if number % 10 == 1 else None,
        growth=growth,
    )
