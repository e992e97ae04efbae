"""The ports of an address in use: a bit each, with counts for blocks of 1,024 that find the n-th free one quickly.

One address takes 8 KiB for a destination that uses it, and 16 of them fit in a core's second cache.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .jit import compiled, natural, signed
from .kernel_draws import draw, draw_bits
from .reference import PROBING_SHARE

WORD: Final = 64
WORDS_A_BLOCK: Final = 16
BLOCK: Final = WORD * WORDS_A_BLOCK
ONE: Final = np.uint64(1)
ZERO: Final = np.uint64(0)
TRIES: Final = 4
"""In a hash."""
BITS: Final = np.uint64(16)
"""Of a try."""

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.uint16]


def words_for(ports: int) -> int:
    """Return how many words have a bit for all that can be drawn, which goes up to a power of two."""
    return -(-(1 << (ports - 1).bit_length()) // WORD)


@compiled
def is_busy(words: Words, port: int) -> bool:
    """Say whether `port`, counted from 0, is in use."""
    return bool((words[port >> 6] >> np.uint64(port & 63)) & ONE != ZERO)


@compiled
def take(words: Words, blocks: Counts, port: int) -> None:
    """Put `port` in use."""
    port = natural(port)
    words[port >> 6] |= ONE << np.uint64(port & 63)
    blocks[port >> 10] += 1


@compiled
def give_back(words: Words, blocks: Counts, port: int) -> None:
    """Free `port`."""
    port = natural(port)
    words[port >> 6] &= ~(ONE << np.uint64(port & 63))
    blocks[port >> 10] -= 1


@compiled
def shut(words: Words, ports: int) -> None:
    """Put in use what can be drawn and is no port: one try more in vain, as `reference` counts it."""
    beyond = WORD * len(words)
    if not is_busy(words, beyond - 1):
        for port in range(ports, beyond):
            words[port >> 6] |= ONE << np.uint64(port & 63)


@compiled
def choose_port(  # noqa: PLR0917 - compiled functions are called by position
    words: Words, blocks: Counts, used: int, ports: int, mask: int, key: np.uint64
) -> int:
    """Draw one of the free ports, as `reference` does: by trial, or by rank where few are free."""
    if used == 0:
        shut(words, ports)
    free = ports - used
    if free * PROBING_SHARE < ports:
        return _nth_free(words, blocks, draw(key, 2, free), ports)
    index = 2
    while True:
        bits = draw_bits(key, index)
        for _ in range(TRIES):
            port = natural(bits) & mask
            if not is_busy(words, port):
                return port
            bits >>= BITS
        index += 1


@compiled
def _ones(word: np.uint64) -> int:
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555_5555_5555_5555))
    word = (word & np.uint64(0x3333_3333_3333_3333)) + ((word >> np.uint64(2)) & np.uint64(0x3333_3333_3333_3333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F_0F0F_0F0F_0F0F)
    return signed((word * np.uint64(0x0101_0101_0101_0101)) >> np.uint64(56))


@compiled
def _nth_free(words: Words, blocks: Counts, rank: int, ports: int) -> int:
    block = 0
    free = min(BLOCK, ports) - signed(blocks[0])
    while rank >= free:
        rank -= free
        block += 1
        free = min(BLOCK, ports - block * BLOCK) - signed(blocks[block])
    index = block * WORDS_A_BLOCK
    word = ~words[index]
    while rank >= _ones(word):
        rank -= _ones(word)
        index += 1
        word = ~words[index]
    for _ in range(rank):
        word &= word - ONE
    return index * WORD + _ones((word & (~word + ONE)) - ONE)
