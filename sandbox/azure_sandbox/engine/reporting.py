"""What is told to whoever watches an update: steps, diagnostics, and never a secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from nat_egress.state.values import Secret, Value

from .diffing import deep_equal
from .events import (
    Diagnostic,
    Event,
    Op,
    PolicyFinding,
    PolicyLoad,
    PolicyViolation,
    Severity,
    StepFailed,
    StepStarted,
    StepSucceeded,
)
from .refusals import EngineError
from .steps import PlannedStep
from .urn import is_default_provider

_SHORTEST_SECRET: Final = 3
"""Shorter texts are not blinded: too much else would be (pulumi/pulumi `sdk/go/common/util/logging`)."""


def secret_texts(value: Value, *, secret: bool = False) -> Iterable[str]:
    """Yield every text within `value` that must not be shown."""
    if isinstance(value, Secret):
        yield from secret_texts(value.value, secret=True)
    elif isinstance(value, dict):
        for item in value.values():
            yield from secret_texts(item, secret=secret)
    elif isinstance(value, list):
        for item in value:
            yield from secret_texts(item, secret=secret)
    elif secret and isinstance(value, str):
        yield value


class Reporter:
    """Tells events in the order in which things happen, and counts what was done."""

    def __init__(self, emit: Callable[[Event], None], *, refreshing: bool = False) -> None:
        """Tell `emit`; `refreshing` where looking at resources is all that is done, and what is found counts."""
        self._emit = emit
        self._refreshing = refreshing
        self._secrets: set[str] = set()
        self.changes: Counter[Op] = Counter()
        self.in_doubt = False
        """Whether nobody knows if something was done."""

    def hide(self, value: Value) -> None:
        """Keep the secrets within `value` out of whatever is told from now on."""
        self._secrets.update(text for text in secret_texts(value) if len(text) >= _SHORTEST_SECRET)

    def say(self, severity: Severity, message: str, urn: str = "") -> None:
        """Tell a diagnostic."""
        self._emit(Diagnostic(severity, self._blind(message), urn))

    def error(self, error: EngineError) -> None:
        """Tell an error, once."""
        if not error.told:
            error.told = True
            self.say("error", str(error), error.urn)

    def loading_pack(self) -> None:
        """Tell that a policy pack begins to load."""
        self._emit(PolicyLoad())

    def finding(self, finding: PolicyFinding) -> None:
        """Tell what a policy pack found."""
        if isinstance(finding, PolicyViolation):
            finding = replace(finding, message=self._blind(finding.message))
        self._emit(finding)

    def started(self, step: PlannedStep) -> None:
        """Tell that a step begins."""
        if not _internal(step):
            self._emit(StepStarted(step.describe()))

    def succeeded(self, step: PlannedStep) -> None:
        """Tell that a step has ended well."""
        if not _internal(step):
            self._emit(StepSucceeded(step.describe(self._result(step))))

    def step_failed(self, step: PlannedStep) -> None:
        """Tell that a step has failed."""
        if not _internal(step):
            self._emit(StepFailed(step.describe()))

    def count(self, step: PlannedStep) -> None:
        """Count a step among what was done: parts of a replacement as one, a read where it finds something new."""
        if self._counts(step) and not _internal(step):
            self.changes[self._result(step)] += 1

    def _counts(self, step: PlannedStep) -> bool:
        if step.op == "refresh":
            return self._refreshing
        if step.op == "read":
            old, new = step.old, step.new
            return old is not None and new is not None and not deep_equal(old.outputs, new.outputs)
        return step.logical

    def _result(self, step: PlannedStep) -> Op:
        return step.result if self._refreshing else step.op

    def _blind(self, message: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            message = message.replace(secret, "[secret]")
        return message


def _internal(step: PlannedStep) -> bool:
    return step.op == "remove-pending-replace" or is_default_provider(step.state.urn)
