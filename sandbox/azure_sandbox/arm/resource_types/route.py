"""Routes of a route table."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence

from ..cidr import parse_prefix
from ..errors import Refusal
from ..rules import Put, required
from ..schema import OneOf, ReadOnly
from ..world import Resource, World
from . import names
from .base import ResourceType


def _prefix(put: Put, _world: World) -> None:
    """Refuse a bad prefix. What has no slash and starts with a letter is the name of a service tag."""
    text = put.properties["addressPrefix"]
    if "/" in text or text[:1].isdigit():
        parse_prefix(text, put.id)


def _next_hop(put: Put, _world: World) -> None:
    kind, address = put.properties["nextHopType"], put.properties.get("nextHopIpAddress", "")
    if kind != "VirtualAppliance":
        if address:
            raise Refusal(
                "SandboxRouteNextHop",
                f"{put.id} has next hop type {kind} and nextHopIpAddress {address}. Only VirtualAppliance has an "
                "address: remove it.",
            )
        return
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise Refusal(
            "SandboxRouteNextHop",
            f"{put.id} has next hop type VirtualAppliance and nextHopIpAddress '{address}'. Set the appliance's "
            "address.",
        ) from None


def _one_route_a_prefix(_table: Resource, routes: Sequence[Resource], written: Collection[str]) -> None:
    seen: dict[str, Resource] = {}
    for route in sorted(routes, key=lambda route: route.id.key in written):
        other = seen.setdefault(route.properties["addressPrefix"].lower(), route)
        if other is not route:
            raise Refusal(
                "RouteConflict",
                f"Route: {route.id.name} conflicts with Route: {other.id.name}. Routes cannot have the same "
                "AddressPrefix.",
            )


ROUTE = ResourceType(
    name=names.ROUTE,
    schema={
        "properties": {
            "addressPrefix": str,
            "nextHopType": OneOf(("VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None")),
            "nextHopIpAddress": str,
            "hasBgpOverride": ReadOnly(),
        }
    },
    rules=(
        required("properties.addressPrefix", "InvalidRequestFormat", "'0.0.0.0/0'"),
        required("properties.nextHopType", "InvalidRequestFormat", "'VirtualAppliance'"),
        _prefix,
        _next_hop,
    ),
    sibling_rules=(_one_route_a_prefix,),
)
