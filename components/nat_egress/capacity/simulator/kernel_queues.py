"""Timers of a length that the gateway's settings fix (a hold, a timeout): a queue for each, first in, first out.

They go off in the order in which they are set. A queue is a chain of blocks of slots, of which the last has room for
the slot that comes next. So the processor can be told which records it will need before it is their turn.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from .connections import CLOSED, FIN, RST
from .jit import compiled, natural
from .kernel_entries import FIRST_QUEUE, FREE_BLOCK, NEVER, NONE, SECOND_TIME, Entries, Numbers, Slots, fetch

FIN_HOLD: Final = FIN
RST_HOLD: Final = RST
UDP_HOLD: Final = CLOSED
"""The first three queues have the numbers of the ends that lead to them."""
HALF_OPEN_TIMEOUT: Final = 3
IDLE: Final = 4
"""Of TCP; of UDP it is the next."""
IDLE_HOLD: Final = 6
QUEUES: Final = 7

BLOCK: Final = 1 << 10
"""Slots in a block."""
AHEAD: Final = 8
"""How many turns before its own a record is fetched: a queue can be a million long, and each would be waited for."""


class Queues(NamedTuple):
    """All queues, and their blocks."""

    slots: Slots
    """Block by block."""
    chain: Slots
    """The block behind each; of an unused one, the next unused one."""
    first: Numbers
    """By queue, as the next two: where its first slot is."""
    end: Numbers
    """Where its next slot goes."""
    time: Numbers
    """When its first timer goes off; NEVER where it has none."""


def new_queues(records: int) -> Queues:
    """Return empty queues, each with a block, and blocks enough for so many records."""
    blocks = _blocks(records)
    starts = np.arange(QUEUES, dtype=np.int64) * BLOCK
    chain = np.arange(1, blocks + 1, dtype=np.int32)
    chain[-1] = NONE
    return Queues(
        slots=np.zeros(blocks * BLOCK + AHEAD, np.int32),
        chain=chain,
        first=starts,
        end=starts.copy(),
        time=np.full(QUEUES, NEVER),
    )


def with_more_blocks(queues: Queues, registers: Numbers, records: int) -> Queues:
    """Return the same queues, with blocks for so many records."""
    old, new = len(queues.chain), _blocks(records)
    slots = np.zeros(new * BLOCK + AHEAD, np.int32)
    slots[: len(queues.slots)] = queues.slots
    chain = np.arange(1, new + 1, dtype=np.int32)
    chain[:old] = queues.chain
    chain[-1] = registers[FREE_BLOCK]
    registers[FREE_BLOCK] = old
    return queues._replace(slots=slots, chain=chain)


def _blocks(records: int) -> int:
    """Each queue may have room left in its first block and in its last."""
    return records // BLOCK + 2 * QUEUES


@compiled
def enqueue(entries: Entries, queues: Queues, registers: Numbers, queue: int, slot: int) -> None:
    """Put a timer behind all others of its kind."""
    place = natural(queues.end[queue])
    queues.slots[place] = slot
    if queues.time[queue] == NEVER:
        queues.time[queue] = entries[slot].timer
        _find_first(queues, registers)
    queues.end[queue] = place + 1
    if (place + 1) % BLOCK == 0:
        block = natural(registers[FREE_BLOCK])
        registers[FREE_BLOCK] = queues.chain[block]
        queues.chain[place // BLOCK] = block
        queues.end[queue] = block * BLOCK


@compiled
def dequeue(entries: Entries, queues: Queues, registers: Numbers) -> int:
    """Take the first of the first queue; there is one."""
    queue = natural(registers[FIRST_QUEUE])
    place = natural(queues.first[queue])
    slot = natural(queues.slots[place])
    fetch(entries, natural(queues.slots[place + AHEAD]))
    following = place + 1
    if following % BLOCK == 0:
        block = place // BLOCK
        following = natural(queues.chain[block]) * BLOCK
        queues.chain[block] = registers[FREE_BLOCK]
        registers[FREE_BLOCK] = block
    queues.first[queue] = following
    time = NEVER if following == queues.end[queue] else entries[natural(queues.slots[following])].timer
    queues.time[queue] = time
    if time >= registers[SECOND_TIME]:
        _find_first(queues, registers)
    return slot


@compiled
def _find_first(queues: Queues, registers: Numbers) -> None:
    first, time, second = 0, queues.time[0], NEVER
    for queue in range(1, QUEUES):
        if queues.time[queue] < time:
            second = time
            first, time = queue, queues.time[queue]
        else:
            second = min(second, queues.time[queue])
    registers[FIRST_QUEUE] = first
    registers[SECOND_TIME] = second
