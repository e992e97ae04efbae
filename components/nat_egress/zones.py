"""Azure's rule for the availability zones of a resource. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import limits
from .problems import Problem


def zone_problems(zones: Sequence[str]) -> Iterator[Problem]:
    """Check the argument `zones`: each is a zone, and stands there once."""
    for position, zone in enumerate(zones):
        if zone not in limits.ZONES:
            rule = f"a zone is one of {', '.join(limits.ZONES)}"
            yield Problem("zones", zone, rule, "Use one of these, or none and Azure picks a place.")
        elif zone in zones[:position]:
            yield Problem("zones", list(zones), f"zone {zone} stands there twice", "Remove one.")
