"""Version ranges as programs and projects state them: `>=3.0.0 <4.0.0 || 3.5.1`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final, TypeAlias

_Release: TypeAlias = tuple[int, ...]

_COMPARISON: Final = re.compile(r"(>=|<=|!=|==|=|>|<|!)?\s*v?(\d+(?:\.\d+){0,2})(?:[-+][\w.+-]*)?(?=\s|$)")
_OPERATORS: Final[dict[str, Callable[[_Release, _Release], bool]]] = {
    "=": operator.eq,
    "==": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "!": operator.ne,
    "!=": operator.ne,
}


def version_in_range(version: str, text: str) -> bool:
    """Tell whether the release `version` is in the range `text`; ValueError where `text` is none."""
    release = _release(version)
    return any(all(_holds(release, part) for part in _parts(alternative)) for alternative in text.split("||"))


def _parts(alternative: str) -> list[re.Match[str]]:
    parts = list(_COMPARISON.finditer(alternative))
    if not parts or _COMPARISON.sub("", alternative).strip():
        raise ValueError(f"{alternative.strip()!r} is no version range")
    return parts


def _holds(release: _Release, part: re.Match[str]) -> bool:
    return _OPERATORS[part[1] or "="](release, _release(part[2]))


def _release(text: str) -> _Release:
    numbers = [int(number) for number in text.split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))
