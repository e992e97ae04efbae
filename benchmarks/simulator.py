"""How fast connections are simulated: against the same model in simpy, at 92 % of the ports, and for a full hour.

Seconds of the processor, since nothing here waits. Compiling, which the first run after an installation does, is not in
them, and making the connections is in the hour only.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

from nat_egress.capacity.simulator.connections import UDP, Connections, merge
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.engine import CHUNK, Simulation
from nat_egress.capacity.simulator.settings import Gateway, Retry
from nat_egress.capacity.simulator.traffic import Poisson, pieces
from nat_egress.limits import HOLD_AFTER_FIN_S, MAX_IPV4_ADDRESSES

from benchmarks import in_simpy
from benchmarks.measure import Figure
from benchmarks.preview import Ratio

LIFE_S = 0.2
BUSY = 0.92
WARM_UP_S = 70
LARGE = Gateway(addresses=MAX_IPV4_ADDRESSES)
MIXED = Gateway(addresses=2, ports_per_address=1_024)
MIXED_RETRIES = (Retry(attempts=3, backoff_s=2.0), Retry())
MIXED_S = 900
MEASURED = 4_000_000
A_SECOND = 10_000_000
BYTES = 64
"""At most, for each live entry."""
HOUR_S = 3_600
MINUTE_S = 60.0


def simulator(rounds: int) -> list[Ratio]:
    """Simulate a bit of everything, as simpy does, and one hot destination of 16 addresses."""
    return [_against_simpy(rounds), *_at_92_percent(rounds), _an_hour()]


def _against_simpy(rounds: int) -> Ratio:
    connections = mix(MIXED_S)
    random = Random(1)  # noqa: S311 - a simulation

    def work() -> None:
        Simulation(MIXED, destinations=len(MIXED_RETRIES), seed=1, retries=MIXED_RETRIES).feed(connections)

    def peer() -> None:
        in_simpy.simulate(connections, MIXED, MIXED_RETRIES, lambda: in_simpy.Chance(MIXED, random))

    work()
    ours = [_timed(work) for _ in range(rounds)]
    theirs = [_timed(peer) for _ in range(rounds)]
    print(f"  {_median(theirs) / _median(ours):.0f} times as fast as in simpy", file=sys.stderr)
    what = f"simulating {len(connections):,} connections of all kinds and states"
    return _ratio(what, "the same model in simpy", _median(ours), _median(theirs), 1 / 100)


def mix(seconds: float) -> Connections:
    """Make connections that come to all states of the model: each way to end, both protocols, and silent machines."""
    kinds = [
        Poisson(rates_per_s=(30.0,), life_s=LIFE_S, ends=(0.7, 0.15, 0.1, 0.05)),
        Poisson(rates_per_s=(30.0,), life_s=LIFE_S, protocol=UDP, ends=(0.9, 0.0, 0.1, 0.0)),
        Poisson(rates_per_s=(2.0,), life_s=400.0, life="constant", destination=1, spacing_s=300.0),
    ]
    return merge(list(pieces(kinds, seconds=seconds, seed=1)))


def _at_92_percent(rounds: int) -> list[Ratio]:
    seconds, bytes_used = [], 0.0
    for _ in range(rounds):
        simulation = Simulation(LARGE, destinations=1, seed=1)
        simulation.feed(_stream(LARGE, BUSY, WARM_UP_S))
        found = _stream(LARGE, BUSY, MEASURED / _rate(LARGE, BUSY))
        connections = replace(found, start=found.start + simulation.now)
        chunks = [connections[first : first + CHUNK] for first in range(0, len(connections), CHUNK)]
        seconds.append(_timed(lambda run=simulation, fed=chunks: [run.feed(chunk) for chunk in fed]) / len(connections))  # type: ignore[misc]
        bytes_used = simulation.bytes_used / simulation.live
    a_second = 1 / _median(seconds)
    print(f"  {a_second / 1e6:.1f} million connections a second, {bytes_used:.1f} bytes a live entry", file=sys.stderr)
    what = f"a million connections at {BUSY:.0%} of the ports of {LARGE.addresses} addresses"
    memory = f"memory of a live entry: {bytes_used:.1f} bytes"
    return [
        _ratio(what, "10 million a second", _median(seconds) * 1e6, 1e6 / A_SECOND, 1.0),
        replace(_ratio(memory, f"{BYTES} bytes", _median(seconds), 1.0, 1.0), ratio=bytes_used / BYTES),
    ]


def _an_hour() -> Ratio:
    simulation = Simulation(LARGE, destinations=1, seed=1)

    def work() -> None:
        for piece in pieces([_kind(LARGE, 1.0)], seconds=HOUR_S, seed=1):
            simulation.feed(piece)

    seconds = _timed(work)
    attempts, failures = (int(simulation.counts[count]) for count in (Count.ATTEMPTS, Count.FAILURES))
    print(f"  an hour: {attempts:,} connections, {failures:,} without a port, {seconds:.1f} s", file=sys.stderr)
    what = f"an hour at 100 % of the ports of {LARGE.addresses} addresses, {attempts:,} connections"
    return _ratio(what, "a minute", seconds, MINUTE_S, 1.0)


def _rate(gateway: Gateway, share: float) -> float:
    return share * gateway.addresses * gateway.ports_per_address / (LIFE_S + HOLD_AFTER_FIN_S)


def _kind(gateway: Gateway, share: float) -> Poisson:
    return Poisson(rates_per_s=(_rate(gateway, share),), life_s=LIFE_S)


def _stream(gateway: Gateway, share: float, seconds: float) -> Connections:
    return merge(list(pieces([_kind(gateway, share)], seconds=seconds, seed=1)))


def _ratio(what: str, peer: str, ours: float, theirs: float, at_most: float) -> Ratio:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Ratio(what, peer, Figure(ours, memory), Figure(theirs, memory), ours / theirs, at_most)


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds)


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
