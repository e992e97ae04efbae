"""Alerts and workbooks through the real process: from the preview to the end."""

from __future__ import annotations

from typing import Any, TypeAlias

import grpc
import pytest
from azure_sandbox.provider.wire import UNKNOWN

Engine: TypeAlias = Any
"""The fixture of that name; see conftest.py."""


def alert(group: str, gateway: str, told: str, threshold: float) -> dict[str, Any]:
    criterion = {
        "criterionType": "StaticThresholdCriterion",
        "name": "connections",
        "metricName": "TotalConnectionCount",
        "operator": "GreaterThan",
        "threshold": threshold,
        "timeAggregation": "Total",
    }
    return {
        "resourceGroupName": group,
        "location": "global",
        "enabled": True,
        "severity": 2,
        "scopes": [gateway],
        "windowSize": "PT1M",
        "evaluationFrequency": "PT1M",
        "actions": [{"actionGroupId": told}],
        "criteria": {
            "odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
            "allOf": [criterion],
        },
    }


def test_an_alert_from_preview_to_deletion(engine: Engine, group: str) -> None:
    gateway, *_ = engine.make("NatGateway", "gateway", {"resourceGroupName": group})
    group_of_ours = {
        "resourceGroupName": group,
        "location": "global",
        "enabled": True,
        "groupShortName": "ops",
        "emailReceivers": [{"name": "a", "emailAddress": "a@example.com"}],
    }
    told, *_ = engine.make("ActionGroup", "ops", group_of_ours)
    inputs = engine.check("MetricAlert", "connections", alert(group, gateway, told, 40_000))
    assert inputs["azureApiVersion"] == "2018-03-01"
    foreseen = engine.preview("MetricAlert", "connections", inputs)
    assert foreseen["criteria"]["allOf"][0]["threshold"] == 40_000
    assert foreseen["name"] == UNKNOWN
    resource_id, outputs = engine.create("MetricAlert", "connections", inputs)
    assert "/providers/Microsoft.Insights/metricAlerts/connections" in resource_id
    assert outputs["criteria"] == inputs["criteria"]

    assert engine.read("MetricAlert", resource_id, inputs, outputs)[1] == inputs, "a refresh finds nothing"
    imported = engine.read("MetricAlert", resource_id)[1]
    assert imported["criteria"] == inputs["criteria"]

    more = {**inputs, **alert(group, gateway, told, 80_000)}
    assert list(engine.diff("MetricAlert", inputs, more).diffs) == ["criteria"]
    updated = engine.update("MetricAlert", "connections", resource_id, more, outputs, preview=False)
    assert updated["criteria"]["allOf"][0]["threshold"] == 80_000
    _, seen, _ = engine.read("MetricAlert", resource_id, inputs, outputs)
    assert seen["criteria"]["allOf"][0]["threshold"] == 80_000, "a refresh sees what has changed"

    wrong = alert(group, gateway, told, 1)
    wrong["criteria"]["allOf"][0]["metricName"] = "SnatPorts"
    with pytest.raises(grpc.RpcError, match="The metric names were not found SnatPorts"):
        engine.make("MetricAlert", "wrong", wrong)
    engine.delete("MetricAlert", resource_id)
    assert engine.read("MetricAlert", resource_id)[0] == ""


def test_a_workbook_has_the_name_that_it_is_given(engine: Engine, group: str) -> None:
    book = {
        "resourceGroupName": group,
        "location": "westeurope",
        "kind": "shared",
        "category": "workbook",
        "displayName": "egress",
        "serializedData": "{}",
    }
    with pytest.raises(grpc.RpcError, match="Invalid Workbook resource name: 'book"):
        engine.make("Workbook", "book", book)  # a generated name is no GUID, here as with the real provider
    named = {**book, "resourceName": "5f4a3f0c-2b66-4c0e-9a39-6b1f0d5f7c11"}
    resource_id, outputs, inputs = engine.make("Workbook", "book", named)
    assert inputs["azureApiVersion"] == "2023-06-01"
    assert resource_id.endswith("/providers/Microsoft.Insights/workbooks/5f4a3f0c-2b66-4c0e-9a39-6b1f0d5f7c11")
    assert outputs["serializedData"] == "{}"
    assert engine.read("Workbook", resource_id, inputs, outputs)[1] == inputs, "a refresh finds nothing"
    engine.delete("Workbook", resource_id)
    assert engine.read("Workbook", resource_id)[0] == ""
