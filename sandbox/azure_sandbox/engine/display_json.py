"""An update as JSON: the document of `pulumi preview --json`, and the events of `pulumi up --json`.

Shapes as in `pkg/display/json.go` and `sdk/go/common/apitype/events.go` of pulumi/pulumi 3.260. What is shown has no
`stackTrace`, which nothing here keeps, and no debugging messages.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from nat_egress.state.checkpoint import dump_resource
from nat_egress.state.model import ResourceState
from nat_egress.state.properties import encode
from nat_egress.state.values import Properties, Secret, Value, reveal

from .display_words import REPLACEMENTS
from .events import (
    Diagnostic,
    Event,
    PolicyFinding,
    PolicyLoad,
    PolicyRemediation,
    PolicySummary,
    PolicyViolation,
    Step,
    StepFailed,
    StepStarted,
    StepSucceeded,
    Summary,
)
from .request import ConfigValue
from .urn import ROOT_STACK_TYPE

BLINDED: Final = "[secret]"
NANOSECONDS: Final = 1_000_000_000
SUMMARIES: Final = {
    "remediate": "policyRemediateSummaryEvent",
    "analyze": "policyAnalyzeSummaryEvent",
    "analyze_stack": "policyAnalyzeStackSummaryEvent",
}
PHYSICAL: Final = REPLACEMENTS - {"replace"}
"""Halves of a replacement, which the preview's document leaves out."""


def blinded(value: Value) -> Value:
    """Return `value` with every secret replaced by the word that stands for one."""
    if isinstance(value, Secret):
        return BLINDED
    if isinstance(value, Mapping):
        return {key: blinded(item) for key, item in value.items()}
    return [blinded(item) for item in value] if isinstance(value, list) else value


def plain_outputs(values: Properties, *, show_secrets: bool) -> dict[str, Any]:
    """Return a stack's outputs as JSON."""
    shown = {key: reveal(value) if show_secrets else blinded(value) for key, value in values.items()}
    return {key: encode(shown[key], _never) for key in sorted(shown)}


def digest(events: Iterable[Event], config: Mapping[str, ConfigValue]) -> dict[str, Any]:
    """Return the document of a preview."""
    document: dict[str, Any] = {"config": config_of(config), "steps": [], "diagnostics": []}
    for event in events:
        match event:
            case StepStarted(step) if _is_listed(step):
                document["steps"].append(_step(step))
            case StepSucceeded(step) if _tells_drift(step):
                found = _step(step)
                document["steps"] = [found if each["urn"] == step.urn else each for each in document["steps"]]
            case Diagnostic(severity=severity) if severity != "debug":
                document["diagnostics"].append(_diagnostic(event))
            case Summary():
                document["duration"] = int(event.duration_seconds * NANOSECONDS)
                document["changeSummary"] = dict(event.resource_changes)
                document |= {"maybeCorrupt": True} if event.maybe_corrupt else {}
    return {key: value for key, value in document.items() if value or key == "duration"}


def config_of(config: Mapping[str, ConfigValue]) -> dict[str, str]:
    """Return the configuration, secrets blinded."""
    return {key: BLINDED if value.secret else value.text for key, value in sorted(config.items())}


def event_document(event: Event, sequence: int, timestamp: int, *, succeeded: bool = True) -> dict[str, Any]:
    """Return one line of the events of an update; `succeeded` is how it ended, for its summary."""
    return {"sequence": sequence, "timestamp": timestamp, **_payload(event, succeeded=succeeded)}


def _payload(event: Event, *, succeeded: bool) -> dict[str, Any]:
    match event:
        case StepStarted(step):
            return {"resourcePreEvent": {"metadata": _metadata(step)}}
        case StepSucceeded(step):
            return {"resOutputsEvent": {"metadata": _metadata(step)}}
        case StepFailed(step):
            return {"resOpFailedEvent": {"metadata": _metadata(step), "status": 0, "steps": 0}}
        case Diagnostic():
            said = {
                "urn": event.urn,
                "prefix": _prefix(event),
                "message": _line(event.message),
                "color": "never",
                "severity": event.severity,
            }
            return {"diagnosticEvent": {key: value for key, value in said.items() if value}}
        case PolicyLoad() | PolicyViolation() | PolicyRemediation() | PolicySummary():
            return _of_policies(event)
        case Summary():
            return {
                "summaryEvent": {
                    "maybeCorrupt": event.maybe_corrupt,
                    "durationSeconds": math.ceil(event.duration_seconds),
                    "resourceChanges": dict(event.resource_changes),
                    # The one key that is written so.
                    "PolicyPacks": dict(event.policy_packs),
                    "isPreview": event.preview,
                    "result": "succeeded" if succeeded else "failed",
                }
            }


def _of_policies(event: PolicyLoad | PolicyFinding) -> dict[str, Any]:
    match event:
        case PolicyLoad():
            return {"policyLoadEvent": {}}
        case PolicyViolation():
            kind = "policyEvent"
            found: dict[str, Any] = {
                "message": _line(event.message),
                "color": "never",
                "policyName": event.policy,
                "enforcementLevel": event.enforcement_level,
                "severity": event.severity,
            }
        case PolicyRemediation():
            kind = "policyRemediationEvent"
            found = {
                "color": "raw",
                "policyName": event.policy,
                "before": {key: encode(value, _hidden) for key, value in event.before.items()},
                "after": {key: encode(value, _hidden) for key, value in event.after.items()},
            }
        case PolicySummary():
            kind = SUMMARIES[event.asked]
            found = {"passed": list(event.passed), "failed": list(event.failed)}
    found["resourceUrn"] = event.urn
    pack = {
        "policyPackName": event.policy_pack,
        "policyPackVersion": event.policy_pack_version,
        "policyPackVersionTag": event.policy_pack_version,
    }
    return {kind: {key: value for key, value in found.items() if value} | pack}


def _is_listed(step: Step) -> bool:
    if step.type == ROOT_STACK_TYPE:
        return True
    if step.op == "same":
        return bool(step.old and step.new and step.old.protect != step.new.protect)
    return step.op not in PHYSICAL


def _tells_drift(step: Step) -> bool:
    return step.refresh and (step.op == "delete" or (step.op == "update" and bool(step.detailed_diff)))


def _step(step: Step) -> dict[str, Any]:
    document = {
        "op": step.op,
        "urn": step.urn,
        "provider": step.provider,
        "oldState": _state(step.old),
        "newState": _state(step.new),
        "diffReasons": list(step.diffs),
        "replaceReasons": list(step.replace_keys),
    }
    present = {key: value for key, value in document.items() if value}
    return {**present, "detailedDiff": _detailed(step.detailed_diff)}


def _detailed(diff: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    return {
        path: {"kind": each.get("diffKind", each.get("kind")), "inputDiff": bool(each.get("inputDiff"))}
        for path, each in diff.items()
    } or None


def _metadata(step: Step) -> dict[str, Any]:
    document = {
        "op": step.op,
        "urn": step.urn,
        "type": step.type,
        "old": _told(step.old),
        "new": _told(step.new),
        "keys": list(step.replace_keys) or None,
        "diffs": list(step.diffs) or None,
        "detailedDiff": step.detailed_diff or None,
        "logical": (step.op not in PHYSICAL and not step.refresh) or None,
        "provider": step.provider,
    }
    return {key: value for key, value in document.items() if value is not None or key in {"old", "new", "detailedDiff"}}


def _state(state: ResourceState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    shown = dataclasses.replace(state, inputs=blinded(state.inputs), outputs=blinded(state.outputs))
    return dump_resource(shown, _never)


def _told(state: ResourceState | None) -> dict[str, Any] | None:
    """Return what an event says of a resource: its state, and keys that are always there (`StepEventStateMetadata`)."""
    if state is None:
        return None
    shown = dump_resource(state, _hidden)
    return {"id": "", "parent": "", "inputs": {}, "outputs": {}, "provider": "", **shown}


def _diagnostic(diagnostic: Diagnostic) -> dict[str, str]:
    prefix = _prefix(diagnostic)
    message = diagnostic.message if diagnostic.message.startswith(prefix) else prefix + diagnostic.message
    said = {"urn": diagnostic.urn, "message": _line(message), "severity": diagnostic.severity}
    return {key: value for key, value in said.items() if value}


def _prefix(diagnostic: Diagnostic) -> str:
    return "" if diagnostic.severity.startswith("info") else f"{diagnostic.severity}: "


def _line(message: str) -> str:
    return message if message.endswith("\n") else message + "\n"


def _hidden(_secret: Secret, _plaintext: str) -> dict[str, str]:
    return {"ciphertext": BLINDED}


def _never(_secret: Secret, _plaintext: str) -> dict[str, str]:
    raise AssertionError("a secret was about to be printed")
