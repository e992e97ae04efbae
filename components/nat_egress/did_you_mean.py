"""What somebody may have meant by a word that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

LIKELY: Final = 0.5
"""How alike two words are, from 0 to 1, of which one may be a mistyped other (`difflib.SequenceMatcher.ratio`)."""


def nearest(word: str, known: Iterable[str], *, alike: float = LIKELY) -> str:
    """Return the known word that is most like `word`; "" where none is so alike."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=alike)), "")


def nearest_in_any_case(word: str, known: Iterable[str], *, alike: float = LIKELY) -> str:
    """Return what `nearest` does, whatever the letters' case."""
    by_small = {one.lower(): one for one in known}
    return by_small.get(nearest(word.lower(), by_small, alike=alike), "")


def suggestion(meant: str, otherwise: str) -> str:
    """Ask for what was meant, or say something else where nothing is near."""
    return f"Did you mean {meant}?" if meant else otherwise
