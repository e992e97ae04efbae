"""Subnets that leave the same way, drawn side by side with one arrow for all."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Group, Net, Out, Subnet
from .network_chart import same_way


@dataclass(frozen=True)
class Lane:
    """Subnets of one network with one way out."""

    out: Out | None
    subnets: tuple[Subnet, ...]


def lanes(net: Net) -> list[Lane]:
    """Return the subnets of a network by their ways out, those that leave first."""
    found: dict[object, list[Subnet]] = {}
    for one in net.subnets:
        found.setdefault(_way(one.out), []).append(one)
    made = [Lane(subnets[0].out, tuple(subnets)) for subnets in found.values()]
    return sorted(made, key=lambda one: (not (one.out and one.out.hops), one.out is None))


def _way(out: Out | None) -> object:
    return out and (out.leg.way, out.leg.hop, tuple((one.destination, one.leg.way, one.leg.hop) for one in out.parts))


def stands_out(group: Group, subnet: Subnet | None) -> bool:
    """Tell whether something has arrows of its own: a way in, or another way out than its subnet."""
    return bool(group.ins) or not same_way(group.out, subnet.out if subnet else None)
