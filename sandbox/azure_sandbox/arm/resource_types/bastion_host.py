"""Bastion hosts: the way to a machine that needs no public address."""

from __future__ import annotations

import uuid
from typing import Final

from ..cidr import version
from ..errors import Refusal
from ..limits import BASTION_BASIC_SCALE_UNITS, BASTION_SCALE_UNITS, BASTION_SUBNET_LONGEST_PREFIX
from ..rules import Put, at, same_zones, zones_in_region
from ..schema import Body, Elements, OneOf, ReadOnly, Ref
from ..world import Resource, World
from . import names
from .base import ResourceType
from .bastion_subnet import is_bastion_subnet
from .compute import supported_zones
from .public_ips import address_in_use, held_by_other, used_whole
from .subnet import networks

_GUIDS = uuid.UUID("f2f0f1a5-3a37-46a1-a7a6-6b1c3e2f4d50")
_SKUS: Final = ("Developer", "Basic", "Standard", "Premium")
"""In the order of what they can do; a host moves up only."""

_FEATURES: Final = {
    "enableKerberos": "Basic",
    "disableCopyPaste": "Standard",
    "enableFileCopy": "Standard",
    "enableIpConnect": "Standard",
    "enableShareableLink": "Standard",
    "enableTunneling": "Standard",
    "enablePrivateOnlyBastion": "Premium",
    "enableSessionRecording": "Premium",
}
"""The least SKU that has a feature (learn.microsoft.com/azure/bastion/configuration-settings, 2025-11)."""

_PRIVATE = "enablePrivateOnlyBastion"


def _sku(body: Body) -> str:
    name: str = body["sku"]["name"]
    return name


def _only_upwards(put: Put, _world: World) -> None:
    if put.old is None:
        return
    before, after = (_SKUS.index(_sku(body)) for body in (put.old.body, put.body))
    moved = _sku(put.old.body) != "Developer" and _place(put.old.body) != _place(put.body)
    if after < before or moved:
        raise Refusal(
            "BastionUpdateNotSupported", "Downgrading SKU or updating bastion host subnet or public ip is not allowed"
        )


def _place(body: Body) -> list[tuple[str, str]]:
    """Return where a host is: its subnet and its public address."""
    return [
        (at(item, "properties.subnet.id") or "", at(item, "properties.publicIPAddress.id") or "")
        for item in _lower(body)["properties"].get("ipConfigurations", [])
    ]


def _lower(body: Body) -> Body:
    """Return a body with its ids in lower case."""
    found: Body = {name: _lower(value) if isinstance(value, dict) else value for name, value in body.items()}
    if isinstance(found.get("id"), str):
        found["id"] = found["id"].lower()
    if isinstance(listed := found.get("ipConfigurations"), list):
        found["ipConfigurations"] = [_lower(item) for item in listed]
    return found


def _features_of_sku(put: Put, _world: World) -> None:
    have = _SKUS.index(_sku(put.body))
    for name, least in _FEATURES.items():
        if put.properties.get(name) and have < _SKUS.index(least):
            raise Refusal(
                "SandboxBastionFeatureNotInSku",
                f"properties.{name} of {put.id} is true, and SKU {_sku(put.body)} does not have it. Use {least} or a "
                "higher SKU, or set it to false.",
            )


def _scale_units(put: Put, _world: World) -> None:
    units, sku = put.properties.get("scaleUnits"), _sku(put.body)
    if units is None:
        return
    low, high = BASTION_SCALE_UNITS
    if sku == "Basic":
        low = high = BASTION_BASIC_SCALE_UNITS
    if sku == "Developer" or not low <= units <= high:
        allowed = "none" if sku == "Developer" else str(low) if low == high else f"{low} to {high}"
        raise Refusal(
            "SandboxBastionScaleUnits",
            f"properties.scaleUnits of {put.id} is {units}, and SKU {sku} has {allowed}. Change it, or use Standard.",
        )


def _developer(put: Put, _world: World) -> None:
    developer = _sku(put.body) == "Developer"
    if developer and ("virtualNetwork" not in put.properties or put.properties.get("ipConfigurations")):
        raise Refusal(
            "SandboxBastionConfiguration",
            f"{put.id} has SKU Developer, which is in no subnet. Set virtualNetwork and no ipConfigurations.",
        )
    if not developer and "virtualNetwork" in put.properties:
        raise Refusal(
            "SandboxBastionConfiguration",
            f"properties.virtualNetwork of {put.id} is set, and only SKU Developer has one. Remove it: the subnet says "
            "where the host is.",
        )


def _one_configuration(put: Put, world: World) -> None:
    if _sku(put.body) == "Developer":
        return
    configurations = put.properties.get("ipConfigurations", [])
    if not configurations:
        raise Refusal(
            "BastionHostMustHaveAtleastOneHostIpConfiguration",
            f"BastionHost {put.id} must contain at least 1 IP Configuration.",
        )
    if len(configurations) > 1:
        raise Refusal(
            "BastionHostMustHaveMaximumOneHostIpConfiguration",
            f"BastionHost {put.id} must contain 1 IP Configuration. It currently contains {len(configurations)}.",
        )
    properties = configurations[0].setdefault("properties", {})
    properties.setdefault("privateIPAllocationMethod", "Dynamic")
    _subnet(put, world.follow(properties.get("subnet")), world)
    _address(put, world.follow(properties.get("publicIPAddress")), world)


def _subnet(put: Put, subnet: Resource | None, world: World) -> None:
    if subnet is None:
        raise Refusal(
            "SandboxBastionConfiguration",
            f"The IP configuration of {put.id} has no subnet. Set properties.subnet.id to an AzureBastionSubnet.",
        )
    if not is_bastion_subnet(subnet.id.name):
        raise Refusal(
            "SubnetNameMustBeAzureBastionSubnet",
            f"Subnet name {subnet.id} is invalid for Azure Bastion. Azure Bastion can only be created in subnet with "
            "name 'AzureBastionSubnet'.",
        )
    ipv4 = [network for network in networks(subnet) if version(network) == "IPv4"]
    if not any(network.prefixlen <= BASTION_SUBNET_LONGEST_PREFIX for network in ipv4):
        raise Refusal(
            "SandboxBastionSubnetTooSmall",
            f"{subnet.id} has {', '.join(map(str, ipv4)) or 'no IPv4 prefix'}, and {put.id} needs an IPv4 prefix of "
            f"/{BASTION_SUBNET_LONGEST_PREFIX} or larger. Give the subnet one first.",
        )
    for other in world.referrers(subnet.id, names.BASTION_HOST):
        if other.id.lower() != put.id.key:
            raise Refusal(
                "SandboxBastionOneHostASubnet",
                f"{put.id} is to be in {subnet.id}, where {other.id} is. A virtual network has one Bastion host: use "
                "that one, or delete it first.",
            )


def _address(put: Put, address: Resource | None, world: World) -> None:
    if put.properties.get(_PRIVATE):
        if address:
            raise Refusal(
                "SandboxBastionPublicIP",
                f"{put.id} is private-only and refers to public address {address.id}. Remove one of the two.",
            )
        return
    if address is None:
        raise Refusal(
            "SandboxBastionPublicIP",
            f"The IP configuration of {put.id} has no public address. Set properties.publicIPAddress.id, or use SKU "
            f"Premium with {_PRIVATE}.",
        )
    element = f"{put.id}/bastionHostIpConfigurations/{put.properties['ipConfigurations'][0]['name']}"
    if holder := held_by_other(address, element, world):
        raise address_in_use(address, element, holder)
    used_whole(address, world, element)
    sku, family = address.body["sku"]["name"], address.properties["publicIPAddressVersion"]
    if sku != "Standard" or family != "IPv4":
        raise Refusal(
            "SandboxBastionPublicIP",
            f"{put.id} refers to {address.id}, an {family} address of SKU {sku}. Bastion has a static IPv4 address of "
            "SKU Standard.",
        )


def _complete(put: Put, _world: World) -> None:
    place = f"{put.location}.bastionglobal" if _sku(put.body) == "Developer" else "bastion"
    host = f"{'omnibrain' if _sku(put.body) == 'Developer' else f'bst-{uuid.uuid5(_GUIDS, put.id.key)}'}"
    put.properties["dnsName"] = f"{host}.{place}.azure.com"
    if _sku(put.body) != "Developer":
        put.properties.setdefault("scaleUnits", BASTION_BASIC_SCALE_UNITS)
    for item in put.properties.setdefault("ipConfigurations", []):
        item["id"] = f"{put.id}/bastionHostIpConfigurations/{item['name']}"
        item["type"] = f"{put.type}/bastionHostIpConfigurations"
        item["properties"]["provisioningState"] = "Succeeded"


BASTION_HOST = ResourceType(
    name=names.BASTION_HOST,
    schema={
        "sku": {"name": OneOf(_SKUS)},
        "properties": {
            "ipConfigurations": Elements(
                "bastionHostIpConfigurations",
                {
                    "id": ReadOnly(),
                    "etag": ReadOnly(),
                    "type": ReadOnly(),
                    "name": str,
                    "properties": {
                        "subnet": Ref(names.SUBNET),
                        "publicIPAddress": Ref(names.PUBLIC_IP_ADDRESS),
                        "privateIPAllocationMethod": OneOf(("Dynamic",)),
                        "provisioningState": ReadOnly(),
                    },
                },
            ),
            "virtualNetwork": Ref(names.VIRTUAL_NETWORK),
            "scaleUnits": int,
            "dnsName": ReadOnly(),
            **dict.fromkeys(_FEATURES, bool),
        },
    },
    defaults={"sku": {"name": "Standard"}, "properties": dict.fromkeys(_FEATURES, False)},
    rules=(
        zones_in_region,
        supported_zones,
        same_zones,
        _only_upwards,
        _features_of_sku,
        _scale_units,
        _developer,
        _one_configuration,
    ),
    allocate=_complete,
)
