"""What public IP addresses and prefixes have in common: SKUs, zones, and who holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..cidr import Network, stored_prefix
from ..errors import Refusal
from ..ids import ResourceId
from ..limits import AVAILABILITY_ZONES, STANDARD_V2_SINCE
from ..rules import Put, zones
from ..world import Referrer, Resource, World
from . import names

STANDARD_V2 = "StandardV2"


def sku_in_api_version(put: Put, _world: World) -> None:
    """Refuse SKU StandardV2 in an API version that does not know it, for gateways, prefixes and addresses alike."""
    if put.body["sku"]["name"] == STANDARD_V2 and put.api_version < STANDARD_V2_SINCE:
        raise Refusal(
            "SandboxNotInApiVersion",
            f"SKU StandardV2 of {put.id} is not known to API version {put.api_version}. Use {STANDARD_V2_SINCE} or a "
            "later one.",
        )


def standard_v2_is_zone_redundant(put: Put, _world: World) -> None:
    """Refuse a StandardV2 public IP that is not zone-redundant."""
    if put.body["sku"]["name"] == STANDARD_V2 and zones(put.body) not in (frozenset(), frozenset(AVAILABILITY_ZONES)):
        raise Refusal(
            "SandboxPublicIPZones",
            f"zones of {put.id} is {sorted(zones(put.body))}. StandardV2 is zone-redundant: leave zones out or name "
            f"all of {', '.join(AVAILABILITY_ZONES)}.",
        )


def within_quota(put: Put, world: World) -> None:
    """Refuse more addresses than the subscription may have in the region, a prefix counting in full."""
    if put.old is not None or "publicIPPrefix" in put.properties:
        return
    asked = _size(put.body["properties"])
    here = [
        _size(resource.properties)
        for type_ in (names.PUBLIC_IP_ADDRESS, names.PUBLIC_IP_PREFIX)
        for resource in world.of_type(type_, put.id.subscription)
        if resource.location == put.location and "publicIPPrefix" not in resource.properties
    ]
    if sum(here) + asked > world.quotas.public_ip_addresses:
        raise Refusal(
            "PublicIPCountLimitReached",
            f"Cannot create more than {world.quotas.public_ip_addresses} public IP addresses for this subscription in "
            "this region.",
        )


def taken(world: World) -> Iterator[Network]:
    """Yield every public prefix, and every address that is not of one, in all subscriptions."""
    for prefix in world.of_type(names.PUBLIC_IP_PREFIX):
        yield stored_prefix(prefix.properties["ipPrefix"])
    for address in world.of_type(names.PUBLIC_IP_ADDRESS):
        if "ipAddress" in address.properties and "publicIPPrefix" not in address.properties:
            yield single(address.properties["ipAddress"])


def single(address: str) -> Network:
    """Return one address as a prefix."""
    return stored_prefix(f"{address}/{128 if ':' in address else 32}")


def holders(id_: ResourceId, world: World) -> list[Referrer]:
    """Return what uses an address or a prefix: NAT gateways, front ends, and configurations of interfaces and hosts."""
    users = (names.NAT_GATEWAY, names.NETWORK_INTERFACE, names.BASTION_HOST, names.LOAD_BALANCER)
    return [referrer for referrer in world.referrers(id_) if referrer.type in users]


def held_by_other(address: Resource, element: str, world: World) -> Referrer | None:
    """Return what uses an address apart from `element`."""
    return next((holder for holder in holders(address.id, world) if holder.element.lower() != element.lower()), None)


def address_in_use(address: Resource, element: str, holder: Referrer) -> Refusal:
    """Return the refusal of a second user of an address."""
    return Refusal(
        "PublicIPAddressInUse",
        f"Resource {element} is referencing public IP address {address.id} that is already allocated to resource "
        f"{holder.element}.",
    )


def prefix_free(prefix: Resource, element: str, world: World, listed: Collection[str] = ()) -> None:
    """Refuse a prefix that something else uses, as a whole or by one of its addresses; `listed` are keys of others."""
    holder = held_by_other(prefix, element, world)
    # A prefix may move between the front ends of one load balancer in one PUT.
    if holder and not element.lower().startswith(f"{holder.id.lower()}/"):
        raise Refusal(
            "SandboxPublicIPPrefixInUse",
            f"{element} refers to public IP prefix {prefix.id}, which {holder.element} uses. Detach it there first.",
        )
    for derived in world.referrers(prefix.id, names.PUBLIC_IP_ADDRESS):
        address = world.follow({"id": derived.id})
        if address and (address.id.key in listed or holders(address.id, world)):
            raise Refusal(
                "SandboxPublicIPPrefixUsedWhole",
                f"{element} refers to public IP prefix {prefix.id}, whose address {address.id} is in use by itself. A "
                "prefix is used as a whole: detach the address first.",
            )


def used_whole(address: Resource, world: World, element: str) -> None:
    """Refuse an address of a prefix that a NAT gateway or a front end uses as a whole."""
    prefix = world.follow(address.properties.get("publicIPPrefix"))
    if prefix is None:
        return
    for holder in holders(prefix.id, world):
        raise Refusal(
            "SandboxPublicIPPrefixUsedWhole",
            f"{element} refers to {address.id}, an address of prefix {prefix.id} that {holder.element} uses as a "
            "whole. Detach the prefix first, or take another address.",
        )


def _size(properties: dict[str, object]) -> int:
    if "prefixLength" not in properties:
        return 1
    full = 128 if properties["publicIPAddressVersion"] == "IPv6" else 32
    length = properties["prefixLength"]
    return 1 << (full - length) if isinstance(length, int) else 1
