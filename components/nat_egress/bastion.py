"""The component `BastionHost`: the way in for RDP and SSH, to machines without public addresses."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi import Input, Output, ResourceOptions
from pulumi_azure_native import network as azure

from . import limits
from .bastion_rules import (
    BastionSpec,
    bastion_change_problems,
    bastion_identity,
    bastion_problems,
    subnet_id_problems,
    subnet_rules,
)
from .component import component_options, or_empty, parsed_id, registered, subject_of
from .errors import refuse
from .problems import Problem
from .public_address import create_public_address
from .reading import Arguments


class BastionHostArgs(TypedDict):
    """What `BastionHost` takes."""

    resource_group_name: Input[str]
    """The resource group of the host, its address and the security group of its subnet."""
    virtual_network_id: NotRequired[Input[str]]
    """The id of the virtual network that its subnet is made in, such as `PrivateNetwork.virtual_network_id`. Its
    subscription is that of the provider."""
    address_prefix: NotRequired[str]
    """The IPv4 range of AzureBastionSubnet, within the address space of the network, /26 or larger."""
    subnet_id: NotRequired[Input[str]]
    """The id of an AzureBastionSubnet that exists, instead of these two. Its security group is not touched."""
    location: NotRequired[Input[str]]
    """The Azure region. Default: the provider's, or that of the resource group."""
    name: NotRequired[str]
    """The name of the host in Azure. Default: generated."""
    sku: NotRequired[str]
    """`Developer` (shared, without subnet and address), `Basic` (default), `Standard` or `Premium`. It can be raised,
    and not lowered."""
    zones: NotRequired[list[str]]
    """The availability zones of the host. Default: none."""
    scale_units: NotRequired[int]
    """How many instances, 2 to 50, from Standard on. Default: 2."""
    tunneling: NotRequired[bool]
    """Let native clients connect (`az network bastion ssh`), from Standard on. Default: False."""
    ip_connect: NotRequired[bool]
    """Connect to private addresses as well as to machines of Azure, from Standard on. Default: False."""
    file_copy: NotRequired[bool]
    """Copy files with native clients, from Standard on. Default: False."""
    kerberos: NotRequired[bool]
    """Log in with Kerberos, from Basic on. Default: False."""
    copy_paste: NotRequired[bool]
    """Copy and paste in the browser; it can be turned off from Standard on. Default: True."""
    session_recording: NotRequired[bool]
    """Record the sessions, with Premium. Default: False."""
    private_only: NotRequired[bool]
    """Without a public address, reached through a private network, with Premium. Default: False."""
    allowed_sources: NotRequired[list[str]]
    """Who may reach the host by HTTPS: IPv4 ranges or service tags. Default: `Internet`; with `private_only`,
    `VirtualNetwork`. Everyone has to log in all the same."""
    tags: NotRequired[dict[str, Input[str]]]
    """Tags of all that is created."""


class BastionHost(pulumi.ComponentResource):
    """A Bastion host with a subnet, a security group and an address of its own.

    Machines behind it need no public address: administrators reach them from a browser, or with a native client, once
    they have logged in to Azure. There are no shareable links, which let in whoever has the URL.

    Azure writes to one network one at a time: where the network is a `PrivateNetwork` of the same program, say
    `opts=ResourceOptions(depends_on=[network])`, and the subnet is made after all of its own.

    Raises `InvalidArguments`, before anything is registered, with all that is wrong with the arguments.
    """

    host_id: Output[str]
    """The id of the host."""
    host_name: Output[str]
    """The name of the host in Azure."""
    dns_name: Output[str]
    """The name under which it is reached."""
    subnet_id: Output[str]
    """The id of its subnet, "" for a Developer host."""
    public_address: Output[str]
    """The public address of the host itself, "" where it has none."""

    def __init__(self, name: str, args: BastionHostArgs, opts: ResourceOptions | None = None) -> None:
        spec = read_bastion(f"BastionHost {name!r}", args)
        super().__init__(
            "nat-egress:index:BastionHost",
            name,
            registered(bastion_identity(spec)),
            component_options("BastionHost", name, bastion_change_problems, opts, keep_version_aliases=False),
        )
        subnet_id = None if spec.shared else self._subnet(spec, opts)
        address = None if spec.shared or spec.private_only else self._address(spec)
        host = azure.BastionHost(
            name,
            resource_group_name=spec.resource_group_name,
            location=spec.location,
            bastion_host_name=spec.name,
            sku=azure.SkuArgs(name=spec.sku),
            zones=list(spec.zones) or None,
            ip_configurations=[_configuration(subnet_id, address)] if subnet_id is not None else None,
            virtual_network=azure.SubResourceArgs(id=spec.virtual_network_id) if spec.shared else None,
            scale_units=None if spec.shared else spec.scale_units,
            enable_tunneling=spec.tunneling,
            enable_ip_connect=spec.ip_connect,
            enable_file_copy=spec.file_copy,
            enable_kerberos=spec.kerberos,
            enable_session_recording=spec.session_recording,
            enable_private_only_bastion=spec.private_only or None,
            enable_shareable_link=False,
            disable_copy_paste=not spec.copy_paste,
            tags=spec.tags or None,
            # A subnet has one host, so a successor has to wait for its predecessor's end.
            opts=ResourceOptions(
                parent=self,
                delete_before_replace=True,
                replace_on_changes=["zones", "location", "ip_configurations", "virtual_network"],
            ),
        )
        self.host_id = host.id
        self.host_name = host.name
        self.dns_name = or_empty(host.dns_name)
        self.subnet_id = Output.from_input(subnet_id or "")
        self.public_address = or_empty(address.ip_address) if address else Output.from_input("")
        self.register_outputs(
            {
                "hostId": self.host_id,
                "hostName": self.host_name,
                "dnsName": self.dns_name,
                "subnetId": self.subnet_id,
                "publicAddress": self.public_address,
            }
        )

    def _subnet(self, spec: BastionSpec, opts: ResourceOptions | None) -> Output[str]:
        """Make the subnet, with its security group, or adopt it."""
        if spec.subnet_id is not None:
            return Output.from_input(spec.subnet_id).apply(self._checked)
        place = Output.from_input(spec.virtual_network_id or "").apply(
            lambda text: parsed_id(self, "virtual_network_id", text, "virtualNetworks")
        )
        subnet = azure.Subnet(
            f"{self.pulumi_resource_name}-subnet",
            resource_group_name=place.apply(lambda found: found.resource_group),
            virtual_network_name=place.apply(lambda found: found.name),
            subnet_name=limits.BASTION_SUBNET,
            address_prefix=spec.address_prefix,
            default_outbound_access=False,
            network_security_group=azure.NetworkSecurityGroupArgs(id=self._security_group(spec).id),
            opts=ResourceOptions(
                parent=self,
                depends_on=opts.depends_on if opts else None,
                delete_before_replace=True,
                replace_on_changes=["address_prefix"],
            ),
        )
        return subnet.id

    def _security_group(self, spec: BastionSpec) -> azure.NetworkSecurityGroup:
        return azure.NetworkSecurityGroup(
            f"{self.pulumi_resource_name}-subnet",
            resource_group_name=spec.resource_group_name,
            location=spec.location,
            security_rules=[
                azure.SecurityRuleArgs(
                    name=rule.name,
                    priority=rule.priority,
                    direction=rule.direction,
                    access="Allow",
                    protocol=rule.protocol,
                    source_port_range="*",
                    source_address_prefix=rule.sources[0] if len(rule.sources) == 1 else None,
                    source_address_prefixes=list(rule.sources) if len(rule.sources) > 1 else None,
                    destination_address_prefix=rule.destination,
                    destination_port_range=rule.ports[0] if len(rule.ports) == 1 else None,
                    destination_port_ranges=list(rule.ports) if len(rule.ports) > 1 else None,
                )
                for rule in subnet_rules(spec)
            ],
            tags=spec.tags or None,
            opts=ResourceOptions(parent=self, replace_on_changes=["location"]),
        )

    def _address(self, spec: BastionSpec) -> azure.PublicIPAddress:
        zonal = bool(spec.zones)
        name = self.pulumi_resource_name
        return create_public_address(self, name, spec.resource_group_name, spec.location, zonal=zonal, tags=spec.tags)

    def _checked(self, text: str) -> str:
        refuse(subject_of(self), subnet_id_problems(text))
        return text


def read_bastion(subject: str, args: object) -> BastionSpec:
    """Understand the arguments of a `BastionHost`. Raises `InvalidArguments` with all that is wrong with them."""
    problems: list[Problem] = []
    arguments = Arguments(args, BastionHostArgs, problems)
    scale_units = arguments.integer("scale_units")
    if arguments.given("allowed_sources") and arguments.empty("allowed_sources"):
        rule = "a list of nothing would let in nobody"
        arguments.problem("allowed_sources", "empty", rule, "Name who may reach the host, or remove it for everyone.")
    spec = BastionSpec(
        resource_group_name=arguments.required_reference("resource_group_name", "Give the host's resource group."),
        virtual_network_id=arguments.reference("virtual_network_id"),
        address_prefix=arguments.text("address_prefix"),
        subnet_id=arguments.reference("subnet_id"),
        location=arguments.reference("location"),
        name=arguments.text("name"),
        sku=arguments.text("sku") or "Basic",
        zones=arguments.texts("zones") or (),
        scale_units=limits.BASTION_SCALE_UNITS[0] if scale_units is None else scale_units,
        tunneling=arguments.flag("tunneling", default=False),
        ip_connect=arguments.flag("ip_connect", default=False),
        file_copy=arguments.flag("file_copy", default=False),
        kerberos=arguments.flag("kerberos", default=False),
        copy_paste=arguments.flag("copy_paste", default=True),
        session_recording=arguments.flag("session_recording", default=False),
        private_only=arguments.flag("private_only", default=False),
        allowed_sources=arguments.texts("allowed_sources") or (),
        tags=arguments.tags("tags"),
    )
    refuse(subject, [*problems, *bastion_problems(spec)])
    return spec


def _configuration(
    subnet_id: Input[str], address: azure.PublicIPAddress | None
) -> azure.BastionHostIPConfigurationArgs:
    return azure.BastionHostIPConfigurationArgs(
        name="primary",
        subnet=azure.SubResourceArgs(id=subnet_id),
        public_ip_address=azure.SubResourceArgs(id=address.id) if address else None,
        private_ip_allocation_method="Dynamic",
    )
