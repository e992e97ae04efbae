"""Metric alerts: what they watch, what they can say of it, and whom they tell."""

from __future__ import annotations

import pytest

ALERT = "metricAlerts"
METRICS = {
    "ByteCount": {"Protocol", "Direction"},
    "PacketCount": {"Protocol", "Direction"},
    "PacketDropCount": set(),
    "SNATConnectionCount": {"Protocol", "ConnectionState"},
    "TotalConnectionCount": {"Protocol"},
    "DatapathAvailability": set(),
}
VALUES = {"Protocol": ["6", "17"], "Direction": ["In", "Out"], "ConnectionState": ["Attempted", "Failed"]}


def test_an_alert_and_what_azure_adds(watched):
    assert watched.put_metric_alert().status == 201
    assert watched.put_metric_alert().status == 200
    alert = watched.get(watched.insights_id(ALERT, "failed"))
    assert alert["location"] == "global"
    assert alert["properties"]["autoMitigate"] is True
    assert alert["properties"]["criteria"]["allOf"][0]["threshold"] == 0
    assert "resourceGuid" not in alert["properties"]
    assert watched.put(alert["id"], alert).status == 200


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("dimension", VALUES)
def test_each_metric_has_its_dimensions(watched, refused, metric, dimension):
    asked = [{"name": dimension, "operator": "Include", "values": VALUES[dimension]}]
    response = watched.put_metric_alert({"metricName": metric, "dimensions": asked})
    if dimension in METRICS[metric]:
        assert response.ok, response
    else:
        message = refused(response, "SandboxMetricDimension")
        assert f"{metric} of criterion failed" in message
        assert f"has no dimension {dimension}." in message


def test_names_are_compared_without_case(watched):
    asked = [{"name": "connectionstate", "operator": "include", "values": ["failed"]}]
    response = watched.put_metric_alert(
        {"metricName": "snatconnectioncount", "metricNamespace": "microsoft.network/natgateways", "dimensions": asked}
    )
    assert response.ok, response
    assert response.body["properties"]["criteria"]["allOf"][0]["dimensions"][0]["operator"] == "Include"


@pytest.mark.parametrize("values", [["Dropped"], ["Failed", "Dropped"], []])
def test_values_that_a_dimension_does_not_have(watched, refused, values):
    asked = [{"name": "ConnectionState", "operator": "Include", "values": values}]
    message = refused(watched.put_metric_alert({"dimensions": asked}), "SandboxMetricDimension")
    assert "values among Attempted, Failed or '*'" in message


def test_every_value_of_a_dimension(watched):
    asked = [{"name": "ConnectionState", "operator": "Include", "values": ["*"]}]
    assert watched.put_metric_alert({"dimensions": asked}).ok


def test_a_metric_that_a_gateway_does_not_have(watched, refused):
    message = refused(watched.put_metric_alert({"metricName": "SnatPortUsage"}), "BadRequest")
    assert message == "The metric names were not found SnatPortUsage."


def test_the_namespace_is_the_type_of_the_target(watched, refused):
    response = watched.put_metric_alert({"metricNamespace": "Microsoft.Network/loadBalancers"})
    assert refused(response, "BadRequest").startswith("Detect invalid value: Microsoft.Network/loadBalancers for query")
    assert watched.put_metric_alert({"metricNamespace": None}).ok


def test_a_target_whose_metrics_are_not_known(watched, refused):
    watched.put_network()
    scope = watched.id("virtualNetworks", "vnet")
    message = refused(watched.put_metric_alert(scopes=[scope]), "SandboxMetricsOfType")
    assert scope in message


@pytest.mark.parametrize("aggregation", ["Average", "Minimum", "Maximum", "Total"])
def test_aggregations(watched, aggregation):
    assert watched.put_metric_alert({"timeAggregation": aggregation}).ok


def test_counting_samples_says_nothing(watched, refused):
    refused(watched.put_metric_alert({"timeAggregation": "Count"}), "SandboxMetricAggregation")
    refused(watched.put_metric_alert({"timeAggregation": "Median"}), "InvalidRequestFormat")


@pytest.mark.parametrize("severity", [0, 4])
def test_severities(watched, severity):
    assert watched.put_metric_alert(severity=severity).ok


@pytest.mark.parametrize("severity", [-1, 5])
def test_severities_that_there_are_not(watched, refused, severity):
    message = refused(watched.put_metric_alert(severity=severity), "SandboxMetricAlertSeverity")
    assert "It must be 0 to 4." in message


@pytest.mark.parametrize(
    ("window", "frequency"),
    [("PT1M", "PT1M"), ("PT15M", "PT5M"), ("P1D", "PT1H"), ("PT24H", "PT1H"), ("PT12H", "PT30M")],
)
def test_windows(watched, window, frequency):
    assert watched.put_metric_alert(windowSize=window, evaluationFrequency=frequency).ok


@pytest.mark.parametrize(("window", "frequency"), [("PT2M", "PT1M"), ("PT6H", "PT6H"), ("P1D", "PT2M")])
def test_windows_and_frequencies_are_words_of_a_list(watched, refused, window, frequency):
    response = watched.put_metric_alert(windowSize=window, evaluationFrequency=frequency)
    refused(response, "InvalidRequestFormat")


def test_a_window_is_not_shorter_than_the_frequency(watched, refused):
    refused(watched.put_metric_alert(windowSize="PT1M", evaluationFrequency="PT5M"), "SandboxMetricAlertWindow")


@pytest.mark.parametrize("member", ["enabled", "severity", "windowSize", "evaluationFrequency", "criteria"])
def test_what_an_alert_needs(watched, refused, member):
    message = refused(watched.put_metric_alert(**{member: None}), "SandboxMetricAlertIncomplete")
    assert f"properties.{member}" in message


@pytest.mark.parametrize("member", ["criterionType", "metricName", "operator", "threshold", "timeAggregation"])
def test_what_a_criterion_needs(watched, refused, member):
    refused(watched.put_metric_alert({member: None}), "SandboxMetricAlertCriteria")


def test_a_threshold_is_a_number(watched, refused):
    assert watched.put_metric_alert({"threshold": 0.5}).ok
    refused(watched.put_metric_alert({"threshold": "0"}), "SandboxMetricAlertCriteria")
    refused(watched.put_metric_alert({"threshold": True}), "SandboxMetricAlertCriteria")


def test_other_kinds_of_criteria_are_not_served(watched, refused):
    kind = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"
    refused(watched.put_metric_alert(criteria={"odata.type": kind}), "SandboxMetricAlertCriteria")
    refused(watched.put_metric_alert(criteria={"allOf": []}), "SandboxMetricAlertCriteria")
    refused(watched.put_metric_alert({"criterionType": "DynamicThresholdCriterion"}), "SandboxMetricAlertCriteria")


def test_what_is_watched_exists(watched, refused):
    scope = watched.id("natGateways", "other")
    assert scope in refused(watched.put_metric_alert(scopes=[scope]), "SandboxAlertScope")
    refused(watched.put_metric_alert(scopes=[]), "SandboxAlertScope")


def test_one_alert_watches_one_gateway(watched, refused):
    watched.put_gateway("second")
    both = [watched.id("natGateways", name) for name in ("ng", "second")]
    message = refused(watched.put_metric_alert(scopes=both), "BadRequest")
    assert message.startswith("Scopes property is invalid. Only single resource is allowed")


def test_an_alert_follows_a_gateway_in_place(watched):
    watched.put_metric_alert()
    watched.put_gateway("second")
    assert watched.put_metric_alert(scopes=[watched.id("natGateways", "second")]).status == 200


def test_action_groups_exist(watched, refused):
    for wrong in (watched.insights_id("actionGroups", "nobody"), watched.id("natGateways", "ng")):
        message = refused(watched.put_metric_alert(actions=[{"actionGroupId": wrong}]), "BadRequest")
        assert message == f"Arm resource {wrong} is invalid or in a different subscription as alert rule."


def test_an_alert_tells_five_action_groups_at_most(watched, refused):
    groups = [{"actionGroupId": watched.insights_id("actionGroups", "ops")}]
    assert watched.put_metric_alert(actions=groups * 5).ok
    refused(watched.put_metric_alert(actions=groups * 6), "SandboxTooManyActionGroups")


def test_alerts_are_of_no_region(watched, refused):
    watched.put_metric_alert()
    id_ = watched.insights_id(ALERT, "failed")
    body = {**watched.get(id_), "location": "westeurope"}
    refused(watched.put(id_, body), "LocationNotAvailableForResourceType")


def test_an_alert_stays_when_what_it_watches_goes(watched):
    watched.put_metric_alert()
    assert watched.delete(watched.id("natGateways", "ng")).status == 200
    assert watched.delete(watched.insights_id("actionGroups", "ops")).status == 200
    assert watched.get(watched.insights_id(ALERT, "failed"))
    assert watched.delete(watched.insights_id(ALERT, "failed")).status == 200


def test_alerts_go_with_their_group(watched):
    watched.put_metric_alert()
    assert watched.delete(watched.group).status == 200
