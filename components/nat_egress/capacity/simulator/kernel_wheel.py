"""Timers of any length (a life, a pause before a retry): a wheel of buckets.

A bucket's timers are put in order, in a heap, when its time has come. The end of an open connection need not go off at
once: it frees no port, so nothing else in the bucket can tell, and a processor that does all of a bucket in one go
guesses better what comes next.
"""

from __future__ import annotations

from typing import Final

from .connections import ABANDONED
from .jit import compiled, natural
from .kernel_entries import BUCKET, HEAPED, NONE, OPEN, SHIFT, URGENT, WHEELED, Entries, Numbers, Slots, fetch

BUCKETS: Final = 1 << 14
AHEAD: Final = 4
"""How many buckets before its own a record is fetched."""


@compiled
def set_timer(entries: Entries, wheel: Slots, heap: Slots, registers: Numbers, slot: int) -> None:
    """Put a timer into the wheel, or into the heap where its bucket is being worked off."""
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
        fetch(entries, natural(wheel[(bucket + AHEAD) & (BUCKETS - 1)]))
        head = wheel[bucket & (BUCKETS - 1)]
        later = NONE
        while head != NONE:
            slot = natural(head)
            following = entries[slot].next
            if entries[slot].timer >> registers[SHIFT] == bucket:
                registers[WHEELED] -= 1
                _push(entries, heap, registers, slot)
            else:
                entries[slot].next = later
                later = slot
            head = following
        wheel[bucket & (BUCKETS - 1)] = later


@compiled
def pop_timer(entries: Entries, heap: Slots, registers: Numbers) -> int:
    """Take the earliest out of the heap."""
    first = natural(heap[0])
    registers[HEAPED] -= 1
    registers[URGENT] -= _is_urgent(entries, first)
    size = natural(registers[HEAPED])
    slot = natural(heap[size])
    place = 0
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and _before(entries, natural(heap[child + 1]), natural(heap[child])):
            child += 1
        if not _before(entries, natural(heap[child]), slot):
            break
        heap[place] = heap[child]
        place = child
    heap[place] = slot
    return first


@compiled
def _push(entries: Entries, heap: Slots, registers: Numbers, slot: int) -> None:
    place = natural(registers[HEAPED])
    registers[HEAPED] += 1
    registers[URGENT] += _is_urgent(entries, slot)
    while place > 0 and _before(entries, slot, natural(heap[(place - 1) >> 1])):
        heap[place] = heap[(place - 1) >> 1]
        place = (place - 1) >> 1
    heap[place] = slot


@compiled
def _is_urgent(entries: Entries, slot: int) -> bool:
    return bool(entries[slot].state != OPEN or entries[slot].end == ABANDONED)


@compiled
def _before(entries: Entries, one: int, other: int) -> bool:
    if entries[one].timer != entries[other].timer:
        return bool(entries[one].timer < entries[other].timer)
    return bool(entries[one].number < entries[other].number)
