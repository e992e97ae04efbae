"""Reads the configuration of the policy pack. All that is wrong is collected. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from ..did_you_mean import nearest, suggestion
from ..problems import Problem
from . import options_read
from .options_table import BASELINE, EXEMPTIONS, OPTIONS, options_of
from .policies import POLICIES, Level

ALL: Final = "all"
"""The key of the level of all policies that have none of their own."""
LEVEL: Final = "enforcementLevel"
_LEVELS: Final = tuple(level.value for level in Level)


class ConfigurationReader:
    """Reads a configuration part by part. What can't be used becomes a problem and reads as if it were not there."""

    def __init__(self, today: date) -> None:
        self.problems: list[Problem] = []
        self._today = today
        self.all: Level | None = None
        self.levels: dict[str, Level] = {}
        self._values: defaultdict[str, list[Any]] = defaultdict(list)
        self.baselines: dict[str, str] = {}

    def document(self, document: object) -> None:
        """Read all of it."""
        if not isinstance(document, Mapping):
            self._problem("the configuration", document, "it must be an object by policy", _type_of(document))
            return
        for key, value in document.items():
            if key == ALL:
                self.all = self._level(ALL, value.get(LEVEL) if _only_level(value) else value)
            elif key in POLICIES:
                self._policy(key, value)
            else:
                self.problems.append(_unknown(key, "there is no such policy", key, [ALL, *POLICIES]))
        self._check_hub()

    @property
    def values(self) -> dict[str, tuple[Any, ...]]:
        """What each option has, in all policies together, each value once."""
        return {name: tuple(dict.fromkeys(values)) for name, values in self._values.items()}

    def _policy(self, policy: str, value: object) -> None:
        if isinstance(value, str):
            value = {LEVEL: value}
        if not isinstance(value, Mapping):
            rule = f"it must be a level, one of {', '.join(_LEVELS)}, or an object with {LEVEL} and options"
            self._problem(policy, value, rule, _type_of(value))
            return
        for name, given in value.items():
            if given is not None:
                self._option(policy, name, given)

    def _option(self, policy: str, name: str, value: object) -> None:
        where = f"{policy}.{name}"
        if name == LEVEL:
            if (level := self._level(where, value)) is not None:
                self.levels[policy] = level
        elif name == EXEMPTIONS:
            self._exemptions(policy, where, value)
        elif name == BASELINE:
            self.baselines.update((policy, path) for path in self._read(where, value, options_read.text))
        elif (option := options_of(policy).get(name)) is None:
            self.problems.append(_no_option(policy, name))
        elif option.is_list:
            items = self._items(where, value)
            self._values[name] += [found for at, item in items for found in self._read(at, item, option.read)]
        else:
            self._values[name] += self._read(where, value, option.read)

    def _level(self, where: str, value: object) -> Level | None:
        if isinstance(value, str) and value in _LEVELS:
            return Level(value)
        remedy = "These policies change nothing: use mandatory." if value == "remediate" else "Use one of these."
        self._problem(where, value, f"a level is one of {', '.join(_LEVELS)}", remedy)
        return None

    def _exemptions(self, policy: str, where: str, value: object) -> None:
        for at, item in self._items(where, value):
            found = self._read(at, item, lambda one: options_read.exemption(policy, one, self._today))
            if isinstance(item, Mapping):
                for key in item.keys() - set(options_read.EXEMPTION_KEYS):
                    known = list(options_read.EXEMPTION_KEYS)
                    self.problems.append(_unknown(f"{at}.{key}", "an exemption has no such key", key, known))
            if any(
                one.policy == policy and one.resource == found[0].resource for one in self._values[EXEMPTIONS] if found
            ):
                self._problem(f"{at}.resource", found[0].resource, "it stands there twice", "Remove one.")
            self._values[EXEMPTIONS] += found

    def _items(self, where: str, value: object) -> Iterator[tuple[str, object]]:
        if isinstance(value, Sequence) and not isinstance(value, str):
            yield from ((f"{where}[{at}]", item) for at, item in enumerate(value))
        else:
            self._problem(where, value, "it must be a list", _type_of(value))

    def _read(self, where: str, value: object, reader: Callable[[object], object]) -> list[Any]:
        try:
            return [reader(value)]
        except options_read.Unusable as wrong:
            part = value.get(wrong.key) if wrong.key and isinstance(value, Mapping) else value
            self._problem(f"{where}.{wrong.key}" if wrong.key else where, part, wrong.rule, wrong.remedy)
            return []

    def _check_hub(self) -> None:
        appliances = set(self._values["approvedNextHops"]) - {options_read.VIRTUAL_NETWORK_GATEWAY}
        if any(self._values["hubAndSpoke"]) and not appliances and not self.problems:
            rule = "the spokes leave by the firewall of the hub, and approvedNextHops names none"
            self._problem("egress-nat-only.hubAndSpoke", "true", rule, "Add the firewall's private address there.")

    def _problem(self, where: str, value: object, rule: str, remedy: str) -> None:
        self.problems.append(Problem(where, value, rule, remedy))


def _only_level(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) == {LEVEL}


def _type_of(value: object) -> str:
    return f"What stands there is of type {type(value).__name__}."


def _no_option(policy: str, name: str) -> Problem:
    rule = "this policy has no such option"
    if name in OPTIONS:
        others = OPTIONS[name].policies
        rule += f", {' and '.join(others)} {'has' if len(others) == 1 else 'have'} it"
    return _unknown(f"{policy}.{name}", rule, name, [LEVEL, *options_of(policy), EXEMPTIONS, BASELINE])


def _unknown(where: str, rule: str, key: object, known: Sequence[str]) -> Problem:
    return Problem(where, "given", rule, suggestion(nearest(str(key), known), f"Known: {', '.join(known)}."))
