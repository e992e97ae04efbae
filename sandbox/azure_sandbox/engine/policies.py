"""Policy packs while an update runs: each resource is shown to them before anything is done, the stack at the end.

Mirrors pulumi/pulumi `pkg/resource/deploy/step_generator.go` (analyzeAll, AnalyzeResources).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties

from .events import PolicyViolation
from .goals import Goal
from .reporting import Reporter


class Analyzer(Protocol):
    """A policy pack that is running."""

    @property
    def name(self) -> str:
        """The pack's name."""

    @property
    def version(self) -> str:
        """The pack's version."""

    async def remediate(
        self, state: ResourceState, goal: Goal, provider: ResourceState | None
    ) -> tuple[Properties, list[PolicyViolation]]:
        """Return the inputs as the pack would have them, and what it found."""

    async def analyze(self, state: ResourceState, goal: Goal, provider: ResourceState | None) -> list[PolicyViolation]:
        """Return what the pack has against a resource."""

    async def analyze_stack(
        self, states: Sequence[tuple[ResourceState, Goal | None, ResourceState | None]]
    ) -> list[PolicyViolation]:
        """Return what the pack has against the stack as a whole."""


class Policies:
    """The policy packs of one update; they are waited for when the first resource comes."""

    def __init__(self, packs: Sequence[asyncio.Task[Analyzer]], reporter: Reporter, *, preview: bool) -> None:
        self._packs = packs
        self._reporter = reporter
        self._preview = preview
        self.violated = False
        """Whether a mandatory policy was violated."""

    @property
    def present(self) -> bool:
        """Whether there are any."""
        return bool(self._packs)

    async def analyzers(self) -> list[Analyzer]:
        """Return the packs once they run; EngineError where one does not."""
        return [await pack for pack in self._packs]

    async def remediate(self, state: ResourceState, goal: Goal, provider: ResourceState | None) -> Properties:
        """Return the inputs of a resource as the packs would have them, each after the other."""
        inputs = state.inputs
        for analyzer in await self.analyzers():
            inputs, found = await analyzer.remediate(replace(state, inputs=inputs), goal, provider)
            for violation in found:
                self._reporter.violation(violation)
        return inputs

    async def analyze(self, state: ResourceState, goal: Goal, provider: ResourceState | None) -> bool:
        """Show a resource to all packs; return whether it may be gone on with."""
        found = await asyncio.gather(*(analyzer.analyze(state, goal, provider) for analyzer in await self.analyzers()))
        violated = self._tell([violation for violations in found for violation in violations])
        # In a preview everything is shown, and the preview fails at its end.
        return self._preview or not violated

    async def analyze_stack(
        self,
        states: Sequence[tuple[ResourceState, Goal | None, ResourceState | None]],
        attribute: Callable[[str], str],
    ) -> None:
        """Show the stack to all packs; `attribute` turns a URN that a pack names into one of the stack."""
        found = await asyncio.gather(*(analyzer.analyze_stack(states) for analyzer in await self.analyzers()))
        self._tell([replace(violation, urn=attribute(violation.urn)) for pack in found for violation in pack])

    def _tell(self, violations: Sequence[PolicyViolation]) -> bool:
        for violation in violations:
            self._reporter.violation(violation)
        violated = any(violation.enforcement_level == "mandatory" for violation in violations)
        self.violated = self.violated or violated
        return violated
