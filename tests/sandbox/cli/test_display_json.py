from __future__ import annotations

import json

import pytest
from azure_sandbox.engine import display_json
from azure_sandbox.engine.display import JsonDisplay
from azure_sandbox.engine.events import (
    Diagnostic,
    PolicyLoad,
    PolicyRemediation,
    PolicySummary,
    PolicyViolation,
    Step,
    StepStarted,
    StepSucceeded,
    Summary,
)
from azure_sandbox.engine.request import ConfigValue
from nat_egress.state.model import ResourceState
from nat_egress.state.properties import SECRET, SIGNATURE
from nat_egress.state.values import UNKNOWN, Secret

ROOT = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
GATEWAY = "urn:pulumi:dev::shop::azure-native:network:NatGateway::gw"
OLD = ResourceState(GATEWAY, "azure-native:network:NatGateway", custom=True, id="/gw", inputs={"sku": "Standard"})
NEW = ResourceState(
    GATEWAY,
    "azure-native:network:NatGateway",
    custom=True,
    inputs={"sku": "StandardV2", "key": Secret("s3cret")},
    outputs={"guid": UNKNOWN},
)


def test_the_document_of_a_preview():
    replaced = Step(
        "replace",
        GATEWAY,
        NEW.type,
        "p::id",
        OLD,
        NEW,
        ("sku",),
        ("sku",),
        {"sku": {"diffKind": "update-replace", "inputDiff": True}},
    )
    same = Step("same", "urn:pulumi:dev::shop::a:b:C::x", "a:b:C", old=OLD, new=OLD)
    root = Step("same", ROOT, "pulumi:pulumi:Stack")
    events = [
        StepStarted(root),
        StepStarted(same),
        StepStarted(Step("create-replacement", GATEWAY, NEW.type, new=NEW)),
        StepStarted(replaced),
        Diagnostic("warning", "careful\n", GATEWAY),
        Diagnostic("debug", "not for people"),
        Summary(preview=True, duration_seconds=1.5, resource_changes={"same": 2, "replace": 1}),
    ]
    config = {"shop:a": ConfigValue("1"), "shop:b": ConfigValue("s3cret", secret=True)}
    document = display_json.digest(events, config)
    assert "s3cret" not in json.dumps(document)
    assert document == {
        "config": {"shop:a": "1", "shop:b": "[secret]"},
        "steps": [
            {"op": "same", "urn": ROOT, "detailedDiff": None},
            {
                "op": "replace",
                "urn": GATEWAY,
                "provider": "p::id",
                "oldState": {
                    "urn": GATEWAY,
                    "custom": True,
                    "id": "/gw",
                    "type": NEW.type,
                    "inputs": {"sku": "Standard"},
                },
                "newState": {
                    "urn": GATEWAY,
                    "custom": True,
                    "type": NEW.type,
                    "inputs": {"key": "[secret]", "sku": "StandardV2"},
                    "outputs": {"guid": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"},
                },
                "diffReasons": ["sku"],
                "replaceReasons": ["sku"],
                "detailedDiff": {"sku": {"kind": "update-replace", "inputDiff": True}},
            },
        ],
        "diagnostics": [{"urn": GATEWAY, "message": "warning: careful\n", "severity": "warning"}],
        "duration": 1_500_000_000,
        "changeSummary": {"same": 2, "replace": 1},
    }


def test_the_document_of_a_refresh_says_what_was_found():
    """As `pulumi refresh --preview-only --json`: what is as before stays in it as what was looked at."""

    def looked(urn, op, **more):
        row = ResourceState(urn, "t:i:T", custom=True)
        new = None if op == "delete" else row
        return Step(op, urn, "t:i:T", old=row, new=new, refresh=True, **more)

    urns = {name: f"urn:pulumi:dev::shop::t:i:T::{name}" for name in ("same", "changed", "gone", "outputs")}
    drift = {"size": {"diffKind": "update", "inputDiff": True}}
    document = display_json.digest(
        [
            *(StepStarted(looked(urn, "refresh")) for urn in urns.values()),
            StepSucceeded(looked(urns["same"], "same")),
            StepSucceeded(looked(urns["changed"], "update", diffs=("size",), detailed_diff=drift)),
            StepSucceeded(looked(urns["gone"], "delete")),
            StepSucceeded(looked(urns["outputs"], "update")),
            StepSucceeded(Step("update", urns["same"], "t:i:T", detailed_diff=drift)),
        ],
        {},
    )
    assert [(step["op"], step["urn"]) for step in document["steps"]] == [
        ("refresh", urns["same"]),
        ("update", urns["changed"]),
        ("delete", urns["gone"]),
        ("refresh", urns["outputs"]),
    ]
    assert document["steps"][1]["detailedDiff"] == {"size": {"kind": "update", "inputDiff": True}}
    assert "newState" not in document["steps"][2]


def test_each_event_is_a_document_of_its_own():
    step = Step("create", GATEWAY, NEW.type, new=NEW)
    kinds = [
        (StepStarted(step), "resourcePreEvent"),
        (StepSucceeded(step), "resOutputsEvent"),
        (Diagnostic("info", "x"), "diagnosticEvent"),
        (PolicyLoad(), "policyLoadEvent"),
        (PolicyViolation("pack", "rule", "mandatory", "no", GATEWAY), "policyEvent"),
        (PolicyRemediation("pack", "1", "rule", GATEWAY, NEW.inputs, NEW.inputs), "policyRemediationEvent"),
        (PolicySummary("remediate", "pack", "1"), "policyRemediateSummaryEvent"),
        (PolicySummary("analyze", "pack", "1"), "policyAnalyzeSummaryEvent"),
        (PolicySummary("analyze_stack", "pack", "1"), "policyAnalyzeStackSummaryEvent"),
        (Summary(preview=False, duration_seconds=1.0, resource_changes={"create": 1}), "summaryEvent"),
    ]
    for sequence, (event, kind) in enumerate(kinds):
        document = display_json.event_document(event, sequence, 7)
        assert list(document) == ["sequence", "timestamp", kind]
        assert "s3cret" not in json.dumps(document)


@pytest.mark.parametrize("packs", [0, 2])
def test_an_update_begins_when_its_policy_packs_are_loading(packs):
    """As with the CLI, which numbers its lines from 0 (pulumi/pulumi `pkg/engine/update.go`, 3.260)."""
    written: list[str] = []
    told = [*[PolicyLoad()] * packs, StepStarted(Step("create", GATEWAY, NEW.type, new=NEW))]
    with JsonDisplay(written.append, {"shop:size": ConfigValue("3")}, preview=False) as display:
        for event in [*told, Summary(preview=False, duration_seconds=1.0, resource_changes={"create": 1})]:
            display.tell(event)
        display.finish({})
    lines = [json.loads(line) for line in written]
    kinds = [list(line)[2] for line in lines]
    ends = ["resourcePreEvent", "summaryEvent", "cancelEvent"]
    assert kinds == [*["policyLoadEvent"] * packs, "preludeEvent", *ends]
    assert [line["sequence"] for line in lines] == list(range(len(lines)))
    assert lines[packs]["preludeEvent"] == {"config": {"shop:size": "3"}}


def test_what_an_event_says_of_a_resource_has_the_keys_that_scripts_read():
    stack = ResourceState(ROOT, "pulumi:pulumi:Stack")
    document = display_json.event_document(StepStarted(Step("create", ROOT, stack.type, new=stack)), 1, 7)
    metadata = document["resourcePreEvent"]["metadata"]
    assert metadata["old"] is None
    assert metadata["new"] == {
        "urn": ROOT,
        "custom": False,
        "type": "pulumi:pulumi:Stack",
        "id": "",
        "parent": "",
        "inputs": {},
        "outputs": {},
        "provider": "",
    }
    document = display_json.event_document(StepStarted(Step("create", GATEWAY, NEW.type, new=NEW)), 1, 7)
    inputs = document["resourcePreEvent"]["metadata"]["new"]["inputs"]
    assert inputs["sku"] == "StandardV2"
    assert inputs["key"] == {SIGNATURE: SECRET, "ciphertext": "[secret]"}


def test_what_policies_found_has_the_pack_and_no_empty_parts():
    told = [
        PolicyViolation("pack", "rule", "mandatory", "no", GATEWAY, "high", "1.0.0"),
        PolicySummary("analyze_stack", "pack", "", failed=("rule",)),
    ]
    violation, summary = (display_json.event_document(each, 1, 7) for each in told)
    assert violation["policyEvent"] == {
        "resourceUrn": GATEWAY,
        "message": "no\n",
        "color": "never",
        "policyName": "rule",
        "policyPackName": "pack",
        "policyPackVersion": "1.0.0",
        "policyPackVersionTag": "1.0.0",
        "enforcementLevel": "mandatory",
        "severity": "high",
    }
    assert summary["policyAnalyzeStackSummaryEvent"] == {
        "policyPackName": "pack",
        "policyPackVersion": "",
        "policyPackVersionTag": "",
        "failed": ["rule"],
    }


def test_a_message_is_a_line_with_its_severity_before_it():
    said = [Diagnostic("error", "two\nlines"), Diagnostic("info", "printed"), Diagnostic("info#err", "so\n")]
    events = [display_json.event_document(each, 1, 7)["diagnosticEvent"] for each in said]
    assert events == [
        {"prefix": "error: ", "message": "two\nlines\n", "color": "never", "severity": "error"},
        {"message": "printed\n", "color": "never", "severity": "info"},
        {"message": "so\n", "color": "never", "severity": "info#err"},
    ]
    messages = [each["message"] for each in display_json.digest(said, {})["diagnostics"]]
    assert messages == ["error: two\nlines\n", "printed\n", "so\n"]


def test_the_summary_says_how_it_ended():
    summary = Summary(
        preview=False, duration_seconds=1.2, resource_changes={"create": 1}, policy_packs={"net": "1.0.0"}
    )
    assert display_json.event_document(summary, 1, 7)["summaryEvent"] == {
        "maybeCorrupt": False,
        "durationSeconds": 2,
        "resourceChanges": {"create": 1},
        "PolicyPacks": {"net": "1.0.0"},
        "isPreview": False,
        "result": "succeeded",
    }
    failed = display_json.event_document(summary, 1, 7, succeeded=False)
    assert failed["summaryEvent"]["result"] == "failed"


def test_outputs_as_json():
    values = {"b": Secret({"x": [1]}), "a": {"k": Secret("v")}}
    assert display_json.plain_outputs(values, show_secrets=False) == {"a": {"k": "[secret]"}, "b": "[secret]"}
    assert display_json.plain_outputs(values, show_secrets=True) == {"a": {"k": "v"}, "b": {"x": [1]}}
