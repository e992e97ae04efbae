"""Azure's rules for Bastion hosts: from what is asked for to what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from . import cidr, ids, limits, names
from .id_rules import id_problems
from .inbound import overlap_problems, source_groups, unknown_source
from .lifecycle import Identity
from .problems import Problem
from .zones import zone_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input

SKUS: Final = ("Developer", "Basic", "Standard", "Premium")
"""From the least to the most (learn.microsoft.com/azure/bastion/configuration-settings, read 2026-11-25)."""

NEEDED_SKU: Final = {
    "kerberos": "Basic",
    "tunneling": "Standard",
    "ip_connect": "Standard",
    "file_copy": "Standard",
    "scale_units": "Standard",
    "copy_paste": "Standard",
    "session_recording": "Premium",
    "private_only": "Premium",
}
"""The least SKU in which a setting can differ from its default (same page)."""


@dataclass(frozen=True)
class BastionSpec:
    """A Bastion host, as understood from its arguments."""

    resource_group_name: Input[str]
    virtual_network_id: Input[str] | None = None
    address_prefix: str | None = None
    subnet_id: Input[str] | None = None
    location: Input[str] | None = None
    name: str | None = None
    sku: str = "Basic"
    zones: tuple[str, ...] = ()
    scale_units: int = limits.BASTION_SCALE_UNITS[0]
    tunneling: bool = False
    ip_connect: bool = False
    file_copy: bool = False
    kerberos: bool = False
    copy_paste: bool = True
    session_recording: bool = False
    private_only: bool = False
    allowed_sources: tuple[str, ...] = ()
    tags: Mapping[str, Input[str]] = field(default_factory=dict)

    @property
    def shared(self) -> bool:
        """Whether it is a place on hosts of Azure's own, with no subnet and no address."""
        return self.sku == "Developer"

    @property
    def sources(self) -> tuple[str, ...]:
        """Who may reach it by HTTPS."""
        return self.allowed_sources or (("VirtualNetwork",) if self.private_only else ("Internet",))


@dataclass(frozen=True)
class SubnetRule:
    """One security rule of the subnet."""

    name: str
    priority: int
    direction: str
    sources: tuple[str, ...]
    destination: str
    ports: tuple[str, ...]
    protocol: str = "*"


def subnet_rules(bastion: BastionSpec) -> list[SubnetRule]:
    """Return the rules without which Azure takes no security group on the subnet, in the order of their priorities.

    Source: learn.microsoft.com/azure/bastion/bastion-nsg, 2026-02-24.
    """
    web, hosts, network, everywhere = ("443",), ("8080", "5701"), ("VirtualNetwork",), ("*",)
    return [
        SubnetRule("AllowGatewayManagerInbound", 110, "Inbound", ("GatewayManager",), "*", web, "Tcp"),
        SubnetRule("AllowAzureLoadBalancerInbound", 120, "Inbound", ("AzureLoadBalancer",), "*", web, "Tcp"),
        SubnetRule("AllowBastionHostCommunication", 130, "Inbound", network, "VirtualNetwork", hosts),
        *(
            SubnetRule(f"AllowHttpsInbound{number or ''}", 200 + number, "Inbound", sources, "*", web, "Tcp")
            for number, sources in enumerate(source_groups(bastion.sources))
        ),
        SubnetRule("AllowSshRdpOutbound", 110, "Outbound", everywhere, "VirtualNetwork", ("22", "3389")),
        SubnetRule("AllowAzureCloudOutbound", 120, "Outbound", everywhere, "AzureCloud", web, "Tcp"),
        SubnetRule("AllowBastionCommunication", 130, "Outbound", network, "VirtualNetwork", hosts),
        SubnetRule("AllowHttpOutbound", 140, "Outbound", everywhere, "Internet", ("80",)),
    ]


def bastion_problems(bastion: BastionSpec) -> list[Problem]:
    """Find everything that is wrong with a Bastion host, as far as plain values tell."""
    return [
        *names.name_problems("name", bastion.name, names.BASTION_HOST),
        *_sku_problems(bastion),
        *_scale_problems(bastion),
        *zone_problems(bastion.zones),
        *_place_problems(bastion),
        *_range_problems(bastion),
        *_source_problems(bastion),
    ]


def bastion_identity(bastion: BastionSpec) -> dict[str, Any]:
    """Return what a change of a Bastion host is judged by."""
    return {"sku": bastion.sku}


def bastion_change_problems(old: Identity, new: Identity) -> list[Problem]:
    """Find what keeps a Bastion host from becoming `new`, once it is `old`."""
    before, after = old.get("sku"), new.get("sku")
    if before not in SKUS or after not in SKUS or SKUS.index(after) >= SKUS.index(before):
        return []
    return [
        Problem(
            "sku",
            f"{before} → {after}",
            "Azure raises the SKU of a Bastion host and never lowers it",
            f"Leave it at {before}. Or do it in two updates: (1) remove the BastionHost; (2) declare it with {after}.",
        )
    ]


def _sku_problems(bastion: BastionSpec) -> Iterator[Problem]:
    if bastion.sku not in SKUS:
        yield Problem("sku", bastion.sku, f"a Bastion host is one of {', '.join(SKUS)}", "Use one of these.")
        return
    standard = BastionSpec(bastion.resource_group_name)
    for setting, needed in NEEDED_SKU.items():
        value = getattr(bastion, setting)
        if value != getattr(standard, setting) and SKUS.index(bastion.sku) < SKUS.index(needed):
            rule = f"that takes SKU {needed} or a higher one, and this host is {bastion.sku}"
            yield Problem(setting, value, rule, f"Set sku to {needed}, or remove it.")


def _scale_problems(bastion: BastionSpec) -> Iterator[Problem]:
    low, high = limits.BASTION_SCALE_UNITS
    if not low <= bastion.scale_units <= high:
        rule = f"a Bastion host has {low} to {high} scale units"
        yield Problem("scale_units", bastion.scale_units, rule, "Use a number in between.")


def _place_problems(bastion: BastionSpec) -> Iterator[Problem]:
    if bastion.shared:
        yield from _shared_problems(bastion)
    elif bastion.subnet_id is None:
        yield from _new_subnet_problems(bastion)
    else:
        yield from _adopted_subnet_problems(bastion)
    if isinstance(bastion.virtual_network_id, str):
        yield from id_problems("virtual_network_id", bastion.virtual_network_id, "virtualNetworks")


def _shared_problems(bastion: BastionSpec) -> Iterator[Problem]:
    if bastion.virtual_network_id is None:
        rule = "a Developer host serves one virtual network"
        yield Problem("virtual_network_id", None, rule, "Give the id of the network.")
    for setting in ("address_prefix", "subnet_id", "zones", "allowed_sources"):
        if getattr(bastion, setting) not in (None, ()):
            rule = "a Developer host has no subnet, no security group and no zones of its own"
            yield Problem(setting, "given", rule, "Remove it, or set sku to Basic.")


def _new_subnet_problems(bastion: BastionSpec) -> Iterator[Problem]:
    for setting, remedy in (
        ("virtual_network_id", "Give the id of the network, such as PrivateNetwork.virtual_network_id."),
        ("address_prefix", f"Give an IPv4 range, /{limits.BASTION_SMALLEST_SUBNET} or larger."),
    ):
        if getattr(bastion, setting) is None:
            rule = f"{limits.BASTION_SUBNET} is made in a network, unless subnet_id names one that exists"
            yield Problem(setting, None, rule, remedy)


def _adopted_subnet_problems(bastion: BastionSpec) -> Iterator[Problem]:
    for setting in ("virtual_network_id", "address_prefix", "allowed_sources"):
        if getattr(bastion, setting) not in (None, ()):
            rule = "subnet_id names a subnet that exists, and it stays as it is"
            yield Problem(setting, "given", rule, "Remove it, or remove subnet_id.")
    if isinstance(bastion.subnet_id, str):
        yield from subnet_id_problems(bastion.subnet_id)


def subnet_id_problems(text: str) -> list[Problem]:
    """Check that `text` is the id of a subnet that takes a Bastion host."""
    parsed = ids.parse_subnet(text)
    if parsed is not None and parsed.name.lower() == limits.BASTION_SUBNET.lower():
        return []
    rule = f"a Bastion host is in a subnet of the name {limits.BASTION_SUBNET}"
    return [
        Problem("subnet_id", text, rule, f"Give the id of one: …/virtualNetworks/…/subnets/{limits.BASTION_SUBNET}.")
    ]


def _range_problems(bastion: BastionSpec) -> Iterator[Problem]:
    if bastion.address_prefix is None:
        return
    longest = limits.BASTION_SMALLEST_SUBNET
    try:
        network = cidr.parse(bastion.address_prefix)
    except cidr.NotACidr as error:
        remedy = f"Did you mean {error.suggestion}?" if error.suggestion else "Give an address, a slash and a length."
        yield Problem("address_prefix", bastion.address_prefix, str(error), remedy)
        return
    if not limits.LARGEST_NETWORK <= network.prefixlen <= longest:
        rule = f"{limits.BASTION_SUBNET} is a /{longest} or larger"
        yield Problem("address_prefix", bastion.address_prefix, rule, f"Give a /{longest}.")


def _source_problems(bastion: BastionSpec) -> Iterator[Problem]:
    for source in bastion.allowed_sources:
        yield from unknown_source("allowed_sources", source)
    yield from overlap_problems("allowed_sources", bastion.allowed_sources)
