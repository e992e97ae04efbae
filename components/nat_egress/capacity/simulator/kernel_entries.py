"""The memory of the compiled simulator: one record of 40 bytes an entry, and the timers that chain them.

A timer whose length is one of the gateway's settings (a hold, a timeout) goes to the end of a queue of its own kind,
since such timers go off in the order in which they are set. All others (a life, a pause before a retry) go into a wheel
of buckets; a bucket's entries are put in order, in a heap, when its time has come.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .connections import CLOSED, FIN, RST
from .jit import compiled, signed
from .prefetch import prefetch

ENTRY: Final = np.dtype([
    ("timer", np.int64),
    ("span", np.int64),  # how long it will be open; with LOST, how long until the packet that comes too late
    ("source", np.uint32),
    ("domain", np.int32),  # 2 * destination + protocol
    ("next", np.int32),  # in the list that the entry is in
    ("number", np.uint32),  # of the connection in the run
    ("source_port", np.uint16),
    ("port", np.uint16),  # counted from 0
    ("address", np.uint8),
    ("state", np.uint8),
    ("end", np.uint8),
    ("attempt", np.uint8),
])  # fmt: skip

UNUSED: Final = 0
OPEN: Final = 1
HALF_OPEN: Final = 2
HELD: Final = 3
WAITING: Final = 4
"""No entry of the table: a call between two attempts."""
LATE: Final = 5
"""No entry either: the packet that a machine will send on a connection that an idle timeout has ended."""

FIN_HOLD: Final = FIN
RST_HOLD: Final = RST
UDP_HOLD: Final = CLOSED
"""The first three queues have the numbers of the ends that lead to them."""
HALF_OPEN_TIMEOUT: Final = 3
IDLE: Final = 4
"""Of TCP; of UDP it is the next."""
IDLE_HOLD: Final = 6
QUEUES: Final = 7

BUCKETS: Final = 1 << 16
NONE: Final = -1
NEVER: Final = np.iinfo(np.int64).max

FREE_LIST: Final = 0
ROOM: Final = 1
"""Unused records."""
HEAPED: Final = 2
"""Timers in the heap."""
BUCKET: Final = 3
"""The bucket of which the timers are in the heap, counted from time 0."""
SHIFT: Final = 4
"""A bucket is 2**SHIFT microseconds wide."""
WHEELED: Final = 5
"""Timers in the wheel."""
FIRST_QUEUE: Final = 6
"""The queue whose first timer is the earliest."""
REGISTERS: Final = 7

Entries = npt.NDArray[np.void]
Slots = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]


@compiled
def new_slot(entries: Entries, registers: Numbers) -> int:
    """Take an unused record; there is one."""
    slot = signed(registers[FREE_LIST])
    registers[FREE_LIST] = entries[slot].next
    registers[ROOM] -= 1
    return slot


@compiled
def free_slot(entries: Entries, registers: Numbers, slot: int) -> None:
    """Give a record back."""
    entries[slot].state = UNUSED
    entries[slot].next = registers[FREE_LIST]
    registers[FREE_LIST] = slot
    registers[ROOM] += 1


@compiled
def enqueue(entries: Entries, queues: Numbers, registers: Numbers, queue: int, slot: int) -> None:
    """Put a timer behind all others of its kind. Rows of `queues`: first, last, time of the first, scout."""
    entries[slot].next = NONE
    last = queues[1, queue]
    queues[1, queue] = slot
    if last != NONE:
        entries[last].next = slot
        return
    queues[0, queue] = slot
    queues[3, queue] = slot
    queues[2, queue] = entries[slot].timer
    if queues[2, queue] < queues[2, registers[FIRST_QUEUE]]:
        registers[FIRST_QUEUE] = queue


@compiled
def dequeue(entries: Entries, queues: Numbers, registers: Numbers) -> int:
    """Take the first of the first queue; there is one."""
    queue = registers[FIRST_QUEUE]
    slot = signed(queues[0, queue])
    following = entries[slot].next
    queues[0, queue] = following
    if following == NONE:
        queues[1, queue] = NONE
        queues[2, queue] = NEVER
    else:
        queues[2, queue] = entries[following].timer
        _scout(entries, queues, queue, slot, following)
    first = 0
    for other in range(1, QUEUES):
        if queues[2, other] < queues[2, first]:
            first = other
    registers[FIRST_QUEUE] = first
    return slot


@compiled
def _scout(entries: Entries, queues: Numbers, queue: int, gone: int, first: int) -> None:
    """Keep the scout some records ahead of the first, and have fetched where it stands.

    A queue is a million records long, and would wait for memory at each of them.
    """
    scout = queues[3, queue]
    if scout == gone:
        scout = first
    for _ in range(2 if scout == first else 1):
        if entries[scout].next != NONE:
            scout = entries[scout].next
    queues[3, queue] = scout
    prefetch(entries, scout)  # type: ignore[call-arg] # numba gives it its first argument


@compiled
def set_timer(entries: Entries, wheel: Slots, heap: Slots, registers: Numbers, slot: int) -> None:
    """Put a timer of any length into the wheel, or into the heap where its bucket is being worked off."""
    bucket = entries[slot].timer >> registers[SHIFT]
    if bucket <= registers[BUCKET]:
        _push(entries, heap, registers, slot)
    else:
        entries[slot].next = wheel[bucket & (BUCKETS - 1)]
        wheel[bucket & (BUCKETS - 1)] = slot
        registers[WHEELED] += 1


@compiled
def turn_wheel(entries: Entries, wheel: Slots, heap: Slots, registers: Numbers, time: int) -> None:
    """Go on, bucket by bucket up to that of `time`, until one has timers; these are in the heap then."""
    last = time >> registers[SHIFT]
    if registers[WHEELED] == 0 and registers[HEAPED] == 0:
        registers[BUCKET] = max(registers[BUCKET], last)
    while registers[HEAPED] == 0 and registers[BUCKET] < last:
        registers[BUCKET] += 1
        bucket = registers[BUCKET]
        slot = wheel[bucket & (BUCKETS - 1)]
        later = NONE
        while slot != NONE:
            following = entries[slot].next
            if entries[slot].timer >> registers[SHIFT] == bucket:
                registers[WHEELED] -= 1
                _push(entries, heap, registers, slot)
            else:
                entries[slot].next = later
                later = slot
            slot = following
        wheel[bucket & (BUCKETS - 1)] = later


@compiled
def pop_timer(entries: Entries, heap: Slots, registers: Numbers) -> int:
    """Take the earliest out of the heap."""
    first = signed(heap[0])
    registers[HEAPED] -= 1
    size = registers[HEAPED]
    slot = heap[size]
    place = 0
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and _before(entries, heap[child + 1], heap[child]):
            child += 1
        if not _before(entries, heap[child], slot):
            break
        heap[place] = heap[child]
        place = child
    heap[place] = slot
    return first


@compiled
def _push(entries: Entries, heap: Slots, registers: Numbers, slot: int) -> None:
    place = registers[HEAPED]
    registers[HEAPED] += 1
    while place > 0 and _before(entries, slot, heap[(place - 1) >> 1]):
        heap[place] = heap[(place - 1) >> 1]
        place = (place - 1) >> 1
    heap[place] = slot


@compiled
def _before(entries: Entries, one: int, other: int) -> bool:
    if entries[one].timer != entries[other].timer:
        return bool(entries[one].timer < entries[other].timer)
    return bool(entries[one].number < entries[other].number)
