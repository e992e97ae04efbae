"""`draws`, compiled."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import draws
from .jit import compiled, signed

GOLDEN: Final = np.uint64(draws.GOLDEN)
FIRST: Final = np.uint64(0xBF58_476D_1CE4_E5B9)
SECOND: Final = np.uint64(0x94D0_49BB_1331_11EB)
ONE: Final = np.uint64(1)
HALF: Final = np.uint64(32)


@compiled
def mix(number: np.uint64) -> np.uint64:
    """Hash 64 bits to 64 bits."""
    number = (number ^ (number >> np.uint64(30))) * FIRST
    number = (number ^ (number >> np.uint64(27))) * SECOND
    return number ^ (number >> np.uint64(31))


@compiled
def attempt_key(seed: np.uint64, connection: int, attempt: int) -> np.uint64:
    """Return what all draws of an attempt start from; `seed` is hashed already."""
    return mix(seed + (np.uint64(connection << 8 | attempt) + ONE) * GOLDEN)


@compiled
def draw_bits(key: np.uint64, index: int) -> np.uint64:
    """Draw 64 bits."""
    return mix(key + np.uint64(index + 1) * GOLDEN)


@compiled
def draw(key: np.uint64, index: int, below: int) -> int:
    """Draw a whole number from 0 to `below` - 1."""
    return signed(((draw_bits(key, index) >> HALF) * np.uint64(below)) >> HALF)
