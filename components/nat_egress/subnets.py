"""Subnets: what may be asked for, and how it is understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from pulumi import Input

from .reading import Arguments
from .routes import Route


class RouteArgs(TypedDict):
    """A user-defined route."""

    address_prefix: str
    """The destination: an IPv4 range, or a service tag such as `Storage`."""
    next_hop_type: str
    """`VnetLocal`, `Internet`, `VirtualAppliance`, `VirtualNetworkGateway` or `None` (drop)."""
    next_hop_ip_address: NotRequired[str]
    """The appliance's IPv4 address; with `VirtualAppliance` only, and required there."""


class SubnetArgs(TypedDict):
    """One subnet."""

    address_prefix: str
    """Its IPv4 range, within the address space, /29 or larger. Azure keeps five addresses of it."""
    egress: NotRequired[bool]
    """Whether it is attached to the NAT gateway. Default: True where the network has a gateway."""
    nat_only: NotRequired[bool]
    """Refuse routes that would lead its traffic around the NAT gateway, instead of warning of them. Default: False."""
    default_outbound_access: NotRequired[bool]
    """Let Azure give machines an outbound address of its own where there is no other way out. Default: False."""
    hosts: NotRequired[int]
    """How many addresses it must have for machines; refused where the range is too small. Default: not checked."""
    service_endpoints: NotRequired[list[str]]
    """Services reached directly, past the NAT gateway, as in `Microsoft.Storage`."""
    delegations: NotRequired[list[str]]
    """Services that may put their own resources into it, as in `Microsoft.Web/serverFarms`."""
    network_security_group_id: NotRequired[Input[str]]
    """The network security group of the subnet."""
    route_table_id: NotRequired[Input[str]]
    """A route table that exists. Its routes are checked as soon as the id is known."""
    routes: NotRequired[dict[str, RouteArgs]]
    """Routes, by name, of a route table that is made for this subnet. Not together with `route_table_id`."""
    private_endpoint_network_policies: NotRequired[str]
    """Which rules hold for private endpoints: `Disabled` (default), `Enabled`, `NetworkSecurityGroupEnabled` or
    `RouteTableEnabled`."""


@dataclass(frozen=True)
class SubnetSpec:
    """A subnet, as understood from its arguments."""

    name: str
    address_prefix: str | None
    """None where it is missing or unusable, which is a problem already noted."""
    egress: bool = True
    egress_asked: bool = False
    """Whether `egress: True` was written, rather than left to its default."""
    nat_only: bool = False
    default_outbound_access: bool = False
    hosts: int | None = None
    service_endpoints: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()
    network_security_group_id: Input[str] | None = None
    route_table_id: Input[str] | None = None
    routes: tuple[Route, ...] = ()
    private_endpoint_network_policies: str | None = None

    @property
    def argument(self) -> str:
        """Where it stands in the arguments."""
        return f"subnets[{self.name!r}]"


def read_subnets(arguments: Arguments) -> Iterator[SubnetSpec]:
    """Read `subnets`, in the order in which they are declared."""
    for name, entry in arguments.entries("subnets", SubnetArgs).items():
        yield SubnetSpec(
            name,
            entry.required_text("address_prefix", "Give an IPv4 range within the address space, such as 10.0.1.0/24."),
            egress=(egress := entry.flag("egress", default=True)),
            egress_asked=egress and entry.given("egress"),
            nat_only=entry.flag("nat_only", default=False),
            default_outbound_access=entry.flag("default_outbound_access", default=False),
            hosts=entry.integer("hosts"),
            service_endpoints=entry.texts("service_endpoints") or (),
            delegations=entry.texts("delegations") or (),
            network_security_group_id=entry.reference("network_security_group_id"),
            route_table_id=entry.reference("route_table_id"),
            routes=tuple(_read_routes(entry)),
            private_endpoint_network_policies=entry.text("private_endpoint_network_policies"),
        )


def _read_routes(arguments: Arguments) -> Iterator[Route]:
    for name, entry in arguments.entries("routes", RouteArgs).items():
        yield Route(
            name,
            entry.required_text("address_prefix", "Give the destination, such as 0.0.0.0/0.") or "",
            entry.required_text("next_hop_type", "Give where it leads, such as VirtualAppliance.") or "",
            entry.text("next_hop_ip_address"),
        )
