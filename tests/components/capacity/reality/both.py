"""The simulator and Linux side by side: the same connections through both, which must fare the same."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from nat_egress.capacity.simulator.connections import CLOSED, FIN, TCP, UDP
from nat_egress.capacity.simulator.reference import Request, Translator
from nat_egress.capacity.simulator.settings import Gateway, microseconds

from tests.components.capacity.reality.places import ONE, Row

if TYPE_CHECKING:
    from tests.components.capacity.reality.linux import Linux

HOUR_S = 3_600.0
TOLERANCE_S = 0.5
"""For a busy machine, and half of what any two timers of a test differ by."""


class Ports(NamedTuple):
    """The same role on both sides, where each has drawn a port of its own."""

    linux: int
    simulator: int


class Opened(NamedTuple):
    """A connection that both have translated."""

    request: Request
    linux: Row
    simulator: Row

    @property
    def ports(self) -> Ports:
        return Ports(self.linux.port, self.simulator.port)


class Both:
    """Takes each step on Linux and in the simulator, and fails where they part. Time is the machine's for both."""

    def __init__(self, linux: Linux, settings: Gateway) -> None:
        self.linux = linux
        self.settings = settings
        self._simulator = Translator(settings, seed=7)
        self._start = time.monotonic()
        self._numbers = count()

    def connect(self, destination: int = 0, **asked: int | float) -> Opened | None:
        """Open a connection, None where there is no port for it: both say the same."""
        request, linux, simulator = self.attempt(destination, **asked)
        assert (linux is None) == (simulator is None), f"Linux: {linux}, the simulator: {simulator}"
        return None if linux is None or simulator is None else Opened(request, linux, simulator)

    def attempt(
        self,
        destination: int = 0,
        *,
        source: int = ONE,
        source_port: int | None = None,
        protocol: int = TCP,
        life_s: float = HOUR_S,
        end: int | None = None,
    ) -> tuple[Request, Row | None, Row | None]:
        """Ask both for a connection, and return what each has made of it. A life of 0 ends it at once."""
        number = next(self._numbers)
        port = 40_000 + number if source_port is None else source_port
        end = {TCP: FIN, UDP: CLOSED}[protocol] if end is None else end
        request = Request(number, microseconds(life_s), 0, source, port, destination, protocol, end)
        linux = self.linux.connect(request)
        self._simulator.connect(self._now(), request)
        return request, linux, self._rows().get(number)

    def fill(self, destination: int = 0, **asked: int | float) -> list[Opened]:
        """Open connections to a destination until there is no port for one more, or more than the pool has are open."""
        opened: list[Opened] = []
        while len(opened) <= self.settings.ports_per_address and (one := self.connect(destination, **asked)):
            opened.append(one)
        return opened

    def receive(self, sender: int, protocol: int, ports: Ports) -> tuple[int, int] | None:
        """Send a packet from a destination to the first address; return the machine and port it comes to, if any."""
        came = self.linux.receive(sender, protocol, 0, ports.linux)
        matched = self._simulator.receive(self._now(), sender, protocol, 0, ports.simulator)
        assert (came is not None) == matched, f"Linux let it in to {came}, the simulator: {matched}"
        return came

    def tables(self) -> tuple[list[Row], list[Row]]:
        """Return both tables, which have the same connections, each with a port that no other of them has."""
        linux, simulator = self._tables()
        assert _connections(linux) == _connections(simulator)
        for table in (linux, simulator):
            assert len({(row.protocol, *row[3:]) for row in table}) == len(table)
        return linux, simulator

    def outlast(self) -> None:
        """Compare the tables until both are empty: no connection leaves one of them much earlier than the other."""
        agreed = time.monotonic()
        while True:
            linux, simulator = self._tables()
            if _connections(linux) == _connections(simulator):
                agreed = time.monotonic()
                if not linux:
                    return
            assert time.monotonic() < agreed + TOLERANCE_S, f"Linux: {linux}, the simulator: {simulator}"
            time.sleep(0.05)

    def _tables(self) -> tuple[list[Row], list[Row]]:
        linux = sorted(self.linux.table())
        self._simulator.advance(self._now())
        return linux, sorted(self._rows().values())

    def _now(self) -> int:
        return microseconds(time.monotonic() - self._start)

    def _rows(self) -> dict[int, Row]:
        return {
            number: Row(of.protocol, of.source, of.source_port, of.destination, entry.address, entry.port)
            for number, entry in self._simulator.table.items()
            for of in [entry.request]
        }


def _connections(table: list[Row]) -> list[tuple[int, ...]]:
    return [row[:4] for row in table]
