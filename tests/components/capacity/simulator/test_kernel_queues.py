"""The queues are first in, first out, over the ends of their blocks, and the earliest timer of all is the next."""

from __future__ import annotations

from collections import deque
from random import Random

import numpy as np
import pytest
from nat_egress.capacity.simulator.kernel_entries import ENTRY, FIRST_QUEUE, FREE_BLOCK, NEVER, REGISTERS
from nat_egress.capacity.simulator.kernel_queues import BLOCK, QUEUES, dequeue, enqueue, new_queues, with_more_blocks

RECORDS = 3 * BLOCK
DELAYS = [65, 16, 64, 30, 240, 241, 0]


@pytest.mark.parametrize("used", [[0], [3, 4], list(range(QUEUES))], ids=["one", "two", "all"])
def test_the_queues_are_deques(used):
    random = Random(1)  # noqa: S311 - the same in every run
    entries, registers = np.zeros(RECORDS, ENTRY), np.zeros(REGISTERS, np.int64)
    registers[FREE_BLOCK] = QUEUES
    queues, expected, free, now = new_queues(RECORDS), [deque() for _ in DELAYS], list(range(RECORDS)), 0
    for number in range(12 * BLOCK):
        if number == 6 * BLOCK:
            entries = np.concatenate([entries, np.zeros(RECORDS, ENTRY)])
            free += range(RECORDS, 2 * RECORDS)
            queues = with_more_blocks(queues, registers, 2 * RECORDS)
        if free and (random.random() < 0.7 or not any(expected)):
            slot, queue, now = free.pop(), random.choice(used), now + random.randrange(2)
            entries[slot]["timer"] = now + DELAYS[queue]
            enqueue(entries, queues, registers, queue, slot)
            expected[queue].append(slot)
        else:
            first = int(registers[FIRST_QUEUE])
            now = max(now, int(entries[expected[first][0]]["timer"]))
            slot = dequeue(entries, queues, registers)
            assert slot == expected[first].popleft()
            free.append(slot)
        times = [int(entries[waiting[0]]["timer"]) if waiting else NEVER for waiting in expected]
        assert queues.time.tolist() == times
        assert queues.time[registers[FIRST_QUEUE]] == min(times)
    while any(expected):
        first = int(registers[FIRST_QUEUE])
        assert dequeue(entries, queues, registers) == expected[first].popleft()
    assert queues.time.tolist() == [NEVER] * QUEUES
