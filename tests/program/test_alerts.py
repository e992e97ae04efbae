"""The life of a stack's alerts: their thresholds follow the size of the gateway, and nothing of them is left behind."""

import subprocess
import sys

from tests.program.conftest import ROOT
from tests.program.test_settings import load, refusal

NETWORK = {"addressSpace": ["10.0.0.0/16"], "subnets": {"app": {"addressPrefix": "10.0.0.0/24"}}}
EMAILS = {"operations": "operations@example.com"}
NIGHT = {"start": "20:00", "end": "06:00"}
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"


def stack(length, alerts):
    settings = {"network": NETWORK, "egress": {"prefixes": {"one": {"length": length}}}}
    return settings if alerts is None else settings | {"alerts": alerts}


def settle(project):
    project.up()
    assert project.steps() == set()


def threshold(project, key):
    """What the sandbox's Azure has."""
    id_ = project.outputs()["alerts"][key]
    body = project.cloud().get(id_, api_version="2018-03-01").body
    (criterion,) = body["properties"]["criteria"]["allOf"]
    return criterion["threshold"]


def of_type(project, kind):
    return project.cloud().list(f"{SUBSCRIPTION}/providers/{kind}").body["value"]


def drawn(project):
    """The workbook that the sandbox's Azure has."""
    (book,) = of_type(project, "Microsoft.Insights/workbooks")
    assert book["location"] == "westeurope"
    return book


def test_alerts_from_the_first_day_to_the_last(either_engine):
    project = either_engine
    asked = {"emails": EMAILS, "attemptsPerMinute": 1000, "muteDatapath": NIGHT, "workbook": True}
    project.settings("sandbox", stack(31, asked))
    settle(project)
    assert set(project.outputs()["alerts"]) == {
        "bytes",
        "datapath-availability",
        "dropped-packets",
        "failed-connections",
        "resource-health",
        "sustained-failures",
        "total-connections",
    }
    assert threshold(project, "total-connections") == 80_000
    assert threshold(project, "sustained-failures") == 150
    (rule,) = of_type(project, "Microsoft.AlertsManagement/actionRules")
    muted = rule["properties"]["conditions"][0]["values"]
    assert muted == [project.outputs()["alerts"][key] for key in ("datapath-availability", "resource-health")]

    book = drawn(project)
    assert "Active connections (alert: above 80,000 in 1 min)" in book["properties"]["serializedData"]
    assert project.outputs()["gatewayId"] in book["properties"]["serializedData"]

    # A second prefix: the thresholds follow, in place, and so does what the workbook says of them.
    larger = stack(31, asked | {"attemptsPerMinute": 4000})
    larger["egress"]["prefixes"]["two"] = {"length": 30}
    project.settings("sandbox", larger)
    alerts = {step for step in project.steps() if step[2].startswith("alerts")}
    assert alerts == {
        ("update", "MetricAlert", "alerts-total-connections"),
        ("update", "MetricAlert", "alerts-sustained-failures"),
        ("update", "Workbook", "alerts-workbook"),
    }
    before = project.outputs()["alerts"]
    settle(project)
    assert project.outputs()["alerts"] == before
    assert threshold(project, "total-connections") == 240_000
    assert threshold(project, "sustained-failures") == 600
    assert drawn(project)["id"] == book["id"]
    assert "Active connections (alert: above 240,000 in 1 min)" in drawn(project)["properties"]["serializedData"]

    # Awake at night again and no workbook, and then without alerts.
    larger["alerts"] = {"emails": EMAILS, "attemptsPerMinute": 4000}
    project.settings("sandbox", larger)
    assert project.steps() == {
        ("delete", "AlertProcessingRuleByName", "alerts-muted"),
        ("delete", "Workbook", "alerts-workbook"),
    }
    settle(project)
    del larger["alerts"]
    project.settings("sandbox", larger)
    assert {op for op, _, _ in project.steps()} == {"delete"}
    settle(project)
    for kind in ("metricAlerts", "activityLogAlerts", "actionGroups", "workbooks"):
        assert of_type(project, f"Microsoft.Insights/{kind}") == []
    assert len(of_type(project, "Microsoft.Network/natGateways")) == 1
    project.run("destroy", "--yes")
    assert project.resources() == {}


def test_alerts_follow_a_replaced_gateway_and_go_with_the_stack(project):
    addresses = {"prefixes": {"one": {"length": 31}}}
    alerts = {"emails": EMAILS}
    project.settings("sandbox", {"network": NETWORK, "egress": addresses, "alerts": alerts})
    project.up()
    before = project.outputs()
    moving = {"zone": 2, "prefixes": {"one": {"length": 31, "attached": False}, "meanwhile": {"length": 31}}}
    project.settings("sandbox", {"network": NETWORK, "egress": moving, "alerts": alerts})
    assert {step for step in project.steps() if step[1] == "MetricAlert" and step[0] != "update"} == set()
    settle(project)
    after = project.outputs()
    assert after["gatewayId"] != before["gatewayId"]
    assert after["alerts"] == before["alerts"]
    for alert in of_type(project, "Microsoft.Insights/metricAlerts"):
        assert alert["properties"]["scopes"] == [after["gatewayId"]]
    project.run("destroy", "--yes")
    assert project.resources() == {}
    assert of_type(project, "Microsoft.Insights/metricAlerts") == []


def test_prod_has_alerts(project):
    created = {step[1:] for step in project.steps("prod")}
    assert {
        ("EgressAlerts", "alerts"),
        ("ActionGroup", "alerts"),
        ("MetricAlert", "alerts-sustained-failures"),
        ("Workbook", "alerts-workbook"),
    } <= created
    assert not {step for step in project.steps() if step[2].startswith("alerts")}, "others have none unless they ask"


def test_what_is_wrong_with_alerts_is_said_in_the_words_of_the_stack_file():
    message = refusal(
        egress={"prefixes": {"a": {"length": 28}}},
        alerts={
            "emails": {"ops": "nobody"},
            "busiestShare": 25,
            "failureShare": 0.1,
            "muteDatapath": {"start": "20:00", "end": "6:00"},
        },
    )
    assert message.startswith("The stack file has 4 wrong settings:")
    assert "private-egress:alerts.emails.ops is nobody: that is no e-mail address." in message
    assert "private-egress:alerts.busiestShare is 25" in message
    assert "it is a share of attemptsPerMinute, which is not set" in message
    assert "private-egress:alerts.muteDatapath.end is 6:00" in message


def test_a_gateway_without_addresses_has_nothing_to_watch():
    message = refusal(alerts={"emails": EMAILS})
    assert message == (
        "The stack file has a wrong setting:\n  - private-egress:alerts is given: the gateway has no public address, "
        "and so no traffic to watch. Add a prefix or an address to egress."
    )


def test_a_gateway_that_is_wrong_is_said_once():
    message = refusal(egress={"idleTimeoutMinutes": 3, "prefixes": {"a": {"length": 31}}}, alerts={"emails": EMAILS})
    assert message.count("\n  - ") == 1


def test_the_size_is_that_of_the_attached_addresses():
    egress = {
        "prefixes": {"a": {"length": 29}, "b": {"length": 31, "attached": False}},
        "addresses": {"c": {}},
    }
    args = load(egress=egress, alerts={"emails": EMAILS}).alerts_args("rg", "gateway")
    assert args["address_count"] == 9


def test_a_stack_without_alerts_does_not_load_them():
    code = "import sys, settings, nat_egress; nat_egress.NatEgress; assert 'nat_egress.alerts' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_times_may_stand_unquoted(project):
    (project.root / "stacks" / "Pulumi.sandbox.yaml").write_text(
        """config:
  azure-native:location: westeurope
  private-egress:network: { addressSpace: [10.0.0.0/16], subnets: { app: { addressPrefix: 10.0.0.0/24 } } }
  private-egress:egress: { prefixes: { one: { length: 31 } } }
  private-egress:alerts:
    emails: { operations: operations@example.com }
    busiestShare: 1
    muteDatapath: { start: 20:00, end: 06:00 }
"""
    )
    assert ("create", "AlertProcessingRuleByName", "alerts-muted") in project.steps()
