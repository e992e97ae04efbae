"""The simulator's peer: the same gateway as one would write it with simpy, a process for each connection.

All states of the model, both protocols, several destinations and retries; the mapping is Azure's, and one address is
drawn for an attempt. Times are whole microseconds, as the simulator's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal, Protocol

import simpy
from nat_egress.capacity.simulator.connections import ABANDONED, CLOSED, COLUMNS, FIN, RST, UNANSWERED, Connections
from nat_egress.capacity.simulator.counting import Count
from nat_egress.capacity.simulator.settings import FIRST_PORT, MOST_DOUBLINGS, Gateway, Retry, microseconds

Event = Generator[simpy.Event, object, None]


class Pool(Protocol):
    """The ports toward one destination and protocol."""

    def take(self, number: int, attempt: int) -> tuple[int, int] | None:
        """Choose an address and a free port for an attempt of a connection; None where the address has none."""

    def give_back(self, address: int, port: int) -> None:
        """Free a port."""


class Chance:
    """A pool that draws an address, and one of its free ports."""

    def __init__(self, gateway: Gateway, random: Random) -> None:
        self.free = [list(range(gateway.ports_per_address)) for _ in range(gateway.addresses)]
        self.random = random

    def take(self, _number: int, _attempt: int) -> tuple[int, int] | None:
        address = int(self.random.random() * len(self.free))
        free = self.free[address]
        if not free:
            return None
        index = int(self.random.random() * len(free))
        free[index], free[-1] = free[-1], free[index]
        return address, free.pop()

    def give_back(self, address: int, port: int) -> None:
        self.free[address].append(port)


@dataclass(frozen=True)
class Call:
    """A connection that a machine wants."""

    number: int
    life: int
    spacing: int
    source: int
    source_port: int
    destination: int
    protocol: int
    end: int


@dataclass
class Entry:
    """A row of the translation table."""

    call: Call
    address: int
    port: int
    state: Literal["half-open", "open", "held"]
    timer: int


@dataclass
class Translator:
    """The gateway, its ports and its table."""

    environment: simpy.Environment
    gateway: Gateway
    retries: Sequence[Retry]
    """By destination."""
    new_pool: Callable[[], Pool]
    pools: dict[tuple[int, int], Pool] = field(init=False)
    """By destination and protocol."""
    table: dict[int, Entry] = field(default_factory=dict)
    counts: list[int] = field(default_factory=lambda: [0] * len(Count))

    def __post_init__(self) -> None:
        self.pools = defaultdict(self.new_pool)
        self.half_open = microseconds(self.gateway.half_open_s)
        self.idle = [microseconds(self.gateway.idle_timeout_s), microseconds(self.gateway.udp_idle_timeout_s)]
        self.idle_hold = microseconds(self.gateway.idle_hold_s)
        self.holds = {
            FIN: microseconds(self.gateway.fin_hold_s),
            RST: microseconds(self.gateway.rst_hold_s),
            CLOSED: microseconds(self.gateway.udp_hold_s),
        }

    def arrivals(self, connections: Connections) -> Event:
        """Begin each connection at its time."""
        for start, call in _calls(connections):
            yield self.environment.timeout(start - self.environment.now)
            self.counts[Count.CALLS] += 1
            self.environment.process(self.call(call))

    def call(self, call: Call) -> Event:
        """Try until there is a port or no attempt is left."""
        retry = self.retries[call.destination]
        pool = self.pools[call.destination, call.protocol]
        for attempt in range(retry.attempts):
            self.counts[Count.ATTEMPTS] += 1
            found = pool.take(call.number, attempt)
            if found is not None:
                yield from self.connection(call, *found)
                pool.give_back(*found)
                return
            self.counts[Count.FAILURES] += 1
            if attempt + 1 < retry.attempts:
                self.counts[Count.WAITING] += 1
                yield self.environment.timeout(microseconds(retry.backoff_s) << min(attempt, MOST_DOUBLINGS))
                self.counts[Count.WAITING] -= 1
        self.counts[Count.LOST_CALLS] += 1

    def connection(self, call: Call, address: int, port: int) -> Event:
        """Be an entry of the table from the first packet until the port is free."""
        entry = Entry(call, address, port + FIRST_PORT, "open", int(self.environment.now))
        self.table[call.number] = entry
        if call.end == UNANSWERED:
            entry.state = "half-open"
            yield from self.stay(entry, Count.HALF_OPEN, self.half_open)
        else:
            yield from self.answered(entry)
        del self.table[call.number]

    def answered(self, entry: Entry) -> Event:
        """Be open and held."""
        call, idle = entry.call, self.idle[entry.call.protocol]
        silence = min(call.spacing, call.life)
        if silence > idle:
            self.environment.process(self.late_packet(silence))
            yield from self.stay(entry, Count.OPEN, idle)
        else:
            yield from self.stay(entry, Count.OPEN, call.life)
            if call.end == ABANDONED:
                yield from self.stay(entry, Count.OPEN, idle)
        if silence > idle or call.end == ABANDONED:
            self.counts[Count.SILENT_DROPS] += 1
            hold = self.idle_hold
        else:
            hold = self.holds[call.end]
        entry.state = "held"
        yield from self.stay(entry, Count.HELD, hold)

    def stay(self, entry: Entry, state: Count, time: int) -> Event:
        """Be in a state for a time."""
        self.counts[state] += 1
        entry.timer = int(self.environment.now) + time
        yield self.environment.timeout(time)
        self.counts[state] -= 1

    def late_packet(self, silence: int) -> Event:
        """Come when the entry is gone."""
        yield self.environment.timeout(silence)
        self.counts[Count.LATE_PACKETS] += 1


def simulate(
    connections: Connections,
    gateway: Gateway,
    retries: Sequence[Retry],
    new_pool: Callable[[], Pool],
    *,
    until: int | None = None,
) -> Translator:
    """Simulate all of `connections`, and let timers go on to `until`."""
    environment = simpy.Environment()
    translator = Translator(environment, gateway, retries, new_pool)
    arrivals = environment.process(translator.arrivals(connections))
    environment.run(arrivals if until is None else until + 1)
    return translator


def _calls(connections: Connections) -> Iterator[tuple[int, Call]]:
    columns = [getattr(connections, name).tolist() for name in COLUMNS]
    for number, (start, *others) in enumerate(zip(*columns, strict=True)):
        yield start, Call(number, *others)
