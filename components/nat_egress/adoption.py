"""Public IP prefixes and addresses that exist: read, and checked against what their gateway can take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import InvokeOptions, Output, Resource
from pulumi_azure_native import network

from . import ids
from .addresses import AddressSpec
from .component import parsed_id, subject_of
from .errors import refuse
from .problems import Problem
from .rules import RESOURCE_TYPES, GatewaySpec, sku_mismatch, zone_mismatch


@dataclass(frozen=True)
class Found:
    """A prefix or an address as Azure has it. None where Azure says nothing."""

    id: str
    cidr: str | None
    sku: str | None = None
    length: int | None = None
    version: str | None = None
    location: str | None = None
    zones: tuple[str, ...] = ()
    gateway_id: str | None = None
    allocation: str | None = None
    routing_preference: str | None = None
    protection: str | None = None
    used_by: str | None = None
    """The id of another resource that uses it, such as the frontend of a load balancer."""


@dataclass(frozen=True)
class Expected:
    """What the gateway needs of it that is not plain in its spec."""

    name: str
    """The gateway's name in Azure; where that is generated, the logical name that it is generated from."""
    resource_group: str | None
    """None as long as it is not known, as with a group that the same update creates."""
    location: str | None
    """None where none is given, and as long as it is not known."""


def found_problems(gateway: GatewaySpec, expected: Expected, spec: AddressSpec, found: Found) -> list[Problem]:
    """Find what keeps an address that exists off the gateway."""
    problems: list[Problem] = []

    def check(sound: bool, value: object, rule: str, remedy: str) -> None:
        if not sound:
            problems.append(Problem(spec.argument, value, rule, remedy))

    if found.sku is not None:
        problems += sku_mismatch(spec.argument, gateway.sku, found.sku)
    check(
        found.length in (None, spec.length),
        f"declared with length {spec.length}",
        f"the prefix that exists has length {found.length}",
        f"Set length to {found.length}.",
    )
    check(
        found.version in (None, "IPv4"),
        found.version,
        f"a {gateway.sku} gateway takes IPv4 only",
        "Use an IPv4 one.",
    )
    check(
        None in (found.location, expected.location) or _region(found.location) == _region(expected.location),
        f"in {found.location}",
        f"a gateway and its addresses are in one region, and this gateway is in {expected.location}",
        "Use an address of the gateway's region.",
    )
    if spec.attached:
        problems += zone_mismatch(spec.argument, gateway.zone, found.zones)
    check(
        found.allocation in (None, "Static"),
        found.allocation,
        "a gateway takes addresses of static allocation only",
        "Set the address to Static.",
    )
    check(
        found.routing_preference != "Internet",
        "with routing preference Internet",
        "a gateway takes addresses with the routing preference Microsoft network only",
        "Use another address; the routing preference can't change.",
    )
    check(
        found.protection != "Enabled",
        "with DDoS protection enabled",
        "a gateway takes no address with DDoS protection of its own",
        "Turn the protection of the address off.",
    )
    check(
        found.used_by is None,
        f"used by {found.used_by}",
        "an address on a gateway is used by nothing else",
        "Free it first, or use another.",
    )
    if spec.attached and found.gateway_id is not None:
        check(
            _may_be(found.gateway_id, expected),
            f"on {found.gateway_id}",
            "an address is on one gateway at a time",
            "Take it off that gateway first, or set attached: False here until then.",
        )
    return problems


def _region(location: str | None) -> str:
    return (location or "").replace(" ", "").lower()


def _may_be(gateway_id: str, expected: Expected) -> bool:
    """Tell whether `gateway_id` can be the id of the gateway itself, whose generated end nobody knows beforehand."""
    found = ids.parse(gateway_id)
    same_group = expected.resource_group is None or found.resource_group.lower() == expected.resource_group.lower()
    return same_group and expected.name.lower() in found.name.lower()


def adopt(component: Resource, gateway: GatewaySpec) -> dict[str, Output[Found]]:
    """Read the adopted addresses of `gateway`, and refuse those that it can't take, by their place in the arguments.

    Addresses whose ids are plain text are refused together, with all that is wrong with them. The others are each
    refused when their ids are known, in a preview or in the update. Nothing that uses the result comes before that.
    """
    expected: Output[Expected] = Output.from_input(_expected(component, gateway))
    adopted = [spec for spec in gateway.addresses if spec.adopted]
    found = {spec.argument: _read(component, spec) for spec in adopted}
    plain = [spec for spec in adopted if isinstance(spec.id, str)]
    groups = [plain, *([spec] for spec in adopted if spec not in plain)]
    return {
        spec.argument: checked[position]
        for group in groups
        if group
        for checked in [_checked(component, gateway, expected, group, [found[spec.argument] for spec in group])]
        for position, spec in enumerate(group)
    }


async def _expected(component: Resource, gateway: GatewaySpec) -> Expected:
    """Return what is expected, as far as it is known: a preview checks what it can, the update checks the rest."""
    group = await Output.from_input(gateway.resource_group_name).future()
    location = await Output.from_input(gateway.location).future()
    return Expected(gateway.physical_name or component.pulumi_resource_name, group, location)


def _checked(
    component: Resource,
    gateway: GatewaySpec,
    expected: Output[Expected],
    group: Sequence[AddressSpec],
    found: Sequence[Output[Found]],
) -> Output[list[Found]]:
    def check(values: list[Any]) -> list[Found]:
        refuse(
            subject_of(component),
            [
                problem
                for spec, one in zip(group, values[1:], strict=True)
                for problem in found_problems(gateway, values[0], spec, one)
            ],
        )
        return values[1:]

    return Output.all(expected, *found).apply(check)


def _read(component: Resource, spec: AddressSpec) -> Output[Found]:
    def read(text: str) -> Output[Found]:
        parts = parsed_id(component, f"{spec.argument}.id", text, RESOURCE_TYPES[spec.kind])
        opts = InvokeOptions(parent=component)
        if spec.kind == "prefix":
            return network.get_public_ip_prefix_output(
                public_ip_prefix_name=parts.name, resource_group_name=parts.resource_group, opts=opts
            ).apply(lambda result: _found_prefix(text, result))
        return network.get_public_ip_address_output(
            public_ip_address_name=parts.name, resource_group_name=parts.resource_group, opts=opts
        ).apply(lambda result: _found_address(text, result))

    return Output.from_input(spec.id or "").apply(read)


def _found_prefix(text: str, prefix: network.GetPublicIPPrefixResult) -> Found:
    frontend = prefix.load_balancer_frontend_ip_configuration
    return Found(
        text,
        prefix.ip_prefix,
        sku=prefix.sku.name if prefix.sku else None,
        length=int(prefix.prefix_length) if prefix.prefix_length is not None else None,
        version=prefix.public_ip_address_version,
        location=prefix.location,
        zones=tuple(sorted(prefix.zones or ())),
        gateway_id=prefix.nat_gateway.id if prefix.nat_gateway else None,
        used_by=frontend.id if frontend else None,
    )


def _found_address(text: str, address: network.GetPublicIPAddressResult) -> Found:
    tags = {tag.ip_tag_type: tag.tag for tag in address.ip_tags or ()}
    return Found(
        text,
        f"{address.ip_address}/32" if address.ip_address else None,
        sku=address.sku.name if address.sku else None,
        version=address.public_ip_address_version,
        location=address.location,
        zones=tuple(sorted(address.zones or ())),
        gateway_id=address.nat_gateway.id if address.nat_gateway else None,
        allocation=address.public_ip_allocation_method,
        routing_preference=tags.get("RoutingPreference"),
        protection=address.ddos_settings.protection_mode if address.ddos_settings else None,
        used_by=address.ip_configuration.id if address.ip_configuration else None,
    )
