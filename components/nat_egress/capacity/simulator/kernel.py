"""`reference`, compiled: the same rules in the same order, over flat arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .connections import ABANDONED, UNANSWERED
from .counting import Count
from .jit import compiled, compiled_and_kept, natural, signed, sources
from .kernel_draws import attempt_key, draw
from .kernel_entries import (
    BUCKET,
    FIRST_QUEUE,
    HALF_OPEN,
    HEAPED,
    HELD,
    LATE,
    NEVER,
    OPEN,
    ROOM,
    SHIFT,
    URGENT,
    WAITING,
    Entries,
    Numbers,
    Slots,
    free_slot,
    new_slot,
)
from .kernel_keys import Table, is_half_full, place_of, put, remove
from .kernel_ports import choose_port, give_back, take
from .kernel_queues import HALF_OPEN_TIMEOUT, IDLE, IDLE_HOLD, Queues, dequeue, enqueue
from .kernel_wheel import pop_timer, set_timer, turn_wheel
from .settings import FIRST_PORT, MOST_DOUBLINGS

CALLS: Final = int(Count.CALLS)
LOST_CALLS: Final = int(Count.LOST_CALLS)
ATTEMPTS: Final = int(Count.ATTEMPTS)
FAILURES: Final = int(Count.FAILURES)
SILENT_DROPS: Final = int(Count.SILENT_DROPS)
LATE_PACKETS: Final = int(Count.LATE_PACKETS)
UNSOLICITED: Final = int(Count.UNSOLICITED)
REPLIES: Final = int(Count.REPLIES)
OPENS: Final = int(Count.OPEN)
HALF_OPENS: Final = int(Count.HALF_OPEN)
HELDS: Final = int(Count.HELD)
WAITINGS: Final = int(Count.WAITING)

LOST: Final = 8
"""Added to an end: an idle timeout will end the entry before its next packet comes."""
ROOM_NEEDED: Final = 2
"""Records that one event can take: an entry, and the packet that will come too late for it."""

REUSED: Final = 0
NOT_REUSED: Final = 1
ENDPOINT_INDEPENDENT: Final = 2


class Settings(NamedTuple):
    """The gateway's, and the run's. Times in microseconds."""

    seed: np.uint64
    """Hashed."""
    addresses: int
    ports: int
    mask: int
    """The bits that the last port has, counted from 0."""
    free_choice: bool
    mapping: int
    limit: int
    attempts: Numbers
    """By destination, as the next."""
    backoff: Numbers
    step: int
    """Between two rows of the series."""
    delays: Numbers
    """By queue."""


class Memory(NamedTuple):
    """The state of the gateway."""

    entries: Entries
    wheel: Slots
    heap: Slots
    registers: Numbers
    queues: Queues
    words: npt.NDArray[np.uint64]
    """By pool and address."""
    blocks: npt.NDArray[np.uint16]
    used: npt.NDArray[np.int32]
    active: npt.NDArray[np.int32]
    """By domain and address; kept only where there is a limit."""
    peaks: Numbers
    counts: Numbers
    mappings: Table
    """Endpoint-independent: private address, port and protocol to address and port, and the number of entries."""
    flows: Table
    """The entries of a destination, address and port, where the pools alone don't tell."""


class Arrivals(NamedTuple):
    """Columns of `Connections`, with the protocol put into the domain."""

    start: Numbers
    life: Numbers
    spacing: Numbers
    source: npt.NDArray[np.uint32]
    source_port: npt.NDArray[np.uint16]
    destination: npt.NDArray[np.int32]
    protocol: npt.NDArray[np.uint8]
    end: npt.NDArray[np.uint8]


class Packets(NamedTuple):
    """Columns of `Probes`."""

    time: Numbers
    destination: npt.NDArray[np.int32]
    protocol: npt.NDArray[np.uint8]
    address: npt.NDArray[np.uint8]
    port: npt.NDArray[np.uint16]


@compiled
def _run(  # noqa: PLR0917 - the compiled function is called by position
    arrivals: Arrivals,
    packets: Packets,
    until: int,
    first_number: int,
    position: Numbers,
    series: Numbers,
    settings: Settings,
    memory: Memory,
) -> bool:
    starts, times = arrivals.start, packets.time
    while True:
        start = starts[natural(position[0])] if position[0] < len(starts) else NEVER
        time = times[position[1]] if position[1] < len(times) else NEVER
        step = (position[2] + 1) * settings.step
        now = min(start, time, until, step)
        if not _advance(now, now == min(step, until), settings, memory):
            return False
        if now == step:
            _sample(series, position[2], memory)
            position[2] += 1
        elif min(start, time) > until:
            return True
        elif start <= time:
            if not _has_records(settings, memory):
                return False
            _arrive(arrivals, natural(position[0]), first_number + position[0], settings, memory)
            position[0] += 1
        else:
            _receive(packets, position[1], settings, memory)
            position[1] += 1


@compiled
def _has_records(settings: Settings, memory: Memory) -> bool:
    if memory.registers[ROOM] < ROOM_NEEDED:
        return False
    return settings.mapping == REUSED or not (is_half_full(memory.mappings) or is_half_full(memory.flows))


@compiled
def _sample(series: Numbers, row: int, memory: Memory) -> None:
    count = len(memory.counts)
    for index in range(count):
        series[row, index] = memory.counts[index]
    for pool in range(memory.used.shape[0]):
        for address in range(memory.used.shape[1]):
            series[row, count] = max(series[row, count], memory.used[pool, address])


@compiled
def _advance(time: int, settle: bool, settings: Settings, memory: Memory) -> bool:
    entries, wheel, heap, registers, queues = (
        memory.entries,
        memory.wheel,
        memory.heap,
        memory.registers,
        memory.queues,
    )
    while True:
        queue = natural(registers[FIRST_QUEUE])
        frees = queues.time[queue]
        over = min(time, frees) >> registers[SHIFT] > registers[BUCKET]
        if over and registers[HEAPED] == 0:
            turn_wheel(entries, wheel, heap, registers, min(time, frees))
        elif over and registers[URGENT] == 0:
            while registers[HEAPED] > 0:
                slot = pop_timer(entries, heap, registers)
                _hold(slot, signed(entries[slot].end), settings, memory)
        else:
            due = registers[HEAPED] > 0 and (settle or registers[URGENT] > 0)
            fires = entries[natural(heap[0])].timer if due else NEVER
            if min(frees, fires) > time:
                return True
            if frees <= fires:
                _end_of_queue(dequeue(entries, queues, registers), queue, settings, memory)
            else:
                if not _has_records(settings, memory):
                    return False
                _timer(pop_timer(entries, heap, registers), settings, memory)


@compiled
def _end_of_queue(slot: int, queue: int, settings: Settings, memory: Memory) -> None:
    if queue in (IDLE, IDLE + 1):
        memory.counts[SILENT_DROPS] += 1
        _hold(slot, IDLE_HOLD, settings, memory)
        return
    if queue == HALF_OPEN_TIMEOUT:
        _no_longer_active(slot, settings, memory)
    else:
        memory.counts[HELDS] -= 1
    _give_port_back(slot, settings, memory)
    free_slot(memory.entries, memory.registers, slot)


@compiled
def _timer(slot: int, settings: Settings, memory: Memory) -> None:
    entry = memory.entries[slot]
    if entry.state == OPEN:
        if entry.end == ABANDONED:
            queue = IDLE + (entry.domain & 1)
            entry.timer += settings.delays[queue]
            enqueue(memory.entries, memory.queues, memory.registers, queue, slot)
        else:
            _hold(slot, signed(entry.end), settings, memory)
    elif entry.state == WAITING:
        memory.counts[WAITINGS] -= 1
        entry.attempt += 1
        _attempt(slot, settings, memory)
    else:
        memory.counts[LATE_PACKETS] += 1
        free_slot(memory.entries, memory.registers, slot)


@compiled
def _hold(slot: int, queue: int, settings: Settings, memory: Memory) -> None:
    _no_longer_active(slot, settings, memory)
    memory.counts[HELDS] += 1
    memory.entries[slot].state = HELD
    memory.entries[slot].timer += settings.delays[queue]
    enqueue(memory.entries, memory.queues, memory.registers, queue, slot)


@compiled
def _no_longer_active(slot: int, settings: Settings, memory: Memory) -> None:
    entry = memory.entries[slot]
    memory.counts[OPENS if entry.state == OPEN else HALF_OPENS] -= 1
    if settings.limit < NEVER:
        memory.active[entry.domain, entry.address] -= 1


@compiled
def _arrive(arrivals: Arrivals, row: int, number: int, settings: Settings, memory: Memory) -> None:
    slot = new_slot(memory.entries, memory.registers)
    entry = memory.entries[slot]
    protocol = natural(arrivals.protocol[row])
    entry.timer = arrivals.start[row]
    entry.source = arrivals.source[row]
    entry.source_port = arrivals.source_port[row]
    entry.domain = 2 * arrivals.destination[row] + protocol
    entry.number = number
    entry.attempt = 0
    entry.end = arrivals.end[row]
    entry.span = arrivals.life[row]
    silence = min(arrivals.spacing[row], arrivals.life[row])
    if silence > settings.delays[IDLE + protocol] and entry.end != UNANSWERED:
        entry.end = entry.end | LOST
        entry.span = silence
    memory.counts[CALLS] += 1
    _attempt(slot, settings, memory)


@compiled
def _attempt(slot: int, settings: Settings, memory: Memory) -> None:
    entry = memory.entries[slot]
    memory.counts[ATTEMPTS] += 1
    if not _translate(slot, attempt_key(settings.seed, signed(entry.number), signed(entry.attempt)), settings, memory):
        _fail(slot, settings, memory)
        return
    if settings.limit < NEVER:
        memory.active[entry.domain, entry.address] += 1
    if entry.end == UNANSWERED:
        entry.state = HALF_OPEN
        memory.counts[HALF_OPENS] += 1
        entry.timer += settings.delays[HALF_OPEN_TIMEOUT]
        enqueue(memory.entries, memory.queues, memory.registers, HALF_OPEN_TIMEOUT, slot)
        return
    entry.state = OPEN
    memory.counts[OPENS] += 1
    if entry.end & LOST:
        late = new_slot(memory.entries, memory.registers)
        memory.entries[late].state = LATE
        memory.entries[late].number = entry.number
        memory.entries[late].timer = entry.timer + entry.span
        set_timer(memory.entries, memory.wheel, memory.heap, memory.registers, late)
        queue = IDLE + (entry.domain & 1)
        entry.timer += settings.delays[queue]
        enqueue(memory.entries, memory.queues, memory.registers, queue, slot)
        return
    entry.timer += entry.span
    set_timer(memory.entries, memory.wheel, memory.heap, memory.registers, slot)


@compiled
def _fail(slot: int, settings: Settings, memory: Memory) -> None:
    entry = memory.entries[slot]
    memory.counts[FAILURES] += 1
    destination = entry.domain >> 1
    if entry.attempt + 1 == settings.attempts[destination]:
        memory.counts[LOST_CALLS] += 1
        free_slot(memory.entries, memory.registers, slot)
        return
    entry.state = WAITING
    memory.counts[WAITINGS] += 1
    entry.timer += settings.backoff[destination] << min(signed(entry.attempt), MOST_DOUBLINGS)
    set_timer(memory.entries, memory.wheel, memory.heap, memory.registers, slot)


@compiled
def _translate(slot: int, key: np.uint64, settings: Settings, memory: Memory) -> bool:
    entry = memory.entries[slot]
    endpoint = signed(0)
    if settings.mapping == ENDPOINT_INDEPENDENT:
        endpoint = _endpoint(entry.source, entry.source_port, entry.domain & 1)
        place = place_of(memory.mappings, endpoint)
        if memory.mappings[0, place] == endpoint:
            mapping = memory.mappings[1, place]
            address = (mapping >> 16) & 0xFF
            if not _may_open(entry.domain, address, settings, memory):
                return False
            entry.address = address
            entry.port = mapping & 0xFFFF
            memory.mappings[1, place] = mapping + (1 << 24)
            _count_flow(entry.domain, address, mapping & 0xFFFF, 1, memory)
            return True
    pool = natural(entry.domain) if settings.mapping == REUSED else natural(entry.domain & 1)
    address = _choose_address(pool, entry.domain, key, settings, memory)
    if address < 0:
        return False
    used = signed(memory.used[pool, address])
    words, blocks = memory.words[pool, address], memory.blocks[pool, address]
    port = choose_port(words, blocks, used, settings.ports, settings.mask, key)
    take(words, blocks, port)
    memory.used[pool, address] = used + 1
    memory.peaks[address] = max(memory.peaks[address], used + 1)
    entry.address = address
    entry.port = port
    if settings.mapping == ENDPOINT_INDEPENDENT:
        put(memory.mappings, endpoint, (1 << 24) | (address << 16) | port)
    if settings.mapping != REUSED:
        _count_flow(entry.domain, address, port, 1, memory)
    return True


@compiled
def _give_port_back(slot: int, settings: Settings, memory: Memory) -> None:
    entry = memory.entries[slot]
    address, port = natural(entry.address), natural(entry.port)
    if settings.mapping != REUSED:
        _count_flow(entry.domain, address, port, -1, memory)
    if settings.mapping == ENDPOINT_INDEPENDENT:
        endpoint = _endpoint(entry.source, entry.source_port, entry.domain & 1)
        place = place_of(memory.mappings, endpoint)
        memory.mappings[1, place] -= 1 << 24
        if memory.mappings[1, place] >> 24 > 0:
            return
        remove(memory.mappings, endpoint)
    pool = natural(entry.domain) if settings.mapping == REUSED else natural(entry.domain & 1)
    give_back(memory.words[pool, address], memory.blocks[pool, address], port)
    memory.used[pool, address] -= 1


@compiled
def _choose_address(pool: int, domain: int, key: np.uint64, settings: Settings, memory: Memory) -> int:
    address = draw(key, 0, settings.addresses)
    if _has_room(pool, domain, address, settings, memory):
        return address
    if not settings.free_choice:
        return -1
    others = 0
    for other in range(settings.addresses):
        others += _has_room(pool, domain, other, settings, memory)
    if others == 0:
        return -1
    rank = draw(key, 1, others)
    for other in range(settings.addresses):
        if _has_room(pool, domain, other, settings, memory):
            if rank == 0:
                return other
            rank -= 1
    return -1


@compiled
def _has_room(pool: int, domain: int, address: int, settings: Settings, memory: Memory) -> bool:
    return memory.used[pool, address] < settings.ports and _may_open(domain, address, settings, memory)


@compiled
def _may_open(domain: int, address: int, settings: Settings, memory: Memory) -> bool:
    return settings.limit == NEVER or memory.active[domain, address] < settings.limit


@compiled
def _endpoint(source: int, source_port: int, protocol: int) -> int:
    return signed(source) << 17 | signed(source_port) << 1 | signed(protocol)


@compiled
def _flow(domain: int, address: int, port: int) -> int:
    return signed(domain) << 24 | signed(address) << 16 | signed(port)


@compiled
def _count_flow(domain: int, address: int, port: int, change: int, memory: Memory) -> None:
    flow = _flow(domain, address, port)
    place = place_of(memory.flows, flow)
    count = change
    if memory.flows[0, place] == flow:
        count += memory.flows[1, place]
    if count == 0:
        remove(memory.flows, flow)
    else:
        put(memory.flows, flow, count)


@compiled
def _receive(packets: Packets, row: int, settings: Settings, memory: Memory) -> None:
    address, port = signed(packets.address[row]), signed(packets.port[row]) - FIRST_PORT
    domain = 2 * signed(packets.destination[row]) + signed(packets.protocol[row])
    matched = False
    if 0 <= address < settings.addresses and 0 <= port < settings.ports:
        if settings.mapping == REUSED:
            matched = (memory.words[domain, address, port >> 6] >> np.uint64(port & 63)) & np.uint64(1) != np.uint64(0)
        else:
            flow = _flow(domain, address, port)
            matched = memory.flows[0, place_of(memory.flows, flow)] == flow
    memory.counts[REPLIES if matched else UNSOLICITED] += 1


def _kept(version: int) -> Callable[[Arrivals, Packets, int, int, Numbers, Numbers, Settings, Memory], bool]:
    @compiled_and_kept
    def run(  # noqa: PLR0917 - as above
        arrivals: Arrivals,
        packets: Packets,
        until: int,
        first_number: int,
        position: Numbers,
        series: Numbers,
        settings: Settings,
        memory: Memory,
    ) -> bool:
        """Let all come to pass up to `until`; False where more records are needed first.

        `position` says where to go on: the next arrival, the next packet, the next row of the series.
        """
        return version >= 0 and _run(arrivals, packets, until, first_number, position, series, settings, memory)

    return run


run = _kept(sources())
