"""Values that are not known before the update, as a test meets them: whatever it asks of one, the test fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from ..state.values import PLAIN, UNKNOWN, Secret, Unknown, Value
from .failures import UnknownUsed, hidden
from .recorded import Elements, HeldSecret, Properties, takes

__tracebackhide__ = hidden

_REMEDY: Final = (
    "Record without preview=True, give it in outputs=, or ask is_known(value) where it is meant to be unknown."
)


def _used(what: str) -> UnknownUsed:
    return UnknownUsed(f"{what} is not known before the update, so nothing can be asserted on it. {_REMEDY}")


class NotKnown:
    """A value that is not known before the update. `is_known` alone may be asked of it."""

    __slots__ = ("_what",)

    def __init__(self, what: str) -> None:
        self._what = what

    def __repr__(self) -> str:
        return f"<not known: {self._what}>"

    def __reduce__(self) -> tuple[type[NotKnown], tuple[str]]:
        return NotKnown, (self._what,)

    def __getattr__(self, name: str) -> NoReturn:
        # An AttributeError, because Python and pytest ask objects for attributes that they need not have.
        raise AttributeError(f"{self._what} is not known before the update, so it has no {name}. {_REMEDY}")

    def __bool__(self) -> bool:
        raise _used(self._what)

    def __eq__(self, other: object) -> bool:
        if stands_for(other, self):
            return True
        raise _used(self._what)

    def __hash__(self) -> int:
        raise _used(self._what)

    def __lt__(self, _other: object) -> bool:
        raise _used(self._what)

    def __le__(self, _other: object) -> bool:
        raise _used(self._what)

    def __gt__(self, _other: object) -> bool:
        raise _used(self._what)

    def __ge__(self, _other: object) -> bool:
        raise _used(self._what)

    def __len__(self) -> int:
        raise _used(self._what)

    def __iter__(self) -> Iterator[Any]:
        raise _used(self._what)

    def __contains__(self, _item: object) -> bool:
        raise _used(self._what)

    def __getitem__(self, _key: object) -> Any:  # noqa: ANN401 - it never returns
        raise _used(self._what)

    def __str__(self) -> str:
        raise _used(self._what)

    def __format__(self, _spec: str) -> str:
        raise _used(self._what)

    def __int__(self) -> int:
        raise _used(self._what)


class PreviewOutputs(Properties):
    """What a resource gives in a preview: what is not among it is not known yet, and so not what all of it is."""

    __slots__ = ()

    def __missing__(self, key: str) -> NotKnown:
        return NotKnown(f"{key} of {self.of}")

    def get(self, key: str, _default: object = None) -> Any:  # noqa: ANN401 - as a dict's
        """Return the output, as `[]` does: that it has none is not known."""
        return self[key]

    def __contains__(self, key: object) -> bool:
        if super().__contains__(key):
            return True
        raise _used(f"Whether {self.of} gives {key}")

    def _all(self, *_: object) -> NoReturn:
        raise _used(f"All that {self.of} gives")

    __eq__ = __ne__ = __len__ = __iter__ = __reversed__ = keys = values = items = _all
    __hash__ = None  # type: ignore[assignment]  # as a dict's


def guarded(value: Value, owner: str, path: str = "") -> Any:  # noqa: ANN401 - any value
    """Return `value` such that it knows its owner, with each unknown in it replaced by what fails the test."""
    if isinstance(value, PLAIN):
        return value
    if value is UNKNOWN:
        return NotKnown(f"{path} of {owner}" if path else owner)
    if isinstance(value, Secret):
        return HeldSecret(guarded(value.value, owner, path), f"{path} of {owner}" if path else owner)
    if isinstance(value, Mapping):
        below = f"{path}." if path else ""
        found = {key: guarded(item, owner, f"{below}{key}") for key, item in value.items()}
        return Properties(found, f"{path} of {owner}" if path else owner)
    if isinstance(value, list):
        items = [guarded(item, owner, f"{path}[{index}]") for index, item in enumerate(value)]
        return Elements(items, f"{path} of {owner}" if path else owner)
    return value


def stands_for(matcher: object, value: object) -> bool:
    """Tell whether `matcher` is one of a test that takes what is secret or not known; none of these is one itself."""
    return not isinstance(matcher, Secret | NotKnown | Unknown) and takes(matcher, value)


def is_known(value: object) -> bool:
    """Tell whether all of `value` is known before the update."""
    if isinstance(value, Secret):
        return is_known(value.value)
    if isinstance(value, PreviewOutputs):
        return False
    if isinstance(value, Mapping):
        return all(map(is_known, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_known, value))
    return not isinstance(value, NotKnown) and value is not UNKNOWN
