"""Coroutines that a program makes and never awaits, which Python only warns of."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from .failures import Unawaited

_NEVER_AWAITED: Final = re.compile(r"coroutine '(.+?)' was never awaited")
_ORIGIN: Final = re.compile(r'File "(.+?)", line (\d+)')


@contextmanager
def all_awaited() -> Iterator[None]:
    """Fail with `Unawaited` if this thread makes a coroutine and drops it. Other warnings are given as they were."""
    depth = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(1)
    dropped: list[str] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.filterwarnings("always", message=_NEVER_AWAITED.pattern, category=RuntimeWarning)
            yield
    finally:
        sys.set_coroutine_origin_tracking_depth(depth)
        for warning in caught:
            if found := _NEVER_AWAITED.match(str(warning.message)):
                dropped.append(f"  {_where(str(warning.message))}: {found[1]}()")
            else:
                warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    if dropped:
        lines = "\n".join(dict.fromkeys(dropped))
        raise Unawaited(f"None of these ran, because nothing awaits what they return:\n{lines}\nPut await before them.")


def _where(message: str) -> str:
    origin = _ORIGIN.search(message)
    return f"{origin[1]}:{origin[2]}" if origin else "a line that Python does not tell"
