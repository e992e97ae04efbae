"""Coroutines that a program makes and never awaits, which Python only warns of."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from .failures import Unawaited, hidden

__tracebackhide__ = hidden

_NEVER_AWAITED: Final = re.compile(r"coroutine '(.+?)' was never awaited")
_ORIGIN: Final = re.compile(r'File "(.+?)", line (\d+)')


@contextmanager
def all_awaited() -> Iterator[None]:
    """Fail with `Unawaited` if this thread makes a coroutine and drops it. Other warnings are given as they were."""
    depth = sys.get_coroutine_origin_tracking_depth()
    with warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", message=_NEVER_AWAITED.pattern, category=RuntimeWarning)
        sys.set_coroutine_origin_tracking_depth(1)
        try:
            yield
        finally:
            sys.set_coroutine_origin_tracking_depth(depth)
    dropped: list[str] = []
    for warning in caught:
        if name := _NEVER_AWAITED.match(str(warning.message)):
            dropped += _made(str(warning.message), name[1])
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    if dropped:
        lines = "\n".join(dict.fromkeys(dropped))
        raise Unawaited(f"None of these ran, because nothing awaits what they return:\n{lines}\nPut await before them.")


def _made(message: str, name: str) -> Iterator[str]:
    """Yield where a coroutine was made, unless that is in Pulumi's SDK, which drops some where a program fails."""
    origin, sdk = _ORIGIN.search(message), find_spec("pulumi")
    if origin and sdk and sdk.origin and not Path(origin[1]).is_relative_to(Path(sdk.origin).parent):
        yield f"  {origin[1]}:{origin[2]}: {name}()"
