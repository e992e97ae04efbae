"""Property values that plain JSON has no word for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final, TypeAlias

Value: TypeAlias = Any
"""None, bool, int, float, str, a list or a dict of values with str keys, `Secret` or `UNKNOWN`."""

Properties: TypeAlias = dict[str, Value]


class Unknown(Enum):
    """The type of `UNKNOWN`, an enum so that there is one of it and mypy can narrow by identity."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
"""A value that is not known before the update has run."""


PLAIN: Final = (str, bool, int, float, type(None))
"""What has no parts: asked for first, since most of what there is, is so."""


class Secret:
    """A value that is encrypted in state and never printed.

    It is no dataclass: pytest compares those field by field and shows each, and others write them so.
    """

    __slots__ = ("_value",)
    __match_args__ = ("value",)

    def __init__(self, value: Value) -> None:
        self._value = value

    @property
    def value(self) -> Value:
        """What is secret."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return bool(self.value == other.value) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.value,))

    def __repr__(self) -> str:
        return "Secret(…)"


def contains_unknown(value: Value) -> bool:
    """Tell whether any part of `value` is unknown."""
    if isinstance(value, PLAIN):
        return False
    if isinstance(value, Secret):
        return contains_unknown(value.value)
    if isinstance(value, Mapping):
        return any(map(contains_unknown, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(map(contains_unknown, value))
    return value is UNKNOWN


def contains_secret(value: Value) -> bool:
    """Tell whether any part of `value` is secret."""
    if isinstance(value, Mapping):
        return any(map(contains_secret, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(map(contains_secret, value))
    return isinstance(value, Secret)


def reveal(value: Value) -> Value:
    """Return `value` with every secret replaced by what it holds."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, Mapping):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [reveal(item) for item in value]
    return value
