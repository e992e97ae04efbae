"""Alert processing rules: what changes whom fired alerts tell, for a time or for good.

Words and shapes: azure-rest-api-specs, AlertProcessingRules.json 2021-08-08.
"""

from __future__ import annotations

import re
from typing import Final

from ..errors import Refusal
from ..limits import ALERT_FILTER_VALUES
from ..rules import Put, at
from ..schema import Body, OneOf
from ..world import World
from . import names
from .alerting import GLOBAL, check_action_groups
from .base import ResourceType

_FIELDS: Final = (
    "Severity", "MonitorService", "MonitorCondition", "SignalType", "TargetResourceType", "TargetResource",
    "TargetResourceGroup", "AlertRuleId", "AlertRuleName", "Description", "AlertContext",
)  # fmt: skip
_OPERATORS: Final = ("Equals", "NotEquals", "Contains", "DoesNotContain")
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_RECURRENCES: Final = ("Daily", "Weekly", "Monthly")
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d")

_PROCESSING = "SandboxAlertProcessingRule"


def _scopes(put: Put, _world: World) -> None:
    scopes = put.properties.get("scopes", [])
    own = f"/subscriptions/{put.id.subscription}".lower()
    if not scopes or not all(f"{scope.lower()}/".startswith(f"{own}/") for scope in scopes):
        raise Refusal(_PROCESSING, f"properties.scopes of {put.id} needs ids in its own subscription; it has {scopes}.")


def _actions(put: Put, world: World) -> None:
    actions = put.properties.get("actions", [])
    if not actions or not all("actionType" in action for action in actions):
        raise Refusal(_PROCESSING, f"properties.actions of {put.id} needs an action with its actionType.")
    for action in actions:
        check_action_groups(put, action.get("actionGroupIds", []), world)


def _conditions(put: Put, _world: World) -> None:
    for condition in put.properties.get("conditions", []):
        if not {"field", "operator"} <= set(condition) or not condition.get("values"):
            raise Refusal(_PROCESSING, f"A condition of {put.id} needs field, operator and values; it is {condition}.")
        if len(condition["values"]) > ALERT_FILTER_VALUES:
            raise Refusal(
                _PROCESSING,
                f"The condition on {condition['field']} of {put.id} has {len(condition['values'])} values. It has at "
                f"most {ALERT_FILTER_VALUES}: make another rule of the others.",
            )


def _schedule(put: Put, _world: World) -> None:
    for recurrence in at(put.body, "properties.schedule.recurrences") or []:
        times = [recurrence[end] for end in ("startTime", "endTime") if end in recurrence]
        if wrong := [time for time in times if not _TIME.fullmatch(time)]:
            raise Refusal(_PROCESSING, f"A recurrence of {put.id} has the time {wrong[0]}. Write it as in 18:00:00.")
        if not _complete(recurrence, len(times)):
            raise Refusal(
                _PROCESSING,
                f"A recurrence of {put.id} is {recurrence}: Daily needs startTime and endTime, Weekly daysOfWeek.",
            )


def _complete(recurrence: Body, times: int) -> bool:
    match recurrence.get("recurrenceType"):
        case "Daily":
            return times == 2  # noqa: PLR2004 - the start and the end
        case "Weekly":
            return bool(recurrence.get("daysOfWeek"))
        case kind:
            return kind is not None


ALERT_PROCESSING_RULE = ResourceType(
    name=names.ALERT_PROCESSING_RULE,
    locations=GLOBAL,
    schema={
        "properties": {
            "description": str,
            "enabled": bool,
            "scopes": [str],
            "actions": [{"actionType": OneOf(("AddActionGroups", "RemoveAllActionGroups")), "actionGroupIds": [str]}],
            "conditions": [{"field": OneOf(_FIELDS), "operator": OneOf(_OPERATORS), "values": [str]}],
            "schedule": {
                "effectiveFrom": str,
                "effectiveUntil": str,
                "timeZone": str,
                "recurrences": [
                    {
                        "recurrenceType": OneOf(_RECURRENCES),
                        "startTime": str,
                        "endTime": str,
                        "daysOfWeek": [OneOf(_DAYS)],
                        "daysOfMonth": [int],
                    }
                ],
            },
        }
    },
    defaults={"properties": {"enabled": True}},
    rules=(_scopes, _actions, _conditions, _schedule),
)
