"""What Azure Monitor measures of the resources that the sandbox has, as far as alerts need it: data, with its source.

learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-network-natgateways-metrics, 2024-02-19,
and learn.microsoft.com/azure/nat-gateway/nat-metrics, 2024-01-30. Names are compared without case. The product page has
a dimension of datapath availability that the reference has not; the reference counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from . import names


@dataclass(frozen=True)
class Metric:
    """A metric and its dimensions: names, and the values of each."""

    name: str
    dimensions: Mapping[str, tuple[str, ...]]


_PROTOCOL: Final = {"Protocol": ("6", "17")}
_TRAFFIC: Final = {**_PROTOCOL, "Direction": ("In", "Out")}

METRICS: Final[Mapping[str, tuple[Metric, ...]]] = {
    names.NAT_GATEWAY: (
        Metric("ByteCount", _TRAFFIC),
        Metric("DatapathAvailability", {}),
        Metric("PacketCount", _TRAFFIC),
        Metric("PacketDropCount", {}),
        Metric("SNATConnectionCount", {**_PROTOCOL, "ConnectionState": ("Attempted", "Failed")}),
        Metric("TotalConnectionCount", _PROTOCOL),
    )
}
"""By resource type."""

AGGREGATIONS: Final = ("Average", "Minimum", "Maximum", "Total", "Count")
"""Words of an alert rule (azure-rest-api-specs, metricAlert_API.json 2018-03-01, AggregationTypeEnum)."""

ALLOWED_AGGREGATIONS: Final = AGGREGATIONS[:-1]
"""Those that say something of these metrics: `Count` counts samples, and Microsoft advises against it for every metric
of a NAT gateway (nat-metrics)."""


def metric_of(type_: str, name: str) -> Metric | None:
    """Return the metric of a resource type, None where it has none of that name."""
    found = (metric for metric in METRICS.get(type_, ()) if metric.name.lower() == name.lower())
    return next(found, None)
