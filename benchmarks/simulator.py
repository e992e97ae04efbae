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

from nat_egress.capacity.simulator.connections import Connections, merge
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.engine import Simulation
from nat_egress.capacity.simulator.settings import Gateway
from nat_egress.capacity.simulator.traffic import Poisson, pieces
from nat_egress.limits import HOLD_AFTER_FIN_S, MAX_IPV4_ADDRESSES

from benchmarks import in_simpy
from benchmarks.measure import Figure
from benchmarks.preview import Ratio

LIFE_S = 0.2
BUSY = 0.92
WARM_UP_S = 70
LARGE = Gateway(addresses=MAX_IPV4_ADDRESSES)
SMALL = Gateway(ports_per_address=1_024)
IN_SIMPY = 50_000
MEASURED = 4_000_000
A_SECOND = 10_000_000
BYTES = 64
"""At most, for each live entry."""
HOUR_S = 3_600
MINUTE_S = 60.0


def simulator(rounds: int) -> list[Ratio]:
    """Simulate one hot destination: of a small pool as simpy does, and of 16 addresses."""
    return [_against_simpy(rounds), *_at_92_percent(rounds), _an_hour()]


def _against_simpy(rounds: int) -> Ratio:
    connections = _stream(SMALL, BUSY, IN_SIMPY / _rate(SMALL, BUSY))
    Simulation(SMALL, destinations=1, seed=1).feed(connections)
    ours = [_timed(lambda: Simulation(SMALL, destinations=1, seed=1).feed(connections)) for _ in range(rounds)]
    ports = SMALL.ports_per_address
    theirs = [_timed(lambda: in_simpy.simulate(connections, ports, HOLD_AFTER_FIN_S)) for _ in range(rounds)]
    what = f"simulating {len(connections):,} connections through {ports:,} ports"
    return _ratio(what, "the same model in simpy", _median(ours), _median(theirs), 1 / 100)


def _at_92_percent(rounds: int) -> list[Ratio]:
    seconds, bytes_used = [], 0.0
    for _ in range(rounds):
        simulation = Simulation(LARGE, destinations=1, seed=1)
        simulation.feed(_stream(LARGE, BUSY, WARM_UP_S))
        found = _stream(LARGE, BUSY, MEASURED / _rate(LARGE, BUSY))
        connections = replace(found, start=found.start + simulation.now)
        seconds.append(_timed(lambda run=simulation, more=connections: run.feed(more)) / len(connections))  # type: ignore[misc]
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
