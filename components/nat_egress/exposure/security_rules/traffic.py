"""Packets that security rules tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from .intervals import Intervals


@dataclass(frozen=True, slots=True)
class Traffic:
    """All packets that have one of each."""

    protocols: frozenset[str]
    ports: Intervals
    """At the machine."""
    sources: Intervals
    destinations: Intervals
    source_ports: Intervals

    def __bool__(self) -> bool:
        return bool(self.protocols and self.ports and self.sources and self.destinations and self.source_ports)

    def meets(self, other: Traffic) -> bool:
        """Tell whether some packet is in both."""
        return all(getattr(self, name) & getattr(other, name) for name in _FIELDS)

    def less(self, other: Traffic) -> Iterator[Traffic]:
        """Divide what is not in `other` into parts that have no packet in common."""
        if not self.meets(other):
            yield self
            return
        rest: Any = self
        for name in _FIELDS:
            mine, others = getattr(rest, name), getattr(other, name)
            if mine - others:
                yield replace(rest, **{name: mine - others})
            rest = replace(rest, **{name: mine & others})


_FIELDS: Final = ("protocols", "ports", "sources", "destinations", "source_ports")


def rest_of(traffic: Traffic, others: Iterable[Traffic]) -> tuple[Traffic, ...]:
    """Return what of `traffic` is in none of the `others`, in parts that have no packet in common."""
    parts: tuple[Traffic, ...] = (traffic,) if traffic else ()
    for other in others:
        parts = tuple(left for part in parts for left in part.less(other))
        if not parts:
            break
    return parts
