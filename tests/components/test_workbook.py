"""What a workbook draws, and what it is called."""

from __future__ import annotations

import json
from uuid import UUID

from nat_egress.alert_rules import AlertsSpec, metric_rules
from nat_egress.workbook import workbook_content, workbook_name, workbook_title

GATEWAY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/n"
RULES = metric_rules(
    AlertsSpec("rg", GATEWAY, 8, emails={"a": "a@example.com"}, busiest_share=0.25, attempts_per_minute=30_000.0)
)
CHARTS = [
    # metric, aggregation (1 is the sum, 4 the average), split by
    ("SNATConnectionCount", 1, "ConnectionState"),
    ("TotalConnectionCount", 1, None),
    ("DatapathAvailability", 4, None),
    ("PacketDropCount", 1, None),
    ("ByteCount", 1, "Direction"),
    ("PacketCount", 1, "Direction"),
]
TITLES = [
    "New connections a minute, by state (alert: Failed above 0 in 5 min, Failed above 4,500 in 15 min)",
    "Active connections (alert: above 1,280,000 in 1 min)",
    "Datapath availability, in percent (alert: below 90 in 15 min)",
    "Dropped packets a minute (alert: above 5 in 5 min)",
    "Bytes a minute, by direction (alert: In or Out above 150,000,000,000 in 1 min)",
    "Packets a minute, by direction",
]


def items(rules=RULES):
    content = json.loads(workbook_content(GATEWAY, rules))
    assert content["version"] == "Notebook/1.0"
    assert content["fallbackResourceIds"] == [GATEWAY]
    return content["items"]


def charts(rules=RULES):
    return [item["content"] for item in items(rules) if item["type"] == 10]


def test_it_draws_each_metric_of_the_gateway():
    found = []
    for chart in charts():
        assert chart["resourceIds"] == [GATEWAY]
        assert chart["resourceType"] == "microsoft.network/natgateways"
        (metric,) = chart["metrics"]
        assert metric["namespace"] == "microsoft.network/natgateways"
        namespace, _, name = metric["metric"].partition("--")
        assert namespace == metric["namespace"]
        found.append((name, metric["aggregation"], metric.get("splitBy")))
    assert found == CHARTS


def test_it_has_the_thresholds_of_the_alerts():
    assert [chart["title"] for chart in charts()] == TITLES
    others = charts(metric_rules(AlertsSpec("rg", GATEWAY, 1)))
    assert others[0]["title"] == "New connections a minute, by state (alert: Failed above 0 in 5 min)"
    assert others[1]["title"] == "Active connections (alert: above 40,000 in 1 min)"


def test_every_metric_that_has_an_alert_is_drawn():
    assert {rule.metric for rule in RULES} <= {name for name, _, _ in CHARTS}


def test_each_point_is_a_minute_as_of_the_alert_on_active_connections():
    assert {chart["timeGrain"] for chart in charts()} == {"PT1M"}
    assert [rule.window_minutes for rule in RULES if rule.metric == "TotalConnectionCount"] == [1]


def test_all_charts_follow_one_time_range():
    first, *rest = items()
    (parameter,) = first["content"]["parameters"]
    assert (first["type"], parameter["type"]) == (9, 4)
    assert parameter["value"] in parameter["typeSettings"]["selectableValues"]
    assert {item["content"]["timeContextFromParameter"] for item in rest} == {parameter["name"]}
    assert len({item["name"] for item in (first, *rest)}) == 7


def test_its_name_is_a_guid_that_stays_and_that_no_other_has():
    urn = "urn:pulumi:prod::project::nat-egress:index:EgressAlerts::alerts"
    name = workbook_name(urn, "rg-one")
    assert str(UUID(name)) == name == "cf182e82-1c37-5108-a1ba-e8410d938c7e"
    assert workbook_name(urn, "RG-One") == name, "Azure takes names of groups without case"
    assert len({name, workbook_name(urn, "rg-two"), workbook_name(urn.replace("prod", "dev"), "rg-one")}) == 3


def test_its_title_has_the_gateways_name():
    assert workbook_title(GATEWAY) == "NAT gateway n"
