"""The network of a recorded program, as the rules of the policy pack read it, and the way out of its subnets."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from ..graph import kinds
from ..graph.exits import Way
from ..graph.gateways import ADDRESSES
from ..graph.network import Network
from ..graph.of_mocks import resources_of
from ..graph.references import reference
from ..graph.resource import Declared
from ..graph.subnets import Subnet
from ..graph.values import UNKNOWN, items, listed
from ..graph.ways import out_of_subnet
from ..ways_out import WayOut
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


def way_of(network: Network, subnet: Subnet) -> Way:
    """Return the way out of a subnet, for machines without an address of their own.

    Raises `Failure` where it is not known here.
    """
    way = out_of_subnet(network, subnet)
    shown = " > ".join(way.path)
    if way.exit.way is WayOut.ROUTE_TABLE:
        raise Failure(
            f"The route table of subnet {subnet.name} is not in this stack, so whether its routes lead around the NAT "
            f"gateway is not known here: {shown}."
        )
    if way.exit.way is UNKNOWN:
        raise Failure(f"Which way machines of subnet {subnet.name} leave is not known before the update: {shown}.")
    return way


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
