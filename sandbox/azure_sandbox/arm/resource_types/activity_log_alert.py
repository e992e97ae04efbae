"""Activity log alerts: a rule over what the platform logs of resources, their health included."""

from __future__ import annotations

from typing import Final

from ..errors import Refusal
from ..rules import Put, at
from ..world import World
from . import names
from .alerting import check_action_groups, watched
from .base import ResourceType

_LOCATIONS: Final = frozenset({"global", "westeurope", "northeurope"})
"""Where such a rule can be (azure-rest-api-specs, activityLogAlerts_API.json 2020-10-01)."""

_CATEGORIES: Final = (
    "Administrative", "ServiceHealth", "ResourceHealth", "Alert", "Autoscale", "Recommendation", "Security", "Policy"
)  # fmt: skip
"""Categories of the activity log (learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema, 2025-05-21)."""


def _condition(put: Put, _world: World) -> None:
    conditions = at(put.body, "properties.condition.allOf") or []
    asked = [one.get("equals") for one in conditions if str(one.get("field", "")).lower() == "category"]
    known = {category.lower() for category in _CATEGORIES}
    if len(asked) != 1 or str(asked[0]).lower() not in known:
        raise Refusal(
            "SandboxActivityLogAlertCondition",
            f"properties.condition.allOf of {put.id} needs one condition on the field category that equals one of "
            f"{', '.join(_CATEGORIES)}.",
        )


def _scopes(put: Put, world: World) -> None:
    watched(put, world)


def _actions(put: Put, world: World) -> None:
    groups = at(put.body, "properties.actions.actionGroups") or []
    check_action_groups(put, [group.get("actionGroupId") for group in groups], world)


ACTIVITY_LOG_ALERT = ResourceType(
    name=names.ACTIVITY_LOG_ALERT,
    locations=_LOCATIONS,
    schema={
        "properties": {
            "description": str,
            "enabled": bool,
            "scopes": [str],
            "condition": {"allOf": [{"field": str, "equals": str, "containsAny": [str]}]},
            "actions": {"actionGroups": [{"actionGroupId": str}]},
        }
    },
    defaults={"properties": {"enabled": True}},
    rules=(_condition, _scopes, _actions),
)
