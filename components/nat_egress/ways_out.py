"""Which way the outbound connections of a subnet's machines take, by Azure's order of precedence. Pure.

A route to an appliance or a virtual network gateway comes first, then the NAT gateway, then a public address of the
machine, then an outbound rule of a load balancer, then default outbound access
(learn.microsoft.com/azure/nat-gateway/nat-overview, 2026-04-14). Addresses and load balancers are of machines, not of
their subnet: `graph.ways` looks for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from .routes import Route, default_routes

if TYPE_CHECKING:
    from .network_rules import NetworkSpec
    from .subnets import SubnetSpec


class WayOut(StrEnum):
    """The way out of a subnet."""

    VIRTUAL_APPLIANCE = "VirtualAppliance"
    VIRTUAL_NETWORK_GATEWAY = "VirtualNetworkGateway"
    SEVERAL_ROUTES = "SeveralRoutes"
    """Routes that lead different ways, by destination."""
    ROUTE_TABLE = "RouteTable"
    """As a route table that exists says, which was not looked at."""
    NAT_GATEWAY = "NatGateway"
    PUBLIC_ADDRESS = "PublicAddress"
    """The machine's own."""
    LOAD_BALANCER = "LoadBalancer"
    """The addresses of a public load balancer."""
    DEFAULT_OUTBOUND_ACCESS = "DefaultOutboundAccess"
    """An address of Azure's that nobody controls."""
    NONE = "None"


_BY_NEXT_HOP = {
    "VirtualAppliance": WayOut.VIRTUAL_APPLIANCE,
    "VirtualNetworkGateway": WayOut.VIRTUAL_NETWORK_GATEWAY,
}


def way_by(route: Route, *, otherwise: WayOut) -> WayOut:
    """Return the way that a route leads, `otherwise` where it leaves that to Azure, as one to the Internet does."""
    return otherwise if route.next_hop_type == "Internet" else _BY_NEXT_HOP.get(route.next_hop_type, WayOut.NONE)


def way_out(routes: Iterable[Route], *, otherwise: WayOut) -> WayOut:
    """Return the way out of a subnet with these routes, `otherwise` where they leave it to Azure."""
    ways = {way_by(route, otherwise=otherwise) for route in default_routes(routes)}
    if not ways:
        return otherwise
    return ways.pop() if len(ways) == 1 else WayOut.SEVERAL_ROUTES


def way_out_of(network: NetworkSpec, subnet: SubnetSpec) -> WayOut:
    """Return the way out of a subnet, for machines without a public address, as far as its arguments tell."""
    if network.attaches(subnet):
        return way_out(subnet.routes, otherwise=WayOut.NAT_GATEWAY)
    if subnet.route_table_id is not None:
        return WayOut.ROUTE_TABLE
    default = WayOut.DEFAULT_OUTBOUND_ACCESS if subnet.default_outbound_access else WayOut.NONE
    return way_out(subnet.routes, otherwise=default)
