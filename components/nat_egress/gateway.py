"""The component `NatEgress`: a NAT gateway with static public addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi import Input, Output, ResourceOptions
from pulumi_azure_native import network

from . import capacity, cidr, limits
from .addresses import AddressArgs, AddressSpec, PrefixArgs, read_addresses, with_default_zones
from .adoption import adopt
from .component import by_key, component_options, registered
from .errors import refuse
from .gateway_size import size_problems, size_warnings, sized
from .lifecycle import gateway_change_problems, gateway_identity
from .problems import Problem
from .reading import Arguments
from .rules import GatewaySpec, gateway_problems, gateway_warnings
from .sizing_args import SizingArgs, read_capacity, read_sizing, sizing_problems


class NatEgressArgs(TypedDict):
    """What `NatEgress` takes."""

    resource_group_name: Input[str]
    """The resource group of the gateway."""
    location: NotRequired[Input[str]]
    """The Azure region of all that is created. Default: the provider's, or that of the resource group."""
    sku: NotRequired[str]
    """`Standard`, the default. `StandardV2` needs a newer API than azure-native 3.29 speaks, and is refused."""
    zone: NotRequired[str]
    """The availability zone of the gateway, "1", "2" or "3". Default: none, and Azure picks one."""
    idle_timeout_minutes: NotRequired[int]
    """After how many silent minutes a TCP connection is dropped, 4 to 120. Default: 4."""
    prefixes: NotRequired[dict[str, PrefixArgs]]
    """Public IP prefixes, by a name of your own that must stay. Together with `addresses` at most 16 addresses."""
    addresses: NotRequired[dict[str, AddressArgs]]
    """Single public IP addresses, by a name of your own that must stay."""
    address_resource_group_name: NotRequired[Input[str]]
    """The resource group of created prefixes and addresses. Default: `resource_group_name`. Addresses that must outlive
    the stack need a group that does: who deletes a group deletes what is in it."""
    gateway_name: NotRequired[str]
    """The beginning of the gateway's name in Azure, which is `<gateway_name>-<generation>`. Default: generated."""
    generation: NotRequired[int]
    """Raise it where the gateway must be replaced and has a `gateway_name`. Default: 1."""
    protect_addresses: NotRequired[bool]
    """Protect created prefixes and addresses, and leave them in Azure when they leave the stack. Default: False."""
    tags: NotRequired[dict[str, Input[str]]]
    """Tags of the gateway and of created prefixes and addresses."""
    capacity: NotRequired[Any]
    """The traffic profile that it is to carry: a `Profile`, its values, or the path of a YAML file (docs/capacity.md).
    Without `prefixes` and `addresses` it gets the prefixes that the profile asks for; those that are given are checked.
    The gateway's SKU and idle timeout count, not the profile's."""
    sizing: NotRequired[SizingArgs]
    """How prefixes follow from `capacity`, beside those that are given."""
    undersized: NotRequired[str]
    """What happens where the addresses are too few for `capacity`: `refuse`, the default, or `warn`."""
    keep_version_aliases: NotRequired[bool]
    """Keep azure-native's aliases of earlier API versions; for one update of a stack that was made with a resource type
    such as `azure-native:network/v20230201:NatGateway`. Default: False."""


@dataclass(frozen=True)
class _PublicAddresses:
    """A prefix or an address of the gateway."""

    spec: AddressSpec
    id: Output[str]
    cidr: Output[str | None]


class NatEgress(pulumi.ComponentResource):
    """A NAT gateway with static public addresses.

    Raises `InvalidArguments`, before anything is registered, with all that is wrong with the arguments.
    """

    gateway_id: Output[str]
    """The id of the NAT gateway."""
    gateway_name: Output[str]
    """The name of the NAT gateway in Azure."""
    prefix_ids: Output[dict[str, str]]
    """The ids of all prefixes, by their names in the arguments."""
    address_ids: Output[dict[str, str]]
    """The ids of all single addresses, by their names in the arguments."""
    addresses: Output[list[str]]
    """Every public address that outbound connections can come from: those of attached prefixes, one by one, and the
    attached single ones."""
    cidrs: Output[list[str]]
    """The same addresses as ranges, a prefix in one, as an allow-list takes them."""
    address_count: int
    """How many addresses that is. Known before anything is created."""
    snat_ports: int
    """How many connections to one destination these addresses carry at once: 64,512 each, for TCP and UDP each."""
    capacity: dict[str, Any]
    """What the traffic profile comes to on these addresses, with the room left for every limit (docs/capacity.md has
    the keys). Known before anything is created; empty without a profile."""

    def __init__(self, name: str, args: NatEgressArgs, opts: ResourceOptions | None = None) -> None:
        gateway = read_gateway(f"NatEgress {name!r}", args)
        super().__init__(
            "nat-egress:index:NatEgress",
            name,
            registered(gateway_identity(gateway)) | _profile(gateway),
            component_options(
                "NatEgress", name, gateway_change_problems, opts, keep_version_aliases=gateway.keep_version_aliases
            ),
        )
        for warning in [*gateway_warnings(gateway), *size_warnings(gateway)]:
            pulumi.log.warn(warning, self)

        existing = adopt(self, gateway)
        public = [
            _PublicAddresses(spec, found.apply(lambda one: one.id), found.apply(lambda one: one.cidr))
            if (found := existing.get(spec.argument)) is not None
            else self._create(gateway, spec)
            for spec in gateway.addresses
        ]
        resource = network.NatGateway(
            name,
            resource_group_name=gateway.resource_group_name,
            location=gateway.location,
            nat_gateway_name=gateway.physical_name,
            sku=network.NatGatewaySkuArgs(name=gateway.sku),
            zones=[gateway.zone] if gateway.zone else None,
            idle_timeout_in_minutes=gateway.idle_timeout_minutes,
            public_ip_prefixes=_references(public, "prefix"),
            public_ip_addresses=_references(public, "address"),
            tags=gateway.tags or None,
            # Azure refuses to change these in place, while azure-native would try to.
            opts=ResourceOptions(
                parent=self, replace_on_changes=["sku", "zones", "location"], delete_before_replace=False
            ),
        )

        attached = [one.cidr for one in public if one.spec.attached]
        self.gateway_id = resource.id
        self.gateway_name = resource.name
        self.prefix_ids = by_key({one.spec.key: one.id for one in public if one.spec.kind == "prefix"})
        self.address_ids = by_key({one.spec.key: one.id for one in public if one.spec.kind == "address"})
        self.cidrs = Output.all(*attached).apply(lambda cidrs: [text for text in cidrs if text])
        self.addresses = self.cidrs.apply(lambda cidrs: [one for text in cidrs for one in cidr.addresses_of(text)])
        self.address_count = gateway.address_count
        self.snat_ports = limits.snat_ports(gateway.address_count)
        self.capacity = capacity.document_of(gateway.answer) if gateway.answer else {}
        self.register_outputs(
            {
                "gatewayId": self.gateway_id,
                "gatewayName": self.gateway_name,
                "prefixIds": self.prefix_ids,
                "addressIds": self.address_ids,
                "addresses": self.addresses,
                "cidrs": self.cidrs,
                "addressCount": self.address_count,
                "snatPorts": self.snat_ports,
                "capacity": self.capacity,
            }
        )

    def _create(self, gateway: GatewaySpec, spec: AddressSpec) -> _PublicAddresses:
        name = f"{self.pulumi_resource_name}-{spec.key}"
        group = spec.resource_group_name or gateway.address_resource_group_name
        zones = list(spec.zones) or None
        # None lets the protection of the component itself hold for its children.
        opts = ResourceOptions(
            parent=self,
            delete_before_replace=False,
            protect=spec.protect or None,
            retain_on_delete=spec.protect or None,
            # Azure writes it when the gateway takes the address. A refresh makes an input of what it finds there, and
            # the next update would then take it away again.
            ignore_changes=["nat_gateway"],
        )
        if spec.kind == "prefix":
            prefix = network.PublicIPPrefix(
                name,
                resource_group_name=group,
                location=gateway.location,
                public_ip_prefix_name=spec.name,
                prefix_length=spec.length,
                public_ip_address_version="IPv4",
                sku=network.PublicIPPrefixSkuArgs(name=gateway.sku),
                zones=zones,
                tags=gateway.tags or None,
                opts=ResourceOptions.merge(
                    opts, ResourceOptions(replace_on_changes=["prefix_length", "sku", "zones", "location"])
                ),
            )
            return _PublicAddresses(spec, prefix.id, prefix.ip_prefix)
        address = network.PublicIPAddress(
            name,
            resource_group_name=group,
            location=gateway.location,
            public_ip_address_name=spec.name,
            public_ip_address_version="IPv4",
            public_ip_allocation_method="Static",
            sku=network.PublicIPAddressSkuArgs(name=gateway.sku),
            zones=zones,
            tags=gateway.tags or None,
            opts=ResourceOptions.merge(opts, ResourceOptions(replace_on_changes=["sku", "zones", "location"])),
        )
        return _PublicAddresses(spec, address.id, address.ip_address.apply(lambda text: text and f"{text}/32"))


def read_gateway(subject: str, args: object) -> GatewaySpec:
    """Understand the arguments of a `NatEgress`. Raises `InvalidArguments` with all that is wrong with them."""
    problems: list[Problem] = []
    arguments = Arguments(args, NatEgressArgs, problems)
    group = arguments.required_reference("resource_group_name", "Give the name of the gateway's resource group.")
    zone = arguments.text("zone")
    protect = arguments.flag("protect_addresses", default=False)
    timeout = arguments.integer("idle_timeout_minutes")
    generation = arguments.integer("generation")
    profile, sizing, undersized = read_capacity(arguments), read_sizing(arguments), arguments.text("undersized")
    if timeout is None:
        timeout = profile.idle_timeout_minutes if profile else limits.MIN_IDLE_TIMEOUT_MINUTES
    problems += sizing_problems(sizing, profiled=arguments.given("capacity"), undersized=undersized)
    gateway = GatewaySpec(
        resource_group_name=group,
        address_resource_group_name=arguments.reference("address_resource_group_name") or group,
        location=arguments.reference("location"),
        sku=arguments.text("sku") or "Standard",
        zone=zone,
        idle_timeout_minutes=timeout,
        addresses=tuple(with_default_zones(spec, zone) for spec in read_addresses(arguments, protect=protect)),
        gateway_name=arguments.text("gateway_name"),
        generation=1 if generation is None else generation,
        tags=arguments.tags("tags"),
        keep_version_aliases=arguments.flag("keep_version_aliases", default=False),
        sizing=sizing,
        undersized=undersized or "refuse",
    )
    if profile and not problems and not gateway_problems(gateway):
        gateway = sized(gateway, profile, protect=protect)
    refuse(subject, [*problems, *gateway_problems(gateway), *size_problems(gateway)])
    return gateway


def _profile(gateway: GatewaySpec) -> dict[str, object]:
    """Return the profile for the state of the stack, where `nat-egress capacity` finds it."""
    return {"capacityProfile": capacity.plain_of(gateway.profile)} if gateway.profile else {}


def _references(public: Iterable[_PublicAddresses], kind: str) -> list[network.SubResourceArgs]:
    return [network.SubResourceArgs(id=one.id) for one in public if one.spec.kind == kind and one.spec.attached]
