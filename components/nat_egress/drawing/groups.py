"""Machines that are alike, drawn as one: of one name but for its number, with the same ways out and in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from ..graph import kinds
from ..graph.exits import Exit
from ..graph.values import Text
from ..graph.ways_in import WayIn
from ..ways_out import WayOut
from .hops import Hops
from .model import Group, HopKind, In, Leg, Member, Out
from .occupants import Occupant
from .order import natural, stem
from .places import Placed
from .plain import several


def grouped(
    placed: Iterable[Placed], hops: Hops, net: str, next_key: Callable[[], str], *, by_itself: bool = False
) -> tuple[Group, ...]:
    """Return what is in one place of the network `net`, like with like.

    In a subnet of Azure's own services that leaves `by_itself`, a firewall leaves by its own addresses. A NAT gateway
    of the subnet goes before them (azure.github.io/PSRule.Rules.Azure, rule Azure.VNET.FirewallSubnetNAT, 2024-09).
    """
    alike: dict[Hashable, list[Placed]] = {}
    for one in sorted(placed, key=lambda one: (natural(one.occupant.name), one.occupant.resource.urn)):
        alike.setdefault(_likeness(one), []).append(one)
    groups = [(found, _group(found, hops, net, next_key())) for found in alike.values()]
    return tuple(_by_own_addresses(one, found[0].occupant, hops) if by_itself else one for found, one in groups)


def _likeness(placed: Placed) -> Hashable:
    one = placed.occupant
    way = one.way and (_alike(one.way.exit), tuple((part.destination, _alike(part.exit)) for part in one.way.parts))
    ins = tuple((into.path[1] if _by_rule(into) else "", into.certain) for into in one.ins)
    # Each of Azure's services has its own way in.
    alone = one.resource.urn if one.front else ""
    return one.kind, stem(one.name), placed.certain, way, ins, alone


def _alike(exit_: Exit) -> Hashable:
    own = exit_.way is WayOut.PUBLIC_ADDRESS
    return exit_.way if own else (exit_.way, exit_.steps, exit_.addresses, exit_.next_hop)


def _group(placed: Sequence[Placed], hops: Hops, net: str, key: str) -> Group:
    found = [one.occupant for one in placed]
    first = found[0]
    members = tuple(Member(one.name, one.resource.urn, one.private_addresses) for one in found)
    bare = Group(key, first.kind, members, placed[0].certain, None, ())
    own = _own_hop(found, hops, bare)
    ins = (_in(into, hops, own, bare.name) for into in first.ins)
    front = _in_by_front(first, own)
    return replace(bare, out=_out(found, hops, bare.name, net, own), ins=(*dict.fromkeys(ins), *front))


def _out(found: Sequence[Occupant], hops: Hops, name: str, net: str, own: str) -> Out | None:
    way = found[0].way
    if way is None:
        return None
    out = hops.out(way, name, net, own)
    if out.leg.way is WayOut.PUBLIC_ADDRESS:
        return replace(out, leg=replace(out.leg, addresses=several(_out_addresses(found))))
    return out


def _own_hop(found: Sequence[Occupant], hops: Hops, group: Group) -> str:
    """Return the key of the hop of their own public addresses, "" where there are none."""
    front = found[0].front
    if front:
        return hops.own(front.kind, group.key, found[0].name, several(front.addresses))
    ways_in = (address for one in found for into in one.ins if not _by_rule(into) for address in into.addresses)
    seen = several((*_out_addresses(found), *ways_in))
    return hops.own(HopKind.PUBLIC_ADDRESS, group.key, f"of {group.name}", seen) if seen else ""


def _by_own_addresses(group: Group, one: Occupant, hops: Hops) -> Group:
    if one.front is None or one.front.kind is not HopKind.FIREWALL:
        return group
    seen = several(one.front.addresses)
    own = hops.own(one.front.kind, group.key, one.name, seen)
    path = (f"{one.kind} {one.name}", "public address", "internet")
    return replace(group, out=Out(Leg(WayOut.PUBLIC_ADDRESS, own, path, seen)))


def _out_addresses(found: Iterable[Occupant]) -> Iterator[Text]:
    for one in found:
        if one.way and one.way.exit.way is WayOut.PUBLIC_ADDRESS:
            yield from one.way.exit.addresses


def _by_rule(into: WayIn) -> bool:
    """Tell whether a rule of a load balancer leads in, and no public address of its own."""
    return into.resource.kind in (kinds.LOAD_BALANCER, kinds.INBOUND_NAT_RULE)


def _in(into: WayIn, hops: Hops, own: str, name: str) -> In:
    hop = hops.balancer_of(into.resource, several(into.addresses)) if _by_rule(into) else own
    return In(hop, (*into.path[:-1], name), into.certain)


def _in_by_front(one: Occupant, own: str) -> Iterator[In]:
    # What a firewall lets in is for its own rules.
    if one.front and one.front.kind is not HopKind.FIREWALL:
        yield In(own, ("internet", "public address", f"{one.kind} {one.name}"), certain=True)
