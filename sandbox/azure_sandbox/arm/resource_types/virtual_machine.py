"""Virtual machines, as far as the network sees them, and what ARM refuses to change about them.

Nothing runs in one. To ARM they run from their creation on: what needs a stopped machine is refused, as there is no
stopping them here.
"""

from __future__ import annotations

import copy
import uuid
from typing import Any, Final

from ..errors import Refusal
from ..limits import MACHINE_NAME_LENGTH
from ..rules import Put, at
from ..schema import Body, Id, OneOf, ReadOnly, Shape
from ..world import Resource, World
from . import names
from .base import ResourceType
from .compute import DELETE_OPTIONS, STORAGE_ACCOUNT_TYPES, fixed, fixed_zones, one_zone, supported_zones
from .machine_disks import (
    attachable,
    boots_from_something,
    data_disks,
    disks_deleted_with,
    ephemeral_os_disk,
    make_disks,
    os_disk_size,
)
from .machine_interfaces import (
    interfaces_deleted_with,
    interfaces_free,
    interfaces_listed,
    one_primary,
    public_addresses_in_zone,
    same_interfaces,
)
from .machine_login import keep_secrets, keys_of, login, same_login

_GUIDS = uuid.UUID("5b6d8f0e-7f0a-4f0f-8d3a-2c1f9d8b7a65")
TENANT: Final = str(uuid.uuid5(_GUIDS, "tenant"))
"""The one tenant of the sandbox."""

_TAKEN_WHOLE = frozenset({"imageReference"})


def _take_over(put: Put, _world: World) -> None:
    """Keep what an update leaves out: to ARM, a profile that is missing is one that stays.

    Clients rely on it (kubernetes/kubernetes, azure_controller_standard.go, 2018: an update with the disks only).
    """
    if put.old is None:
        return
    _fill(put.properties, put.old.properties)
    if "identity" in put.old.body:
        put.body.setdefault("identity", copy.deepcopy(put.old.body["identity"]))


def _fill(new: Body, old: Body) -> None:
    for name, value in old.items():
        if name not in new:
            new[name] = copy.deepcopy(value)
        elif isinstance(value, dict) and isinstance(new[name], dict) and name not in _TAKEN_WHOLE:
            _fill(new[name], value)


def _name(put: Put, _world: World) -> None:
    name = put.id.name
    if len(name) > MACHINE_NAME_LENGTH or name.startswith("_"):
        raise Refusal(
            "SandboxMachineName",
            f"The virtual machine name '{name}' is invalid. It can be up to {MACHINE_NAME_LENGTH} characters long and "
            "can't begin with '_'.",
        )


def _security(put: Put, _world: World) -> None:
    profile = put.properties.get("securityProfile", {})
    kind = profile.get("securityType")
    if profile.get("uefiSettings") and kind in (None, "Standard"):
        raise Refusal(
            "BadRequest", f"Use of UEFI settings is not supported when security type is '{kind or '<NULL>'}'."
        )


def _security_while_running(put: Put, _world: World) -> None:
    if put.old is None:
        return
    for name in ("securityType", "encryptionAtHost"):
        old, new = (at(body, f"properties.securityProfile.{name}") for body in (put.old.body, put.body))
        if (old or False) != (new or False):
            raise Refusal(
                "SandboxMachineMustBeDeallocated",
                f"securityProfile.{name} of {put.id} is {old} and can't become {new} while the machine runs, and "
                "machines of the sandbox always do. Make another machine.",
            )


def _identity(put: Put, _world: World) -> None:
    identity = put.body.get("identity")
    if not identity:
        return
    users = identity.get("userAssignedIdentities", {})
    if not isinstance(users, dict) or not all(isinstance(user, dict) for user in users.values()):
        raise Refusal(
            "InvalidRequestFormat",
            f"Cannot parse the request. identity.userAssignedIdentities must be an object with ids as names and empty "
            f"objects as values; it is {users!r}.",
        )
    if "UserAssigned" in identity.get("type", "") and not users:
        raise Refusal(
            "InvalidParameter",
            f"identity.userAssignedIdentities of {put.id} is empty and identity.type is {identity['type']}. Name an "
            "identity, or use SystemAssigned.",
        )


def _image(reference: Any) -> object:  # noqa: ANN401 - any JSON
    """Return what of an image reference is compared: not the version that Azure found for `latest`."""
    known = reference or {}
    return {name: str(value).lower() for name, value in known.items() if name != "exactVersion"}


def _complete(put: Put, world: World) -> None:
    keep_secrets(put)
    make_disks(put, world)
    put.properties["vmId"] = str(uuid.uuid5(_GUIDS, put.id.key))
    identity = put.body.get("identity", {})
    if "SystemAssigned" in identity.get("type", ""):
        identity |= {"principalId": str(uuid.uuid5(_GUIDS, f"principal {put.id.key}")), "tenantId": TENANT}
    for id_, user in identity.get("userAssignedIdentities", {}).items():
        user |= {
            "principalId": str(uuid.uuid5(_GUIDS, f"principal {id_.lower()}")),
            "clientId": str(uuid.uuid5(_GUIDS, f"client {id_.lower()}")),
        }


def _deleted_with(machine: Resource, world: World) -> list[Resource]:
    return [*disks_deleted_with(machine, world), *interfaces_deleted_with(machine, world)]


_MANAGED_DISK: Shape = {"id": Id(names.DISK), "storageAccountType": STORAGE_ACCOUNT_TYPES}
_CACHING = OneOf(("None", "ReadOnly", "ReadWrite"), of_compute=True)
_SYSTEMS = OneOf(("Linux", "Windows"), of_compute=True)
_OS_DISK = "properties.storageProfile.osDisk"

VIRTUAL_MACHINE = ResourceType(
    name=names.VIRTUAL_MACHINE,
    schema={
        "managedBy": ReadOnly(),
        "resources": ReadOnly(),
        "identity": {
            "type": OneOf(("SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned", "None"), of_compute=True),
            "principalId": ReadOnly(),
            "tenantId": ReadOnly(),
        },
        "properties": {
            "hardwareProfile": {"vmSize": str},
            "networkProfile": {
                "networkApiVersion": str,
                "networkInterfaces": [
                    {"id": Id(names.NETWORK_INTERFACE), "properties": {"primary": bool, "deleteOption": DELETE_OPTIONS}}
                ],
            },
            "osProfile": {
                "computerName": str,
                "adminUsername": str,
                "adminPassword": str,
                "customData": str,
                "linuxConfiguration": {
                    "disablePasswordAuthentication": bool,
                    "ssh": {"publicKeys": [{"path": str, "keyData": str}]},
                },
                "windowsConfiguration": {},
            },
            "storageProfile": {
                "imageReference": {"publisher": str, "offer": str, "sku": str, "version": str, "id": str},
                "osDisk": {
                    "name": str,
                    "createOption": str,
                    "caching": _CACHING,
                    "diskSizeGB": int,
                    "osType": _SYSTEMS,
                    "deleteOption": DELETE_OPTIONS,
                    "diffDiskSettings": {
                        "option": OneOf(("Local",), of_compute=True),
                        "placement": OneOf(("CacheDisk", "ResourceDisk", "NvmeDisk"), of_compute=True),
                    },
                    "managedDisk": _MANAGED_DISK,
                },
                "dataDisks": [
                    {
                        "lun": int,
                        "createOption": str,
                        "caching": _CACHING,
                        "diskSizeGB": int,
                        "deleteOption": DELETE_OPTIONS,
                        "toBeDetached": bool,
                        "managedDisk": _MANAGED_DISK,
                    }
                ],
            },
            "securityProfile": {
                "securityType": OneOf(("TrustedLaunch", "ConfidentialVM", "Standard"), of_compute=True),
                "encryptionAtHost": bool,
                "uefiSettings": {"secureBootEnabled": bool, "vTpmEnabled": bool},
            },
            "vmId": ReadOnly(),
            "instanceView": ReadOnly(),
            "timeCreated": ReadOnly(),
        },
    },
    rules=(
        _take_over,
        _name,
        supported_zones,
        one_zone,
        fixed_zones,
        fixed("properties.availabilitySet.id", "availabilitySet.id"),
        fixed("properties.storageProfile.imageReference", "imageReference", _image),
        fixed(f"{_OS_DISK}.name", "osDisk.name"),
        fixed(f"{_OS_DISK}.createOption", "osDisk.createOption"),
        fixed(f"{_OS_DISK}.osType", "osDisk.osType"),
        fixed(f"{_OS_DISK}.diffDiskSettings.option", "osDisk.diffDiskSettings"),
        fixed(f"{_OS_DISK}.managedDisk.id", "osDisk.managedDisk.id"),
        fixed(f"{_OS_DISK}.managedDisk.storageAccountType", "osDisk.managedDisk.storageAccountType"),
        boots_from_something,
        ephemeral_os_disk,
        os_disk_size,
        data_disks,
        attachable,
        fixed("properties.osProfile", "osProfile", bool),
        fixed("properties.osProfile.computerName", "osProfile.computerName"),
        fixed("properties.osProfile.adminUsername", "osProfile.adminUsername"),
        fixed(
            "properties.osProfile.linuxConfiguration.disablePasswordAuthentication",
            "linuxConfiguration.disablePasswordAuthentication",
        ),
        fixed("properties.osProfile", "linuxConfiguration.ssh.publicKeys", keys_of),
        same_login,
        login,
        interfaces_listed,
        one_primary,
        same_interfaces,
        interfaces_free,
        public_addresses_in_zone,
        _security,
        _security_while_running,
        _identity,
    ),
    allocate=_complete,
    deleted_with=_deleted_with,
)
