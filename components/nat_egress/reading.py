"""Reads a component's arguments, of whatever type Python lets a user write, into values of the right one.

Whatever is wrong is collected, not raised, so that a user sees all of it at once.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeGuard

from pulumi import Output

from .did_you_mean import nearest, suggestion
from .problems import Problem

if TYPE_CHECKING:
    from pulumi import Input


class Arguments:
    """The arguments at one place, read key by key. What cannot be used becomes a problem and reads as its default."""

    def __init__(self, values: object, shape: type, problems: list[Problem], path: str = "") -> None:
        self.path = path
        self.problems = problems
        known = list(shape.__annotations__)
        mapping = _mapping(values)
        if mapping is None:
            self._wrong(path or "args", values, f"must be a mapping with the keys {', '.join(known)}")
        self._usable = mapping is not None
        self._values = mapping or {}
        for key in self._values:
            if key not in known:
                self.problems.append(_unknown_key(self.at(key), key, known))

    @property
    def usable(self) -> bool:
        """Whether anything stands there that could be read at all."""
        return self._usable

    def at(self, key: str) -> str:
        """Name the argument `key` as messages do."""
        return f"{self.path}.{key}" if self.path else key

    def given(self, key: str) -> bool:
        """Tell whether anything stands there; None is as good as nothing."""
        return self._values.get(key) is not None

    def empty(self, key: str) -> bool:
        """Tell whether nothing stands there, or a list of nothing."""
        return self._values.get(key) in (None, [], ())

    def problem(self, key: str, value: object, rule: str, remedy: str) -> None:
        """Note that the argument `key` cannot be used."""
        self.problems.append(Problem(self.at(key), value, rule, remedy))

    def plain(self, key: str) -> object:
        """Read a plain value of any shape."""
        value = self._values.get(key)
        if isinstance(value, Output) or isawaitable(value):
            self.problem(
                key,
                "an output",
                "it decides which resources exist, so it must be known before any of them is made",
                "Give a plain value, such as one from the stack's configuration.",
            )
            return None
        return value

    def text(self, key: str) -> str | None:
        """Read plain text."""
        value = self.plain(key)
        if value is None or (isinstance(value, str) and value):
            return value
        self._wrong(self.at(key), value, "must be text that is not empty")
        return None

    def required_text(self, key: str, remedy: str) -> str | None:
        """Read plain text that must be given."""
        if self.usable and not self.given(key):
            self.problem(key, None, "it is required", remedy)
        return self.text(key)

    def integer(self, key: str) -> int | None:
        """Read a plain whole number."""
        value = self.plain(key)
        if _whole(value):
            return int(value)
        if value is not None:
            self._wrong(self.at(key), value, "must be a whole number")
        return None

    def number(self, key: str) -> float | None:
        """Read a plain number that is finite."""
        value = self.plain(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return value
        if value is not None:
            self._wrong(self.at(key), value, "must be a number")
        return None

    def flag(self, key: str, *, default: bool) -> bool:
        """Read a plain truth value."""
        value = self.plain(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._wrong(self.at(key), value, "must be True or False")
        return default

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Read a plain list of texts."""
        value = self.plain(key)
        if value is None:
            return None
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong(self.at(key), value, "must be a list of texts")
            return None
        if wrong := [item for item in value if not isinstance(item, str) or not item]:
            self._wrong(self.at(key), wrong[0], "must hold only texts that are not empty")
        return tuple(item for item in value if isinstance(item, str) and item)

    def reference(self, key: str, *, secret: bool = False) -> Input[str] | None:
        """Read an id, name or location: text, or an output that becomes text. What is `secret` is in no message."""
        value = self._values.get(key)
        if value is None or _textual(value):
            return value
        self._wrong(self.at(key), value, "must be text that is not empty, or an output of it", secret=secret)
        return None

    def required_reference(self, key: str, remedy: str) -> Input[str]:
        """Read an id, name or location that must be given."""
        if self.usable and not self.given(key):
            self.problem(key, None, "it is required", remedy)
        return self.reference(key) or ""

    def references(self, key: str, *, secret: bool = False) -> tuple[Input[str], ...]:
        """Read a plain list whose items are texts, or outputs that become texts. As with `reference`."""
        value = self.plain(key)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong(self.at(key), value, "must be a list of texts, or of outputs of them", secret=secret)
            return ()
        for item in value:
            if not _textual(item):
                rule = "must hold only texts that are not empty, or outputs of them"
                self._wrong(self.at(key), item, rule, secret=secret)
        return tuple(item for item in value if _textual(item))

    def integers(self, key: str) -> tuple[int, ...] | None:
        """Read a plain list of whole numbers."""
        value = self.plain(key)
        if value is None:
            return None
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong(self.at(key), value, "must be a list of whole numbers")
            return None
        numbers = [int(item) for item in value if _whole(item)]
        if len(numbers) < len(value):
            self._wrong(self.at(key), next(item for item in value if not _whole(item)), "must hold only whole numbers")
        return tuple(numbers)

    def part(self, key: str, shape: type) -> Arguments | None:
        """Read arguments of their own shape, None where nothing stands there."""
        value = self.plain(key)
        return None if value is None else Arguments(value, shape, self.problems, self.at(key))

    def tags(self, key: str) -> dict[str, Input[str]]:
        """Read tags: names to texts, or to outputs that become texts."""
        value = self.plain(key)
        tags = {} if value is None else _mapping(value)
        if tags is None:
            self._wrong(self.at(key), value, "must be a mapping of tag names to texts")
            return {}
        for name, tag in tags.items():
            if not isinstance(name, str):
                self._wrong(f"the name of {self.at(key)}[{name!r}]", name, "must be text")
            if not isinstance(tag, str | Output) and not isawaitable(tag):
                self._wrong(f"{self.at(key)}[{name!r}]", tag, "must be text")
        return {name: tag for name, tag in tags.items() if isinstance(name, str)}

    def named(self, key: str, *, secret: bool = False) -> dict[str, Input[str]]:
        """Read a mapping of names to texts, or to outputs that become texts. As with `reference`."""
        value = self.plain(key)
        named = {} if value is None else _mapping(value)
        if named is None:
            self._wrong(self.at(key), value, "must be a mapping of names to texts", secret=secret)
            return {}
        for name, item in named.items():
            if not isinstance(name, str) or not name:
                self._wrong(f"the name of {self.at(key)}[{name!r}]", name, "must be text that is not empty")
            if not _textual(item):
                rule = "must be text that is not empty, or an output of it"
                self._wrong(f"{self.at(key)}[{name!r}]", item, rule, secret=secret)
        return {name: item for name, item in named.items() if isinstance(name, str) and name and _textual(item)}

    def entries(self, key: str, shape: type) -> dict[str, Arguments]:
        """Read a mapping of names to arguments of one shape."""
        value = self.plain(key)
        entries = {} if value is None else _mapping(value)
        if entries is None:
            self._wrong(self.at(key), value, "must be a mapping of names to settings")
            return {}
        return {
            str(name): Arguments(entry, shape, self.problems, f"{self.at(key)}[{str(name)!r}]")
            for name, entry in entries.items()
        }

    def _wrong(self, argument: str, value: object, rule: str, *, secret: bool = False) -> None:
        remedy = f"What stands there is of type {type(value).__name__}."
        pending = isinstance(value, Output) or isawaitable(value)
        shown = "given" if secret else "an output" if pending else str(value)
        self.problems.append(Problem(argument, shown, f"it {rule}", remedy))


def _textual(value: object) -> TypeGuard[Input[str]]:
    """Tell whether `value` is text that is not empty, or an output that will become text."""
    return isinstance(value, Output) or isawaitable(value) or (isinstance(value, str) and bool(value))


def _whole(value: object) -> TypeGuard[int | float]:
    """Tell whether `value` is a whole number, also where a protocol has made it a float."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _mapping(values: object) -> Mapping[str, Any] | None:
    if isinstance(values, Mapping):
        return values
    if dataclasses.is_dataclass(values) and not isinstance(values, type):
        return {field.name: getattr(values, field.name) for field in dataclasses.fields(values)}
    return None


def _unknown_key(argument: str, key: object, known: list[str]) -> Problem:
    remedy = suggestion(nearest(str(key), known), f"Known here: {', '.join(known)}.")
    return Problem(argument, "given", "there is no such argument", remedy)
