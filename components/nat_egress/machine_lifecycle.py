"""What a change of machines' arguments does to what exists, and which changes are refused with the staged way. Pure.

As in `lifecycle`, every value of an identity is concrete ("" where nothing is given), and None is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import ids
from .lifecycle import Identity, changed
from .machine_rules import MachineSpec
from .problems import Problem


def machine_identity(spec: MachineSpec) -> dict[str, Any]:
    """Return what a change of machines is judged by."""
    return {
        "subnetId": spec.subnet_id,
        "location": spec.location or "",
        "resourceGroupName": spec.resource_group_name,
        "name": spec.name or "",
        "osDiskSizeGb": spec.os_disk.size_gb or 0,
    }


def machine_change_problems(old: Identity, new: Identity) -> list[Problem]:
    """Find what keeps machines from becoming `new`, once they are `old`."""
    return [*_network_problems(old, new), *_disk_problems(old, new), *_name_problems(old, new)]


def _network_problems(old: Identity, new: Identity) -> Iterator[Problem]:
    before, after = (ids.parse_subnet(str(identity.get("subnetId") or "")) for identity in (old, new))
    if before is None or after is None or before.network.folded == after.network.folded:
        return
    yield Problem(
        "subnet_id",
        f"{before.network.name}/{before.name} → {after.network.name}/{after.name}",
        "a network interface moves between the subnets of its virtual network, and never to another one",
        "Declare the machines anew under another name with this subnet_id, and remove these.",
    )


def _disk_problems(old: Identity, new: Identity) -> Iterator[Problem]:
    before, after = (int(identity.get("osDiskSizeGb") or 0) for identity in (old, new))
    if 0 < after < before:
        rule = f"an OS disk of {before} GiB can't shrink"
        yield Problem("os_disk.size_gb", after, rule, f"Leave it at {before}, or declare the machines anew.")


def _name_problems(old: Identity, new: Identity) -> Iterator[Problem]:
    stays = not any(changed(setting, old.get(setting), new.get(setting)) for setting in ("name", "resourceGroupName"))
    if new.get("name") and stays and changed("location", old.get("location"), new.get("location")):
        yield Problem(
            "name",
            new["name"],
            "a change of location replaces the machines, and the new ones can't have these names while the old ones do",
            "Change the name in the same update, or remove it to have names generated.",
        )
