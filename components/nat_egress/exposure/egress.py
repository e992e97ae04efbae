"""Subnets whose machines leave by another way than the NAT gateway, and NAT gateways that serve nothing."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from ..graph import kinds
from ..graph.default_access import is_private
from ..graph.gateways import carries_ipv6, gateways, has_address, has_gateway
from ..graph.network import Network
from ..graph.references import Reference, reference
from ..graph.roles import FIREWALL_SUBNET, Role
from ..graph.route_tables import DeclaredRoute, routes_in, routes_of, tables_of
from ..graph.subnets import Subnet
from ..graph.values import UNKNOWN, Flag, texts
from ..graph.ways import out_of_subnet
from ..ways_out import WayOut
from .configuration import Configuration
from .finding import Finding, Verdict
from .next_hops import approved, leading_away

_POLICY: Final = "egress-nat-only"
_LOOKED_AT: Final = (Role.MACHINES, Role.UNUSED, Role.UNKNOWN)
_REMEDY: Final = "Attach the subnet to a NAT gateway (natGateway.id) and set defaultOutboundAccess to false."


def of_network(network: Network, configuration: Configuration) -> Iterator[Finding]:
    """Find the subnets by which machines leave other than through a NAT gateway."""
    for subnet in network.subnets.all:
        if configuration.looks_at(subnet.name) and network.roles.of(subnet) in _LOOKED_AT:
            yield from _of_subnet(network, subnet, configuration)
    if configuration.hub_and_spoke:
        yield from _of_hub(network)
    yield from _elsewhere(network, configuration)


def of_gateways(network: Network) -> Iterator[Finding]:
    """Find NAT gateways that serve nothing: without an address, or without a subnet."""
    attached = {one.urn for subnet in network.subnets.all for one in gateways(network.graph, subnet)}
    for gateway in network.graph.of(kinds.NAT_GATEWAY):
        if has_address(gateway) is False:
            yield Finding(
                "nat-has-ip",
                Verdict.WARN,
                gateway.urn,
                (),
                f"The NAT gateway {gateway.name} has neither a public IP address nor a prefix, so nothing leaves "
                "through it.",
                "Give it publicIpAddresses or publicIpPrefixes.",
            )
        elif gateway.urn not in attached:
            yield Finding(
                "nat-has-ip",
                Verdict.UNDECIDABLE,
                gateway.urn,
                (),
                f"No subnet of this stack is attached to the NAT gateway {gateway.name}, and whether one of another "
                "stack is, is not known here.",
                "Attach a subnet to it (natGateway.id of the subnet), or remove it.",
            )


def _of_hub(network: Network) -> Iterator[Finding]:
    """Find the firewalls of a hub that have no gateway in place of those of the spokes."""
    for subnet in network.subnets.all:
        if subnet.name.lower() == FIREWALL_SUBNET and has_gateway(network.graph, subnet) is False:
            yield Finding(
                _POLICY,
                Verdict.WARN,
                subnet.resource.urn,
                ("spokes", "firewall of the hub", "internet"),
                f"The subnet {subnet.name} has no NAT gateway, so what the spokes send leaves by the firewall's own "
                "addresses.",
                "Attach it to a NAT gateway (natGateway.id).",
            )


def _of_subnet(network: Network, subnet: Subnet, configuration: Configuration) -> Iterator[Finding]:
    machines = [user.resource.name for user in network.roles.users(subnet) if user.role is Role.MACHINES]
    source = f"{machines[0]} in subnet {subnet.name}" if machines else f"subnet {subnet.name}"
    leaves_as_it_may = _leaves_as_it_may(network, subnet)
    if _by_appliance_alone(network, subnet, configuration):
        yield Finding(
            _POLICY,
            Verdict.DENY,
            subnet.resource.urn,
            (source, "route to an approved next hop", "internet"),
            f"The subnet {subnet.name} has no NAT gateway, and its machines leave by a route to an approved next hop.",
            "Attach the subnet to a NAT gateway; or, where a firewall in a hub has the gateway, set hubAndSpoke in the "
            "policy's configuration.",
        )
    elif leaves_as_it_may is False and network.roles.of(subnet) is not Role.UNKNOWN:
        yield Finding(
            _POLICY,
            Verdict.DENY,
            subnet.resource.urn,
            (source, "default outbound access", "internet"),
            f"The subnet {subnet.name} has no NAT gateway and is not private, so its machines leave by an address of "
            "Azure's that nobody controls.",
            _REMEDY,
        )
    elif leaves_as_it_may is not True:
        yield Finding(
            _POLICY,
            Verdict.UNDECIDABLE,
            subnet.resource.urn,
            (source, "not known", "internet"),
            f"Whether the machines of subnet {subnet.name} leave through a NAT gateway is not known before the update, "
            "or not from this stack.",
            _REMEDY,
        )
    elif _ipv6_left_out(network, subnet):
        yield Finding(
            _POLICY,
            Verdict.WARN,
            subnet.resource.urn,
            (source, "IPv6", "internet"),
            f"The subnet {subnet.name} has an IPv6 range, and its NAT gateway is not StandardV2, which alone carries "
            "IPv6.",
            "Use a StandardV2 gateway, or remove the IPv6 range.",
        )


def _leaves_as_it_may(network: Network, subnet: Subnet) -> Flag:
    """Tell whether machines leave through a NAT gateway, or not at all, or by a route, which is another policy's."""
    # A gateway that serves nothing, as it has no address, is another policy's too.
    if has_gateway(network.graph, subnet) is True or is_private(network, subnet) is True:
        return True
    way = out_of_subnet(network, subnet).exit.way
    return UNKNOWN if way in (UNKNOWN, WayOut.ROUTE_TABLE) else way is not WayOut.DEFAULT_OUTBOUND_ACCESS


def _by_appliance_alone(network: Network, subnet: Subnet, configuration: Configuration) -> bool:
    """Tell whether a subnet without a gateway leaves by a route that is approved, and not as the spoke of a hub."""
    if configuration.hub_and_spoke or has_gateway(network.graph, subnet) is not False:
        return False
    away = leading_away(route for one in _routes(network, subnet) if (route := one.known))
    return bool(away) and all(approved(route, configuration) is True for route in away)


def _routes(network: Network, subnet: Subnet) -> list[DeclaredRoute]:
    tables = tables_of(network.graph, subnet)
    return [*routes_in(subnet), *(route for table in tables for route in routes_of(network.graph, table))]


def _ipv6_left_out(network: Network, subnet: Subnet) -> bool:
    prefixes = [*texts(subnet.node, "addressPrefixes"), *texts(subnet.node, "addressPrefix")]
    found = gateways(network.graph, subnet)
    dual = any(isinstance(prefix, str) and ":" in prefix for prefix in prefixes)
    return dual and bool(found) and not any(carries_ipv6(gateway) for gateway in found)


def _elsewhere(network: Network, configuration: Configuration) -> Iterator[Finding]:
    """Find the machines in subnets of other stacks, once for each subnet."""
    seen: set[str] = set()
    for where in _places(network):
        found, outside = network.subnets.follow(where)
        key = outside.lower() or where.holder.urn
        known = any(fnmatchcase(outside.lower(), pattern.lower()) for pattern in configuration.approved_subnets)
        if found or known or not where.given or key in seen:
            continue
        seen.add(key)
        name = where.holder.name
        yield Finding(
            _POLICY,
            Verdict.UNDECIDABLE,
            where.holder.urn,
            (name, "subnet of another stack"),
            f"{name} is in a subnet that is not in this stack, so whether it leaves through a NAT gateway alone is not "
            "known here.",
            "Check the stack that declares it, and name the id in approvedSubnets of the policy's configuration.",
        )


def _places(network: Network) -> Iterator[Reference]:
    for interface in network.interfaces:
        yield from (configuration.subnet for configuration in interface.configurations)
    for pool in network.graph.of(kinds.BATCH_POOL):
        yield reference(pool, "networkConfiguration", pool.inputs, "networkConfiguration", "subnetId")
