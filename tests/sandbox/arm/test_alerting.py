"""Action groups, activity log alerts and alert processing rules."""

from __future__ import annotations

import pytest


def test_an_action_group(watched):
    assert watched.put_action_group().status == 200
    group = watched.get(watched.insights_id("actionGroups", "ops"))
    assert group["location"] == "global"
    assert group["properties"]["enabled"] is True
    assert watched.put(group["id"], group).status == 200


def test_short_names(azure, refused):
    assert azure.put_action_group(properties={"groupShortName": "twelve-chars"}).ok
    message = refused(azure.put_action_group(properties={"groupShortName": "thirteen-char"}), "SandboxActionGroup")
    assert "of 13 characters" in message
    refused(azure.put_action_group(properties={"groupShortName": None}), "SandboxActionGroup")


def test_receivers(azure, refused):
    for kind, needed in (("emailReceivers", "emailAddress"), ("webhookReceivers", "serviceUri")):
        response = azure.put_action_group(properties={kind: [{"name": "one"}]})
        assert f"without {needed}" in refused(response, "SandboxActionGroup")
    hook = {"name": "Operations", "serviceUri": "https://example.com"}
    refused(azure.put_action_group(properties={"webhookReceivers": [hook]}), "SandboxActionGroup")
    assert azure.put_action_group(properties={"webhookReceivers": [{**hook, "name": "pager"}]}).ok


def test_action_groups_are_global_or_in_a_few_regions(azure, refused):
    refused(azure.put_action_group(location="westeurope"), "LocationNotAvailableForResourceType")
    assert azure.put_action_group(location="Sweden Central").ok
    assert azure.put_action_group("other", location="eastus2").ok


def test_a_log_alert(watched):
    assert watched.put_log_alert().status == 201
    alert = watched.get(watched.insights_id("activityLogAlerts", "health"))
    assert alert["properties"]["enabled"] is True
    assert watched.put(alert["id"], alert).status == 200


@pytest.mark.parametrize(
    "conditions",
    [
        [],
        [{"field": "status", "equals": "Active"}],
        [{"field": "category", "equals": "Health"}],
        [{"field": "category", "equals": "ResourceHealth"}, {"field": "category", "equals": "Policy"}],
    ],
)
def test_a_log_alert_is_of_one_category(watched, refused, conditions):
    refused(watched.put_log_alert(condition={"allOf": conditions}), "SandboxActivityLogAlertCondition")


def test_what_a_log_alert_watches_and_tells_exists(watched, refused):
    refused(watched.put_log_alert(scopes=[watched.id("natGateways", "other")]), "SandboxAlertScope")
    nobody = {"actionGroups": [{"actionGroupId": watched.insights_id("actionGroups", "nobody")}]}
    refused(watched.put_log_alert(actions=nobody), "BadRequest")


def test_log_alerts_are_global_or_in_two_regions(watched, refused):
    refused(watched.put_log_alert(location="eastus"), "LocationNotAvailableForResourceType")
    assert watched.put_log_alert(location="northeurope").ok


def test_a_processing_rule(watched):
    assert watched.put_processing_rule().status == 201
    rule = watched.get(f"{watched.group}/providers/Microsoft.AlertsManagement/actionRules/night")
    assert rule["properties"]["enabled"] is True
    assert watched.put(rule["id"], rule).status == 200


@pytest.mark.parametrize(
    "recurrence",
    [
        {"recurrenceType": "Daily", "startTime": "20:00", "endTime": "06:00:00"},
        {"recurrenceType": "Daily", "startTime": "24:00:00", "endTime": "06:00:00"},
        {"recurrenceType": "Daily", "startTime": "20:00:00"},
        {"recurrenceType": "Weekly", "startTime": "20:00:00", "endTime": "06:00:00"},
        {"startTime": "20:00:00", "endTime": "06:00:00"},
    ],
)
def test_recurrences_that_are_none(watched, refused, recurrence):
    refused(watched.put_processing_rule(schedule={"recurrences": [recurrence]}), "SandboxAlertProcessingRule")


def test_a_weekly_recurrence(watched, refused):
    weekly = {"recurrenceType": "Weekly", "daysOfWeek": ["Saturday"], "startTime": "20:00:00", "endTime": "06:00:00"}
    assert watched.put_processing_rule(schedule={"recurrences": [weekly]}).ok
    other = {**weekly, "daysOfWeek": ["Samstag"]}
    refused(watched.put_processing_rule(schedule={"recurrences": [other]}), "InvalidRequestFormat")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("scopes", []),
        ("scopes", ["/subscriptions/other/resourceGroups/rg"]),
        ("actions", []),
        ("actions", [{}]),
        ("conditions", [{"field": "Severity", "operator": "Equals"}]),
    ],
)
def test_what_a_processing_rule_needs(watched, refused, member, value):
    refused(watched.put_processing_rule(**{member: value}), "SandboxAlertProcessingRule")


def test_a_condition_has_five_values_at_most(watched, refused):
    def of(count):
        return [{"field": "AlertRuleName", "operator": "Equals", "values": [f"rule-{n}" for n in range(count)]}]

    assert watched.put_processing_rule(conditions=of(5)).ok
    message = refused(watched.put_processing_rule(conditions=of(6)), "SandboxAlertProcessingRule")
    assert "The condition on AlertRuleName" in message
    assert "has 6 values. It has at most 5" in message


def test_a_processing_rule_may_look_at_a_whole_subscription(watched):
    assert watched.put_processing_rule(scopes=[f"/subscriptions/{watched.subscription}"]).ok


def test_action_groups_that_a_rule_adds_exist(watched, refused):
    def adding(name):
        return [{"actionType": "AddActionGroups", "actionGroupIds": [watched.insights_id("actionGroups", name)]}]

    assert watched.put_processing_rule(actions=adding("ops")).ok
    refused(watched.put_processing_rule(actions=adding("nobody")), "BadRequest")


def test_processing_rules_are_of_no_region(watched, refused):
    refused(watched.put_processing_rule(location="westeurope"), "LocationNotAvailableForResourceType")
