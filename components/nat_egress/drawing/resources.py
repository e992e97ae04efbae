"""A stack's resources as a graph: what belongs to what, and what depends on what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..graph.resource import Declared
from .chart import Arrow, Box, Chart
from .order import natural

VERSION: Final = 1

Document = dict[str, Any]


def resource_chart(resources: Iterable[Declared], stack: str) -> Chart:
    """Return the chart: what is made first at the left; dashed lines lead from a component to what is in it."""
    found = _sorted(resources)
    keys = {one.urn: f"r{number}" for number, one in enumerate(found, 1)}
    boxes = tuple(Box(keys[one.urn], (one.name, one.token)) for one in found)
    before = (Arrow(keys[urn], keys[one.urn]) for one in found for urn in sorted(one.everything) if urn in keys)
    inside = (Arrow(keys[one.parent], keys[one.urn], dashed=True) for one in found if one.parent in keys)
    return Chart(stack, boxes, (*before, *inside))


def resource_document(resources: Iterable[Declared], stack: str) -> Document:
    """Return the resources as plain values for JSON."""
    return {
        "version": VERSION,
        "stack": stack,
        "resources": [
            {
                "urn": one.urn,
                "type": one.token,
                "name": one.name,
                "parent": one.parent or None,
                "dependencies": sorted(one.everything),
            }
            for one in _sorted(resources)
        ],
    }


def _sorted(resources: Iterable[Declared]) -> list[Declared]:
    return sorted(resources, key=lambda one: (one.token, natural(one.name), one.urn))
