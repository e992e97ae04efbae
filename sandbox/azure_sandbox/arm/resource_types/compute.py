"""What virtual machines and disks have in common: Microsoft.Compute's own words for what the network says otherwise."""

from __future__ import annotations

from collections.abc import Callable

from .. import regions
from ..errors import Refusal
from ..ids import ResourceId
from ..limits import AVAILABILITY_ZONES
from ..rules import Put, Rule, at, zones
from ..schema import OneOf
from ..world import Resource, World
from . import names

STORAGE_ACCOUNT_TYPES = OneOf(
    (
        "Standard_LRS",
        "StandardSSD_LRS",
        "StandardSSD_ZRS",
        "Premium_LRS",
        "Premium_ZRS",
        "PremiumV2_LRS",
        "UltraSSD_LRS",
    ),
    of_compute=True,
)
"""Kinds of managed disks (azure-rest-api-specs, Microsoft.Compute disks 2024-03-02)."""

DELETE_OPTIONS = OneOf(("Delete", "Detach"), of_compute=True)


def zone_redundant(storage_account_type: str) -> bool:
    """Tell whether a disk of this kind is in all zones, and so may be attached in any."""
    return storage_account_type.endswith("_ZRS")


def supported_zones(put: Put, _world: World) -> None:
    """Refuse a zone that the region does not have."""
    supported = AVAILABILITY_ZONES if put.location in regions.WITH_ZONES else ()
    unknown = zones(put.body) - set(supported)
    if unknown:
        raise Refusal(
            "InvalidAvailabilityZone",
            f"The zone(s) '{','.join(sorted(unknown))}' for resource '{put.type}/{put.id.name}' is not supported. The "
            f"supported zones for location '{put.location}' are '{','.join(supported)}'",
        )


def one_zone(put: Put, _world: World) -> None:
    """Refuse several zones."""
    if len(zones(put.body)) > 1:
        raise Refusal(
            "SandboxComputeZones",
            f"zones of {put.id} is {sorted(zones(put.body))}. It is in one zone or in none: name one.",
        )


def fixed_zones(put: Put, _world: World) -> None:
    """Refuse other zones than those of the creation."""
    if put.old and zones(put.old.body) != zones(put.body):
        raise change_refused("zones")


def fixed(path: str, name: str, reading: Callable[[object], object] = lambda value: value) -> Rule:
    """Return the rule that a member stays as it is, under the name that ARM gives it; text is compared without case."""

    def rule(put: Put, _world: World) -> None:
        if put.old is None:
            return
        old, new = (reading(at(body, path)) for body in (put.old.body, put.body))
        if _folded(old) != _folded(new):
            raise change_refused(name)

    return rule


def change_refused(name: str) -> Refusal:
    """Return ARM's refusal of a change."""
    return Refusal("PropertyChangeNotAllowed", f"Changing property '{name}' is not allowed.")


def needed(name: str) -> Refusal:
    """Return ARM's refusal of what is missing."""
    return Refusal("InvalidParameter", f"Required parameter '{name}' is missing (null).")


def machine_of(id_: ResourceId, world: World) -> Resource | None:
    """Return the virtual machine that has an interface or a disk."""
    for referrer in world.referrers(id_, names.VIRTUAL_MACHINE):
        return world.follow({"id": referrer.id})
    return None


def _folded(value: object) -> object:
    return value.lower() if isinstance(value, str) else value
