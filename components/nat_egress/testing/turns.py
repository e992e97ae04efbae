"""Has the recordings of a process wait for each other: environment, working directory and modules are one for all."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Iterator
from typing import Final

_TURN: Final = threading.Lock()
_has_it: contextvars.ContextVar[bool] = contextvars.ContextVar("has_it", default=False)
"""Whether this is within a recording: a program under record that records another has the turn already."""


@contextlib.contextmanager
def in_turn() -> Iterator[None]:
    """Wait until no other thread records, and have others wait for as long as this lasts."""
    if _has_it.get():
        yield
        return
    with _TURN:
        before = _has_it.set(True)
        try:
            yield
        finally:
            _has_it.reset(before)
