"""From the graph of a stack's network to what is drawn of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from ..graph import kinds
from ..graph.default_access import is_private
from ..graph.exits import Way, unknown
from ..graph.network import Network
from ..graph.references import arm_id
from ..graph.resource import Declared
from ..graph.roles import Role
from ..graph.subnets import Subnet
from ..graph.values import items, peek, text, unnested
from ..graph.ways import out_of_subnet
from ..ways_out import WayOut
from . import model
from .groups import grouped
from .hops import Hops
from .occupants import occupants
from .order import by_range, natural
from .places import Placed, Places
from .plain import flagged, plain, ranges, several

_OWN: Final = (WayOut.NONE, WayOut.DEFAULT_OUTBOUND_ACCESS)
"""What says nothing of a subnet of Azure's own services: these have public addresses, or need none."""


def drawing_of(network: Network, stack: str, *, preview: bool = False) -> model.Drawing:
    """Return what is drawn of a network; the same for the same resources, in whichever order they come."""
    return _Reader(network).drawing(stack, preview=preview)


class _Reader:
    """Reads a network once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._hops = Hops(network.graph)
        self._places = Places(network, occupants(network))
        self._numbers = count(1)

    def drawing(self, stack: str, *, preview: bool) -> model.Drawing:
        """Return all of it."""
        nets = (*self._nets(), *self._nets_outside())
        for gateway in sorted(self._network.graph.of(kinds.NAT_GATEWAY), key=lambda one: natural(one.name)):
            self._hops.gateway(gateway)
        return _with_appliances(model.Drawing(stack, preview, nets, self._hops.all))

    def _nets(self) -> Iterator[model.Net]:
        """Yield the networks of the stack, then those of other stacks that it makes subnets in."""
        declared: dict[tuple[str, ...], Sequence[Declared]] = {}
        subnets: defaultdict[tuple[str, ...], list[Subnet]] = defaultdict(list)
        for network in self._network.graph.of(kinds.NETWORK):
            declared[(network.urn,)] = [network]
        for subnet in self._network.subnets.all:
            found = self._network.subnets.network(subnet)
            # One of another stack is known by its name alone.
            named = plain(subnet.resource.names[0]) if subnet.resource.names else None
            where = tuple(one.urn for one in found) or ("", named or "")
            declared.setdefault(where, found)
            subnets[where].append(subnet)
        for where in sorted(declared, key=lambda one: (one[0] == "", natural(one[-1].rpartition("::")[2]), one)):
            yield self._net(where, declared[where], subnets[where])

    def _net(self, where: tuple[str, ...], declared: Sequence[Declared], subnets: Iterable[Subnet]) -> model.Net:
        name = " or ".join(one.name for one in declared) or where[-1] or None
        beside = [placed for one in declared for placed in self._places.beside(one)]
        space = ranges(peek(declared[0].inputs, "addressSpace"), "", "addressPrefixes") if len(declared) == 1 else ()
        return model.Net(
            self._key("net"),
            name,
            space,
            in_stack=bool(declared),
            groups=self._groups(beside, name),
            subnets=tuple(self._subnet(one, name) for one in sorted(subnets, key=_by_place)),
        )

    def _subnet(self, subnet: Subnet, net: str | None) -> model.Subnet:
        role = self._network.roles.of(subnet)
        way = out_of_subnet(self._network, subnet)
        by_itself = role is Role.PLATFORM and way.exit.way in _OWN and not way.parts
        return model.Subnet(
            self._key("subnet"),
            plain(subnet.name),
            _ranges(subnet),
            flagged(is_private(self._network, subnet)),
            role.value,
            _delegations(subnet),
            in_stack=True,
            out=None if by_itself else self._hops.out(way, way.source[0], net or ""),
            groups=self._groups(self._places.inside(subnet), net, by_itself=by_itself),
        )

    def _nets_outside(self) -> Iterator[model.Net]:
        """Yield the networks of other stacks that something of this one is in, a subnet each."""
        for id_, placed in sorted(self._places.outside.items()):
            found = arm_id(id_)
            path = dict(zip(found.path[1::2], found.path[2::2], strict=False)) if found else {}
            net, name = (path.get(part) for part in ("virtualnetworks", "subnets"))
            way = Way((f"subnet {name}" if name else "a subnet",), unknown())
            out = self._hops.out(way, way.source[0], net or "")
            yield model.Net(
                self._key("net"),
                net,
                (None,),
                in_stack=False,
                groups=(),
                subnets=(
                    model.Subnet(
                        self._key("subnet"),
                        name,
                        (None,),
                        private=None,
                        role=Role.UNKNOWN.value,
                        delegations=(),
                        in_stack=False,
                        out=out,
                        groups=self._groups(placed, net),
                    ),
                ),
            )

    def _groups(self, placed: Iterable[Placed], net: str | None, *, by_itself: bool = False) -> tuple[model.Group, ...]:
        return grouped(placed, self._hops, net or "a network", lambda: self._key("group"), by_itself=by_itself)

    def _key(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}"


def _ranges(subnet: Subnet) -> model.Addresses:
    return ranges(subnet.node, "addressPrefix", "addressPrefixes")


def _delegations(subnet: Subnet) -> tuple[str, ...]:
    found = several(text(unnested(one), "serviceName") for one in items(subnet.node, "delegations"))
    return tuple(one for one in found if one)


def _by_place(subnet: Subnet) -> tuple[object, ...]:
    return by_range(_ranges(subnet)), natural(subnet.name), subnet.resource.urn


def _with_appliances(drawing: model.Drawing) -> model.Drawing:
    """Say of an appliance what in the stack has its address, where one thing alone has it."""
    having: defaultdict[str | None, list[str]] = defaultdict(list)
    for subnet in drawing.subnets:
        for group in subnet.groups:
            for one in group.members:
                for address in one.private_addresses:
                    having[address].append(f"{group.kind} {one.name}")

    def named(hop: model.Hop) -> model.Hop:
        found = having[hop.name] if hop.kind is model.HopKind.VIRTUAL_APPLIANCE and hop.name else []
        return replace(hop, stands_for=found[0]) if len(found) == 1 else hop

    return replace(drawing, hops=tuple(named(one) for one in drawing.hops))
