"""Ways to the internet, told of one subnet, interface or machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..ways_out import WayOut
from .public_addresses import Seen
from .resource import Declared
from .values import MISSING, UNKNOWN, Text, Unknown

NOT_KNOWN = "not known before the update, or not from this stack"


@dataclass(frozen=True)
class Exit:
    """One way to the internet."""

    way: WayOut | Unknown
    steps: tuple[str, ...]
    """What connections pass, in words."""
    addresses: Seen = ()
    """What the other side sees: one `UNKNOWN` where nobody here can tell, as behind an appliance; nothing where nothing
    leaves."""
    next_hop: Text = MISSING
    """The appliance's address, not given where routes lead to several."""
    through: tuple[Declared, ...] = ()
    """The NAT gateway or load balancer of the stack; several where any of them may be meant."""

    def same_way(self, other: Exit) -> bool:
        """Tell whether connections leave alike, by whichever route."""
        mine, theirs = ((one.way, one.addresses, one.next_hop, one.through) for one in (self, other))
        return mine == theirs


@dataclass(frozen=True)
class Part:
    """A destination that leaves another way than what is around it."""

    destination: Text
    """A range, or a service tag."""
    exit: Exit


@dataclass(frozen=True)
class Way:
    """How connections of a subnet, interface or machine leave for the internet."""

    source: tuple[str, ...]
    """What they come from, in words."""
    exit: Exit
    parts: tuple[Part, ...] = ()
    """The widest first; the longest range wins, as in Azure."""

    @property
    def path(self) -> tuple[str, ...]:
        """From where they come from to the internet, in words."""
        end = () if self.exit.way is WayOut.NONE else ("internet",)
        return (*self.source, *self.exit.steps, *end)


def unknown(*steps: str) -> Exit:
    """Return the way that nobody here can tell."""
    return Exit(UNKNOWN, steps or (NOT_KNOWN,), (UNKNOWN,))


def agreed(exits: Sequence[Exit]) -> Exit:
    """Return what holds whichever of these is the way."""
    first = exits[0]
    if all(one == first for one in exits):
        return first
    if {one.way for one in exits} != {first.way}:
        return unknown()
    return Exit(
        first.way,
        (f"one of {', '.join(dict.fromkeys(' to '.join(one.steps) for one in exits))}",),
        first.addresses if all(one.addresses == first.addresses for one in exits) else (UNKNOWN,),
        first.next_hop if all(one.next_hop == first.next_hop for one in exits) else UNKNOWN,
        tuple(dict.fromkeys(resource for one in exits for resource in one.through)),
    )


def agreed_ways(source: tuple[str, ...], ways: Sequence[Way]) -> Way:
    """Return what holds whichever of these is the way."""
    parts = [one.parts for one in ways]
    same = all(one == parts[0] for one in parts)
    return Way(source, agreed([one.exit for one in ways]), parts[0] if same else (Part(UNKNOWN, unknown()),))
