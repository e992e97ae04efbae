"""Public IP addresses, single ones and those taken out of a prefix."""

from __future__ import annotations

from ..addresses import choose_address, choose_from_prefix
from ..cidr import stored_prefix
from ..errors import Refusal
from ..limits import ADDRESS_IDLE_TIMEOUT_MINUTES
from ..rules import Put, same_zones, unchanged, valid_zones, within, zones_in_region
from ..schema import Body, OneOf, ReadOnly, Ref
from ..world import Resource, World
from . import names
from .base import ResourceType
from .public_ips import holders, single, sku_in_api_version, standard_v2_is_zone_redundant, taken, within_quota

_NOT_CHANGED = "SandboxPublicIPPropertyCannotBeChanged"


def _standard_is_static(put: Put, _world: World) -> None:
    if put.body["sku"]["name"] != "Basic" and put.properties["publicIPAllocationMethod"] != "Static":
        raise Refusal(
            "StandardSkuPublicIPAddressesMustBeStatic",
            f"Standard sku publicIp {put.id} must have AllocationMethod set to Static.",
        )


def _basic_has_no_zone(put: Put, _world: World) -> None:
    if put.body["sku"]["name"] == "Basic" and put.body.get("zones"):
        raise Refusal(
            "SandboxPublicIPZones", f"{put.id} has SKU Basic, which has no zones. Use Standard, or leave zones out."
        )


def _fits_prefix(put: Put, world: World) -> None:
    prefix = world.follow(put.properties.get("publicIPPrefix"))
    if prefix is None:
        return
    for what, of_address, of_prefix in (
        ("SKU", put.body["sku"]["name"], prefix.body["sku"]["name"]),
        ("version", put.properties["publicIPAddressVersion"], prefix.properties["publicIPAddressVersion"]),
        ("zones", sorted(put.body.get("zones", ())), sorted(prefix.body.get("zones", ()))),
    ):
        if of_address != of_prefix:
            raise Refusal(
                "SandboxPublicIPPrefixMismatch",
                f"{put.id} has {what} {of_address} and its prefix {prefix.id} has {of_prefix}. They must be the same.",
            )


def _hand_out(put: Put, world: World) -> None:
    if put.old and "ipAddress" in put.old.properties:
        put.properties["ipAddress"] = put.old.properties["ipAddress"]
    elif put.properties["publicIPAllocationMethod"] == "Static":
        put.properties["ipAddress"] = _from_prefix(put, world) or _from_pool(put, world)
    if label := put.properties.get("dnsSettings", {}).get("domainNameLabel"):
        put.properties["dnsSettings"]["fqdn"] = f"{label}.{put.location}.cloudapp.azure.com"


def _from_pool(put: Put, world: World) -> str:
    chosen = choose_address(put.properties["publicIPAddressVersion"], put.id.key, taken(world))
    return str(chosen.network_address)


def _from_prefix(put: Put, world: World) -> str | None:
    prefix = world.follow(put.properties.get("publicIPPrefix"))
    if prefix is None:
        return None
    others = [world.follow({"id": referrer.id}) for referrer in world.referrers(prefix.id, names.PUBLIC_IP_ADDRESS)]
    used = [single(other.properties["ipAddress"]) for other in others if other]
    within_ = stored_prefix(prefix.properties["ipPrefix"])
    if len(used) >= within_.num_addresses:
        raise Refusal(
            "SandboxPublicIPPrefixFull",
            f"All {len(used)} addresses of prefix {prefix.id} are taken; {put.id} can't have one. Use another prefix.",
        )
    return str(choose_from_prefix(within_, put.id.key, used).network_address)


def _back_references(address: Resource, world: World) -> Body:
    found: Body = {}
    for holder in holders(address.id, world):
        if holder.type == names.NAT_GATEWAY:
            found["natGateway"] = {"id": holder.id}
        else:
            found["ipConfiguration"] = {"id": holder.element}
    return found


def _not_in_use(address: Resource, world: World) -> None:
    for holder in holders(address.id, world):
        raise Refusal(
            "PublicIPAddressCannotBeDeleted",
            f"Public IP address {address.id} can not be deleted since it is still allocated to resource "
            f"{holder.element}. In order to delete the public IP, disassociate/detach the Public IP address from the "
            "resource.  To learn how to do this, see aka.ms/deletepublicip.",
        )


PUBLIC_IP_ADDRESS = ResourceType(
    name=names.PUBLIC_IP_ADDRESS,
    schema={
        "sku": {"name": OneOf(("Basic", "Standard", "StandardV2")), "tier": OneOf(("Regional", "Global"))},
        "properties": {
            "publicIPAllocationMethod": OneOf(("Dynamic", "Static")),
            "publicIPAddressVersion": OneOf(("IPv4", "IPv6")),
            "publicIPPrefix": Ref(names.PUBLIC_IP_PREFIX),
            "idleTimeoutInMinutes": int,
            "dnsSettings": {"domainNameLabel": str, "fqdn": ReadOnly()},
            "ddosSettings": {"protectionMode": OneOf(("VirtualNetworkInherited", "Enabled", "Disabled"))},
            "ipTags": [{"ipTagType": str, "tag": str}],
            "deleteOption": OneOf(("Delete", "Detach")),
            "ipAddress": ReadOnly(),
            "ipConfiguration": ReadOnly(),
            "natGateway": ReadOnly(),
        },
    },
    defaults={
        "sku": {"name": "Basic", "tier": "Regional"},
        "properties": {
            "publicIPAllocationMethod": "Dynamic",
            "publicIPAddressVersion": "IPv4",
            "idleTimeoutInMinutes": 4,
            "ddosSettings": {"protectionMode": "VirtualNetworkInherited"},
            "ipTags": [],
        },
    },
    rules=(
        sku_in_api_version,
        valid_zones("SandboxPublicIPZones"),
        zones_in_region,
        standard_v2_is_zone_redundant,
        _basic_has_no_zone,
        _standard_is_static,
        within("properties.idleTimeoutInMinutes", ADDRESS_IDLE_TIMEOUT_MINUTES, "SandboxPublicIPIdleTimeout"),
        unchanged("sku", "SkuCannotBeChangedOnUpdate"),
        same_zones,
        unchanged("properties.publicIPAddressVersion", _NOT_CHANGED),
        unchanged("properties.publicIPPrefix", _NOT_CHANGED),
        unchanged("properties.ipTags", _NOT_CHANGED),
        _fits_prefix,
        within_quota,
    ),
    allocate=_hand_out,
    back_references=_back_references,
    deletion_rules=(_not_in_use,),
)
