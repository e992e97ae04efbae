"""Policy packs while an update runs: each resource is shown to them before it is made, the stack at the end.

Mirrors pulumi/pulumi `pkg/resource/deploy/step_generator.go` (analyzeAll, AnalyzeResources).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties

from .events import PolicyFinding, PolicyViolation
from .goals import Goal
from .refusals import EngineError
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
    ) -> tuple[Properties, list[PolicyFinding]]:
        """Return the inputs as the pack would have them, and what it found."""

    async def analyze(self, state: ResourceState, goal: Goal, provider: ResourceState | None) -> list[PolicyFinding]:
        """Return what the pack has against a resource."""

    async def analyze_stack(
        self, states: Sequence[tuple[ResourceState, Goal | None, ResourceState | None]]
    ) -> list[PolicyFinding]:
        """Return what the pack has against the stack as a whole."""


_Shown: TypeAlias = tuple[ResourceState, Goal, ResourceState | None]
"""A resource, what the program asks for, and the provider."""


class Policies:
    """The policy packs of one update; they are waited for when the first resource comes."""

    def __init__(self, packs: Sequence[asyncio.Task[Analyzer]], reporter: Reporter, *, preview: bool) -> None:
        self._packs = packs
        self._reporter = reporter
        self._preview = preview
        self._waiting: asyncio.Queue[_Shown | None] = asyncio.Queue()
        """What a preview has still to show, None when nothing more comes."""
        self._showing: asyncio.Task[None] | None = None
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
            for finding in found:
                self._reporter.finding(finding)
        return inputs

    async def analyze(self, state: ResourceState, goal: Goal, provider: ResourceState | None) -> bool:
        """Show a resource to all packs; return whether it may be gone on with.

        In a preview it may: everything is shown, and the preview fails at its end. So nobody waits for what the packs
        say; they are still asked one after the other, as those expect that keep something in mind.
        """
        if not self._preview:
            return not await self._show(state, goal, provider)
        if self._showing is None:
            self._showing = asyncio.create_task(self._show_waiting())
        # Its inputs may be checked again while it waits.
        self._waiting.put_nowait((replace(state), goal, provider))
        return True

    async def settle(self) -> None:
        """Wait until all resources have been shown; EngineError where a pack has failed."""
        if self._showing is not None:
            self._waiting.put_nowait(None)
            await self._showing

    async def close(self) -> None:
        """Show nothing any more."""
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.gather(self._showing, return_exceptions=True)

    async def analyze_stack(
        self,
        states: Sequence[tuple[ResourceState, Goal | None, ResourceState | None]],
        attribute: Callable[[str], str],
    ) -> None:
        """Show the stack to all packs; `attribute` turns a URN that a pack names into one of the stack."""
        found = await asyncio.gather(*(analyzer.analyze_stack(states) for analyzer in await self.analyzers()))
        self._tell(
            [
                replace(finding, urn=attribute(finding.urn)) if isinstance(finding, PolicyViolation) else finding
                for findings in found
                for finding in findings
            ]
        )

    async def _show_waiting(self) -> None:
        while (shown := await self._waiting.get()) is not None:
            try:
                await self._show(*shown)
            except EngineError as error:
                error.urn = error.urn or shown[0].urn
                raise

    async def _show(self, state: ResourceState, goal: Goal, provider: ResourceState | None) -> bool:
        """Show a resource to all packs; return whether it violates what is mandatory."""
        found = await asyncio.gather(*(analyzer.analyze(state, goal, provider) for analyzer in await self.analyzers()))
        return self._tell([finding for findings in found for finding in findings])

    def _tell(self, findings: Sequence[PolicyFinding]) -> bool:
        for finding in findings:
            self._reporter.finding(finding)
        violated = any(
            isinstance(finding, PolicyViolation) and finding.enforcement_level == "mandatory" for finding in findings
        )
        self.violated = self.violated or violated
        return violated
