"""What is known of each resource while an update runs: a row of the display, made out of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .display_words import REPLACEMENTS
from .events import (
    Diagnostic,
    Event,
    PolicyRemediation,
    PolicyViolation,
    Step,
    StepFailed,
    StepStarted,
    StepSucceeded,
    Summary,
)
from .urn import ROOT_STACK_TYPE


@dataclass(frozen=True)
class Row:
    """One resource."""

    urn: str
    step: Step | None = None
    started: float | None = None
    """Seconds on the clock of whoever feeds the events, as is `ended`."""
    ended: float | None = None
    failed: bool = False
    messages: Counter[str] = field(default_factory=Counter)
    """Severity to number of diagnostics."""

    @property
    def op(self) -> str:
        """The operation to show: the parts of a replacement are shown as one."""
        op = self.step.op if self.step else "same"
        return "replace" if op in REPLACEMENTS else op

    @property
    def errored(self) -> bool:
        """Whether it failed, or an error was said about it."""
        return self.failed or self.messages["error"] > 0

    @property
    def parent(self) -> str:
        """The parent's URN."""
        state = self.step and (self.step.new or self.step.old)
        return state.parent if state else ""


@dataclass
class Progress:
    """All that an update has told so far."""

    root: str = ""
    """The URN of the stack's own resource: what is said of no resource is said of it, whether or not it comes up."""
    rows: dict[str, Row] = field(default_factory=dict)
    """By URN, in the order of first mention."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    violations: list[PolicyViolation] = field(default_factory=list)
    remediations: list[PolicyRemediation] = field(default_factory=list)
    summary: Summary | None = None

    def tell(self, event: Event, now: float = 0.0) -> None:
        """Take an event in."""
        match event:
            case StepStarted(step):
                self._tell_step(step, started=now)
            case StepSucceeded(step):
                self._tell_step(step, ended=now)
            case StepFailed(step):
                self._tell_step(step, ended=now, failed=True)
            case Diagnostic():
                self._tell_diagnostic(event)
            case PolicyViolation():
                self.violations.append(event)
            case PolicyRemediation():
                self.remediations.append(event)
            case Summary():
                self.summary = event

    @property
    def errored(self) -> int:
        """The number of resources that failed."""
        return sum(row.errored for row in self.rows.values())

    def running(self) -> list[Row]:
        """Return the resources that something is being done to."""
        return [row for row in self.rows.values() if row.started is not None and row.ended is None and row.op != "same"]

    def _tell_step(
        self, step: Step, *, started: float | None = None, ended: float | None = None, failed: bool = False
    ) -> None:
        if not self.root and type_of(step.urn) == ROOT_STACK_TYPE:
            self.root = step.urn
        row = self.rows.get(step.urn, Row(step.urn))
        self.rows[step.urn] = replace(
            row,
            step=_more_telling(row.step, step),
            # Each part of a replacement has its own beginning, and so has what is done after a look.
            started=row.started if started is None else started,
            ended=ended,
            failed=row.failed or failed,
        )

    def _tell_diagnostic(self, diagnostic: Diagnostic) -> None:
        if diagnostic.severity == "debug":
            return
        self.diagnostics.append(diagnostic)
        urn = diagnostic.urn or self.root
        if urn:
            row = self.rows.setdefault(urn, Row(urn))
            row.messages["info" if diagnostic.severity.startswith("info") else diagnostic.severity] += 1


def follow(events: Iterable[Event]) -> Progress:
    """Return what `events` tell."""
    progress = Progress()
    for event in events:
        progress.tell(event)
    return progress


def type_of(urn: str) -> str:
    """Return the type in a URN, without its parents'."""
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 2 else urn  # noqa: PLR2004 - stack, project, type


def name_of(urn: str) -> str:
    """Return the name in a URN."""
    return urn.split("::", 3)[-1]


def _more_telling(known: Step | None, new: Step) -> Step:
    # Of the parts of a replacement the one with the diff says the most, whichever comes last.
    if known and known.op in REPLACEMENTS and new.op in REPLACEMENTS and not (new.diffs or new.detailed_diff):
        return known
    return new
