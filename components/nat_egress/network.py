"""The component `PrivateNetwork`: a virtual network whose subnets have one way out."""

from collections.abc import Callable, Iterable
from typing import NotRequired, TypedDict, TypeVar

import pulumi
from pulumi import Input, Output, ResourceOptions
from pulumi_azure_native import network as azure

from .claims import claim_problems
from .component import by_key, component_options, parsed_id, registered
from .errors import refuse
from .lifecycle import network_change_problems, network_identity
from .network_rules import NetworkSpec, network_problems, network_warnings
from .ordering import only_after
from .problems import Problem
from .reading import Arguments
from .route_tables import adopted_routes, create_route_table, verified_route_table
from .subnets import SubnetArgs, SubnetSpec, read_subnets
from .ways_out import WayOut, way_out, way_out_of

T = TypeVar("T")


class PrivateNetworkArgs(TypedDict):
    """What `PrivateNetwork` takes."""

    subnets: dict[str, SubnetArgs]
    """The subnets, by their names in Azure. They are written one after another in this order."""
    resource_group_name: NotRequired[Input[str]]
    """The resource group of what is created: the network, and route tables. Required where there is any."""
    location: NotRequired[Input[str]]
    """The Azure region of what is created. Default: the provider's, or that of the resource group."""
    address_space: NotRequired[list[str]]
    """The IPv4 ranges of a created network."""
    virtual_network_id: NotRequired[Input[str]]
    """The id of a network that exists, instead of `address_space`. Its subscription is that of the provider."""
    name: NotRequired[str]
    """The name of a created network in Azure. Default: generated."""
    dns_servers: NotRequired[list[str]]
    """IPv4 addresses of DNS servers of a created network. Default: Azure's."""
    gateway_id: NotRequired[Input[str]]
    """The id of the NAT gateway, such as `NatEgress.gateway_id`. Default: none, and no subnet has egress."""
    tags: NotRequired[dict[str, Input[str]]]
    """Tags of the created network and of route tables."""
    keep_version_aliases: NotRequired[bool]
    """Keep azure-native's aliases of earlier API versions; for one update of a stack that was made with a resource type
    such as `azure-native:network/v20230201:Subnet`. Default: False."""


class PrivateNetwork(pulumi.ComponentResource):
    """A virtual network, created or adopted, and subnets in it that are private and behind a NAT gateway.

    Azure writes to one network one at a time, so each subnet depends on the one before it. Where several components
    write to one adopted network, say `opts=ResourceOptions(depends_on=[the_other])` to put one after the other.

    Raises `InvalidArguments`, before anything is registered, with all that is wrong with the arguments.
    """

    virtual_network_id: Output[str]
    """The id of the network."""
    virtual_network_name: Output[str]
    """The name of the network in Azure."""
    subnet_ids: Output[dict[str, str]]
    """The ids of the subnets, by their names."""
    subnet_prefixes: Output[dict[str, str]]
    """The IPv4 ranges of the subnets, by their names."""
    ways_out: Output[dict[str, str]]
    """The way that outbound connections of the subnets' machines take, by their names: `NatGateway`,
    `VirtualAppliance`, `VirtualNetworkGateway`, `SeveralRoutes`, `DefaultOutboundAccess`, `None`, or `RouteTable` where
    a route table that exists decides and there is no gateway that it could lead around."""

    def __init__(self, name: str, args: PrivateNetworkArgs, opts: ResourceOptions | None = None) -> None:
        subject = f"PrivateNetwork {name!r}"
        spec = read_network(subject, args)
        refuse(subject, claim_problems(self, subject, spec))
        super().__init__(
            "nat-egress:index:PrivateNetwork",
            name,
            registered(network_identity(spec)),
            component_options(
                "PrivateNetwork", name, network_change_problems, opts, keep_version_aliases=spec.keep_version_aliases
            ),
        )
        for warning in network_warnings(spec):
            pulumi.log.warn(warning, self)

        group = self._place(spec)
        self._subnets: dict[str, azure.Subnet] = {}
        self._ways_out: dict[str, Output[str]] = {}
        previous: azure.Subnet | None = None
        for subnet in spec.subnets:
            previous = self._subnets[subnet.name] = self._subnet(spec, subnet, group, previous)

        self.subnet_ids = by_key({key: subnet.id for key, subnet in self._subnets.items()})
        self.ways_out = by_key(self._ways_out)
        self.subnet_prefixes = Output.from_input({subnet.name: subnet.address_prefix or "" for subnet in spec.subnets})
        self.register_outputs(
            {
                "virtualNetworkId": self.virtual_network_id,
                "virtualNetworkName": self.virtual_network_name,
                "subnetIds": self.subnet_ids,
                "subnetPrefixes": self.subnet_prefixes,
                "waysOut": self.ways_out,
            }
        )

    def subnet_id(self, name: str) -> Output[str]:
        """Return the id of one subnet: what uses it waits for this subnet, and for no other.

        Raises `KeyError` where there is no subnet of that name.
        """
        return self._subnets[name].id

    def _place(self, spec: NetworkSpec) -> Input[str]:
        """Create the network, or adopt it. Return the name of its resource group."""
        if spec.virtual_network_id is not None:
            parts = Output.from_input(spec.virtual_network_id).apply(
                lambda text: parsed_id(self, "virtual_network_id", text, "virtualNetworks")
            )
            self.virtual_network_id = Output.from_input(spec.virtual_network_id)
            self.virtual_network_name = parts.apply(lambda found: found.name)
            return parts.apply(lambda found: found.resource_group)
        resource = azure.VirtualNetwork(
            self.pulumi_resource_name,
            resource_group_name=spec.resource_group_name,
            location=spec.location,
            virtual_network_name=spec.name,
            address_space=azure.AddressSpaceArgs(address_prefixes=list(spec.address_space)),
            dhcp_options=azure.DhcpOptionsArgs(dns_servers=list(spec.dns_servers)) if spec.dns_servers else None,
            tags=spec.tags or None,
            opts=ResourceOptions(parent=self),
        )
        self.virtual_network_id = resource.id
        self.virtual_network_name = resource.name
        return spec.resource_group_name or ""

    def _subnet(
        self, spec: NetworkSpec, subnet: SubnetSpec, group: Input[str], previous: azure.Subnet | None
    ) -> azure.Subnet:
        name = f"{self.pulumi_resource_name}-{subnet.name}"
        table = subnet.route_table_id
        way = Output.from_input(way_out_of(spec, subnet))
        if subnet.routes:
            table = create_route_table(self, name, spec, subnet)
        elif subnet.route_table_id is not None and spec.attaches(subnet):
            routes = adopted_routes(self, subnet)
            table = verified_route_table(self, subnet, routes)
            way = routes.apply(lambda found: way_out(found, otherwise=WayOut.NAT_GATEWAY))
        self._ways_out[subnet.name] = way.apply(lambda one: one.value)
        return azure.Subnet(
            name,
            resource_group_name=group,
            virtual_network_name=self.virtual_network_name,
            subnet_name=subnet.name,
            address_prefix=subnet.address_prefix,
            default_outbound_access=subnet.default_outbound_access,
            nat_gateway=_reference(azure.SubResourceArgs, spec.gateway_id if spec.attaches(subnet) else None),
            network_security_group=_reference(azure.NetworkSecurityGroupArgs, subnet.network_security_group_id),
            route_table=_reference(azure.RouteTableArgs, table),
            service_endpoints=[
                azure.ServiceEndpointPropertiesFormatArgs(service=one) for one in subnet.service_endpoints
            ],
            delegations=_delegations(subnet.delegations),
            private_endpoint_network_policies=subnet.private_endpoint_network_policies,
            opts=ResourceOptions(parent=self, depends_on=[only_after(previous)] if previous else None),
        )


def read_network(subject: str, args: object) -> NetworkSpec:
    """Understand the arguments of a `PrivateNetwork`. Raises `InvalidArguments` with all that is wrong with them."""
    problems: list[Problem] = []
    arguments = Arguments(args, PrivateNetworkArgs, problems)
    network = NetworkSpec(
        resource_group_name=arguments.reference("resource_group_name"),
        location=arguments.reference("location"),
        address_space=arguments.texts("address_space") or (),
        virtual_network_id=arguments.reference("virtual_network_id"),
        name=arguments.text("name"),
        dns_servers=arguments.texts("dns_servers") or (),
        gateway_id=arguments.reference("gateway_id"),
        subnets=tuple(read_subnets(arguments)),
        tags=arguments.tags("tags"),
        keep_version_aliases=arguments.flag("keep_version_aliases", default=False),
    )
    refuse(subject, [*problems, *network_problems(network)])
    return network


def _reference(kind: Callable[..., T], resource_id: Input[str] | None) -> T | None:
    return None if resource_id is None else kind(id=resource_id)


def _delegations(services: Iterable[str]) -> list[azure.DelegationArgs]:
    """Name each delegation after its service, since a subnet's delegations have names."""
    return [azure.DelegationArgs(name=service.replace("/", "."), service_name=service) for service in services]
