"""What becomes, or has become, of one place where addresses are published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .change import Change


@dataclass(frozen=True, slots=True)
class Outcome:
    """One place: as it would be where nothing has been written yet."""

    place: str
    state: str
    """What it is now, in words, as in `serial 3`."""
    change: Change
    changed: bool
    """Whether anything is written, also where the ranges stay the same."""
    details: Mapping[str, object]
    """The same for JSON."""
    since: Mapping[str, str] = field(default_factory=dict)
    """When it was first seen that a range had left the stack, where the place remembers it."""


class Target(Protocol):
    """A place where addresses are published."""

    def plan(self) -> Outcome:
        """Read what is there, and say what would be written. PublishingError where it can't be."""

    def publish(self) -> Outcome:
        """Write what was planned, if anything."""
