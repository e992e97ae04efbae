"""Random numbers that depend on the seed and on what they are for, not on what was drawn before.

Draw `index` of an attempt of a connection is a hash of the four (SplitMix64: Steele, Lea and Flood, "Fast splittable
pseudorandom number generators", OOPSLA 2014). So both implementations draw the same, and two gateways that are set
differently meet the same connections with the same luck.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

MASK: Final = 0xFFFF_FFFF_FFFF_FFFF
GOLDEN: Final = 0x9E37_79B9_7F4A_7C15
TRIES: Final = (0, 16, 32, 48)
"""Where in a hash the tries are."""


def mix(number: int) -> int:
    """Hash 64 bits to 64 bits."""
    number = ((number ^ (number >> 30)) * 0xBF58_476D_1CE4_E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D0_49BB_1331_11EB) & MASK
    return number ^ (number >> 31)


def attempt_key(seed: int, connection: int, attempt: int) -> int:
    """Return what all draws of an attempt start from. `connection` is counted over the run, `attempt` from 0."""
    return mix((mix(seed) + ((connection << 8 | attempt) + 1) * GOLDEN) & MASK)


def draw(key: int, index: int, below: int) -> int:
    """Draw a whole number from 0 to `below` - 1; `below` is at most 2**32."""
    return ((mix((key + (index + 1) * GOLDEN) & MASK) >> 32) * below) >> 32


def tries(key: int, first: int, below: int) -> Iterator[int]:
    """Draw whole numbers from 0 to `below` - 1 without end, from draw `first` on; `below` is at most 2**16.

    A hash has four times 16 bits. Of these as many are taken as `below` needs, and what is too large is passed over.
    """
    mask = (1 << (below - 1).bit_length()) - 1
    for index in count(first):
        bits = mix((key + (index + 1) * GOLDEN) & MASK)
        for shift in TRIES:
            number = (bits >> shift) & mask
            if number < below:
                yield number
