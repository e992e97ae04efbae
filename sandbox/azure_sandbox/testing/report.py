"""How an update is told below a failure: what it said, its steps, and what Azure refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from ..arm.response import Request
from ..engine.urn import urn_type
from . import names, requests
from .events import Message
from .step import Step

MOST_LINES: Final = 60
"""Lines of each part; beyond that a part is cut."""


class Told(Protocol):
    """What is told of an update."""

    @property
    def verb(self) -> str:
        """As in `Update`, like the others."""

    @property
    def stack(self) -> str: ...  # noqa: D102 - as above

    @property
    def steps(self) -> Sequence[Step]: ...  # noqa: D102

    @property
    def messages(self) -> Sequence[Message]: ...  # noqa: D102

    @property
    def said(self) -> str: ...  # noqa: D102

    @property
    def requests(self) -> Sequence[Request]: ...  # noqa: D102

    @property
    def files(self) -> Path: ...  # noqa: D102


def of(update: Told, what: str) -> str:
    """Return what is wrong with an update, and the update beneath."""
    return "\n".join([f"{update.verb} of {update.stack} {what}.", *lines(update)])


def lines(update: Told) -> list[str]:
    """Return an update as lines."""
    changed = [step for step in update.steps if step.op != "same" and not names.is_plumbing(step.type)]
    same = sum(step.op == "same" and not names.is_plumbing(step.type) for step in update.steps)
    refused = [each for each in update.requests if requests.is_refused(each)]
    said = [message(each) for each in update.messages] + update.said.strip().splitlines()
    return [
        *_part("It said:", [line for text in said for line in text.splitlines()]),
        *_part("Its steps:", [_step(step, preview=update.verb == "preview") for step in changed]),
        f"{same} stay the same." if changed or same else "It took no step.",
        *_part("Azure refused:", [requests.line(each) for each in refused]),
        f"All that it printed: {update.files}.stdout and .stderr",
    ]


def message(said: Message) -> str:
    """Return a message with the resource that it is about."""
    about = f"{names.label(said.urn)}: " if said.urn and not names.is_plumbing(urn_type(said.urn)) else ""
    return f"{about}{said.text}"


def _step(step: Step, *, preview: bool) -> str:
    how = "" if preview else "  FAILED" if step.failed else "  (not ended)" if step.ended is None else ""
    why = f"  [{', '.join(step.replace_keys or step.diffs)}]" if step.replace_keys or step.diffs else ""
    return f"{step.op:18} {step.label}{why}{how}"


def _part(title: str, found: list[str]) -> list[str]:
    cut = [f"… and {len(found) - MOST_LINES} more"] if len(found) > MOST_LINES else []
    return [title, *(f"  {line}" for line in [*found[:MOST_LINES], *cut])] if found else []
