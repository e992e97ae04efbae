"""Which resources must be deleted together with one that is deleted before its replacement is made.

Mirrors pulumi/pulumi `pkg/resource/deploy/step_generator.go` (calculateDependentReplacements): a dependent must go if
it would have to be replaced once what it takes from the deleted resource has changed; its provider is asked, with the
inputs that depend on the deleted resource unknown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nat_egress.state.model import ResourceState
from nat_egress.state.values import UNKNOWN, Properties

from .diffing import Diff
from .urn import provider_urn


@dataclass(frozen=True)
class Condemned:
    """A resource that must go, and the properties that are to blame."""

    state: ResourceState
    keys: tuple[str, ...] = ()


async def dependents_to_replace(
    root: ResourceState,
    dependents: Sequence[ResourceState],
    diff: Callable[[ResourceState, Properties], Awaitable[Diff]],
    ensure_provider: Callable[[str], Awaitable[None]],
) -> list[Condemned]:
    """Return those of `dependents`, given in the order of the state, that must go before `root` does."""
    replaced = {root.urn}
    condemned = []
    for state in dependents:
        if not state.custom or state.external:
            continue
        keys: tuple[str, ...] = ()
        if provider_urn(state.provider) in replaced:
            await ensure_provider(state.provider)
        elif not (state.deleted_with and state.deleted_with in replaced):
            inputs = _without(state, replaced)
            if inputs is None:
                continue
            answer = await diff(state, inputs)
            if not answer.replaces:
                continue
            keys = answer.replace_keys
        replaced.add(state.urn)
        condemned.append(Condemned(state, keys))
    return condemned


def _without(state: ResourceState, replaced: set[str]) -> Properties | None:
    """Return the inputs of `state` with all that depends on `replaced` unknown; None where nothing does."""
    affected = {
        key
        for key, urns in state.property_dependencies.items()
        if key in state.inputs and not replaced.isdisjoint(urns)
    }
    if not affected:
        return None
    return {key: UNKNOWN if key in affected else value for key, value in state.inputs.items()}
