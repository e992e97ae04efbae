"""Where two values differ, and what is there in words that show no secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from ..graph.values import MISSING, Value
from ..state.values import Secret
from .unknown import is_known, stands_for


def differing(one: Value, other: Value, path: str = "") -> Iterator[tuple[str, Value, Value]]:
    """Yield each path at which two values differ, and what is there. What is not known differs from everything."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}, key=str):
            below = f"{path}.{key}" if path else f"{key}"
            yield from differing(one.get(key, MISSING), other.get(key, MISSING), below)
    elif isinstance(one, list) and isinstance(other, list):
        for index, (first, second) in enumerate(zip_longest(one, other, fillvalue=MISSING)):
            yield from differing(first, second, f"{path}[{index}]")
    elif not _same(one, other):
        yield path, one, other


def _same(one: Value, other: Value) -> bool:
    if is_known(one) and is_known(other) and isinstance(one, Secret) is isinstance(other, Secret):
        return bool(one == other)
    # A matcher of the test may stand for what is secret or not known.
    return stands_for(one, other) or stands_for(other, one)


def worded(one: Value, other: Value) -> tuple[str, str]:
    """Return two values that differ as text. Beside a secret, nothing is shown that could be what it holds."""
    match one, other:
        case Secret(), Secret():
            return "a secret", "another secret"
        case Secret(), _:
            return "a secret", "nothing" if other is MISSING else "no secret"
        case _, Secret():
            return "nothing" if one is MISSING else "no secret", "a secret"
        case _:
            return _shown(one), _shown(other)


def _shown(value: Value) -> str:
    return "nothing" if value is MISSING else f"{value!r}"
