"""The hops of a drawing: what connections pass between its networks and the internet."""

from __future__ import annotations

from ..graph import kinds
from ..graph.exits import Exit, Way
from ..graph.gateways import ADDRESSES
from ..graph.graph import Graph
from ..graph.public_addresses import addresses_in
from ..graph.resource import Declared
from ..graph.values import Unknown, text, texts
from ..ways_out import WayOut
from .model import Addresses, Hop, HopKind, Leg, Out, Part
from .plain import plain, several


class Hops:
    """All hops, as they come up."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[tuple[str, ...], Hop] = {}

    @property
    def all(self) -> tuple[Hop, ...]:
        """The hops, each once."""
        return tuple(self._found.values())

    def out(self, way: Way, whose: str, net: str, own: str = "") -> Out:
        """Return a way out of `whose`, in the network `net`; `own` is the key of its public addresses."""
        source = (whose, *way.source[1:])
        parts = (Part(plain(part.destination), self._leg(source, part.exit, net, own)) for part in way.parts)
        return Out(self._leg(source, way.exit, net, own), tuple(parts))

    def gateway(self, resource: Declared) -> str:
        """Return the key of a NAT gateway, with all that is said of it."""
        return self._hop(
            (resource.urn,),
            HopKind.NAT_GATEWAY,
            resource.name,
            several(addresses_in(self._graph, resource, *ADDRESSES)),
            sku=plain(text(resource.inputs, "sku", "name")) or None,
            zones=tuple(one for one in several(texts(resource.inputs, "zones")) if one),
        )

    def balancer(self, resource: Declared, addresses: Addresses) -> str:
        """Return the key of a load balancer, which has these addresses among its own."""
        return self._hop((resource.urn,), HopKind.LOAD_BALANCER, resource.name, addresses)

    def balancer_of(self, rule: Declared, addresses: Addresses) -> str:
        """Return the key of the load balancer of a rule, which may be declared inside it."""
        inside = rule.kind == kinds.LOAD_BALANCER
        parents = [rule] if inside else self._graph.parents(rule, kinds.LOAD_BALANCER)
        return self.balancer(parents[0], addresses)

    def own(self, kind: HopKind, group: str, name: str, addresses: Addresses) -> str:
        """Return the key of the public addresses of a group of machines, or of one of Azure's services."""
        return self._hop(("own", group), kind, name, addresses)

    def _leg(self, source: tuple[str, ...], exit_: Exit, net: str, own: str) -> Leg:
        end = () if exit_.way is WayOut.NONE else ("internet",)
        path = (*source, *exit_.steps, *end)
        if exit_.way is WayOut.NONE:
            return Leg(exit_.way, "", path, ())
        way = None if isinstance(exit_.way, Unknown) else exit_.way
        mine = own if way is WayOut.PUBLIC_ADDRESS else ""
        return Leg(way, mine or self._of(exit_, net), path, several(exit_.addresses))

    def _of(self, exit_: Exit, net: str) -> str:
        if isinstance(exit_.way, Unknown):
            return self._hop(("unknown",), HopKind.UNKNOWN, "", (None,), in_stack=False)
        kind, seen = HopKind(exit_.way.value), several(exit_.addresses)
        if exit_.through:
            # Where any of several may be meant, they are one hop.
            names = ", ".join(one.name for one in exit_.through)
            return self._hop(tuple(one.urn for one in exit_.through), kind, names, seen)
        name = {
            WayOut.NAT_GATEWAY: exit_.steps[-1].removeprefix("NAT gateway "),
            WayOut.VIRTUAL_APPLIANCE: plain(exit_.next_hop) if isinstance(exit_.next_hop, str) else None,
            WayOut.VIRTUAL_NETWORK_GATEWAY: f"of {net}",
            WayOut.SEVERAL_ROUTES: exit_.steps[-1].removeprefix("routes "),
            WayOut.ROUTE_TABLE: "of another stack",
        }.get(exit_.way, "")
        return self._hop((kind, f"{name}", *exit_.steps[-1:]), kind, name, seen, in_stack=False)

    def _hop(
        self,
        identity: tuple[str, ...],
        kind: HopKind,
        name: str | None,
        addresses: Addresses,
        *,
        in_stack: bool = True,
        sku: str | None = None,
        zones: tuple[str, ...] = (),
    ) -> str:
        known = self._found.get(identity)
        key = known.key if known else f"hop-{len(self._found) + 1}"
        seen = tuple(dict.fromkeys((*(known.addresses if known else ()), *addresses)))
        self._found[identity] = Hop(key, kind, name, seen, in_stack, sku, zones)
        return key
