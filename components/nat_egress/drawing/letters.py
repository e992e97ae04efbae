"""How wide a text is, near enough to make it fit: nothing here knows the reader's fonts."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from typing import Final

_ASCII: Final = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
"""Of the letters from space to ~, in thousandths of the size: those of Helvetica (Adobe's font metrics), which Arial
and its free likenesses share."""
_FIRST: Final = 32
_OTHER, _WIDE = 620, 1000
_BOLD: Final = 1.08
_ROOM: Final = 1.04
"""For fonts that are a little wider."""
_MOST: Final = 200
"""Letters of which there is never room for more."""


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is, in the unit of its size."""
    return sum(map(_thousandths, text)) / 1000 * size * _ROOM * (_BOLD if bold else 1)


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return what of a text there is room for; where something is left out, its middle, since both ends tell."""
    if width(text, size, bold=bold) <= room:
        return text
    text = text if len(text) <= _MOST else text[: _MOST // 2] + text[-_MOST // 2 :]
    counts = range(2, len(text))
    fitting = bisect_right(counts, room, key=lambda kept: width(_without_middle(text, kept), size, bold=bold))
    return _without_middle(text, 1 + fitting)


def _without_middle(text: str, kept: int) -> str:
    end = kept // 3
    return f"{text[: kept - end]}…{text[len(text) - end :]}"


@cache
def _thousandths(letter: str) -> int:
    place = ord(letter) - _FIRST
    if 0 <= place < len(_ASCII):
        return _ASCII[place]
    return _WIDE if letter == "…" or unicodedata.east_asian_width(letter) in "WF" else _OTHER
