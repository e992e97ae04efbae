"""Public IP prefixes: contiguous static addresses, handed out once and kept."""

from __future__ import annotations

from ..addresses import choose_prefix
from ..errors import Refusal
from ..limits import PREFIX_LENGTHS
from ..rules import Put, required, same_zones, unchanged, valid_zones, zones_in_region
from ..schema import Body, OneOf, ReadOnly
from ..world import Resource, World
from . import names
from .base import ResourceType
from .public_ips import holders, sku_in_api_version, standard_v2_is_zone_redundant, taken, within_quota

_NOT_CHANGED = "SandboxPublicIPPropertyCannotBeChanged"


def _length(put: Put, _world: World) -> None:
    family, length = put.properties["publicIPAddressVersion"], put.properties["prefixLength"]
    low, high = PREFIX_LENGTHS[family]
    if not low <= length <= high:
        raise Refusal(
            "SandboxPublicIPPrefixLength",
            f"properties.prefixLength of {put.id} is {length}. An {family} prefix has {low} to {high}.",
        )


def _hand_out(put: Put, world: World) -> None:
    if put.old:
        put.properties["ipPrefix"] = put.old.properties["ipPrefix"]
        return
    family, length = put.properties["publicIPAddressVersion"], put.properties["prefixLength"]
    put.properties["ipPrefix"] = str(choose_prefix(family, length, put.id.key, taken(world)))


def _back_references(prefix: Resource, world: World) -> Body:
    found: Body = {}
    addresses = sorted(referrer.id for referrer in world.referrers(prefix.id, names.PUBLIC_IP_ADDRESS))
    if addresses:
        found["publicIPAddresses"] = [{"id": id_} for id_ in addresses]
    for gateway in world.referrers(prefix.id, names.NAT_GATEWAY):
        found["natGateway"] = {"id": gateway.id}
    for balancer in world.referrers(prefix.id, names.LOAD_BALANCER):
        found["loadBalancerFrontendIpConfiguration"] = {"id": balancer.element}
    return found


def _not_in_use(prefix: Resource, world: World) -> None:
    users = sorted(
        {user.id for user in [*holders(prefix.id, world), *world.referrers(prefix.id, names.PUBLIC_IP_ADDRESS)]}
    )
    if users:
        raise Refusal(
            "InUsePublicIpPrefixCannotBeDeleted",
            f"Public IP prefix {prefix.id} cannot be deleted because it is in use by the following resources: "
            f"{', '.join(users)}. Detach it from what uses it, or delete the addresses taken out of it, first.",
        )


PUBLIC_IP_PREFIX = ResourceType(
    name=names.PUBLIC_IP_PREFIX,
    schema={
        "sku": {"name": OneOf(("Standard", "StandardV2")), "tier": OneOf(("Regional", "Global"))},
        "properties": {
            "prefixLength": int,
            "publicIPAddressVersion": OneOf(("IPv4", "IPv6")),
            "ipTags": [{"ipTagType": str, "tag": str}],
            "ipPrefix": ReadOnly(),
            "natGateway": ReadOnly(),
            "publicIPAddresses": ReadOnly(),
            "loadBalancerFrontendIpConfiguration": ReadOnly(),
        },
    },
    defaults={
        "sku": {"name": "Standard", "tier": "Regional"},
        "properties": {"publicIPAddressVersion": "IPv4", "ipTags": []},
    },
    rules=(
        sku_in_api_version,
        valid_zones("SandboxPublicIPZones"),
        zones_in_region,
        standard_v2_is_zone_redundant,
        required("properties.prefixLength", "SandboxPublicIPPrefixLength", "28"),
        _length,
        unchanged("sku", _NOT_CHANGED),
        same_zones,
        unchanged("properties.prefixLength", _NOT_CHANGED),
        unchanged("properties.publicIPAddressVersion", _NOT_CHANGED),
        unchanged("properties.ipTags", _NOT_CHANGED),
        within_quota,
    ),
    allocate=_hand_out,
    back_references=_back_references,
    deletion_rules=(_not_in_use,),
)
