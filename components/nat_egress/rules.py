"""Azure's rules for a NAT gateway and its addresses: from what is asked for to what is wrong with it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import ids, limits, names
from .id_rules import id_problems
from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi import Input

    from .addresses import AddressSpec
    from .capacity.answer import Answer
    from .capacity.profile import Profile
    from .sizing_args import SizingSpec

RESOURCE_TYPES = {"prefix": "publicIPPrefixes", "address": "publicIPAddresses"}


@dataclass(frozen=True)
class GatewaySpec:
    """A NAT gateway, as understood from its arguments."""

    resource_group_name: Input[str]
    address_resource_group_name: Input[str]
    location: Input[str] | None = None
    sku: str = "Standard"
    zone: str | None = None
    idle_timeout_minutes: int = limits.MIN_IDLE_TIMEOUT_MINUTES
    addresses: tuple[AddressSpec, ...] = ()
    gateway_name: str | None = None
    generation: int = 1
    tags: Mapping[str, Input[str]] = field(default_factory=dict)
    keep_version_aliases: bool = False
    profile: Profile | None = None
    """The traffic that it is to carry."""
    sizing: SizingSpec | None = None
    """How prefixes come from the profile; None where they don't."""
    undersized: str = "refuse"
    answer: Answer | None = None
    """What the profile comes to on the attached addresses."""

    @property
    def attached(self) -> tuple[AddressSpec, ...]:
        """The prefixes and addresses on the gateway."""
        return tuple(spec for spec in self.addresses if spec.attached)

    @property
    def address_count(self) -> int:
        """How many public addresses the gateway has."""
        return sum(spec.count for spec in self.attached)

    @property
    def physical_name(self) -> str | None:
        """The gateway's name in Azure, None where it is generated."""
        return None if self.gateway_name is None else f"{self.gateway_name}-{self.generation}"


def gateway_problems(gateway: GatewaySpec) -> list[Problem]:
    """Find everything that is wrong with a gateway and its addresses, as far as plain values tell."""
    return [
        *_sku_problems(gateway),
        *_zone_problems(gateway),
        *_range_problems(gateway),
        *_name_problems(gateway),
        *_count_problems(gateway),
        *(problem for spec in gateway.addresses for problem in _address_problems(gateway, spec)),
        *_id_problems(gateway.addresses),
    ]


def gateway_warnings(gateway: GatewaySpec) -> list[str]:
    """Say what is allowed and most likely not meant."""
    if gateway.attached:
        return []
    return ["The NAT gateway has no public address, so it carries no traffic: add a prefix or an address to it."]


def sku_mismatch(argument: str, gateway_sku: str, address_sku: str) -> list[Problem]:
    """Check that an address has the SKU of its gateway: Standard takes Standard, StandardV2 takes StandardV2."""
    if address_sku == gateway_sku:
        return []
    return [
        Problem(
            argument,
            f"of SKU {address_sku}",
            f"a gateway of SKU {gateway_sku} takes addresses of SKU {gateway_sku} only",
            f"Use an address of SKU {gateway_sku}; an address can't change its SKU.",
        )
    ]


def zone_mismatch(argument: str, gateway_zone: str | None, zones: tuple[str, ...]) -> list[Problem]:
    """Check that a gateway's zone can take an address: a gateway without a zone takes any."""
    if gateway_zone is None or gateway_zone in zones:
        return []
    return [
        Problem(
            argument,
            f"in zone {zones[0]}" if zones else "in no zone",
            f"a gateway in zone {gateway_zone} takes addresses of zone {gateway_zone} or zone-redundant ones only",
            f"Use an address with zones {list(limits.ZONES)}, or one of zone {gateway_zone}.",
        )
    ]


def _sku_problems(gateway: GatewaySpec) -> Iterator[Problem]:
    if gateway.sku not in limits.SKUS:
        yield Problem("sku", gateway.sku, f"a NAT gateway is one of {', '.join(limits.SKUS)}", "Use Standard.")
    elif gateway.sku not in limits.DEPLOYABLE_SKUS:
        yield Problem(
            "sku",
            gateway.sku,
            "azure-native 3.29 speaks Microsoft.Network 2024-05-01, which has no such gateways yet",
            "Use Standard; for outbound traffic that survives the loss of a zone, make a gateway in each zone.",
        )


def _zone_problems(gateway: GatewaySpec) -> Iterator[Problem]:
    if gateway.zone is None:
        return
    if limits.zoneless(gateway.sku):
        yield Problem("zone", gateway.zone, f"a {gateway.sku} gateway is zone-redundant and takes none", "Remove it.")
    elif gateway.zone not in limits.ZONES:
        yield Problem(
            "zone",
            gateway.zone,
            f"a gateway has one zone, of {', '.join(limits.ZONES)}, or none",
            "Use one of these, or remove it and Azure picks one.",
        )


def _range_problems(gateway: GatewaySpec) -> Iterator[Problem]:
    shortest, longest = limits.MIN_IDLE_TIMEOUT_MINUTES, limits.MAX_IDLE_TIMEOUT_MINUTES
    if not shortest <= gateway.idle_timeout_minutes <= longest:
        yield Problem(
            "idle_timeout_minutes",
            gateway.idle_timeout_minutes,
            f"the idle timeout is {shortest} to {longest} minutes",
            f"Use {shortest}; TCP keepalives hold a silent connection open with fewer ports than a longer timeout.",
        )
    if gateway.generation < 1:
        yield Problem("generation", gateway.generation, "generations count up from 1", "Use 1 or more.")
    if gateway.generation != 1 and gateway.gateway_name is None:
        yield Problem(
            "generation",
            gateway.generation,
            "it is part of the gateway's name, and this one's name is generated",
            "Remove it, or set gateway_name.",
        )


def _name_problems(gateway: GatewaySpec) -> Iterator[Problem]:
    if gateway.gateway_name is not None:
        yield from names.name_problems("gateway_name", gateway.physical_name, names.NAT_GATEWAY)
    kinds = {"prefix": names.PUBLIC_IP_PREFIX, "address": names.PUBLIC_IP_ADDRESS}
    taken: dict[tuple[str, str, str], str] = {}
    for spec in gateway.addresses:
        yield from names.name_problems(f"{spec.argument}.name", spec.name, kinds[spec.kind])
        group = spec.resource_group_name or gateway.address_resource_group_name
        if spec.name and isinstance(group, str):
            place = (spec.kind, group.lower(), spec.name.lower())
            if place in taken:
                rule = f"{taken[place]} has the same name in the same resource group"
                yield Problem(f"{spec.argument}.name", spec.name, rule, "Give it another name.")
            taken.setdefault(place, spec.argument)


def _count_problems(gateway: GatewaySpec) -> Iterator[Problem]:
    if gateway.address_count > limits.MAX_IPV4_ADDRESSES:
        parts = ", ".join(f"{spec.argument} {spec.count}" for spec in gateway.attached)
        yield Problem(
            "the sum of prefixes and addresses",
            f"{gateway.address_count} addresses ({parts})",
            f"a gateway has at most {limits.MAX_IPV4_ADDRESSES} IPv4 addresses, those of its prefixes counted",
            "Take some off with attached: False, or divide the subnets between two gateways.",
        )


def _address_problems(gateway: GatewaySpec, spec: AddressSpec) -> Iterator[Problem]:
    shortest, longest = limits.MIN_PREFIX_LENGTH, limits.MAX_PREFIX_LENGTH
    if spec.kind == "prefix" and spec.length is not None and not shortest <= spec.length <= longest:
        yield Problem(
            f"{spec.argument}.length",
            spec.length,
            f"a gateway takes prefixes of length {shortest} (16 addresses) to {longest} (2 addresses)",
            "Use a length in between; for one address use `addresses`.",
        )
    if spec.adopted:
        return
    if (
        spec.zones
        and set(spec.zones) != set(limits.ZONES)
        and (len(spec.zones) != 1 or spec.zones[0] not in limits.ZONES)
    ):
        yield Problem(
            f"{spec.argument}.zones",
            list(spec.zones),
            f"an address is in one zone, of {', '.join(limits.ZONES)}, in all of them, or in none",
            f"Use {list(limits.ZONES)} for a zone-redundant address.",
        )
    elif spec.attached:
        yield from zone_mismatch(spec.argument, gateway.zone, spec.zones)


def _id_problems(addresses: Iterable[AddressSpec]) -> Iterator[Problem]:
    """Check the ids that are plain text; others are checked when they are known."""
    subscriptions: dict[str, list[AddressSpec]] = defaultdict(list)
    seen: dict[str, str] = {}
    for spec in addresses:
        if not isinstance(spec.id, str):
            continue
        found = id_problems(f"{spec.argument}.id", spec.id, RESOURCE_TYPES[spec.kind])
        yield from found
        if found:
            continue
        subscriptions[ids.parse(spec.id).subscription.lower()].append(spec)
        if (first := seen.setdefault(spec.id.rstrip("/").lower(), spec.argument)) != spec.argument:
            yield Problem(f"{spec.argument}.id", spec.id, f"{first} has the same id", "Remove one of the two.")
    if len(subscriptions) > 1:
        yield Problem(
            "the sum of prefixes and addresses",
            ", ".join(f"{found[0].argument} of subscription {key}" for key, found in subscriptions.items()),
            "a gateway and its addresses are in one subscription",
            "Adopt addresses of the gateway's own subscription only.",
        )
