"""What the alert rules have in common: what they watch, and whom they tell.

Nothing here is a reference of the resource model: Azure deletes what an alert rule watches and leaves the rule where it
is (learn.microsoft.com/azure/azure-monitor/alerts/alerts-manage-alert-rules, 2024-01-14). Of an action group that rules
still name no refusal is public either, so it can be deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..errors import Refusal
from ..ids import parse
from ..limits import ALERT_ACTION_GROUPS
from ..rules import Put
from ..world import Resource, World
from . import names

GLOBAL: Final = frozenset({"global"})
"""Alert rules belong to no region."""


def watched(put: Put, world: World) -> list[Resource]:
    """Return what a rule watches; refuse a rule that watches nothing, or what is not there."""
    scopes = put.properties.get("scopes", [])
    if not scopes:
        raise Refusal("SandboxAlertScope", f"properties.scopes of {put.id} is empty. Give the id of a resource.")
    found = [world.get(parse(scope)) for scope in scopes]
    for scope, resource in zip(scopes, found, strict=True):
        if resource is None:
            raise Refusal(
                "SandboxAlertScope",
                f"{put.id} is to watch {scope}, which was not found. Create it first, or change properties.scopes.",
            )
    return [resource for resource in found if resource]


def check_action_groups(put: Put, ids: Sequence[str | None], world: World) -> None:
    """Refuse action groups that do not exist, are in another subscription, or are too many."""
    if len(ids) > ALERT_ACTION_GROUPS:
        raise Refusal(
            "SandboxTooManyActionGroups",
            f"{put.id} has {len(ids)} action groups. An alert rule has at most {ALERT_ACTION_GROUPS}: join some.",
        )
    for text in ids:
        id_ = parse(text or "")
        right = id_.type.lower() == names.ACTION_GROUP.lower()
        if not right or id_.subscription.lower() != put.id.subscription.lower() or world.get(id_) is None:
            raise Refusal("BadRequest", f"Arm resource {text} is invalid or in a different subscription as alert rule.")
