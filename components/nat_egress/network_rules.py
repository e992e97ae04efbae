"""Azure's rules for a virtual network and its subnets: from what is asked for to what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, Final

from . import limits, names
from .id_rules import id_problems
from .problems import Problem
from .range_rules import range_problems
from .routes import NEXT_HOPS, Route, around_nat, described

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input

    from .subnets import SubnetSpec

ENDPOINT_POLICIES: Final = ("Disabled", "Enabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled")
_SERVICE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)+")
_DELEGATION: Final = re.compile(_SERVICE.pattern + r"(/[A-Za-z0-9]+)+")
_SERVICE_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9.]*")


@dataclass(frozen=True)
class NetworkSpec:
    """A virtual network with its subnets, as understood from its arguments."""

    resource_group_name: Input[str] | None = None
    location: Input[str] | None = None
    address_space: tuple[str, ...] = ()
    virtual_network_id: Input[str] | None = None
    name: str | None = None
    dns_servers: tuple[str, ...] = ()
    gateway_id: Input[str] | None = None
    subnets: tuple[SubnetSpec, ...] = ()
    tags: Mapping[str, Input[str]] = field(default_factory=dict)
    keep_version_aliases: bool = False

    def attaches(self, subnet: SubnetSpec) -> bool:
        """Tell whether `subnet` is on the NAT gateway."""
        return subnet.egress and self.gateway_id is not None


def network_problems(network: NetworkSpec) -> list[Problem]:
    """Find everything that is wrong with a network and its subnets, as far as plain values tell."""
    return [
        *_network_problems(network),
        *range_problems(network.address_space, network.subnets),
        *_count_problems(network),
        *(problem for subnet in network.subnets for problem in _subnet_problems(network, subnet)),
    ]


def network_warnings(network: NetworkSpec) -> list[str]:
    """Say what is allowed and most likely not meant."""
    warnings = [
        f"{subnet.argument}: {problem.rule} ({problem.value}); {problem.remedy}"
        for subnet in network.subnets
        if network.attaches(subnet) and not subnet.nat_only
        for problem in bypass_problems(f"{subnet.argument}.routes", subnet.routes)
    ]
    if network.gateway_id is not None and not any(map(network.attaches, network.subnets)):
        warnings.append("No subnet is attached to the NAT gateway, so it carries no traffic from this network.")
    return warnings


def bypass_problems(argument: str, routes: tuple[Route, ...]) -> list[Problem]:
    """Check that `routes` of a subnet leave its outbound traffic to its NAT gateway."""
    leading = around_nat(routes)
    if not leading:
        return []
    return [
        Problem(
            argument,
            described(leading),
            "such a route takes precedence over the NAT gateway, so no traffic leaves by its addresses",
            "Remove the route, or set egress: False on the subnet.",
        )
    ]


def _network_problems(network: NetworkSpec) -> Iterator[Problem]:
    yield from names.name_problems("name", network.name, names.VIRTUAL_NETWORK)
    for setting in ("address_space", "name", "dns_servers"):
        if network.virtual_network_id is not None and (value := getattr(network, setting)):
            yield Problem(
                setting,
                value,
                "a network is either created or adopted by id, and one that is adopted stays as it is",
                "Remove it, or remove virtual_network_id.",
            )
    if network.virtual_network_id is None and not network.address_space:
        yield Problem("address_space", None, "a network has one IPv4 range or more", "Give one, such as 10.0.0.0/16.")
    if isinstance(network.virtual_network_id, str):
        yield from id_problems("virtual_network_id", network.virtual_network_id, "virtualNetworks")
    if isinstance(network.gateway_id, str):
        yield from id_problems("gateway_id", network.gateway_id, "natGateways")
    creates = network.virtual_network_id is None or any(subnet.routes for subnet in network.subnets)
    if creates and network.resource_group_name is None:
        yield Problem("resource_group_name", None, "what is created needs a resource group", "Give its name.")
    for server in network.dns_servers:
        try:
            IPv4Address(server)
        except AddressValueError:
            yield Problem("dns_servers", server, "a DNS server is given by its IPv4 address", "Give its address.")


def _count_problems(network: NetworkSpec) -> Iterator[Problem]:
    attached = sum(map(network.attaches, network.subnets))
    if attached > limits.MAX_SUBNETS:
        yield Problem(
            "subnets",
            f"{attached} subnets with egress",
            f"a NAT gateway has at most {limits.MAX_SUBNETS} subnets",
            "Set egress: False on some, or put them into a second network with a gateway of its own.",
        )
    if len(network.subnets) > limits.MAX_SUBNETS_OF_NETWORK:
        yield Problem(
            "subnets",
            f"{len(network.subnets)} subnets",
            f"a virtual network has at most {limits.MAX_SUBNETS_OF_NETWORK} subnets",
            "Divide them between two networks.",
        )


def _subnet_problems(network: NetworkSpec, subnet: SubnetSpec) -> Iterator[Problem]:
    yield from names.name_problems(f"the name of {subnet.argument}", subnet.name, names.SUBNET)
    yield from _egress_problems(network, subnet)
    yield from _service_problems(subnet)
    yield from _route_problems(subnet)
    if isinstance(subnet.network_security_group_id, str):
        argument = f"{subnet.argument}.network_security_group_id"
        yield from id_problems(argument, subnet.network_security_group_id, "networkSecurityGroups")
    policies = subnet.private_endpoint_network_policies
    if policies is not None and policies not in ENDPOINT_POLICIES:
        yield Problem(
            f"{subnet.argument}.private_endpoint_network_policies",
            policies,
            f"it is one of {', '.join(ENDPOINT_POLICIES)}",
            "Use one of these.",
        )


def _egress_problems(network: NetworkSpec, subnet: SubnetSpec) -> Iterator[Problem]:
    if network.gateway_id is None and (subnet.egress_asked or subnet.nat_only):
        setting = "nat_only" if subnet.nat_only else "egress"
        yield Problem(
            f"{subnet.argument}.{setting}",
            value=True,
            rule="the network has no NAT gateway",
            remedy="Set gateway_id to the gateway_id of a NatEgress.",
        )
    if subnet.nat_only and not subnet.egress:
        yield Problem(
            f"{subnet.argument}.nat_only",
            value=True,
            rule="the subnet is kept off the NAT gateway by egress: False",
            remedy="Remove one of the two.",
        )
    if not network.attaches(subnet):
        return
    off = "Set egress: False on it."
    if subnet.name.lower() == limits.GATEWAY_SUBNET.lower():
        yield Problem(subnet.argument, "attached", f"{limits.GATEWAY_SUBNET} takes no NAT gateway", off)
    for delegation in subnet.delegations:
        if service := limits.DELEGATIONS_WITHOUT_NAT.get(delegation.lower()):
            rule = f"a subnet of {service} takes no NAT gateway"
            yield Problem(f"{subnet.argument}.delegations", delegation, rule, off)
    if subnet.nat_only:
        yield from bypass_problems(f"{subnet.argument}.routes", subnet.routes)


def _service_problems(subnet: SubnetSpec) -> Iterator[Problem]:
    for setting, pattern, example in (
        ("service_endpoints", _SERVICE, "Microsoft.Storage"),
        ("delegations", _DELEGATION, "Microsoft.Web/serverFarms"),
    ):
        services: tuple[str, ...] = getattr(subnet, setting)
        for position, service in enumerate(services):
            argument = f"{subnet.argument}.{setting}"
            if not pattern.fullmatch(service):
                yield Problem(argument, service, f"a service is written as {example} is", "Write it so.")
            elif service.lower() in (earlier.lower() for earlier in services[:position]):
                yield Problem(argument, service, "it stands there twice", "Remove one.")


def _route_problems(subnet: SubnetSpec) -> Iterator[Problem]:
    if subnet.route_table_id is not None and subnet.routes:
        yield Problem(
            f"{subnet.argument}.routes",
            f"{len(subnet.routes)} routes",
            "a subnet has one route table, and route_table_id names another",
            "Remove one of the two.",
        )
    if isinstance(subnet.route_table_id, str):
        yield from id_problems(f"{subnet.argument}.route_table_id", subnet.route_table_id, "routeTables")
    for route in subnet.routes:
        argument = f"{subnet.argument}.routes[{route.name!r}]"
        yield from names.name_problems(f"the name of {argument}", route.name, names.ROUTE)
        yield from _next_hop_problems(argument, route)
        if route.network is None and not _SERVICE_TAG.fullmatch(route.address_prefix):
            rule = "a route leads to an IPv4 range or a service tag"
            remedy = "Give one, such as 0.0.0.0/0 or Storage."
            yield Problem(f"{argument}.address_prefix", route.address_prefix, rule, remedy)


def _next_hop_problems(argument: str, route: Route) -> Iterator[Problem]:
    if route.next_hop_type not in NEXT_HOPS:
        rule = f"a route leads to one of {', '.join(NEXT_HOPS)}"
        yield Problem(f"{argument}.next_hop_type", route.next_hop_type, rule, "Use one of these.")
        return
    if (route.next_hop_type == "VirtualAppliance") != (route.next_hop_ip_address is not None):
        rule = "a route has an address to lead to if, and only if, it leads to a VirtualAppliance"
        remedy = "Give the appliance's address, or remove it."
        yield Problem(f"{argument}.next_hop_ip_address", route.next_hop_ip_address, rule, remedy)
