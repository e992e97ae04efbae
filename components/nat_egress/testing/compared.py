"""What pytest shows where a value of a recording is not what a test expects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..state.values import Secret
from .changes import differences
from .differing import differing, worded
from .failures import Failure
from .graph import ResourceGraph
from .recorded import Elements, HeldSecret, Properties
from .resource import Resource

_COMPARE: Final = "Compare two recordings with differences(before, after)"


def difference(actual: object, expected: object) -> list[str] | None:
    """Return how a value of a recording differs from what a test expects, a line for each place; None for others."""
    if isinstance(actual, ResourceGraph) and isinstance(expected, ResourceGraph):
        return [f"{actual!r} is {expected!r} itself. {_COMPARE}:", *_of_graphs(actual, expected)]
    if isinstance(actual, Resource) and isinstance(expected, Resource):
        return [f"{actual!r} is {expected!r} itself. {_COMPARE}."]
    if isinstance(actual, HeldSecret) and isinstance(expected, Secret):
        return [f"{actual.of} is another secret than the one expected. Neither is shown."]
    if isinstance(actual, Properties) and isinstance(expected, Mapping):
        return [f"{actual.of} is not as expected:", *_of_values(actual, expected)]
    if isinstance(actual, Elements) and isinstance(expected, list):
        return [f"{actual.of} is not as expected:", *_of_values(actual, expected)]
    return None


def _of_graphs(before: ResourceGraph, after: ResourceGraph) -> list[str]:
    try:
        found = differences(before, after)
    except Failure as failure:
        return [f"  {failure}"]
    return [f"  {label}: {changed}" for label, changed in found.items()] or ["  nothing differs"]


def _of_values(actual: object, expected: object) -> list[str]:
    lines: list[str] = []
    for path, was, wanted in differing(actual, expected):
        said, found = worded(wanted, was)
        lines.append(f"  {path}: expected {said}, was {found}")
    return lines
