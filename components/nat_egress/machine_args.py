"""Machines of one kind: what may be asked for, and how it is understood."""

from datetime import date
from typing import NotRequired, TypedDict

from pulumi import Input

from .disks import OsDiskArgs, read_os_disk
from .errors import refuse
from .images import DEFAULT_IMAGES
from .inbound import InboundException, read_inbound
from .logins import read_login
from .machine_rules import MachineSpec, machine_problems
from .problems import Problem
from .reading import Arguments


class PrivateMachineArgs(TypedDict):
    """What `PrivateMachine` takes."""

    resource_group_name: Input[str]
    """The resource group of the machines and of all that belongs to them."""
    subnet_id: Input[str]
    """The subnet that they are in, such as `PrivateNetwork.subnet_id("web")`. Its way out is theirs."""
    size: str
    """The size of each, as in `Standard_D2s_v5`."""
    os: NotRequired[str]
    """`Linux`, the default, or `Windows`."""
    image: NotRequired[str]
    """What they start from: `publisher:offer:sku:version`, or the id of an image. Default: Ubuntu Server 24.04 LTS, or
    Windows Server 2022."""
    count: NotRequired[int]
    """How many machines. They are numbered from 1, and the last ones go first. Default: 1."""
    zones: NotRequired[list[str]]
    """The availability zones that they are spread over in turn, "1", "2" and "3". Default: none, and Azure picks."""
    location: NotRequired[Input[str]]
    """The Azure region. Default: the provider's, or that of the resource group."""
    name: NotRequired[str]
    """The beginning of the machines' names in Azure, which are `<name>-<number>`. Default: generated."""
    computer_name: NotRequired[str]
    """The beginning of their host names, `<computer_name>-<number>`. Default: `name`, or the component's name."""
    admin_username: NotRequired[str]
    """The administrator. Default: azureadmin."""
    ssh_public_keys: NotRequired[list[Input[str]]]
    """The administrator's public keys, of a Linux machine. Azure reads them once: a change replaces the machines."""
    password_login: NotRequired[bool]
    """Let a password open a Linux machine too. Default: False."""
    admin_password: NotRequired[Input[str]]
    """The password, where one opens the machine. Default: generated for each machine, and kept as a secret."""
    custom_data: NotRequired[Input[str]]
    """What cloud-init does at the first start, as plain text, at most 65,535 bytes; kept as a secret. A change replaces
    the machines."""
    os_disk: NotRequired[OsDiskArgs]
    """The OS disk. Default: of the image's size, StandardSSD_LRS, deleted with its machine."""
    network_security_group_id: NotRequired[Input[str]]
    """The network security group of the network interfaces. Default: none; that of the subnet holds all the same."""
    accelerated_networking: NotRequired[bool]
    """Bypass the host's switch, where the size can. Default: False."""
    system_assigned_identity: NotRequired[bool]
    """Give each machine an identity of its own in Microsoft Entra. Default: True."""
    user_assigned_identity_ids: NotRequired[list[Input[str]]]
    """The ids of user-assigned identities that they have as well."""
    trusted_launch: NotRequired[bool]
    """Secure boot and a virtual TPM; needs an image of generation 2. Default: True."""
    encryption_at_host: NotRequired[bool]
    """Encrypt caches and temporary disks too; the subscription must have the feature. Default: False."""
    boot_diagnostics: NotRequired[bool]
    """Keep the serial console and screenshots in managed storage. Default: True."""
    inbound: NotRequired[InboundException]
    """The exception for machines that must accept connections from the internet. Default: none, and no machine has a
    public address."""
    tags: NotRequired[dict[str, Input[str]]]
    """Tags of all that is created."""


def read_machine(subject: str, logical_name: str, args: object, today: date) -> MachineSpec:
    """Understand the arguments of a `PrivateMachine` on the day `today`.

    Raises `InvalidArguments` with all that is wrong with them.
    """
    problems: list[Problem] = []
    arguments = Arguments(args, PrivateMachineArgs, problems)
    os = arguments.text("os") or "Linux"
    count = arguments.integer("count")
    spec = MachineSpec(
        logical_name=logical_name,
        resource_group_name=arguments.required_reference("resource_group_name", "Give the machines' resource group."),
        subnet_id=arguments.required_reference("subnet_id", "Give the id of the subnet that the machines are in."),
        size=arguments.required_text("size", "Give the size of the machines, such as Standard_D2s_v5."),
        os=os,
        image=arguments.text("image") or DEFAULT_IMAGES.get(os, DEFAULT_IMAGES["Linux"]),
        count=1 if count is None else count,
        zones=arguments.texts("zones") or (),
        location=arguments.reference("location"),
        name=arguments.text("name"),
        computer_name=arguments.text("computer_name"),
        login=read_login(arguments, os),
        custom_data=arguments.reference("custom_data", secret=True),
        os_disk=read_os_disk(arguments),
        network_security_group_id=arguments.reference("network_security_group_id"),
        accelerated_networking=arguments.flag("accelerated_networking", default=False),
        system_assigned_identity=arguments.flag("system_assigned_identity", default=True),
        user_assigned_identity_ids=arguments.references("user_assigned_identity_ids"),
        trusted_launch=arguments.flag("trusted_launch", default=True),
        encryption_at_host=arguments.flag("encryption_at_host", default=False),
        boot_diagnostics=arguments.flag("boot_diagnostics", default=True),
        inbound=read_inbound(arguments),
        tags=arguments.tags("tags"),
    )
    refuse(subject, [*problems, *machine_problems(spec, today)])
    return spec
