"""The disks of a virtual machine: what it boots from, what else is attached, and the disks that its PUT makes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ..errors import Refusal
from ..ids import ResourceId
from ..limits import DISK_GIB, OS_DISK_GIB
from ..rules import Put, at, zones
from ..schema import Body
from ..world import Resource, World
from . import names
from .compute import machine_of, needed, zone_redundant
from .disk import size_within
from .machine_login import system_of

_DEFAULT_KIND = "Premium_LRS"
"""What Azure takes for a size with premium storage; the sandbox doesn't know sizes."""


_OS_DISK = "_OsDisk_1_"
_NAME_LENGTH = 38
"""What is left for the machine's name in that of a disk: of 80 characters (disks, 2024-03-02), 32 are random."""


def boots_from_something(put: Put, _world: World) -> None:
    """Refuse an OS disk that comes from nowhere, or from two places."""
    storage = put.properties.get("storageProfile")
    if storage is None:
        raise needed("storageProfile")
    disk = storage.setdefault("osDisk", {"createOption": "FromImage"})
    from_image, attached = bool(storage.get("imageReference")), "id" in disk.get("managedDisk", {})
    match disk.get("createOption"):
        case "FromImage" if put.old is None and attached:
            raise Refusal(
                "InvalidParameter",
                "Cannot attach an existing OS disk if the VM is created from a platform or user image. Remove "
                "osDisk.managedDisk.id, or use createOption Attach.",
            )
        case "FromImage" if not from_image:
            raise needed("imageReference")
        case "Attach" if from_image:
            raise Refusal(
                "InvalidParameter",
                "Cannot attach an existing OS disk if the VM is created from a platform or user image. Remove "
                "imageReference.",
            )
        case "Attach" if not attached:
            raise needed("osDisk.managedDisk.id")
        case "Attach" if "osType" not in disk:
            raise needed("osDisk.osType")
        case "Attach" if "osProfile" in put.properties:
            raise Refusal(
                "InvalidParameter",
                "Parameter 'osProfile' is not allowed. What is on an attached OS disk has its users already.",
            )
        case "FromImage" | "Attach":
            pass
        case None:
            raise needed("osDisk.createOption")
        case option:
            raise _not_served("osDisk.createOption", option, "FromImage or Attach")


def os_disk_size(put: Put, _world: World) -> None:
    """Refuse a size that no OS disk has, and another size for a machine that runs."""
    size = at(put.body, "properties.storageProfile.osDisk.diskSizeGB")
    size_within("osDisk.diskSizeGB", size, OS_DISK_GIB)
    before = at(put.old.body, "properties.storageProfile.osDisk.diskSizeGB") if put.old else None
    if before is not None and size is not None and size < before:
        raise Refusal(
            "SandboxDiskCannotBeMadeSmaller",
            f"osDisk.diskSizeGB of {put.id} is {before} and can't become {size}: disks don't get smaller. Keep the "
            "size, or make another machine.",
        )
    if put.old and size != before:
        raise _resized()


def ephemeral_os_disk(put: Put, _world: World) -> None:
    """Refuse what an OS disk on the host's own storage can't have."""
    disk = _os_disk(put)
    if not is_ephemeral(disk):
        return
    if disk.get("caching") != "ReadOnly":
        raise Refusal(
            "SandboxMachineEphemeralDisk",
            f"osDisk.caching of {put.id} is {disk.get('caching')}, and an ephemeral OS disk has ReadOnly. Set it, or "
            "remove diffDiskSettings.",
        )
    if disk.get("deleteOption", "Delete") != "Delete":
        raise Refusal(
            "SandboxMachineEphemeralDisk",
            f"osDisk.deleteOption of {put.id} is Detach, and an ephemeral OS disk goes with its machine. Use Delete, "
            "or remove diffDiskSettings.",
        )


def data_disks(put: Put, _world: World) -> None:
    """Take over what is at a LUN already, and refuse a second disk there."""
    storage = put.properties["storageProfile"]
    if "dataDisks" not in storage:
        return
    storage["dataDisks"] = listed = [item for item in storage["dataDisks"] if not item.get("toBeDetached")]
    before = _by_lun(put.old) if put.old else {}
    seen: set[int] = set()
    for item in listed:
        if "lun" not in item:
            raise needed("dataDisk.lun")
        if item["lun"] in seen:
            raise Refusal("InvalidParameter", f"A disk at LUN {item['lun']} already exists.")
        seen.add(item["lun"])
        size_within("dataDisk.diskSizeGB", item.get("diskSizeGB"), DISK_GIB)
        _data_disk(item, before.get(item["lun"]))


def _data_disk(item: Body, there: Body | None) -> None:
    attached = "id" in item.get("managedDisk", {})
    if there and not attached and item.get("createOption") != "Attach":
        if item.setdefault("diskSizeGB", there.get("diskSizeGB")) != there.get("diskSizeGB"):
            raise _resized()
        item["managedDisk"] = {**item.get("managedDisk", {}), "id": there["managedDisk"]["id"]}
        item.setdefault("name", there["name"])
        return
    match item.get("createOption"):
        case "Attach" if not attached:
            raise needed("dataDisk.managedDisk.id")
        case "Empty" if "diskSizeGB" not in item:
            raise needed("dataDisk.diskSizeGB")
        case "Attach" | "Empty":
            pass
        case None:
            raise needed("dataDisk.createOption")
        case option:
            raise _not_served("dataDisk.createOption", option, "Empty or Attach")


def attachable(put: Put, world: World) -> None:
    """Refuse a disk that another machine has, or that is in another zone."""
    seen: set[str] = set()
    for reference in _references(put.body):
        disk = world.follow(reference)
        if disk is None:
            continue
        holder = machine_of(disk.id, world)
        if disk.id.key in seen:
            raise Refusal("InvalidParameter", f"A disk named '{disk.id.name}' already exists.")
        if holder and holder.id.key != put.id.key:
            raise Refusal(
                "ConflictingUserInput",
                f"Cannot attach the disk {disk.id.name} to VM {put.id} because it is already attached to VM "
                f"{holder.id}. A disk can be attached to only one VM at a time.",
            )
        seen.add(disk.id.key)
        _same_zone(put, disk)


def make_disks(put: Put, world: World) -> None:
    """Make the disks that the machine asks for and that are not there yet, each a resource in the machine's group."""
    disk = _os_disk(put)
    system = system_of(put.properties)
    disk.setdefault("osType", system)
    disk.setdefault("caching", "ReadWrite")
    disk.setdefault("deleteOption", "Delete" if is_ephemeral(disk) else "Detach")
    if is_ephemeral(disk):
        disk.setdefault("name", _free_name(put, _OS_DISK, world))
        disk.setdefault("managedDisk", {}).setdefault("storageAccountType", "Standard_LRS")
    else:
        _make(put, disk, _OS_DISK, {"osType": system}, world)
    for item in put.properties["storageProfile"].setdefault("dataDisks", []):
        item.setdefault("deleteOption", "Detach")
        item.setdefault("caching", "None")
        _make(put, item, f"_disk{item['lun'] + 2}_", {}, world)


def disks_deleted_with(machine: Resource, world: World) -> list[Resource]:
    """Return the disks that are deleted with their machine."""
    storage = machine.properties["storageProfile"]
    going = [item for item in (storage["osDisk"], *storage["dataDisks"]) if item["deleteOption"] == "Delete"]
    found = [world.follow(item["managedDisk"]) for item in going if "id" in item["managedDisk"]]
    return [disk for disk in found if disk]


def is_ephemeral(disk: Body) -> bool:
    """Tell whether an OS disk is on the host's own storage, and no resource."""
    return bool(at(disk, "diffDiskSettings.option") == "Local")


def _make(put: Put, item: Body, suffix: str, more: Body, world: World) -> None:
    """Fill in what a machine shows of a disk, and make the disk where there is none."""
    managed = item.setdefault("managedDisk", {})
    if "id" in managed:
        disk = world.follow(managed)
        item.setdefault("name", disk.id.name if disk else "")
        if disk:
            managed["storageAccountType"] = disk.body["sku"]["name"]
        return
    kind = managed.setdefault("storageAccountType", _DEFAULT_KIND)
    name = item.setdefault("name", _free_name(put, suffix, world))
    id_ = _disk_id(put, name)
    if world.get(id_):
        raise Refusal(
            "ConflictingUserInput",
            f"Disk {name} already exists in resource group {put.id.group.upper()}. Only CreateOption.Attach is "
            "supported.",
        )
    body: Body = {
        "location": put.location,
        "sku": {"name": kind},
        "properties": {"creationData": {"createOption": item["createOption"]}, **more},
    }
    if "diskSizeGB" in item:
        body["properties"]["diskSizeGB"] = item["diskSizeGB"]
    if zones(put.body) and not zone_redundant(kind):
        body["zones"] = sorted(zones(put.body))
    world.put(Resource(id_, names.DISK, put.location, body, 1, put.api_version), ())
    managed["id"] = str(id_)


def _same_zone(put: Put, disk: Resource) -> None:
    if zone_redundant(disk.body["sku"]["name"]):
        return
    of_machine, of_disk = ("".join(zones(body)) for body in (put.body, disk.body))
    if of_machine and not of_disk:
        raise Refusal(
            "BadRequest", f"Disk {disk.id} cannot be attached to the VM because it is not in zone '{of_machine}'."
        )
    if of_machine != of_disk:
        raise Refusal(
            "BadRequest",
            f"Disk {disk.id} cannot be attached to the VM because it is not in the same zone as the VM. VM zone: "
            f"'{of_machine}'. Disk zone: '{of_disk}'.",
        )


def _references(body: Body) -> Iterator[Body]:
    storage = body["properties"]["storageProfile"]
    for item in (storage["osDisk"], *storage.get("dataDisks", ())):
        if "id" in item.get("managedDisk", {}):
            yield item["managedDisk"]


def _by_lun(machine: Resource) -> dict[int, Body]:
    return {item["lun"]: item for item in machine.properties["storageProfile"]["dataDisks"]}


def _os_disk(put: Put) -> Body:
    disk: Body = put.properties["storageProfile"]["osDisk"]
    return disk


def _disk_id(put: Put, name: str) -> ResourceId:
    return ResourceId(put.id.subscription, put.id.group, "Microsoft.Compute", (("disks", name),))


def _free_name(put: Put, suffix: str, world: World) -> str:
    """Return a name as Azure makes them, the same in every run; a disk that was left behind keeps its own."""
    attempt, stem = 0, put.id.name[:_NAME_LENGTH] + suffix
    while True:
        name = stem + hashlib.sha256(f"{put.id.key} {stem} {attempt}".encode()).hexdigest()[:32]
        if world.get(_disk_id(put, name)) is None:
            return name
        attempt += 1


def _resized() -> Refusal:
    return Refusal("Conflict", "Disk resizing is allowed only when creating a VM or when the VM is deallocated.")


def _not_served(name: str, option: str, served: str) -> Refusal:
    return Refusal(
        "SandboxMachineDiskNotServed", f"{name} is {option}, which the sandbox does not serve. Use {served}."
    )
