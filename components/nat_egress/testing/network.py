"""The network of a recorded program, as the rules of the policy pack read it, and the way out of its subnets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from ..graph import kinds
from ..graph.gateways import ADDRESSES, gateways, has_gateway
from ..graph.network import Network
from ..graph.of_mocks import resources_of
from ..graph.references import reference
from ..graph.resource import Declared
from ..graph.route_tables import routes_in, routes_of
from ..graph.subnets import Subnet
from ..graph.values import UNKNOWN, flag, items, listed
from ..routes import Route
from ..ways_out import WayOut, way_out
from .failures import Failure
from .graph import ResourceGraph


def network_of(graph: ResourceGraph) -> Network:
    """Return the network that the rules read."""
    return Network(resources_of(graph.resources))


def subnet_of(network: Network, name: str) -> Subnet:
    """Return the subnet of a name, in Azure or in the program."""
    found = [one for one in network.subnets.all if name in (one.name, one.resource.name)]
    if len(found) == 1:
        return found[0]
    there = listed(one.name for one in network.subnets.all) or "none"
    raise Failure(f"{len(found) or 'No'} subnets are called {name}. There are: {there}.")


@dataclass(frozen=True)
class Egress:
    """The way out of a subnet."""

    way: WayOut
    path: tuple[str, ...]
    """From the subnet to the internet."""
    gateways: tuple[Declared, ...] = ()


def egress_of(network: Network, subnet: Subnet) -> Egress:
    """Return the way out of a subnet, for machines without an address of their own, in Azure's order of precedence."""
    start = f"subnet {subnet.name}"
    routes = list(_routes(network, subnet))
    by_route = way_out(routes, otherwise=WayOut.NONE)
    if by_route is not WayOut.NONE:
        return Egress(by_route, (start, *(f"route {one.name} to {one.next_hop_type}" for one in routes)))
    attached = has_gateway(network.graph, subnet)
    if attached is UNKNOWN:
        raise Failure(f"Whether the {start} is attached to a NAT gateway is not known before the update.")
    if attached:
        found = gateways(network.graph, subnet)
        names = listed(one.name for one in found) or "of another stack"
        return Egress(WayOut.NAT_GATEWAY, (start, f"NAT gateway {names}", "internet"), tuple(found))
    if flag(subnet.node, "defaultOutboundAccess") is False:
        return Egress(WayOut.NONE, (start, "no way out"))
    return Egress(WayOut.DEFAULT_OUTBOUND_ACCESS, (start, "default outbound access", "internet"))


def _routes(network: Network, subnet: Subnet) -> Iterator[Route]:
    where = subnet.reference("routeTable")
    followed = network.graph.follow(where, kinds.ROUTE_TABLE)
    if where.given and not followed.targets and not routes_in(subnet):
        raise Failure(
            f"The route table of subnet {subnet.name} is not in this stack ({followed.outside or 'not known'}), so "
            "whether its routes lead around the NAT gateway is not known here."
        )
    declared = [
        *routes_in(subnet),
        *(one for found in followed.targets for one in routes_of(network.graph, found.resource)),
    ]
    for one in declared:
        if one.known is None:
            raise Failure(f"The route {one.name} of subnet {subnet.name} is not known before the update.")
        yield one.known


def addresses_of(graph: ResourceGraph, network: Network, gateway: Declared) -> list[IPv4Network | IPv6Network]:
    """Return the public ranges that the other side sees of a NAT gateway. Raises `Failure` where one is not known."""
    found: list[IPv4Network | IPv6Network] = []
    for key in ADDRESSES:
        for item in items(gateway.inputs, key):
            followed = network.graph.follow(reference(gateway, key, item), kinds.PUBLIC_ADDRESS, kinds.PUBLIC_PREFIX)
            if not followed.targets:
                raise Failure(
                    f"The address {followed.outside or 'of an id that is not known'} of NAT gateway {gateway.name} is "
                    "not in this stack, so what it is, is not known here."
                )
            for target in followed.targets:
                outputs = graph.by_urn(target.resource.urn).outputs
                written = outputs["ipPrefix" if target.resource.kind == kinds.PUBLIC_PREFIX else "ipAddress"]
                found.append(ip_network(f"{written}"))
    return collapsed(found)


def collapsed(ranges: list[IPv4Network | IPv6Network]) -> list[IPv4Network | IPv6Network]:
    """Return the fewest ranges that hold the same addresses."""
    old = [one for one in ranges if isinstance(one, IPv4Network)]
    new = [one for one in ranges if isinstance(one, IPv6Network)]
    return [*collapse_addresses(old), *collapse_addresses(new)]
