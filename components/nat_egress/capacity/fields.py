"""Reads the keys at one place of a profile. What can't be used becomes a problem and reads as some value that could."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from ..did_you_mean import nearest, suggestion
from ..problems import Problem
from .places import Place

REQUIRED: Final = None
LARGEST: Final = 1e9
"""No number of a profile is larger: with more, a unit has been mistaken."""
SMALLEST: Final = 1e-12
"""No number of a profile that must be above 0 is smaller, for the same reason."""


class Fields:
    """The mapping at a place, read key by key."""

    def __init__(self, place: Place, known: Sequence[str], problems: list[Problem]) -> None:
        self.place = place
        self.problems = problems
        self._values: dict[str, Place] = {}
        self.usable = isinstance(place.value, dict)
        if not isinstance(place.value, dict):
            rule = f"it must be a mapping with the keys {', '.join(known)}"
            self.problems.append(Problem(place.where, _shown(place.value), rule, _type(place.value)))
            return
        for key, value in place.value.items():
            if key in known:
                self._values[key] = value
            else:
                self.problems.append(_unknown(value.where, key, known))

    def given(self, key: str) -> bool:
        """Tell whether anything stands there; null is as good as nothing."""
        return key in self._values and self._values[key].value is not None

    def at(self, key: str) -> Place:
        """Return what stands there."""
        return self._values[key]

    def where(self, key: str) -> str:
        """Name the place of `key`, or where it should stand."""
        return self._values[key].where if key in self._values else self.place.below(key)

    def problem(self, key: str, rule: str, remedy: str) -> None:
        """Note that what stands at `key` can't be used."""
        value = self._values[key].value if key in self._values else None
        self.problems.append(Problem(self.where(key), _shown(value), rule, remedy))

    def number(
        self,
        key: str,
        *,
        at_least: float = 0,
        above: float | None = None,
        at_most: float = LARGEST,
        default: float | None = REQUIRED,
    ) -> float:
        """Read a number between `at_least`, or more than `above`, and `at_most`."""
        fallback = float(default if default is not None else at_most if above is not None else at_least)
        if not self._there(key, needed=default is REQUIRED):
            return fallback
        value = self._values[key].value
        low = f"at least {at_least:,g}" if above is None else f"more than {above:,g}"
        rule = f"it must be a number of {low} and at most {at_most:,.12g}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(key, rule, f"{_type(value)} The unit is in the name: write the number only.")
        elif not (value > above if above is not None else value >= at_least):  # NaN is neither
            self.problem(key, rule, "Write what was measured, or what is planned.")
        elif value > at_most or (above is not None and value < above + SMALLEST):
            self.problem(key, rule, "Check the unit, which is in the name.")
        else:
            return float(value)
        return fallback

    def whole(self, key: str, *, at_least: int, at_most: int = int(LARGEST), default: int | None = REQUIRED) -> int:
        """Read a whole number."""
        before = len(self.problems)
        value = self.number(key, at_least=at_least, at_most=at_most, default=default)
        if len(self.problems) == before and not value.is_integer():
            self.problem(key, "it must be a whole number", "Round it up.")
        return int(value)

    def text(self, key: str) -> str:
        """Read text that must be given."""
        if not self._there(key, needed=True):
            return ""
        value = self._values[key].value
        if not isinstance(value, str) or not value:
            self.problem(key, "it must be text that is not empty", _type(value))
            return ""
        return value

    def choice(self, key: str, choices: Sequence[str], *, default: str | None = REQUIRED) -> str:
        """Read one of a few words."""
        fallback = default or choices[0]
        if not self._there(key, needed=default is REQUIRED):
            return fallback
        value = self._values[key].value
        if value not in choices:
            self.problem(key, f"it must be one of {', '.join(choices)}", "Use one of these.")
            return fallback
        return str(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Read a list of numbers of at least 0, at least one of them above."""
        items = self._values[key].value
        rule = f"it must be a list of numbers from 0 to {LARGEST:,.0f}, at least one of them above 0"
        if not isinstance(items, list):
            self.problem(key, rule, _type(items))
            return ()
        wrong = next((item for item in items if not _countable(item.value)), None)
        if wrong is not None:
            self.problems.append(Problem(wrong.where, _shown(wrong.value), rule, "Correct this one."))
            return ()
        if not any(item.value for item in items):
            self.problem(key, rule, "Write how many connections are opened in each minute.")
            return ()
        return tuple(float(item.value) for item in items)

    def part(self, key: str, known: Sequence[str]) -> Fields:
        """Read the mapping there, which must be given."""
        if not self._there(key, needed=True):
            return Fields(Place({}, self.place.file, self.place.line, self.place.path), known, [])
        return Fields(self._values[key], known, self.problems)

    def names(self, key: str) -> dict[str, Place]:
        """Read a mapping of names of the user's own, at least one."""
        if not self._there(key, needed=True):
            return {}
        value = self._values[key].value
        if not isinstance(value, dict) or not value:
            self.problem(key, "it must be a mapping of names to settings, at least one", _type(value))
            return {}
        return value

    def _there(self, key: str, *, needed: bool) -> bool:
        if self.given(key):
            return True
        if needed and self.usable:
            self.problem(key, "it is required", f"Add {key} there.")
        return False


def _countable(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == 0 or SMALLEST <= value <= LARGEST


def _unknown(where: str, key: str, known: Sequence[str]) -> Problem:
    remedy = suggestion(nearest(key, known), f"Known here: {', '.join(known)}.")
    return Problem(where, "given", "there is no such key", remedy)


def _type(value: object) -> str:
    kinds = {dict: "a mapping", list: "a list", str: "text", bool: "a truth value", type(None): "nothing"}
    return f"What stands there is {kinds.get(type(value), 'a number')}."


def _shown(value: object) -> Any:  # noqa: ANN401 - what a message shows, of any type
    if isinstance(value, Place):
        return _shown(value.value)
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in list(value.items())[:10]}
    if isinstance(value, list):
        return [_shown(item) for item in value[:10]]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
