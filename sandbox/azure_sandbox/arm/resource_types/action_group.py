"""Action groups: whom alerts tell, and how."""

from __future__ import annotations

from typing import Final

from ..errors import Refusal
from ..limits import ACTION_GROUP_SHORT_NAME_LENGTH
from ..rules import Put, required
from ..world import World
from . import names
from .base import ResourceType

_LOCATIONS: Final = frozenset({
    "global", "centralindia", "eastus", "eastus2", "germanywestcentral", "northcentralus", "southcentralus",
    "southindia", "swedencentral", "westus", "westus2",
})  # fmt: skip
"""Action groups are global, or process their notifications in one of a few regions
(learn.microsoft.com/azure/azure-monitor/alerts/action-groups, 2025-02-13)."""

_NEEDED: Final = {"emailReceivers": "emailAddress", "webhookReceivers": "serviceUri"}
"""What a receiver must say beside its name, of those kinds that the sandbox looks into."""


def _short_name(put: Put, _world: World) -> None:
    name = put.properties["groupShortName"]
    if len(name) > ACTION_GROUP_SHORT_NAME_LENGTH:
        raise Refusal(
            "SandboxActionGroup",
            f"properties.groupShortName of {put.id} is '{name}', of {len(name)} characters. It has at most "
            f"{ACTION_GROUP_SHORT_NAME_LENGTH}, as it stands in text messages.",
        )


def _receivers(put: Put, _world: World) -> None:
    seen: set[str] = set()
    for kind, needed in _NEEDED.items():
        for receiver in put.properties.get(kind, []):
            if not receiver.get(needed):
                raise Refusal("SandboxActionGroup", f"{kind} of {put.id} has '{receiver['name']}' without {needed}.")
            if receiver["name"].lower() in seen:
                raise Refusal(
                    "SandboxActionGroup",
                    f"{put.id} has two receivers named '{receiver['name']}'. Names are unique over all kinds: rename "
                    "one.",
                )
            seen.add(receiver["name"].lower())


ACTION_GROUP = ResourceType(
    name=names.ACTION_GROUP,
    locations=_LOCATIONS,
    schema={
        "properties": {
            "groupShortName": str,
            "enabled": bool,
            "emailReceivers": [{"name": str, "emailAddress": str, "useCommonAlertSchema": bool}],
            "webhookReceivers": [{"name": str, "serviceUri": str, "useCommonAlertSchema": bool}],
        }
    },
    defaults={"properties": {"enabled": True}},
    rules=(required("properties.groupShortName", "SandboxActionGroup", "on-call"), _short_name, _receivers),
)
