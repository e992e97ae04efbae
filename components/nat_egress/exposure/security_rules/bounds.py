"""What is known of a set whose parts may be unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounds(Generic[T]):
    """A set between two others; where all is known they are the same."""

    sure: T
    """What is in it, whatever the unknown turns out to be."""
    maybe: T
    """What may be in it; all of `sure` is."""
