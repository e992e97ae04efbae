"""The simulator's peer: one address, one destination, FIN only, as one would write it with simpy."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Literal

import simpy
from nat_egress.capacity.simulator.connections import Connections
from nat_egress.capacity.simulator.settings import FIRST_PORT, MICROSECONDS

Event = Generator[simpy.Event, object, None]


@dataclass
class Entry:
    """A row of the translation table."""

    source: int
    source_port: int
    port: int
    state: Literal["open", "held"]
    timer: float


@dataclass
class Gateway:
    """An address, its ports and its table."""

    environment: simpy.Environment
    ports: int
    hold_s: float
    random: random.Random
    busy: set[int] = field(default_factory=set)
    table: dict[int, Entry] = field(default_factory=dict)
    attempts: int = 0
    failures: int = 0

    def arrivals(self, connections: Connections) -> Event:
        """Open each connection at its time."""
        for number, (start, life, source, source_port) in enumerate(_rows(connections)):
            yield self.environment.timeout(start / MICROSECONDS - self.environment.now)
            self.attempts += 1
            if len(self.busy) == self.ports:
                self.failures += 1
            else:
                self.environment.process(self.connection(number, life / MICROSECONDS, source, source_port))

    def connection(self, number: int, life_s: float, source: int, source_port: int) -> Event:
        """Take a port, be open, be held, and give it back."""
        port = self.random.randrange(self.ports)
        while port in self.busy:
            port = self.random.randrange(self.ports)
        self.busy.add(port)
        entry = Entry(source, source_port, port + FIRST_PORT, "open", self.environment.now + life_s)
        self.table[number] = entry
        yield self.environment.timeout(life_s)
        entry.state, entry.timer = "held", self.environment.now + self.hold_s
        yield self.environment.timeout(self.hold_s)
        self.busy.remove(port)
        del self.table[number]


def simulate(connections: Connections, ports: int, hold_s: float) -> Gateway:
    """Simulate all of `connections`."""
    environment = simpy.Environment()
    gateway = Gateway(environment, ports, hold_s, random.Random(1))  # noqa: S311 - a simulation
    environment.run(until=environment.process(gateway.arrivals(connections)))
    return gateway


def _rows(connections: Connections) -> Iterator[tuple[int, int, int, int]]:
    columns = (connections.start, connections.life, connections.source, connections.source_port)
    yield from zip(*(column.tolist() for column in columns), strict=True)
