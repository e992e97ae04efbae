"""Port address translation, written to be read: each rule of the gateway once, in plain Python.

`engine` gives the same results for the same seed, much faster. Here the table can be looked at any moment.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from .connections import ABANDONED, COLUMNS, FIN, RST, TCP, UDP, UNANSWERED, Connections, Probes, no_probes
from .counting import Count
from .draws import attempt_key, draw, tries
from .settings import FIRST_PORT, MOST_DOUBLINGS, Gateway, Retry, microseconds

State = Literal["half-open", "open", "held"]
PROBING_SHARE: Final = 16
"""Ports are drawn until one is free as long as at least one of so many is; then one is drawn of those that are free."""


@dataclass(frozen=True)
class Request:
    """A connection that a machine wants."""

    number: int
    """Counted over the run, from 0."""
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

    request: Request
    address: int
    """Which of the gateway's addresses, counted from 0."""
    port: int
    """The translated port."""
    state: State
    timer: int
    """When the state ends, in microseconds."""


@dataclass
class _Pool:
    """The ports in use, for one destination and protocol; or for one protocol where ports are not reused."""

    busy: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By address; ports are counted from 0."""


class Translator:
    """The gateway and its table. Times are in microseconds and never go back."""

    def __init__(self, gateway: Gateway, *, seed: int, retries: Sequence[Retry] = ()) -> None:
        self.gateway = gateway
        self.seed = seed
        self.retries = retries
        """By destination; where there are none, a call has one attempt."""
        self.now = 0
        self._ports = frozenset(range(gateway.ports_per_address))
        self.table: dict[int, Entry] = {}
        """By the number of the connection."""
        self.counts = [0] * len(Count)
        self.peak_ports = [0] * gateway.addresses
        """By address, the most ports in use at once for one destination."""
        self._events: list[tuple[int, int, int, str, tuple[object, ...]]] = []
        self._pools: dict[tuple[int, int], _Pool] = defaultdict(_Pool)
        self._active: dict[tuple[int, int, int], int] = defaultdict(int)
        self._mappings: dict[tuple[int, int, int], list[int]] = {}
        """Endpoint-independent: address, port and number of entries of a private address, port and protocol."""
        self._flows: dict[tuple[int, int, int, int], int] = defaultdict(int)
        """Entries by destination, protocol, translated address and port: what replies are matched with."""
        self._numbers = 0
        self._order = 0

    def run(self, connections: Connections, probes: Probes | None = None) -> Iterator[int]:
        """Let all come to pass, and yield the time after each, for whoever looks at the table."""
        for time, happening in _in_order(connections, probes or no_probes()):
            if isinstance(happening, Request):
                self.connect(time, happening)
            else:
                self.receive(time, *happening)
            yield time

    def connect(self, time: int, request: Request) -> None:
        """Take the first packet of a connection."""
        self.advance(time)
        self.counts[Count.CALLS] += 1
        self._attempt(request, 0)

    def receive(self, time: int, destination: int, protocol: int, address: int, port: int) -> bool:
        """Take a packet from outside; say whether it is translated back, or dropped."""
        self.advance(time)
        matched = self._flows.get((destination, protocol, address, port - FIRST_PORT), 0) > 0
        self.counts[Count.REPLIES if matched else Count.UNSOLICITED] += 1
        return matched

    def advance(self, time: int) -> None:
        """Let all timers up to `time` go off: ports are freed before anything else of the same microsecond."""
        while self._events and self._events[0][0] <= time:
            self.now, _, _, action, arguments = heapq.heappop(self._events)
            getattr(self, f"_{action}")(*arguments)
        self.now = time

    def _at(self, time: int, action: str, number: int, *arguments: object) -> None:
        frees = action in {"free", "expire"}
        self._order += 1
        heapq.heappush(self._events, (time, 0 if frees else 1, number * 2**32 + self._order, action, arguments))

    def _attempt(self, request: Request, attempt: int) -> None:
        self.counts[Count.ATTEMPTS] += 1
        found = self._translation(request, attempt_key(self.seed, request.number, attempt))
        if found is None:
            self._fail(request, attempt)
            return
        address, port = found
        self._take(request, address, port)
        half_open = request.end == UNANSWERED
        self.counts[Count.HALF_OPEN if half_open else Count.OPEN] += 1
        entry = Entry(request, address, port + FIRST_PORT, "half-open" if half_open else "open", self.now)
        self.table[request.number] = entry
        idle = self._idle_timeout(request.protocol)
        silence = min(request.spacing, request.life)
        if half_open:
            entry.timer += microseconds(self.gateway.half_open_s)
            self._at(entry.timer, "free", request.number, entry)
        elif silence > idle:
            entry.timer += idle
            self._at(entry.timer, "expire", request.number, entry)
            self._at(self.now + silence, "late", request.number)
        else:
            entry.timer += request.life
            self._at(entry.timer, "close", request.number, entry)

    def _fail(self, request: Request, attempt: int) -> None:
        self.counts[Count.FAILURES] += 1
        retry = self.retries[request.destination] if self.retries else Retry()
        if attempt + 1 == retry.attempts:
            self.counts[Count.LOST_CALLS] += 1
            return
        self.counts[Count.WAITING] += 1
        pause = microseconds(retry.backoff_s) << min(attempt, MOST_DOUBLINGS)
        self._at(self.now + pause, "again", request.number, request, attempt + 1)

    def _again(self, request: Request, attempt: int) -> None:
        self.counts[Count.WAITING] -= 1
        self._attempt(request, attempt)

    def _close(self, entry: Entry) -> None:
        request = entry.request
        if request.end == ABANDONED:
            entry.timer = self.now + self._idle_timeout(request.protocol)
            self._at(entry.timer, "expire", request.number, entry)
            return
        holds = {FIN: self.gateway.fin_hold_s, RST: self.gateway.rst_hold_s}
        self._hold(entry, microseconds(holds.get(request.end, self.gateway.udp_hold_s)))

    def _expire(self, entry: Entry) -> None:
        self.counts[Count.SILENT_DROPS] += 1
        self._hold(entry, microseconds(self.gateway.idle_hold_s))

    def _late(self) -> None:
        self.counts[Count.LATE_PACKETS] += 1

    def _hold(self, entry: Entry, hold: int) -> None:
        self._no_longer_active(entry)
        entry.state, entry.timer = "held", self.now + hold
        self.counts[Count.HELD] += 1
        self._at(entry.timer, "free", entry.request.number, entry)

    def _free(self, entry: Entry) -> None:
        if entry.state == "held":
            self.counts[Count.HELD] -= 1
        else:
            self._no_longer_active(entry)
        request, address, port = entry.request, entry.address, entry.port - FIRST_PORT
        del self.table[request.number]
        self._flows[request.destination, request.protocol, address, port] -= 1
        if self.gateway.mapping == "endpoint-independent":
            endpoint = (request.source, request.source_port, request.protocol)
            self._mappings[endpoint][2] -= 1
            if self._mappings[endpoint][2]:
                return
            del self._mappings[endpoint]
        self._pool(request).busy[address].remove(port)

    def _no_longer_active(self, entry: Entry) -> None:
        self.counts[Count.HALF_OPEN if entry.state == "half-open" else Count.OPEN] -= 1
        self._active[entry.request.destination, entry.request.protocol, entry.address] -= 1

    def _translation(self, request: Request, key: int) -> tuple[int, int] | None:
        """Choose an address and a port, counted from 0; None where there is none."""
        if self.gateway.mapping == "endpoint-independent":
            mapping = self._mappings.get((request.source, request.source_port, request.protocol))
            if mapping is not None:
                return (mapping[0], mapping[1]) if self._may_open(request, mapping[0]) else None
        busy = self._pool(request).busy
        address = draw(key, 0, self.gateway.addresses)
        if not self._has_room(request, address):
            others = [other for other in range(self.gateway.addresses) if self._has_room(request, other)]
            if self.gateway.address_choice == "random" or not others:
                return None
            address = others[draw(key, 1, len(others))]
        return address, self._port(busy[address], key)

    def _port(self, busy: set[int], key: int) -> int:
        """Draw one of the free ports; all are equally likely both ways."""
        ports = self.gateway.ports_per_address
        free = ports - len(busy)
        if free * PROBING_SHARE < ports:
            return sorted(self._ports - busy)[draw(key, 2, free)]
        return next(port for port in tries(key, 2, ports) if port not in busy)

    def _take(self, request: Request, address: int, port: int) -> None:
        self._flows[request.destination, request.protocol, address, port] += 1
        self._active[request.destination, request.protocol, address] += 1
        if self.gateway.mapping == "endpoint-independent":
            endpoint = (request.source, request.source_port, request.protocol)
            self._mappings.setdefault(endpoint, [address, port, 0])[2] += 1
        busy = self._pool(request).busy[address]
        busy.add(port)
        self.peak_ports[address] = max(self.peak_ports[address], len(busy))

    def _has_room(self, request: Request, address: int) -> bool:
        busy = self._pool(request).busy[address]
        return len(busy) < self.gateway.ports_per_address and self._may_open(request, address)

    def _may_open(self, request: Request, address: int) -> bool:
        limit = self.gateway.active_limit
        return limit is None or self._active[request.destination, request.protocol, address] < limit

    def _pool(self, request: Request) -> _Pool:
        reused = self.gateway.reuse and self.gateway.mapping == "address-and-port-dependent"
        return self._pools[request.destination if reused else -1, request.protocol]

    def _idle_timeout(self, protocol: int) -> int:
        return microseconds({TCP: self.gateway.idle_timeout_s, UDP: self.gateway.udp_idle_timeout_s}[protocol])


def _in_order(connections: Connections, probes: Probes) -> Iterator[tuple[int, Request | tuple[int, int, int, int]]]:
    """Yield connections and packets from outside by their time, connections first."""
    columns = [getattr(connections, name) for name in COLUMNS[1:]]
    requests = (
        (int(start), 0, number, Request(number, *map(int, row)))
        for number, (start, *row) in enumerate(zip(connections.start, *columns, strict=True))
    )
    packets = (
        (int(time), 1, number, tuple(map(int, row)))
        for number, (time, *row) in enumerate(
            zip(probes.time, probes.destination, probes.protocol, probes.address, probes.port, strict=True)
        )
    )
    for time, _, _, happening in heapq.merge(requests, packets, key=lambda item: item[:3]):
        yield time, happening  # type: ignore[misc]
