"""The simulator that runs at scale: it owns the arrays, and lets `kernel` work on them."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address
from typing import Final

import numpy as np
import numpy.typing as npt

from . import draws, kernel
from . import kernel_entries as records
from .connections import Connections, Probes, no_probes
from .counting import Count
from .errors import CannotSimulate
from .kernel_keys import half_full, new_table, with_more_places
from .kernel_ports import BLOCK, words_for
from .kernel_queues import HALF_OPEN_TIMEOUT, QUEUES, new_queues, with_more_blocks
from .kernel_wheel import BUCKETS
from .settings import FIRST_PORT, MICROSECONDS, MOST_CONNECTIONS, Gateway, Retry, microseconds

FIRST_RECORDS: Final = 1 << 12
GROWTH: Final = 1.25
"""A quarter at a time: with 40 bytes a record, 4 in the heap and 4 in the queues, an entry takes at most 60."""
CHUNK: Final = 1 << 18
"""Connections that are fed at a time: few enough that what they are checked with stays in the processor's cache."""
QUIET_S: Final = 2.0
"""How long a run stays silent before it reports its progress, and between two reports."""

Progress = Callable[[float], None]


class Simulation:
    """A gateway and its table, for connections that come in pieces. Times are in microseconds and never go back.

    `retries` are by destination; where there are none, a call has one attempt.
    """

    def __init__(
        self, gateway: Gateway, *, destinations: int, seed: int, retries: Sequence[Retry] = (), step_s: float = 1.0
    ) -> None:
        if retries and len(retries) != destinations:
            raise CannotSimulate(f"there are retries for {len(retries)} destinations of {destinations}")
        self.gateway = gateway
        self.destinations = destinations
        self.step_s = step_s
        self.now = 0
        self._numbers = 0
        self._width_known = False
        self._series = np.zeros((0, len(Count) + 1), np.int64)
        self._position = np.zeros(3, np.int64)
        self._settings = _settings(gateway, seed, retries or [Retry()] * destinations, step_s)
        self._memory = _memory(gateway, destinations, self._settings.mapping)

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """The counters now, in the order of `Count`."""
        return self._memory.counts

    @property
    def live(self) -> int:
        """Entries of the table now."""
        return int(sum(self.counts[count] for count in (Count.OPEN, Count.HALF_OPEN, Count.HELD)))

    @property
    def peak_ports(self) -> list[int]:
        """By address, the most ports in use at once for one destination."""
        return [int(peak) for peak in self._memory.peaks]

    @property
    def series(self) -> npt.NDArray[np.int64]:
        """A row for each whole step: the counters at its end, and the ports of the fullest address and destination."""
        return self._series[: self._position[2]]

    @property
    def bytes_used(self) -> int:
        """What the table and its timers take, and the port bitmaps of what was ever used."""
        memory = self._memory
        table = memory.entries.nbytes + memory.heap.nbytes + memory.wheel.nbytes + memory.queues.slots.nbytes
        used = int(np.count_nonzero(memory.words.any(axis=2)))
        return int(table + used * (memory.words[0, 0].nbytes + memory.blocks[0, 0].nbytes))

    def feed(self, connections: Connections, probes: Probes | None = None) -> None:
        """Take the next connections and packets from outside, all of them later than what came before."""
        connections.check(self.destinations, not_before=self.now)
        probes = probes or no_probes()
        self._check_probes(probes)
        if self._numbers + len(connections) > MOST_CONNECTIONS:
            raise CannotSimulate(f"a run has at most {MOST_CONNECTIONS:,} connections: simulate a shorter time")
        last = max([self.now, *(int(times[-1]) for times in (connections.start, probes.time) if len(times))])
        self._run(connections, probes, last)
        self._numbers += len(connections)

    def finish(self, until: int) -> None:
        """Let the timers go on to `until`."""
        if until < self.now:
            raise CannotSimulate(f"the simulation is at {self.now} microseconds already, and cannot go back to {until}")
        self._run(_NO_CONNECTIONS, no_probes(), until)

    def table(self) -> list[dict[str, object]]:
        """Return the translation table as it is now, in the order in which the connections came."""
        entries = self._memory.entries
        live = entries[(entries["state"] >= records.OPEN) & (entries["state"] <= records.HELD)]
        return [_row(entry) for entry in live[np.argsort(live["number"])]]

    def _check_probes(self, probes: Probes) -> None:
        times = np.concatenate(([self.now], probes.time))
        wrong = np.flatnonzero(
            (times[1:] < times[:-1])
            | (probes.destination < 0)
            | (probes.destination >= self.destinations)
            | (probes.protocol > 1)
        )
        if len(wrong):
            raise CannotSimulate(f"packet {wrong[0]} from outside (counted from 0) is out of order, or from nowhere")

    def _run(self, connections: Connections, probes: Probes, until: int) -> None:
        self._set_width(connections)
        rows = until // self._settings.step + 1
        if rows > len(self._series):
            grown = np.zeros((max(rows, 2 * len(self._series)), self._series.shape[1]), np.int64)
            grown[: len(self._series)] = self._series
            self._series = grown
        self._position[:2] = 0
        arrivals = kernel.Arrivals(**{name: getattr(connections, name) for name in kernel.Arrivals._fields})
        packets = kernel.Packets(**{name: getattr(probes, name) for name in kernel.Packets._fields})
        while not kernel.run(
            arrivals, packets, until, self._numbers, self._position, self._series, self._settings, self._memory
        ):
            self._memory = _with_more_room(self._memory)
        self.now = until

    def _set_width(self, connections: Connections) -> None:
        """Make the wheel's buckets as wide as two connections are apart, or so wide that it turns in 8 mean lives."""
        if self._width_known or not len(connections):
            return
        apart = (int(connections.start[-1]) - self.now) / len(connections)
        width = max(2 * apart, 8 * float(connections.life.mean()) / BUCKETS, 1.0)
        shift = int(np.log2(width))
        registers = self._memory.registers
        registers[records.SHIFT] = shift
        registers[records.BUCKET] = self.now >> shift
        if self._settings.limit < records.NEVER or self._settings.delays[:HALF_OPEN_TIMEOUT].min() < 1 << shift:
            registers[records.URGENT] += 1  # one that never goes off: an end can make room within its own bucket
        self._width_known = True


def simulate(
    gateway: Gateway,
    pieces: Iterable[Connections],
    *,
    destinations: int,
    seed: int,
    seconds: float,
    retries: Sequence[Retry] = (),
    step_s: float = 1.0,
    progress: Progress | None = None,
    moment_s: float | None = None,
    look: Callable[[Simulation], None] | None = None,
) -> Simulation:
    """Simulate `seconds` of connections that come in pieces.

    `progress` hears the share done, every two seconds. At `moment_s`, `look` gets the simulation.
    """
    simulation = Simulation(gateway, destinations=destinations, seed=seed, retries=retries, step_s=step_s)
    end = microseconds(seconds)
    reported = clock.monotonic()
    moment = None if look is None or moment_s is None else microseconds(moment_s)
    for piece in pieces:
        for first in range(0, len(piece), CHUNK):
            chunk = piece[first : first + CHUNK]
            if moment is not None and look is not None and int(chunk.start[-1]) > moment:
                before = int(np.searchsorted(chunk.start, moment, "right"))
                simulation.feed(chunk[:before])
                simulation.finish(moment)
                look(simulation)
                moment, chunk = None, chunk[before:]
            simulation.feed(chunk)
            if progress is not None and clock.monotonic() - reported >= QUIET_S:
                reported = clock.monotonic()
                progress(min(1.0, simulation.now / end))
    if moment is not None and look is not None:
        simulation.finish(max(moment, simulation.now))
        look(simulation)
    simulation.finish(max(end, simulation.now))
    return simulation


def _settings(gateway: Gateway, seed: int, retries: Sequence[Retry], step_s: float) -> kernel.Settings:
    mapping = kernel.REUSED if gateway.reuse else kernel.NOT_REUSED
    if gateway.mapping == "endpoint-independent":
        mapping = kernel.ENDPOINT_INDEPENDENT
    delays = (
        gateway.fin_hold_s,
        gateway.rst_hold_s,
        gateway.udp_hold_s,
        gateway.half_open_s,
        gateway.idle_timeout_s,
        gateway.udp_idle_timeout_s,
        gateway.idle_hold_s,
    )
    return kernel.Settings(
        seed=np.uint64(draws.mix(seed)),
        addresses=gateway.addresses,
        ports=gateway.ports_per_address,
        mask=(1 << (gateway.ports_per_address - 1).bit_length()) - 1,
        free_choice=gateway.address_choice == "free",
        mapping=mapping,
        limit=records.NEVER if gateway.active_limit is None else gateway.active_limit,
        attempts=np.array([retry.attempts for retry in retries], np.int64),
        backoff=np.array([microseconds(retry.backoff_s) for retry in retries], np.int64),
        step=max(1, round(step_s * MICROSECONDS)),
        delays=np.array([microseconds(delay) for delay in delays], np.int64),
    )


def _memory(gateway: Gateway, destinations: int, mapping: int) -> kernel.Memory:
    """Set up a gateway without entries. Bitmaps of zeros cost no memory until a port of theirs is used."""
    domains, addresses = 2 * destinations, gateway.addresses
    pools = domains if mapping == kernel.REUSED else 2
    registers = np.zeros(records.REGISTERS, np.int64)
    registers[records.ROOM] = FIRST_RECORDS
    registers[records.SECOND_TIME] = records.NEVER
    registers[records.FREE_BLOCK] = QUEUES
    return kernel.Memory(
        entries=_chained(np.zeros(FIRST_RECORDS, records.ENTRY), 0, records.NONE),
        wheel=np.full(BUCKETS, records.NONE, np.int32),
        heap=np.zeros(FIRST_RECORDS, np.int32),
        registers=registers,
        queues=new_queues(FIRST_RECORDS),
        words=np.zeros((pools, addresses, words_for(gateway.ports_per_address)), np.uint64),
        blocks=np.zeros((pools, addresses, -(-gateway.ports_per_address // BLOCK)), np.uint16),
        used=np.zeros((pools, addresses), np.int32),
        active=np.zeros((domains, addresses), np.int32),
        peaks=np.zeros(addresses, np.int64),
        counts=np.zeros(len(Count), np.int64),
        mappings=new_table(),
        flows=new_table(),
    )


def _with_more_room(memory: kernel.Memory) -> kernel.Memory:
    if half_full(memory.mappings):
        memory = memory._replace(mappings=with_more_places(memory.mappings))
    if half_full(memory.flows):
        memory = memory._replace(flows=with_more_places(memory.flows))
    if memory.registers[records.ROOM] >= kernel.ROOM_NEEDED:
        return memory
    old = len(memory.entries)
    new = int(old * GROWTH)
    entries = np.zeros(new, records.ENTRY)
    entries[:old] = memory.entries
    heap = np.zeros(new, np.int32)
    heap[:old] = memory.heap
    _chained(entries, old, int(memory.registers[records.FREE_LIST]) if memory.registers[records.ROOM] else records.NONE)
    memory.registers[records.FREE_LIST] = old
    memory.registers[records.ROOM] += new - old
    queues = with_more_blocks(memory.queues, memory.registers, new)
    return memory._replace(entries=entries, heap=heap, queues=queues)


def _chained(entries: npt.NDArray[np.void], first: int, then: int) -> npt.NDArray[np.void]:
    """Put the records from `first` on into the list of unused ones, with `then` behind them."""
    entries["next"][first:] = np.arange(first + 1, len(entries) + 1)
    entries["next"][-1] = then
    return entries


def _row(entry: np.void) -> dict[str, object]:
    return {
        "connection": int(entry["number"]),
        "source": str(IPv4Address(int(entry["source"]))),
        "source_port": int(entry["source_port"]),
        "address": int(entry["address"]),
        "port": int(entry["port"]) + FIRST_PORT,
        "destination": int(entry["domain"]) >> 1,
        "protocol": ("tcp", "udp")[int(entry["domain"]) & 1],
        "state": {records.OPEN: "open", records.HALF_OPEN: "half-open", records.HELD: "held"}[int(entry["state"])],
        "timer": int(entry["timer"]),
    }


_NO_CONNECTIONS: Final = Connections(
    start=np.zeros(0, np.int64),
    life=np.zeros(0, np.int64),
    spacing=np.zeros(0, np.int64),
    source=np.zeros(0, np.uint32),
    source_port=np.zeros(0, np.uint16),
    destination=np.zeros(0, np.int32),
    protocol=np.zeros(0, np.uint8),
    end=np.zeros(0, np.uint8),
)
