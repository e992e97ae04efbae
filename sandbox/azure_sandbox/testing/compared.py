"""Values of an update that know which update they are of, so that a comparison that fails shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from . import report
from .report import Told


class Changes(dict[str, str]):
    """What was done to each resource."""

    def __init__(self, update: Told, changes: Mapping[str, str]) -> None:
        super().__init__(changes)
        self.update_told = update


class Ops(list[str]):
    """The ops of a kind of resource, in order."""

    def __init__(self, update: Told, ops: Iterable[str]) -> None:
        super().__init__(ops)
        self.update_told = update


class Labels(frozenset[str]):
    """What something was done to."""

    update_told: Told

    @classmethod
    def of(cls, update: Told, labels: Iterable[str]) -> Labels:
        """Return labels of an update."""
        made = cls(labels)
        made.update_told = update
        return made


def difference(actual: object, expected: object) -> list[str] | None:
    """Return how what an update did differs from what a test expects, and the update; None for other values."""
    if isinstance(actual, Changes) and isinstance(expected, Mapping):
        shown = _of_mappings(actual, expected)
    elif isinstance(actual, Ops) and isinstance(expected, list):
        shown = [f"expected: {', '.join(map(str, expected)) or 'none'}", f"actual:   {', '.join(actual) or 'none'}"]
    elif isinstance(actual, Labels) and isinstance(expected, set | frozenset):
        shown = [f"  only expected: {one}" for one in sorted(expected - actual)]
        shown += [f"  only actual: {one}" for one in sorted(actual - expected)]
    else:
        return None
    told = actual.update_told
    return [f"{told.verb} of {told.stack} did something else:", *shown, "", *report.lines(told)]


def _of_mappings(actual: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    keys = sorted(key for key in {*actual, *expected} if actual.get(key) != expected.get(key))
    return [f"  {key}: expected {expected.get(key, 'no change')}, was {actual.get(key, 'no change')}" for key in keys]
