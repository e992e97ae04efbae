"""The memory of the compiled simulator: a record of 40 bytes for each entry of the table.

A timer whose length is one of the gateway's settings goes into a queue (`kernel_queues`), any other into the wheel
(`kernel_wheel`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .jit import compiled, natural
from .prefetch import prefetch

ENTRY: Final = np.dtype([
    ("timer", np.int64),
    ("span", np.int64),  # how long it will be open; with LOST, how long until the packet that comes too late
    ("source", np.uint32),
    ("domain", np.int32),  # 2 * destination + protocol
    ("next", np.int32),  # in a list of unused records, or of a bucket
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
FREE_BLOCK: Final = 7
"""First in the list of unused blocks of the queues; NONE where there is none."""
SECOND_TIME: Final = 8
"""When the first timer of the other queues goes off, or earlier."""
URGENT: Final = 9
"""Timers in the heap that have to go off at their own time, and not at the end of their bucket's."""
REGISTERS: Final = 10

Entries = npt.NDArray[np.void]
Slots = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]


@compiled
def new_slot(entries: Entries, registers: Numbers) -> int:
    """Take an unused record; there is one."""
    slot = natural(registers[FREE_LIST])
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
def fetch(entries: Entries, slot: int) -> None:
    """Have a record fetched from memory, without waiting for it; half of them begin in one line and end in the next."""
    for line in range(2):
        prefetch(entries, slot + line)  # type: ignore[call-arg] # numba gives it its first argument
