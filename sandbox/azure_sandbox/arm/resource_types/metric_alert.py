"""Metric alerts: a rule over one metric, or several, of one resource.

Windows, frequencies and operators are those of learn.microsoft.com/azure/azure-monitor/alerts/
resource-manager-alerts-metric, 2024-02-16; to azure-rest-api-specs, metricAlert_API.json 2018-03-01, any duration is
one. A day is PT24H there and P1D to hashicorp/terraform-provider-azurerm. Alerts on several resources, on dynamic
thresholds and on web tests are refused by name.
"""

from __future__ import annotations

from typing import Final

from ..errors import Refusal
from ..limits import ALERT_SEVERITIES
from ..rules import Put, required, within
from ..schema import Body, OneOf, ReadOnly
from ..world import Resource, World
from . import names
from .alerting import GLOBAL, check_action_groups, watched
from .base import ResourceType
from .metrics import AGGREGATIONS, ALLOWED_AGGREGATIONS, METRICS, Metric, metric_of

_SINGLE: Final = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
_STATIC: Final = "StaticThresholdCriterion"
_OPERATORS: Final = ("Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual")

_WINDOWS: Final = {
    "PT1M": 1, "PT5M": 5, "PT15M": 15, "PT30M": 30, "PT1H": 60, "PT6H": 360, "PT12H": 720, "PT24H": 1_440, "P1D": 1_440
}  # fmt: skip
"""Minutes of what a rule looks back on."""
_FREQUENCIES: Final = ("PT1M", "PT5M", "PT15M", "PT30M", "PT1H")


def _window_not_shorter(put: Put, _world: World) -> None:
    window, frequency = put.properties["windowSize"], put.properties["evaluationFrequency"]
    if _WINDOWS[window] < _WINDOWS[frequency]:
        raise Refusal(
            "SandboxMetricAlertWindow",
            f"properties.windowSize of {put.id} is {window}, shorter than evaluationFrequency {frequency}: what "
            "happens in between would be seen by no evaluation. Make it as long, or longer.",
        )


def _criteria(put: Put, world: World) -> None:
    kind = put.properties["criteria"].get("odata.type")
    if kind != _SINGLE:
        raise Refusal(
            "SandboxMetricAlertCriteria",
            f"properties.criteria of {put.id} is of type {kind}. The sandbox has {_SINGLE} only.",
        )
    targets = watched(put, world)
    if len(targets) > 1:
        raise Refusal(
            "BadRequest",
            "Scopes property is invalid. Only single resource is allowed for criteria type "
            "SingleResourceMultipleMetricCriteria. If you want to create an alert on multiple resources, use "
            "MultipleResourceMultipleMetricCriteria odata.type.",
        )
    criteria = put.properties["criteria"].get("allOf", [])
    if not criteria:
        raise Refusal(
            "SandboxMetricAlertCriteria", f"properties.criteria.allOf of {put.id} is empty. Give a criterion."
        )
    for criterion in criteria:
        _criterion(put, criterion, targets[0])


def _criterion(put: Put, criterion: Body, target: Resource) -> None:
    name = criterion["name"]
    threshold = criterion.get("threshold")
    whole = {"criterionType", "metricName", "operator", "timeAggregation"} <= set(criterion)
    number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    if not whole or not number or criterion["criterionType"] != _STATIC:
        raise Refusal(
            "SandboxMetricAlertCriteria",
            f"Criterion {name} of {put.id} needs criterionType {_STATIC}, metricName, operator, a number as threshold, "
            "and timeAggregation.",
        )
    _namespace(criterion, target)
    metric = metric_of(target.type, criterion["metricName"])
    if metric is None:
        raise Refusal("BadRequest", f"The metric names were not found {criterion['metricName']}.")
    if criterion["timeAggregation"] not in ALLOWED_AGGREGATIONS:
        raise Refusal(
            "SandboxMetricAggregation",
            f"Criterion {name} of {put.id} aggregates {metric.name} by {criterion['timeAggregation']}, which counts "
            f"samples and not what they say. Use one of {', '.join(ALLOWED_AGGREGATIONS)}.",
        )
    _dimensions(put, criterion, metric)


def _namespace(criterion: Body, target: Resource) -> None:
    if target.type not in METRICS:
        raise Refusal(
            "SandboxMetricsOfType",
            f"The sandbox knows the metrics of {', '.join(METRICS)}, and {target.id} is a {target.type}.",
        )
    namespace = criterion.get("metricNamespace", target.type)
    if namespace.lower() != target.type.lower():
        raise Refusal(
            "BadRequest",
            f"Detect invalid value: {namespace} for query parameter: 'metricnamespace', the value must be: "
            f"{target.type} if the query parameter is provided, you can also skip this optional query parameter.",
        )


def _dimensions(put: Put, criterion: Body, metric: Metric) -> None:
    known = {name.lower(): values for name, values in metric.dimensions.items()}
    for dimension in criterion.get("dimensions", []):
        values = known.get(dimension["name"].lower())
        if values is None:
            raise Refusal(
                "SandboxMetricDimension",
                f"{metric.name} of criterion {criterion['name']} of {put.id} has no dimension {dimension['name']}. It "
                f"has {', '.join(metric.dimensions) or 'none'}.",
            )
        allowed = {"*", *(value.lower() for value in values)}
        asked = dimension.get("values", [])
        if not asked or not {value.lower() for value in asked} <= allowed or "operator" not in dimension:
            raise Refusal(
                "SandboxMetricDimension",
                f"Dimension {dimension['name']} of criterion {criterion['name']} of {put.id} needs operator Include or "
                f"Exclude, and values among {', '.join(values)} or '*'. It has {', '.join(asked) or 'none'}.",
            )


def _actions(put: Put, world: World) -> None:
    check_action_groups(put, [action.get("actionGroupId") for action in put.properties.get("actions", [])], world)


_INCOMPLETE = "SandboxMetricAlertIncomplete"

METRIC_ALERT = ResourceType(
    name=names.METRIC_ALERT,
    locations=GLOBAL,
    schema={
        "properties": {
            "description": str,
            "severity": int,
            "enabled": bool,
            "scopes": [str],
            "evaluationFrequency": OneOf(_FREQUENCIES),
            "windowSize": OneOf(tuple(_WINDOWS)),
            "targetResourceType": str,
            "targetResourceRegion": str,
            "autoMitigate": bool,
            "actions": [{"actionGroupId": str}],
            "isMigrated": ReadOnly(),
            "lastUpdatedTime": ReadOnly(),
            "criteria": {
                "odata.type": str,
                "allOf": [
                    {
                        "name": str,
                        "criterionType": str,
                        "metricName": str,
                        "metricNamespace": str,
                        "operator": OneOf(_OPERATORS),
                        "timeAggregation": OneOf(AGGREGATIONS),
                        "dimensions": [{"name": str, "operator": OneOf(("Include", "Exclude")), "values": [str]}],
                    }
                ],
            },
        }
    },
    defaults={"properties": {"autoMitigate": True}},
    rules=(
        required("properties.enabled", _INCOMPLETE, "true"),
        required("properties.severity", _INCOMPLETE, "2"),
        required("properties.evaluationFrequency", _INCOMPLETE, "PT1M"),
        required("properties.windowSize", _INCOMPLETE, "PT5M"),
        required("properties.criteria", _INCOMPLETE, "one metric and its threshold"),
        within("properties.severity", ALERT_SEVERITIES, "SandboxMetricAlertSeverity"),
        _window_not_shorter,
        _criteria,
        _actions,
    ),
)
