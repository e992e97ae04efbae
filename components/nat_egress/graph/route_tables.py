"""The routes of a route table, whether declared in it or as resources of their own."""

from __future__ import annotations

from dataclasses import dataclass

from ..routes import Route
from . import kinds
from .graph import Graph
from .resource import Declared
from .subnets import Subnet
from .values import UNKNOWN, Text, Value, items, peek, text, unnested


@dataclass(frozen=True)
class DeclaredRoute:
    """One route."""

    resource: Declared
    """What declares it: a route, a route table, or a subnet or network with one inside."""
    name: str
    prefix: Text
    next_hop_type: Text
    next_hop_address: Text

    @property
    def known(self) -> Route | None:
        """The route, None where it is not known enough to tell what it does."""
        if not isinstance(self.prefix, str) or not isinstance(self.next_hop_type, str):
            return None
        address = self.next_hop_address if isinstance(self.next_hop_address, str) else None
        return Route(self.name, self.prefix, _NEXT_HOPS.get(self.next_hop_type.lower(), self.next_hop_type), address)


_NEXT_HOPS = {
    name.lower(): name for name in ("VnetLocal", "Internet", "VirtualAppliance", "VirtualNetworkGateway", "None")
}


def routes_of(graph: Graph, table: Declared) -> list[DeclaredRoute]:
    """Return the routes of a route table of the stack."""
    return [*_inline(table, table.inputs), *map(declared_route, graph.children(table, kinds.ROUTE))]


def declared_route(resource: Declared) -> DeclaredRoute:
    """Return a route that is a resource of its own."""
    return _route(resource, resource.inputs, resource.azure_name)


def tables_of(graph: Graph, subnet: Subnet) -> list[Declared]:
    """Return the route tables of the stack that a subnet has, or may have."""
    return [target.resource for target in graph.follow(subnet.reference("routeTable"), kinds.ROUTE_TABLE).targets]


def routes_in(subnet: Subnet) -> list[DeclaredRoute]:
    """Return the routes of a route table that is declared inside its subnet."""
    table = unnested(peek(subnet.node, "routeTable"))
    return _inline(subnet.resource, table) if isinstance(table, dict) else []


def _inline(holder: Declared, table: Value) -> list[DeclaredRoute]:
    return [_route(holder, unnested(one), "") for one in items(table, "routes")]


def _route(holder: Declared, node: Value, name: str) -> DeclaredRoute:
    own = text(node, "name")
    return DeclaredRoute(
        holder,
        name or (f"{own}" if isinstance(own, str) else "a route"),
        text(node, "addressPrefix") if node is not UNKNOWN else UNKNOWN,
        text(node, "nextHopType"),
        text(node, "nextHopIpAddress"),
    )
