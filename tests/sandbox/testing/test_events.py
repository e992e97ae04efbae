"""What the engines print, read back."""

import json

import pytest
from azure_sandbox.testing.events import Message, documents, read

from tests.sandbox.testing.conftest import urn

WEB = urn("network:Subnet", "web")


def line(kind, op="create", resource=WEB, **more):
    return {kind: {"metadata": {"op": op, "urn": resource, "old": None, "new": {"id": kind}, **more}}}


def told(*events):
    return read("\n".join(json.dumps({"sequence": at, **event}) for at, event in enumerate(events)))


def test_a_step_has_a_begin_and_an_end():
    (step,) = told(
        line("resourcePreEvent", diffs=["tags"], keys=["zones"], detailedDiff={"tags.a": {"diffKind": "add"}}),
        line("resOutputsEvent"),
    ).steps
    assert (step.op, step.urn, step.begun, step.ended, step.failed) == ("create", WEB, 0, 1, False)
    assert (step.diffs, step.replace_keys, step.detailed_diff) == (("tags",), ("zones",), {"tags.a": "add"})
    assert step.new == {"id": "resOutputsEvent"}, "as it is after the step"


def test_what_fails_and_what_does_not_end():
    first, second = told(
        line("resourcePreEvent"), line("resourcePreEvent", op="update", resource="x"), line("resOpFailedEvent")
    ).steps
    assert (first.failed, first.ended) == (True, 2)
    assert (second.failed, second.ended) == (False, None)


def test_parts_of_a_replacement_are_told_apart():
    ops = ("create-replacement", "replace", "delete-replaced")
    events = [line(kind, op) for op in ops for kind in ("resourcePreEvent", "resOutputsEvent")]
    assert [(step.op, step.begun, step.ended) for step in told(*events).steps] == [
        ("create-replacement", 0, 1),
        ("replace", 2, 3),
        ("delete-replaced", 4, 5),
    ]


def test_an_end_is_that_of_the_step_of_its_op():
    """The half of a replacement that is deleted may be under way while the other one ends."""
    events = [("resourcePreEvent", "delete-replaced"), ("resourcePreEvent", "replace"), ("resOutputsEvent", "replace")]
    assert [(step.op, step.ended) for step in told(*(line(*event) for event in events)).steps] == [
        ("delete-replaced", None),
        ("replace", 2),
    ]


def test_a_refresh_is_what_was_found():
    (step,) = told(line("resourcePreEvent", "refresh"), line("resOutputsEvent", "update")).steps
    assert (step.op, step.ended) == ("update", 1)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"severity": "error", "message": "error: no\n", "urn": WEB}, Message("error", "no", WEB)),
        ({"severity": "warning", "message": "careful", "prefix": "warning: "}, Message("warning", "careful")),
        ({"severity": "info#err", "message": "Traceback\n"}, Message("info#err", "Traceback")),
        ({"severity": "debug", "message": "registering"}, None),
    ],
)
def test_messages(event, message):
    assert told({"diagnosticEvent": event}).messages == ((message,) if message else ())


def test_what_a_policy_found():
    event = {"resourceUrn": WEB, "message": "open", "policyName": "rule", "enforcementLevel": "mandatory"}
    assert told({"policyEvent": event}).messages == (Message("mandatory", "rule: open", WEB),)


def test_the_document_of_a_preview():
    steps = [{"op": "update", "urn": WEB, "diffReasons": ["tags"], "detailedDiff": {"tags": {"kind": "update"}}}]
    said = [{"message": "warning: careful", "severity": "warning"}]
    found = read(json.dumps({"steps": steps, "diagnostics": said, "duration": 1}, indent=4))
    assert [(step.op, step.diffs, step.detailed_diff) for step in found.steps] == [
        ("update", ("tags",), {"tags": "update"})
    ]
    assert found.messages == (Message("warning", "careful"),)
    assert read('{"duration": 1, "changeSummary": {"same": 1}}').steps == ()


def test_what_is_no_document_is_passed_over_and_what_is_cut_off_is_left_out():
    assert list(documents('said {so}\n{"a": 1}\n{"b": {"c": "}{"}} {"d": 2}\n{"e": ')) == [
        {"a": 1},
        {"b": {"c": "}{"}},
        {"d": 2},
    ]
