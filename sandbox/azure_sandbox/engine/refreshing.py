"""Refresh: each resource is looked at, and what is found of it is taken into the state.

Mirrors RefreshStep of pulumi/pulumi `pkg/resource/deploy/step.go`.
"""

from __future__ import annotations

from dataclasses import replace

from nat_egress.state.model import ResourceState

from .answers import Outcome
from .comparing import Comparer
from .diffing import deep_equal, inverted
from .providers import Provider
from .registry import Registry
from .reporting import Reporter
from .steps import PlannedStep
from .urn import is_provider_type


def is_read(state: ResourceState) -> bool:
    """Tell whether there is anything to look at: not for a component, a provider or what is between two lives."""
    return state.custom and not is_provider_type(state.type) and not state.pending_replacement


def refreshed(old: ResourceState, found: Outcome, now: str) -> ResourceState:
    """Return the row of a resource that is there; the provider may leave the inputs as they are."""
    inputs = old.inputs if found.inputs is None else found.inputs
    changed = not (deep_equal(inputs, old.inputs) and deep_equal(found.outputs, old.outputs))
    return replace(
        old,
        id=found.id,
        inputs=inputs,
        outputs=found.outputs,
        init_errors=list(found.init_errors),
        modified=now if changed else old.modified,
    )


class Refresher:
    """Takes steps of op `refresh`."""

    def __init__(self, registry: Registry, reporter: Reporter) -> None:
        self._comparer = Comparer(registry, reporter)
        self._reporter = reporter

    async def refresh(self, step: PlannedStep, old: ResourceState, provider: Provider, now: str) -> None:
        """Look at the resource `old` and give `step` what has become of it; ProviderError where that fails.

        What a refresh shows is what the next update would do, told from the other side: the inputs in the state are
        what the program asks for, and what is found is what there is.
        """
        found = await provider.refresh(old)
        if found.init_errors:
            reasons = "".join(f"\n* {reason}" for reason in found.init_errors)
            self._reporter.say("warning", f"Refreshed resource is in an unhealthy state:{reasons}", old.urn)
        if not found.exists:
            step.new = None
            return
        step.new = new = refreshed(old, found, now)
        if not old.external:
            diff = await self._comparer.diff(new.urn, new, old.inputs, provider, old.ignore_changes)
            step.diff = inverted(diff)
