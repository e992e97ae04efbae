"""Has the garbage collector leave a recording in peace, and take what is left of it when it is over."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from functools import cache
from gc import freeze
from typing import Final

from .failures import hidden

__tracebackhide__ = hidden

_ALLOCATIONS_A_COLLECTION: Final = 1_000_000
"""Python's own figure is 700, and 2,000 in 3.13. At 700 a program that has loaded azure-native, some 300,000 objects of
which none is garbage, spends a tenth of its time and more in looking through them. A program of a hundred resources is
over before it has made so many, and nearly all that it makes is still in use."""


@contextlib.contextmanager
def hardly_collected() -> Iterator[None]:
    """Let garbage lie for as long as this lasts; what is garbage at its end is young still, and is taken next."""
    thresholds, enabled = gc.get_threshold(), gc.isenabled()
    gc.set_threshold(_ALLOCATIONS_A_COLLECTION)
    try:
        yield
    finally:
        have_grown_old()
        gc.set_threshold(*thresholds)
        if enabled:  # a program may have changed it, as for a process of its own
            gc.enable()
        else:
            gc.disable()


@cache
def have_grown_old() -> None:
    """Have the garbage collector hold for old what was loaded for the first program, which stays.

    It would look through all of it twice before, and take as long for that as a program of a hundred resources does.
    """
    if not gc.get_freeze_count():
        freeze()  # and not gc.freeze, which does nothing while the program of a folder has its place
        gc.unfreeze()
