"""Values that are not known before the update, as a test meets them: whatever it asks of one, the test fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from ..state.values import UNKNOWN, Secret, Value, contains_unknown
from .failures import UnknownUsed

_REMEDY: Final = (
    "Record without preview=True, give it in outputs=, or ask is_known(value) where it is meant to be unknown."
)


class NotKnown:
    """A value that is not known before the update. `is_known` alone may be asked of it."""

    __slots__ = ("_what",)

    def __init__(self, what: str) -> None:
        self._what = what

    def _used(self) -> UnknownUsed:
        return UnknownUsed(f"{self._what} is not known before the update, so nothing can be asserted on it. {_REMEDY}")

    def __repr__(self) -> str:
        return f"<not known: {self._what}>"

    def __getattr__(self, name: str) -> NoReturn:
        # An AttributeError, because Python and pytest ask objects for attributes that they need not have.
        raise AttributeError(f"{self._what} is not known before the update, so it has no {name}. {_REMEDY}")

    def __bool__(self) -> bool:
        raise self._used()

    def __eq__(self, _other: object) -> bool:
        raise self._used()

    def __ne__(self, _other: object) -> bool:
        raise self._used()

    def __hash__(self) -> int:
        raise self._used()

    def __lt__(self, _other: object) -> bool:
        raise self._used()

    def __le__(self, _other: object) -> bool:
        raise self._used()

    def __gt__(self, _other: object) -> bool:
        raise self._used()

    def __ge__(self, _other: object) -> bool:
        raise self._used()

    def __len__(self) -> int:
        raise self._used()

    def __iter__(self) -> Iterator[Any]:
        raise self._used()

    def __contains__(self, _item: object) -> bool:
        raise self._used()

    def __getitem__(self, _key: object) -> Any:  # noqa: ANN401 - it never returns
        raise self._used()

    def __str__(self) -> str:
        raise self._used()

    def __format__(self, _spec: str) -> str:
        raise self._used()

    def __int__(self) -> int:
        raise self._used()


class PreviewOutputs(dict[str, Any]):
    """What a resource gives in a preview: what is not among it is not known yet."""

    def __init__(self, known: Mapping[str, Any], owner: str) -> None:
        super().__init__(known)
        self._owner = owner

    def __missing__(self, key: str) -> NotKnown:
        return NotKnown(f"{key} of {self._owner}")

    def get(self, key: str, _default: object = None) -> Any:  # noqa: ANN401 - as a dict's
        """Return the output, as `[]` does: that it has none is not known."""
        return self[key]


def guarded(value: Value, owner: str, path: str = "") -> Any:  # noqa: ANN401 - any value
    """Return `value` with each unknown in it replaced by what fails the test that uses it."""
    return _guarded(value, owner, path) if contains_unknown(value) else value


def _guarded(value: Value, owner: str, path: str) -> Any:  # noqa: ANN401 - any value
    if value is UNKNOWN:
        return NotKnown(f"{path} of {owner}" if path else owner)
    if isinstance(value, Secret):
        return Secret(_guarded(value.value, owner, path))
    if isinstance(value, Mapping):
        return {key: _guarded(item, owner, f"{path}.{key}" if path else key) for key, item in value.items()}
    if isinstance(value, list):
        return [_guarded(item, owner, f"{path}[{index}]") for index, item in enumerate(value)]
    return value


def is_known(value: object) -> bool:
    """Tell whether all of `value` is known before the update."""
    if isinstance(value, Secret):
        return is_known(value.value)
    if isinstance(value, Mapping):
        return all(map(is_known, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_known, value))
    return not isinstance(value, NotKnown) and value is not UNKNOWN
