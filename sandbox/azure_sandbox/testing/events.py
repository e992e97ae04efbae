"""What `--json` prints, read back: the events of an update, an event a line, or the document of a preview."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from .step import Step

_BEGIN: Final = "resourcePreEvent"
_END: Final = "resOutputsEvent"
_FAILURE: Final = "resOpFailedEvent"


@dataclass(frozen=True)
class Message:
    """What an update told its user."""

    severity: str
    """`info`, `warning`, `error`, or `advisory` and `mandatory` of a policy."""
    text: str
    urn: str = ""


@dataclass(frozen=True)
class Told:
    """All that one command told."""

    steps: tuple[Step, ...] = ()
    """In the order in which they began."""
    messages: tuple[Message, ...] = ()


def read(text: str) -> Told:
    """Return what a command printed; what was cut off in the middle, as by a kill, is left out."""
    steps: list[Step] = []
    messages: list[Message] = []
    for moment, document in enumerate(documents(text)):
        if "steps" in document or "changeSummary" in document:
            steps += [_step(step, moment) for step in document.get("steps", ())]
            messages += map(_message, document.get("diagnostics", ()))
        elif _BEGIN in document:
            steps.append(_step(document[_BEGIN]["metadata"], moment))
        elif _END in document:
            _end(steps, document[_END]["metadata"], moment, failed=False)
        elif _FAILURE in document:
            _end(steps, document[_FAILURE]["metadata"], moment, failed=True)
        elif "diagnosticEvent" in document and document["diagnosticEvent"]["severity"] != "debug":
            messages.append(_message(document["diagnosticEvent"]))
        elif "policyEvent" in document:
            messages.append(_finding(document["policyEvent"]))
    return Told(tuple(steps), tuple(messages))


def documents(text: str) -> Iterator[dict[str, Any]]:
    """Return the JSON documents in a text, one behind the other."""
    decoder = json.JSONDecoder()
    at = 0
    while (at := text.find("{", at)) >= 0:
        try:
            document, at = decoder.raw_decode(text, at)
        except ValueError:
            at = end if (end := text.find("\n", at)) >= 0 else len(text)
        else:
            yield document


def _step(metadata: Mapping[str, Any], moment: int) -> Step:
    detailed = metadata.get("detailedDiff") or {}
    return Step(
        metadata["op"],
        metadata["urn"],
        diffs=tuple(metadata.get("diffs") or metadata.get("diffReasons") or ()),
        replace_keys=tuple(metadata.get("keys") or metadata.get("replaceReasons") or ()),
        detailed_diff={path: each.get("diffKind") or each.get("kind", "") for path, each in detailed.items()},
        old=metadata.get("old") or metadata.get("oldState"),
        new=metadata.get("new") or metadata.get("newState"),
        begun=moment,
    )


def _end(steps: list[Step], metadata: Mapping[str, Any], moment: int, *, failed: bool) -> None:
    """Note the end of a step; the end of a refresh tells what was found."""
    for index, step in enumerate(steps):
        same = step.op in (metadata["op"], "refresh")
        if step.urn == metadata["urn"] and same and step.ended is None:
            new = metadata.get("new") or step.new
            steps[index] = replace(step, op=metadata["op"], new=new, ended=moment, failed=failed)
            return


def _message(event: Mapping[str, Any]) -> Message:
    text = str(event.get("message", "")).strip()
    severity = str(event["severity"])
    return Message(severity, text.removeprefix(f"{severity}: "), event.get("urn", ""))


def _finding(event: Mapping[str, Any]) -> Message:
    text = f"{event['policyName']}: {str(event.get('message', '')).strip()}"
    return Message(event["enforcementLevel"], text, event.get("resourceUrn", ""))
