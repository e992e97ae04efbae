"""What an operation came to, in the same words for the embedded engine and for the official CLI."""

import re
from collections import Counter
from dataclasses import dataclass, field, fields

from nat_egress.state.model import ResourceState, Snapshot

COLOUR = re.compile(r"<\{%.*?%\}>")
NOT_COMPARED = frozenset({"created", "modified", "extra"})
GO_LIST = re.compile(r"\d+ errors? occurred:\s*\* ")
LAST_WORDS = "The embedded engine does not run the program in a destroy"
IGNORED_CALLS = frozenset({"CheckConfig", "Configure", "Cancel", "Invoke"})
NOT_COMPARED_OF_CALLS = frozenset({"at", "pid", "seed"})


@dataclass
class Outcome:
    """Steps are told with all that is said of them; `state` is that after the operation."""

    succeeded: bool
    preview: bool
    begun: list = field(default_factory=list)
    ended: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    changes: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)
    state: list = field(default_factory=list)
    pending: list = field(default_factory=list)


def differences(mine: Outcome, official: Outcome) -> dict:
    """Return what differs, by aspect: what is only in the first, and what is only in the second."""
    found = {}
    for aspect in fields(Outcome):
        one, other = getattr(mine, aspect.name), getattr(official, aspect.name)
        if one != other:
            if isinstance(one, list):
                ours, theirs = Counter(map(repr, one)), Counter(map(repr, other))
                found[aspect.name] = (sorted(ours - theirs), sorted(theirs - ours))
            else:
                found[aspect.name] = (one, other)
    return found


def of_embedded(ran, snapshot: Snapshot, *, preview: bool) -> Outcome:
    """Return the outcome of an operation of the embedded engine (conftest.py)."""
    told = Outcome(ran.result.succeeded, preview, changes=dict(ran.result.resource_changes))
    for event in ran.events:
        kind = type(event).__name__
        if kind in {"StepStarted", "StepSucceeded", "StepFailed"}:
            step = event.step
            detailed = {path: item["diffKind"] for path, item in step.detailed_diff.items()}
            row = _step(step.op, step.urn, step.replace_keys, step.diffs, detailed)
            {"StepStarted": told.begun, "StepSucceeded": told.ended, "StepFailed": told.failed}[kind].append(row)
        elif kind == "Diagnostic" and event.severity == "error":
            told.errors.append(_error(event.message))
    return _sorted(told, ran.calls, snapshot)


def of_official(succeeded: bool, events: list, calls: list, snapshot: Snapshot, *, preview: bool) -> Outcome:
    """Return the outcome of an operation of the CLI from the events of its log."""
    told = Outcome(succeeded, preview)
    for event in events:
        for kind, rows in (
            ("resourcePreEvent", told.begun),
            ("resOutputsEvent", told.ended),
            ("resOpFailedEvent", told.failed),
        ):
            if kind in event:
                found = event[kind]["metadata"]
                detailed = {path: item["diffKind"] for path, item in (found.get("detailedDiff") or {}).items()}
                if "default_1" not in found["urn"]:
                    rows.append(
                        _step(found["op"], found["urn"], found.get("keys") or (), found.get("diffs") or (), detailed)
                    )
        if "diagnosticEvent" in event and event["diagnosticEvent"]["severity"] == "error":
            told.errors.append(_error(event["diagnosticEvent"]["message"]))
        if "summaryEvent" in event:
            told.changes = event["summaryEvent"]["resourceChanges"] or {}
    return _sorted(told, calls, snapshot)


def _step(op, urn, keys, diffs, detailed):
    return op, urn, tuple(sorted(keys)), tuple(sorted(diffs)), tuple(sorted(detailed.items()))


def _error(message):
    # The reasons why a resource did not come up are a list of Go's in the CLI's words.
    message = GO_LIST.sub("", COLOUR.sub("", message)).strip()
    return message.splitlines()[0].removeprefix("Preview failed: ")


def _sorted(told, calls, snapshot):
    # The end of a component is told by the CLI only where the program registers its outputs, and of the stack twice.
    told.ended = [row for row in told.ended if "Group::" not in row[1] and "Stack::" not in row[1]]
    if told.preview:  # what fails in a preview is told by the CLI in its error alone
        told.failed.clear()
    told.errors = [message for message in told.errors if not message.startswith(LAST_WORDS)]
    for rows in (told.begun, told.ended, told.failed, told.errors):
        rows.sort()
    ids = {row.id: row.urn for row in snapshot.resources if row.type.startswith("pulumi:providers:")}
    told.state = sorted((_row(row, ids) for row in snapshot.resources), key=repr)
    told.pending = sorted((each.type, _row(each.resource, ids)) for each in snapshot.pending_operations)
    told.calls = sorted(
        repr(_ordered({key: value for key, value in call.items() if key not in NOT_COMPARED_OF_CALLS}))
        for call in calls
        if call["call"] not in IGNORED_CALLS
    )
    return told


def _row(row: ResourceState, ids):
    found = {each.name: getattr(row, each.name) for each in fields(ResourceState) if each.name not in NOT_COMPARED}
    found["id"] = ids.get(row.id, row.id)
    reference = row.provider.rsplit("::", 1)
    found["provider"] = reference[0] + "::" + ids.get(reference[-1], reference[-1]) if row.provider else ""
    found["dependencies"] = sorted(row.dependencies)
    found["property_dependencies"] = {k: sorted(v) for k, v in sorted(row.property_dependencies.items()) if v}
    found["custom_timeouts"] = {k: v for k, v in sorted(row.custom_timeouts.items()) if v}
    found["inputs"], found["outputs"] = _ordered(row.inputs), _ordered(row.outputs)
    found["extra"] = {
        key: value for key, value in sorted(row.extra.items()) if key not in {"sourcePosition", "stackTrace"}
    }
    return {key: value for key, value in found.items() if value}


def _ordered(value):
    if isinstance(value, dict):
        return {key: _ordered(item) for key, item in sorted(value.items())}
    return [_ordered(item) for item in value] if isinstance(value, list) else value
