"""What is drawn, in words: the same in every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..ways_out import WayOut
from .model import Addresses, Drawing, Group, Hop, HopKind, Leg, Net, Out, Subnet

KINDS: Final = {
    HopKind.NAT_GATEWAY: "NAT gateway",
    HopKind.VIRTUAL_APPLIANCE: "virtual appliance",
    HopKind.VIRTUAL_NETWORK_GATEWAY: "virtual network gateway",
    HopKind.SEVERAL_ROUTES: "several routes",
    HopKind.ROUTE_TABLE: "route table",
    HopKind.PUBLIC_ADDRESS: "public address",
    HopKind.LOAD_BALANCER: "load balancer",
    HopKind.DEFAULT_OUTBOUND_ACCESS: "default outbound access",
    HopKind.BASTION: "Bastion host",
    HopKind.FIREWALL: "firewall",
    HopKind.APPLICATION_GATEWAY: "application gateway",
    HopKind.UNKNOWN: "way not known",
}

NO_WAY_OUT: Final = "no way out"
BY_ITSELF: Final = "Azure's own service, which leaves by itself"
"""What is said of the way out of Azure's own services."""


def unknown(drawing: Drawing) -> str:
    """Say that something is not known."""
    return "known after the update" if drawing.preview else "not known from this stack"


def shown(drawing: Drawing, value: str | None) -> str:
    """Write a value."""
    return unknown(drawing) if value is None else value


def net(drawing: Drawing, one: Net) -> str:
    """Name a network."""
    name = f"network {one.name}" if one.name else f"a network that is {unknown(drawing)}"
    return name if one.in_stack or not one.name else f"{name} of another stack"


def subnet(drawing: Drawing, one: Subnet) -> str:
    """Name a subnet."""
    name = f"subnet {one.name}" if one.name else f"a subnet that is {unknown(drawing)}"
    return name if one.in_stack or not one.name else f"{name} of another stack"


def group(one: Group) -> str:
    """Name what is in a subnet: machines by their names alone."""
    name = one.name if one.kind == "virtual machine" else f"{one.kind} {one.name}"
    return name if one.certain else f"{name}, or elsewhere"


def hop(drawing: Drawing, one: Hop) -> str:
    """Name a hop."""
    if one.kind is HopKind.UNKNOWN:
        return KINDS[one.kind]
    name = KINDS[one.kind] if one.name == "" else f"{KINDS[one.kind]} {shown(drawing, one.name)}"
    return f"{name} ({one.stands_for})" if one.stands_for else name


def hop_addresses(drawing: Drawing, one: Hop) -> tuple[str, ...]:
    """Say what the internet sees of a hop, a line each."""
    if one.kind is HopKind.DEFAULT_OUTBOUND_ACCESS:
        return ("addresses nobody controls",)
    if one.kind is HopKind.NAT_GATEWAY and not one.addresses:
        return ("no address: nothing leaves through it",)
    if not one.in_stack and one.addresses == (None,):
        return (unknown(drawing) if one.kind is HopKind.UNKNOWN and drawing.preview else "addresses not known here",)
    return lines(drawing, one.addresses)


def about(one: Hop) -> tuple[str, ...]:
    """Say of which SKU a hop is, and in which zones."""
    zones = f"zone {one.zones[0]}" if len(one.zones) == 1 else f"zones {', '.join(one.zones)}" if one.zones else ""
    return tuple(fact for fact in (one.sku, zones) if fact)


def lines(drawing: Drawing, addresses: Addresses) -> tuple[str, ...]:
    """Write addresses, those that are not known as one."""
    return tuple(dict.fromkeys(shown(drawing, one) for one in addresses))


def privacy(drawing: Drawing, one: Subnet) -> str:
    """Say whether a subnet is private."""
    if not one.in_stack:
        return ""
    if one.private is None:
        return f"private or not: {unknown(drawing)}"
    return "private" if one.private else "default outbound access"


def way_out(drawing: Drawing, out: Out | None) -> str:
    """Say by which way connections leave, in a line."""
    if out is None:
        return BY_ITSELF
    leads = way(drawing, out)
    return leads if leads.startswith(NO_WAY_OUT) else f"way out: {leads}"


def way(drawing: Drawing, out: Out) -> str:
    """Name the ways by which connections leave."""
    parts = [f"{shown(drawing, one.destination)}: {_leg(drawing, one.leg)}" for one in out.parts]
    return "; ".join([_leg(drawing, out.leg), *parts])


def _leg(drawing: Drawing, leg: Leg) -> str:
    return NO_WAY_OUT if leg.way is WayOut.NONE else hop(drawing, drawing.hop(leg.hop))


def seen(drawing: Drawing, out: Out | None) -> str:
    """Say which addresses the other side sees."""
    if out is None or out.leg.way is WayOut.NONE:
        return ""
    if out.leg.way in (WayOut.NAT_GATEWAY, WayOut.PUBLIC_ADDRESS, WayOut.LOAD_BALANCER):
        return ", ".join(lines(drawing, out.leg.addresses))
    return ", ".join(hop_addresses(drawing, drawing.hop(out.leg.hop)))


def path(steps: Sequence[str]) -> str:
    """Write what connections pass."""
    return " > ".join(steps)


def net_name(drawing: Drawing, one: Net) -> str:
    """Name a network where it is plain that it is one."""
    return one.name if one.name and one.in_stack else net(drawing, one)


def subnet_name(drawing: Drawing, one: Subnet) -> str:
    """Name a subnet where it is plain that it is one."""
    return one.name if one.name and one.in_stack else subnet(drawing, one)


def hop_name(drawing: Drawing, one: Hop) -> str:
    """Name a hop where its kind stands beside it; "" where it has no name."""
    name = "" if one.name == "" else shown(drawing, one.name)
    return f"{name} ({one.stands_for})" if one.stands_for else name


def subnet_in_full(drawing: Drawing, one: Subnet) -> str:
    """Say all of a subnet but what is in it, in one line."""
    ranges = ", ".join(lines(drawing, one.ranges))
    facts = [subnet(drawing, one), ranges, privacy(drawing, one), *(f"for {name}" for name in one.delegations)]
    return f"{', '.join(filter(None, facts))}. {_leaves(drawing, one.out)}"


def group_in_full(drawing: Drawing, one: Group) -> str:
    """Say all of what is in a subnet, in one line."""
    ins = [f" Way in: {path(into.path)}{'' if into.certain else ', perhaps'}." for into in one.ins]
    leaves = _leaves(drawing, one.out) if one.out else ""
    return f"{one.name}, {one.kind}. {leaves}{''.join(ins)}".strip()


def hop_in_full(drawing: Drawing, one: Hop) -> str:
    """Say all of a hop, in one line."""
    return f"{hop(drawing, one)}: {', '.join(hop_addresses(drawing, one))}."


def _leaves(drawing: Drawing, out: Out | None) -> str:
    if out is None:
        return f"{BY_ITSELF.capitalize()}."
    seen_as = seen(drawing, out)
    told = f"; the other side sees {seen_as}" if seen_as else ""
    parts = [f" {shown(drawing, part.destination)}: {path(part.leg.path)}." for part in out.parts]
    return f"Way out: {path(out.leg.path)}{told}.{''.join(parts)}"
