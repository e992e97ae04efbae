"""The workbook of a NAT gateway: its metrics over time, beside the thresholds of its alerts. Pure.

What a workbook is made of: microsoft/Application-Insights-Workbooks, schema/workbook.json; what its numbers stand for:
Microsoft's own workbook of NAT gateways, there in Workbooks/Network Insights/NatGatewayWorkbooks (both 2026-08-19).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from . import gateway_metrics as metrics
from . import ids
from .alert_rules import MetricRule

VERSION: Final = "Notebook/1.0"
CATEGORY: Final = "workbook"
"""The gallery of workbooks (learn.microsoft.com/azure/azure-monitor/visualize/workbooks-automate, 2023-06-21)."""

_PARAMETERS: Final = 9
_TIME_RANGE: Final = 4
_CHART: Final = 10
_LINE: Final = 2
_AGGREGATIONS: Final = {metrics.TOTAL: 1, metrics.AVERAGE: 4}

_HOUR_MS: Final = 3_600_000
_RANGES_MS: Final = (_HOUR_MS, 4 * _HOUR_MS, 12 * _HOUR_MS, 24 * _HOUR_MS)
_RANGE: Final = "TimeRange"
_RANGE_ID: Final = "5f4a3f0c-2b66-4c0e-9a39-6b1f0d5f7c11"
_BOUNDS: Final = {"GreaterThan": "above", "LessThan": "below"}

Item = dict[str, object]


@dataclass(frozen=True)
class _Chart:
    title: str
    metric: str
    aggregation: str = metrics.TOTAL
    split_by: str | None = None
    """A dimension: a line for each of its values."""


_CHARTS: Final = (
    _Chart("New connections a minute, by state", metrics.NEW_CONNECTIONS, split_by=metrics.CONNECTION_STATE),
    _Chart("Active connections", metrics.ACTIVE_CONNECTIONS),
    _Chart("Datapath availability, in percent", metrics.DATAPATH_AVAILABILITY, metrics.AVERAGE),
    _Chart("Dropped packets a minute", metrics.DROPPED_PACKETS),
    _Chart("Bytes a minute, by direction", metrics.BYTES, split_by=metrics.DIRECTION),
    _Chart("Packets a minute, by direction", metrics.PACKETS, split_by=metrics.DIRECTION),
)


def workbook_name(urn: str, resource_group_name: str) -> str:
    """Return the name of the workbook of a component: a GUID, as Azure wants it, and the same one every time."""
    return str(uuid5(NAMESPACE_URL, f"{urn}/{resource_group_name.lower()}"))


def workbook_title(gateway_id: str) -> str:
    """Return the name that people see. No other workbook of the gateway in the resource group may have it."""
    return f"NAT gateway {ids.parse(gateway_id).name}"


def workbook_content(gateway_id: str, rules: Sequence[MetricRule]) -> str:
    """Return the workbook of a gateway with these alerts, as JSON."""
    charts = [_chart(chart, gateway_id, rules) for chart in _CHARTS]
    return json.dumps({"version": VERSION, "items": [_time_range(), *charts], "fallbackResourceIds": [gateway_id]})


def _time_range() -> Item:
    parameter = {
        "id": _RANGE_ID,
        "version": "KqlParameterItem/1.0",
        "name": _RANGE,
        "label": "Time range",
        "type": _TIME_RANGE,
        "isRequired": True,
        "value": {"durationMs": _RANGES_MS[-1]},
        "typeSettings": {"selectableValues": [{"durationMs": range_} for range_ in _RANGES_MS]},
    }
    content = {"version": "KqlParameterItem/1.0", "style": "pills", "queryType": 0, "parameters": [parameter]}
    return {"type": _PARAMETERS, "name": "time range", "content": content}


def _chart(chart: _Chart, gateway_id: str, rules: Iterable[MetricRule]) -> Item:
    """Return a chart of one minute a point: over more, the active connections of each minute would be added up."""
    namespace = metrics.NAMESPACE.lower()
    drawn: Item = {
        "namespace": namespace,
        "metric": f"{namespace}--{chart.metric}",
        "aggregation": _AGGREGATIONS[chart.aggregation],
    }
    if chart.split_by:
        drawn["splitBy"] = chart.split_by
    content = {
        "chartId": f"chart-{chart.metric}",
        "version": "MetricsItem/2.0",
        "size": 0,
        "chartType": _LINE,
        "resourceType": namespace,
        "metricScope": 0,
        "resourceIds": [gateway_id],
        "timeContextFromParameter": _RANGE,
        "timeContext": {"durationMs": _RANGES_MS[-1]},
        "timeGrain": "PT1M",
        "metrics": [drawn],
        "title": chart.title + _thresholds(rule for rule in rules if rule.metric == chart.metric),
    }
    return {"type": _CHART, "name": chart.title, "customWidth": "50", "content": content}


def _thresholds(rules: Iterable[MetricRule]) -> str:
    """Say when the alerts of a metric fire, as in ` (alert: above 5 in 5 min)`."""
    said = [
        f"{' or '.join(rule.values)} {_BOUNDS[rule.operator]} {rule.threshold:,} in {rule.window_minutes} min".strip()
        for rule in rules
    ]
    return f" (alert: {', '.join(said)})" if said else ""
