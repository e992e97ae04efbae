from __future__ import annotations

import json
import subprocess
import sys

import pytest
from nat_egress import EgressAlerts, InvalidArguments, NatEgress
from nat_egress.alert_args import read_alerts
from nat_egress.workbook import workbook_name
from pulumi import Output, ResourceOptions

BASE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers"
GATEWAY = f"{BASE}/Microsoft.Network/natGateways/n"
GROUP = f"{BASE}/Microsoft.Insights/actionGroups/on-call"
EMAILS = {"operations": "operations@example.com"}
ARGS = {"resource_group_name": "rg", "gateway_id": GATEWAY, "address_count": 8, "emails": EMAILS}
KEYS = ["datapath-availability", "failed-connections", "dropped-packets", "total-connections", "bytes"]


def alerts(opts=None, **changes):
    args = {key: value for key, value in (ARGS | changes).items() if value is not None}
    return EgressAlerts("alerts", args, opts)


def all_outputs(one):
    return Output.all(
        ids=one.alert_ids,
        groups=one.action_group_ids,
        muting=one.muting_rule_id,
        workbook=one.workbook_id,
        urn=one.urn,
    )


def test_makes_an_action_group_and_the_alerts(run):
    done = run(lambda: all_outputs(alerts(tags={"owner": "platform"}, webhooks={"pager": "https://example.com/hook"})))
    assert done.names("MetricAlert") == [f"alerts-{key}" for key in KEYS]
    group = done.one("ActionGroup", "alerts")
    assert group.inputs["groupShortName"] == "nat-egress"
    assert group.inputs["enabled"] is True
    assert group.inputs["emailReceivers"] == [
        {"name": "operations", "emailAddress": "operations@example.com", "useCommonAlertSchema": True}
    ]
    assert group.inputs["webhookReceivers"] == [
        {
            "name": "pager",
            "serviceUri": "https://example.com/hook",
            "useCommonAlertSchema": True,
            "useAadAuth": False,  # the SDK's own default
        }
    ]
    health = done.one("ActivityLogAlert", "alerts-resource-health")
    assert health.inputs["condition"] == {"allOf": [{"field": "category", "equals": "ResourceHealth"}]}
    assert health.inputs["scopes"] == [GATEWAY]
    (told,) = done.result["groups"]
    assert health.inputs["actions"] == {"actionGroups": [{"actionGroupId": told}]}
    assert done.names("AlertProcessingRuleByName") == []
    assert done.names("Workbook") == []
    for one in done.registered[1:]:
        assert one.parent == "alerts"
        assert one.inputs["resourceGroupName"] == "rg"
        assert one.inputs["location"] == "global"
        assert one.inputs["tags"] == {"owner": "platform"}
        assert not set(one.inputs) & {"ruleName", "actionGroupName", "activityLogAlertName"}, "names are generated"
    assert set(done.result["ids"]) == {*KEYS, "resource-health"}
    assert done.result["muting"] == done.result["workbook"] == ""
    assert done.warnings == []


FAILED = [{"name": "ConnectionState", "operator": "Include", "values": ["Failed"]}]
BOTH = [{"name": "Direction", "operator": "Include", "values": ["In", "Out"]}]
RENDERED = [
    # severity, window, metric, aggregation, operator, threshold, dimensions
    ("datapath-availability", 1, "PT15M", "DatapathAvailability", "Average", "LessThan", 90, None),
    ("failed-connections", 3, "PT5M", "SNATConnectionCount", "Total", "GreaterThan", 0, FAILED),
    ("dropped-packets", 2, "PT5M", "PacketDropCount", "Total", "GreaterThan", 5, None),
    ("total-connections", 2, "PT1M", "TotalConnectionCount", "Total", "GreaterThan", 320_000, None),
    ("bytes", 4, "PT1M", "ByteCount", "Total", "GreaterThan", 150_000_000_000, BOTH),
    ("sustained-failures", 1, "PT15M", "SNATConnectionCount", "Total", "GreaterThan", 150, FAILED),
]


def test_each_alert_as_it_is_registered(run):
    done = run(lambda: all_outputs(alerts(attempts_per_minute=1000)))
    assert done.names("MetricAlert") == [f"alerts-{key}" for key, *_ in RENDERED]
    for key, severity, window, metric, aggregation, operator, threshold, dimensions in RENDERED:
        alert = done.one("MetricAlert", f"alerts-{key}").inputs
        assert (alert["severity"], alert["windowSize"], alert["evaluationFrequency"]) == (severity, window, "PT1M")
        assert alert["scopes"] == [GATEWAY]
        assert alert["enabled"] is True
        (criterion,) = alert["criteria"]["allOf"]
        found = [criterion[name] for name in ("name", "metricName", "timeAggregation", "operator", "threshold")]
        assert found == [key, metric, aggregation, operator, threshold]
        assert criterion.get("dimensions") == dimensions


def test_what_an_alert_says(run):
    done = run(lambda: all_outputs(alerts(attempts_per_minute=1000)))
    alert = done.one("MetricAlert", "alerts-sustained-failures").inputs
    assert alert["criteria"] == {
        "odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
        "allOf": [
            {
                "criterionType": "StaticThresholdCriterion",
                "name": "sustained-failures",
                "metricNamespace": "Microsoft.Network/natGateways",
                "metricName": "SNATConnectionCount",
                "timeAggregation": "Total",
                "operator": "GreaterThan",
                "threshold": 150,
                "dimensions": [{"name": "ConnectionState", "operator": "Include", "values": ["Failed"]}],
            }
        ],
    }
    assert (alert["severity"], alert["windowSize"], alert["evaluationFrequency"]) == (1, "PT15M", "PT1M")
    assert alert["enabled"] is True
    assert alert["scopes"] == [GATEWAY]
    assert alert["actions"] == [{"actionGroupId": group} for group in done.result["groups"]]
    (criterion,) = done.one("MetricAlert", "alerts-datapath-availability").inputs["criteria"]["allOf"]
    assert "dimensions" not in criterion


def test_action_groups_that_exist_are_told_as_well_or_instead(run):
    done = run(lambda: all_outputs(alerts(action_group_ids=[GROUP])))
    first, second = done.result["groups"]
    assert (first != GROUP, second) == (True, GROUP)
    done = run(lambda: all_outputs(alerts(emails=None, action_group_ids=[Output.from_input(GROUP)])))
    assert done.names("ActionGroup") == []
    assert done.result["groups"] == [GROUP]
    assert done.one("MetricAlert", "alerts-bytes").inputs["actions"] == [{"actionGroupId": GROUP}]


@pytest.mark.parametrize(
    ("given", "recurrence"),
    [
        ({}, {"recurrenceType": "Daily"}),
        ({"days": ["Saturday", "Sunday"]}, {"recurrenceType": "Weekly", "daysOfWeek": ["Saturday", "Sunday"]}),
    ],
)
def test_the_datapath_can_be_muted(run, given, recurrence):
    done = run(lambda: all_outputs(alerts(mute_datapath={"start": "20:00", "end": "06:00", **given})))
    rule = done.one("AlertProcessingRuleByName", "alerts-muted")
    assert rule.inputs["location"] == "global"
    properties = rule.inputs["properties"]
    assert properties["actions"] == [{"actionType": "RemoveAllActionGroups"}]
    assert properties["scopes"] == [GATEWAY]
    muted = [done.result["ids"]["datapath-availability"], done.result["ids"]["resource-health"]]
    assert properties["conditions"] == [{"field": "AlertRuleId", "operator": "Equals", "values": muted}]
    times = {"startTime": "20:00:00", "endTime": "06:00:00"}
    assert properties["schedule"] == {"timeZone": "UTC", "recurrences": [{**recurrence, **times}]}
    assert done.result["muting"].endswith("/alerts-muted")


def test_a_workbook_draws_what_the_alerts_watch(run):
    done = run(lambda: all_outputs(alerts(workbook=True, location="westeurope", tags={"owner": "platform"})))
    one = done.one("Workbook", "alerts-workbook")
    content = json.loads(one.inputs.pop("serializedData"))
    assert one.inputs == {
        "resourceName": workbook_name(done.result["urn"], "rg"),
        "resourceGroupName": "rg",
        "location": "westeurope",
        "kind": "shared",
        "category": "workbook",
        "displayName": "NAT gateway n",
        "description": "The metrics of the NAT gateway, beside the thresholds of its alerts.",
        "sourceId": GATEWAY.lower(),
        "version": "Notebook/1.0",
        "tags": {"owner": "platform"},
    }
    assert one.parent == "alerts"
    assert "Active connections (alert: above 320,000 in 1 min)" in [
        item["content"].get("title") for item in content["items"]
    ]
    assert done.result["workbook"].endswith("/alerts-workbook")


def test_a_workbook_depends_on_the_gateway_and_not_on_its_own_parent(run):
    def program():
        egress = NatEgress("egress", {"resource_group_name": "rg", "addresses": {"one": {}}})
        return alerts(gateway_id=egress.gateway_id, workbook=True).workbook_id

    one = run(program).one("Workbook", "alerts-workbook")
    assert "egress" in one.dependencies
    assert "alerts" not in one.dependencies
    assert "location" not in one.inputs


@pytest.mark.process
def test_the_module_of_workbooks_loads_only_where_one_is_wanted():
    code = "import sys, nat_egress.alerts; sys.exit(any(name.startswith('pulumi_azure_native.' + module + '._inputs') "
    code += "for name in sys.modules for module in ('applicationinsights', 'alertsmanagement')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_outputs_in_a_preview_are_unknown_and_nothing_fails(run):
    def program():
        egress = NatEgress("egress", {"resource_group_name": "rg", "addresses": {"one": {}}})
        return alerts(gateway_id=egress.gateway_id, workbook=True).urn

    done = run(program, preview=True)
    assert len(done.names("MetricAlert")) == len(KEYS)
    assert done.names("Workbook") == ["alerts-workbook"]


def test_alerts_depend_on_the_gateway_and_the_component_does_not(run):
    def program():
        egress = NatEgress("egress", {"resource_group_name": "rg", "addresses": {"one": {}}})
        return alerts(gateway_id=egress.gateway_id).alert_ids

    done = run(program)
    assert "egress" in done.one("MetricAlert", "alerts-bytes").dependencies
    assert done.one("EgressAlerts", "alerts").dependencies == set()


def test_aliases_of_other_api_versions_are_left_out_and_there_is_nothing_to_guard(run):
    done = run(lambda: all_outputs(alerts(workbook=True)))
    left = {alias.spec.type for one in done.registered for alias in one.request.aliases}
    kinds = ("ActionGroup", "ActivityLogAlert", "MetricAlert", "Workbook")
    assert left == {f"azure-native:insights:{kind}" for kind in kinds}
    assert list(done.one("EgressAlerts", "alerts").request.hooks.before_update) == []


def test_options_are_the_components(run):
    done = run(lambda: all_outputs(alerts(ResourceOptions(protect=True))))
    assert done.one("EgressAlerts", "alerts").request.protect


def test_all_that_is_wrong_is_said_at_once(rejected):
    args = {
        "gateway_id": GROUP,
        "address_count": 17,
        "busiest_share": float("nan"),
        "emails": {"a": 1},
        "webhooks": {"b": 2},
        "mute_datapath": {"start": "8pm", "day": ["Monday"]},
        "workbook": "yes",
        "adress_count": 1,
    }
    said = rejected(lambda: EgressAlerts("alerts", args))
    for words in (
        "adress_count is given: there is no such argument. Did you mean address_count?",
        "resource_group_name is not set: it is required",
        "gateway_id is /subscriptions/",
        "address_count is 17",
        "busiest_share is nan: it must be a number",
        "emails['a'] is 1: it must be text that is not empty, or an output of it",
        "webhooks['b'] is given: it must be text",
        "mute_datapath.day is given: there is no such argument. Did you mean days?",
        "mute_datapath.end is not set: it is required",
        "mute_datapath.start is 8pm",
        "workbook is yes: it must be True or False",
    ):
        assert any(line.startswith(words) for line in said), (words, said)


@pytest.mark.parametrize("args", [None, [], "alerts"])
def test_what_is_no_mapping(rejected, args):
    (first, *_) = rejected(lambda: EgressAlerts("alerts", args))
    assert "must be a mapping with the keys resource_group_name, gateway_id, address_count" in first


def test_the_count_is_required(rejected):
    (line,) = rejected(lambda: alerts(address_count=None))
    assert line == ("address_count is not set: it is required. Give the number of the gateway's public addresses.")


def test_what_decides_thresholds_is_plain(rejected):
    (line,) = rejected(lambda: alerts(address_count=Output.from_input(8)))
    assert line.startswith("address_count is an output: it decides which resources exist")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda: {"gateway_id": Output.from_input(GROUP)}, "gateway_id is /subscriptions"),
        (lambda: {"action_group_ids": [Output.from_input(GATEWAY)]}, "action_group_ids is /subscriptions"),
    ],
)
def test_ids_that_become_known_are_judged_then(run, changed, words):
    with pytest.raises(InvalidArguments, match=words):
        run(lambda: all_outputs(alerts(**changed())))


def test_arguments_as_they_are_understood():
    spec = read_alerts("", {**ARGS, "mute_datapath": {"start": "20:00", "end": "06:00"}, "attempts_per_minute": 10})
    assert (spec.busiest_share, spec.attempts_per_minute, spec.failure_share) == (1.0, 10, None)
    assert spec.mute_datapath.time_zone == "UTC"
    assert spec.emails == EMAILS
