"""Subnets: the one place where a NAT gateway, a route table or a security group is attached."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from ..cidr import Network, contains, parse_prefix, span, stored_prefix, version
from ..errors import Refusal
from ..ids import parse
from ..limits import GATEWAY_SUBNETS, PRIVATE_SUBNETS_SINCE, SUBNET_IPV6_PREFIX, SUBNET_LONGEST_IPV4_PREFIX
from ..rules import Put
from ..schema import Body, OneOf, ReadOnly, Ref
from ..world import Referrer, Resource, World
from . import names
from .base import ResourceType
from .bastion_subnet import bastion_subnet_alone

GATEWAY_SUBNET_NAME = "gatewaysubnet"
SQL_MANAGED_INSTANCE = "microsoft.sql/managedinstances"


def prefixes(body: Body) -> list[str]:
    """Return the address prefixes of a subnet, in whichever of the two properties they are written."""
    properties = body["properties"]
    written = [properties["addressPrefix"]] if "addressPrefix" in properties else []
    return list(dict.fromkeys([*written, *properties.get("addressPrefixes", [])]))


def networks(subnet: Resource) -> list[Network]:
    """Return the address prefixes of a stored subnet."""
    return [stored_prefix(text) for text in prefixes(subnet.body)]


def ip_configurations(subnet: Resource, world: World) -> list[Referrer]:
    """Return what has an address in a subnet."""
    users = (names.NETWORK_INTERFACE, names.BASTION_HOST, names.LOAD_BALANCER)
    return [referrer for referrer in world.referrers(subnet.id) if referrer.type in users]


def _valid_prefixes(put: Put, _world: World) -> None:
    written = prefixes(put.body)
    if not written:
        raise Refusal(
            "InvalidRequestFormat",
            f"Cannot parse the request. properties.addressPrefix of {put.id} is missing. Set it, for example to "
            "'10.0.1.0/24'.",
        )
    for text in written:
        network = parse_prefix(text, put.id)
        fits = (
            network.prefixlen <= SUBNET_LONGEST_IPV4_PREFIX
            if version(network) == "IPv4"
            else network.prefixlen == SUBNET_IPV6_PREFIX
        )
        if not fits:
            raise _invalid(put.id.name, put.id.segments[0][1])


def _prefix_not_in_use(put: Put, world: World) -> None:
    if put.old is None:
        return
    removed = [
        text for text in prefixes(put.old.body) if stored_prefix(text) not in map(stored_prefix, prefixes(put.body))
    ]
    if removed and ip_configurations(put.old, world):
        raise Refusal(
            "InUsePrefixCannotBeDeleted",
            f"IpPrefix {removed[0]} on Subnet {put.id.name} has active allocations and cannot be deleted.",
        )


def _gateway_may_serve(put: Put, world: World) -> None:
    if "natGateway" not in put.properties:
        return
    if put.id.name.lower() == GATEWAY_SUBNET_NAME:
        raise Refusal(
            "SandboxNatGatewayOnGatewaySubnet",
            f"{put.id} is a gateway subnet; a NAT gateway can't be attached to it. Remove natGateway.",
        )
    for delegation in put.properties.get("delegations", []):
        if delegation.get("properties", {}).get("serviceName", "").lower() == SQL_MANAGED_INSTANCE:
            raise Refusal(
                "SandboxNatGatewayOnSqlManagedInstanceSubnet",
                f"{put.id} is delegated to Microsoft.Sql/managedInstances; a NAT gateway can't be attached to it. "
                "Remove natGateway.",
            )
    for configuration in ip_configurations(put.old, world) if put.old else ():
        if basic_address_of(configuration, world):
            raise basic_address_refused()


def _one_network_a_gateway(put: Put, world: World) -> None:
    gateway = world.follow(put.properties.get("natGateway"))
    network = put.id.parent
    if gateway is None or network is None:
        return
    served = world.referring_children(gateway.id, names.SUBNET)
    for other in served:
        if other.lower() != network.key:
            raise Refusal(
                "NatGatewayCannotBeUsedBySubnetsBelongingToDifferentVirtualNetworks",
                f"NAT Gateway cannot be configured on multiple virtual networks. NAT Gateway {gateway.id} is currently "
                f"used on virtual network {other} and cannot be added to virtual network{network}.",
            )
    attached_before = put.old is not None and world.follow(put.old.properties.get("natGateway")) == gateway
    if sum(served.values()) >= GATEWAY_SUBNETS and not attached_before:
        raise Refusal(
            "SandboxNatGatewayTooManySubnets",
            f"NAT gateway {gateway.id} serves {sum(served.values())} subnets, and {GATEWAY_SUBNETS} is the most. "
            f"Attach {put.id} to another gateway.",
        )


def _security_group_not_on_gateway_subnet(put: Put, _world: World) -> None:
    if put.id.name.lower() == GATEWAY_SUBNET_NAME and "networkSecurityGroup" in put.properties:
        raise Refusal(
            "NetworkSecurityGroupCannotBeAttachedToGatewaySubnet",
            f"Network security group {put.properties['networkSecurityGroup']['id']} cannot be attached to gateway "
            f"subnet {put.id}.",
        )


def _inside_network(network: Resource, subnets: Sequence[Resource], written: Collection[str]) -> None:
    space = [stored_prefix(text) for text in network.properties["addressSpace"]["addressPrefixes"]]
    for subnet in subnets:
        # Where no subnet was written, the network's address space may have been.
        if written and subnet.id.key not in written:
            continue
        for prefix in networks(subnet):
            if not any(contains(outer, prefix) for outer in space):
                raise Refusal(
                    "NetcfgSubnetRangeOutsideVnet",
                    f"Subnet '{subnet.id.name}' is not valid because its IP address range is outside the IP address "
                    f"range of virtual network '{network.id.name}'.",
                )


def _no_overlap(network: Resource, subnets: Sequence[Resource], written: Collection[str]) -> None:
    ranges = sorted((*span(text), index) for index, subnet in enumerate(subnets) for text in prefixes(subnet.body))
    for (family, _, last, one), (next_family, first, _, other) in pairwise(ranges):
        if family == next_family and first <= last:
            named = subnets[one if subnets[one].id.key in written else other]
            raise Refusal(
                "NetcfgSubnetRangesOverlap",
                f"Subnet '{named.id.name}' is not valid because its IP address range overlaps with that of an existing "
                f"subnet in virtual network '{network.id.name}'.",
            )


def _complete(put: Put, world: World) -> None:
    network = world.get(put.id.parent) if put.id.parent else None
    if network and put.old is None and network.api_version >= PRIVATE_SUBNETS_SINCE:
        put.properties.setdefault("defaultOutboundAccess", False)
    for endpoint in put.properties.get("serviceEndpoints", []):
        endpoint.setdefault("locations", [put.location])
        endpoint["provisioningState"] = "Succeeded"
    for delegation in put.properties.get("delegations", []):
        delegation.setdefault("properties", {})["provisioningState"] = "Succeeded"
        delegation |= {"id": f"{put.id}/delegations/{delegation['name']}", "type": f"{put.type}/delegations"}


def _back_references(subnet: Resource, world: World) -> Body:
    configurations = sorted({configuration.element for configuration in ip_configurations(subnet, world)})
    return {"ipConfigurations": [{"id": element} for element in configurations]} if configurations else {}


def _not_in_use(subnet: Resource, world: World) -> None:
    users = sorted({configuration.element for configuration in ip_configurations(subnet, world)})
    if users:
        raise Refusal(
            "InUseSubnetCannotBeDeleted",
            f"Subnet {subnet.id.name} is in use by {', '.join(users)} and cannot be deleted. In order to delete the "
            "subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
        )


def basic_address_of(configuration: Referrer, world: World) -> bool:
    """Tell whether an IP configuration of a network interface has a Basic public IP address."""
    interface = world.get(parse(configuration.id))
    return any(
        address.body["sku"]["name"] == "Basic"
        for item in (interface.properties.get("ipConfigurations", ()) if interface else ())
        if (address := world.follow(item["properties"].get("publicIPAddress")))
    )


def basic_address_refused() -> Refusal:
    """Return the refusal of a Basic public IP address beside a NAT gateway."""
    return Refusal(
        "SubnetWithNatGatewayAndBasicSkuResourceNotAllowed",
        "NAT Gateway cannot be deployed on subnet containing Basic SKU Public IP addresses or Basic SKU Load Balancer.",
    )


def _invalid(name: str, network: str) -> Refusal:
    return Refusal("NetcfgInvalidSubnet", f"Subnet '{name}' is not valid in virtual network '{network}'.")


_POLICIES = OneOf(("Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"))

SUBNET = ResourceType(
    name=names.SUBNET,
    schema={
        "properties": {
            "addressPrefix": str,
            "addressPrefixes": [str],
            "natGateway": Ref(names.NAT_GATEWAY),
            "networkSecurityGroup": Ref(names.NETWORK_SECURITY_GROUP),
            "routeTable": Ref(names.ROUTE_TABLE),
            "defaultOutboundAccess": bool,
            "delegations": [
                {
                    "id": ReadOnly(),
                    "etag": ReadOnly(),
                    "name": str,
                    "type": ReadOnly(),
                    "properties": {"serviceName": str, "actions": ReadOnly(), "provisioningState": ReadOnly()},
                }
            ],
            "serviceEndpoints": [{"service": str, "locations": [str], "provisioningState": ReadOnly()}],
            "privateEndpointNetworkPolicies": _POLICIES,
            "privateLinkServiceNetworkPolicies": OneOf(("Enabled", "Disabled")),
            "ipConfigurations": ReadOnly(),
            "ipConfigurationProfiles": ReadOnly(),
            "privateEndpoints": ReadOnly(),
            "purpose": ReadOnly(),
            "resourceNavigationLinks": ReadOnly(),
            "serviceAssociationLinks": ReadOnly(),
        }
    },
    defaults={
        "properties": {
            "delegations": [],
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled",
        }
    },
    rules=(
        _valid_prefixes,
        _security_group_not_on_gateway_subnet,
        bastion_subnet_alone,
        _gateway_may_serve,
        _one_network_a_gateway,
        _prefix_not_in_use,
    ),
    sibling_rules=(_inside_network, _no_overlap),
    allocate=_complete,
    back_references=_back_references,
    deletion_rules=(_not_in_use,),
)
