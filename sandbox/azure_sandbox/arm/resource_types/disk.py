"""Managed disks: made by themselves, or by the PUT of the machine that boots from them."""

from __future__ import annotations

import uuid

from ..errors import Refusal
from ..limits import DISK_GIB
from ..rules import Put, zones
from ..schema import Body, OneOf, ReadOnly
from ..world import Resource, World
from . import names
from .base import ResourceType
from .compute import (
    STORAGE_ACCOUNT_TYPES,
    fixed,
    fixed_zones,
    machine_of,
    needed,
    one_zone,
    supported_zones,
    zone_redundant,
)

_GUIDS = uuid.UUID("0d1c6a52-1a53-4a7c-8a55-0f0c7f0f9f43")


def size_within(name: str, size: int | None, bounds: tuple[int, int]) -> None:
    """Refuse a size, in GiB, that no disk has."""
    low, high = bounds
    if size is not None and not low <= size <= high:
        raise Refusal(
            "InvalidParameter",
            f"The value '{size}' of parameter '{name}' is out of range. The value must be between '{low}' and "
            f"'{high}', inclusive.",
        )


def _creation(put: Put, _world: World) -> None:
    option = put.properties.get("creationData", {}).get("createOption")
    if option is None:
        raise needed("creationData.createOption")
    # A machine's PUT makes disks from images; alone, only empty ones are made here.
    if put.old is None and option != "Empty":
        raise Refusal(
            "SandboxMachineDiskNotServed",
            f"{put.id} is to be made by {option}, and the sandbox makes only empty disks by themselves. Use Empty, or "
            "let a virtual machine make it from its image.",
        )
    if option == "Empty" and "diskSizeGB" not in put.properties:
        raise needed("disk.diskSizeGB")
    size_within("disk.diskSizeGB", put.properties.get("diskSizeGB"), DISK_GIB)


def _zone_redundant_has_no_zone(put: Put, _world: World) -> None:
    if zones(put.body) and zone_redundant(put.body["sku"]["name"]):
        raise Refusal(
            "SandboxComputeZones",
            f"{put.id} has SKU {put.body['sku']['name']}, which is in all zones. Leave zones out.",
        )


def _resize(put: Put, world: World) -> None:
    before = put.old.properties.get("diskSizeGB") if put.old else None
    size = put.properties.get("diskSizeGB")
    if put.old and size is None and before is not None:
        put.properties["diskSizeGB"] = size = before
    if before is None or size is None or size == before:
        return
    if size < before:
        raise Refusal(
            "SandboxDiskCannotBeMadeSmaller",
            f"The disk/snapshot resource with id {put.id} cannot be resized down. Reducing disk/snapshot size is not "
            "supported in Azure to prevent data loss. Make a new disk of the smaller size.",
        )
    machine = machine_of(put.id, world)
    # A data disk grows while its machine runs (virtual-machines/linux/expand-disks, 2024); an OS disk doesn't.
    if machine and "osType" in put.properties:
        raise Refusal(
            "OperationNotAllowed",
            f"Cannot resize disk {put.id.name} while it is attached to running VM {machine.id}. Resizing a disk of an "
            "Azure Virtual Machine requires the virtual machine to be deallocated. Please stop your VM and retry the "
            "operation.",
        )


def _kind_while_attached(put: Put, world: World) -> None:
    machine = machine_of(put.id, world)
    if put.old and machine and put.old.body["sku"]["name"] != put.body["sku"]["name"]:
        raise Refusal(
            "SandboxMachineMustBeDeallocated",
            f"sku.name of {put.id} can't be changed while {machine.id} runs, and machines of the sandbox always do. "
            "Detach the disk first, or make another one.",
        )


def _complete(put: Put, _world: World) -> None:
    put.properties["uniqueId"] = str(uuid.uuid5(_GUIDS, put.id.key))
    if size := put.properties.get("diskSizeGB"):
        put.properties["diskSizeBytes"] = size << 30


def _back_references(disk: Resource, world: World) -> Body:
    return {"diskState": "Attached" if machine_of(disk.id, world) else "Unattached"}


def _envelope(disk: Resource, world: World) -> Body:
    machine = machine_of(disk.id, world)
    return {"managedBy": str(machine.id)} if machine else {}


def _not_attached(disk: Resource, world: World) -> None:
    if machine := machine_of(disk.id, world):
        raise Refusal("OperationNotAllowed", f"Disk {disk.id.name} is attached to VM {machine.id}.")


DISK = ResourceType(
    name=names.DISK,
    schema={
        "sku": {"name": STORAGE_ACCOUNT_TYPES, "tier": ReadOnly()},
        "managedBy": ReadOnly(),
        "managedByExtended": ReadOnly(),
        "properties": {
            "creationData": {"createOption": str},
            "diskSizeGB": int,
            "osType": OneOf(("Linux", "Windows"), of_compute=True),
            "diskState": ReadOnly(),
            "diskSizeBytes": ReadOnly(),
            "uniqueId": ReadOnly(),
            "timeCreated": ReadOnly(),
        },
    },
    defaults={"sku": {"name": "Standard_LRS"}},
    rules=(
        supported_zones,
        one_zone,
        fixed_zones,
        _zone_redundant_has_no_zone,
        fixed("properties.creationData.createOption", "creationData.createOption"),
        _creation,
        _resize,
        _kind_while_attached,
    ),
    allocate=_complete,
    back_references=_back_references,
    envelope=_envelope,
    deletion_rules=(_not_attached,),
)
