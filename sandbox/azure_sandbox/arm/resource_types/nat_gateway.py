"""NAT gateways: the constraint list of Microsoft's NAT gateway pages, as far as the control plane sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .. import regions
from ..cidr import stored_prefix
from ..errors import Refusal
from ..limits import GATEWAY_ADDRESSES, GATEWAY_IDLE_TIMEOUT_MINUTES, STANDARD_V2_SINCE
from ..rules import (
    Put,
    same_zones,
    unchanged,
    valid_zones,
    within,
    zones,
    zones_in_region,
)
from ..schema import Body, OneOf, ReadOnly, Ref, Since
from ..world import Resource, World
from . import names
from .base import ResourceType
from .public_ips import STANDARD_V2, address_in_use, held_by_other, prefix_free, sku_in_api_version, used_whole

_FAMILY_OF_LIST = {
    "publicIpAddresses": "IPv4",
    "publicIpPrefixes": "IPv4",
    "publicIpAddressesV6": "IPv6",
    "publicIpPrefixesV6": "IPv6",
}


@dataclass(frozen=True)
class _Attached:
    """A public IP address or prefix in one of the gateway's lists."""

    list: str
    resource: Resource

    @property
    def addresses(self) -> int:
        prefix = self.resource.properties.get("ipPrefix")
        return stored_prefix(prefix).num_addresses if prefix else 1


def _attached(put: Put, world: World) -> Iterator[_Attached]:
    for name in _FAMILY_OF_LIST:
        for reference in put.properties.get(name, []):
            resource = world.follow(reference)
            if resource:
                yield _Attached(name, resource)


def _region_has_sku(put: Put, _world: World) -> None:
    if put.body["sku"]["name"] == STANDARD_V2 and put.location in regions.WITHOUT_STANDARD_V2:
        raise Refusal(
            "SandboxNatGatewaySkuNotInRegion",
            f"{put.id} asks for SKU StandardV2, which {put.location} does not have (as of 2026-07-27). Use Standard or "
            "another region.",
        )


def _zones_fit_sku(put: Put, _world: World) -> None:
    sku, chosen = put.body["sku"]["name"], zones(put.body)
    if sku == STANDARD_V2 and len(chosen) in (1, 2):
        raise Refusal(
            "SandboxNatGatewayZones",
            f"zones of {put.id} is {sorted(chosen)}. A StandardV2 gateway is zone-redundant: leave zones out.",
        )
    if sku != STANDARD_V2 and len(chosen) > 1:
        raise Refusal(
            "SandboxNatGatewayZones",
            f"zones of {put.id} is {sorted(chosen)}. A Standard gateway is in one zone or in none: name one, or use "
            "StandardV2.",
        )


def _lists_fit_sku(put: Put, _world: World) -> None:
    for name, family in _FAMILY_OF_LIST.items():
        if family == "IPv6" and put.properties.get(name) and put.body["sku"]["name"] != STANDARD_V2:
            raise Refusal(
                "SandboxNatGatewayIPv6",
                f"properties.{name} of {put.id} is set, and only StandardV2 gateways have IPv6. Remove it, or use "
                "StandardV2.",
            )


def _number_of_addresses(put: Put, world: World) -> None:
    attached = list(_attached(put, world))
    for family in ("IPv4", "IPv6"):
        held = sum(item.addresses for item in attached if _FAMILY_OF_LIST[item.list] == family)
        if held > GATEWAY_ADDRESSES:
            raise Refusal(
                "SandboxNatGatewayTooManyAddresses",
                f"{put.id} would have {held} {family} addresses, counting what each prefix holds. {GATEWAY_ADDRESSES} "
                "is the most: detach some, or use a second gateway.",
            )


def _each_address_fits(put: Put, world: World) -> None:
    for item in _attached(put, world):
        _fits_list(put, item)
        _fits_sku(put, item)
        _fits_zone(put, item)
        _is_plain(put, item)
        _is_free(put, item, world)


def _fits_list(put: Put, item: _Attached) -> None:
    family = item.resource.properties["publicIPAddressVersion"]
    if family != _FAMILY_OF_LIST[item.list]:
        raise Refusal(
            "SandboxNatGatewayIPv6",
            f"properties.{item.list} of {put.id} has {item.resource.id}, which is {family}. Put it into the list of "
            "its family.",
        )


def _fits_sku(put: Put, item: _Attached) -> None:
    of_gateway, of_address = put.body["sku"]["name"], item.resource.body["sku"]["name"]
    if of_gateway != of_address:
        raise Refusal(
            "SandboxNatGatewaySkuMismatch",
            f"{put.id} has SKU {of_gateway} and {item.resource.id} has {of_address}. A gateway takes addresses and "
            "prefixes of its own SKU only.",
        )


def _fits_zone(put: Put, item: _Attached) -> None:
    """Refuse what is in another zone or in none; zone-redundant ones fit everywhere (troubleshoot-nat, 2025-11)."""
    of_gateway, of_address = zones(put.body), zones(item.resource.body)
    if put.body["sku"]["name"] != STANDARD_V2 and of_gateway and len(of_address) <= 1 and of_gateway != of_address:
        where = f"in zone {next(iter(of_address))}" if of_address else "in no zone"
        raise Refusal(
            "SandboxNatGatewayAddressZone",
            f"{put.id} is in zone {next(iter(of_gateway))} and {item.resource.id} is {where}. Use one of the same "
            "zone, or a zone-redundant one.",
        )


def _is_plain(put: Put, item: _Attached) -> None:
    properties = item.resource.properties
    if properties.get("publicIPAllocationMethod", "Static") != "Static":
        raise Refusal("SandboxNatGatewayAddressNotStatic", f"{item.resource.id} on {put.id} must be static.")
    for tag in properties.get("ipTags", []):
        if (tag.get("ipTagType", "").lower(), tag.get("tag", "").lower()) == ("routingpreference", "internet"):
            raise Refusal(
                "SandboxNatGatewayRoutingPreference",
                f"{item.resource.id} has routing preference Internet, which {put.id} can't use. Use one with routing "
                "preference Microsoft network.",
            )
    if properties.get("ddosSettings", {}).get("protectionMode") == "Enabled":
        raise Refusal(
            "SandboxNatGatewayDdosProtection",
            f"{item.resource.id} has DDoS protection enabled, which {put.id} can't use. Use an address without it.",
        )


def _is_free(put: Put, item: _Attached, world: World) -> None:
    element = str(put.id)
    if item.resource.type == names.PUBLIC_IP_ADDRESS:
        if holder := held_by_other(item.resource, element, world):
            raise address_in_use(item.resource, element, holder)
        used_whole(item.resource, world, element)
        return
    listed = {address.resource.id.key for address in _attached(put, world)}
    prefix_free(item.resource, element, world, listed)


def _within_quota(put: Put, world: World) -> None:
    if put.old is not None:
        return
    here = [
        gateway for gateway in world.of_type(names.NAT_GATEWAY, put.id.subscription) if gateway.location == put.location
    ]
    if len(here) >= world.quotas.nat_gateways:
        raise Refusal(
            "SandboxNatGatewayCountLimitReached",
            f"The subscription has {len(here)} NAT gateways in {put.location}, and its quota is "
            f"{world.quotas.nat_gateways}. Delete one, or ask for a higher quota.",
        )


def _back_references(gateway: Resource, world: World) -> Body:
    subnets = sorted(referrer.id for referrer in world.referrers(gateway.id, names.SUBNET))
    return {"subnets": [{"id": id_} for id_ in subnets]} if subnets else {}


def _detached(gateway: Resource, world: World) -> None:
    subnets = world.referrers(gateway.id, names.SUBNET)
    if subnets:
        raise Refusal(
            "CannotDeleteNatGatewayAssociatedToSubnet",
            f"NAT Gateway {gateway.id} is still configured on {len(subnets)} subnets. Remove NAT Gateway from all "
            "referenced subnets and then delete NAT Gateway.",
        )


NAT_GATEWAY = ResourceType(
    name=names.NAT_GATEWAY,
    schema={
        "sku": {"name": OneOf(("Standard", "StandardV2"))},
        "properties": {
            "idleTimeoutInMinutes": int,
            "publicIpAddresses": [Ref(names.PUBLIC_IP_ADDRESS)],
            "publicIpPrefixes": [Ref(names.PUBLIC_IP_PREFIX)],
            "publicIpAddressesV6": Since(STANDARD_V2_SINCE, [Ref(names.PUBLIC_IP_ADDRESS)]),
            "publicIpPrefixesV6": Since(STANDARD_V2_SINCE, [Ref(names.PUBLIC_IP_PREFIX)]),
            "sourceVirtualNetwork": Since(STANDARD_V2_SINCE, Ref(names.VIRTUAL_NETWORK)),
            "subnets": ReadOnly(),
        },
    },
    defaults={"sku": {"name": "Standard"}, "properties": {"idleTimeoutInMinutes": 4}},
    rules=(
        sku_in_api_version,
        _region_has_sku,
        valid_zones("SandboxNatGatewayZones"),
        zones_in_region,
        _zones_fit_sku,
        unchanged("sku.name", "SandboxNatGatewaySkuCannotBeChanged"),
        same_zones,
        within("properties.idleTimeoutInMinutes", GATEWAY_IDLE_TIMEOUT_MINUTES, "SandboxNatGatewayIdleTimeout"),
        _lists_fit_sku,
        _each_address_fits,
        _number_of_addresses,
        _within_quota,
    ),
    back_references=_back_references,
    deletion_rules=(_detached,),
)
