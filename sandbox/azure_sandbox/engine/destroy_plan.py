"""What a destroy would delete, told without any process: the preview of a destroy needs the state alone."""

from __future__ import annotations

from collections.abc import Iterator

from nat_egress.state.model import ResourceState, Snapshot

from .events import Event, Step, StepStarted, Summary


def kept(snapshot: Snapshot) -> set[str]:
    """Return the URNs that --exclude-protected leaves: protected resources and all that these need."""
    states = {resource.urn: resource for resource in snapshot.resources if not resource.delete}
    pending = [urn for urn, resource in states.items() if resource.protect]
    found: set[str] = set()
    while pending:
        urn = pending.pop()
        if urn in states and urn not in found:
            found.add(urn)
            pending += _needs(states[urn])
    return found


def deletions(snapshot: Snapshot, *, exclude_protected: bool) -> list[ResourceState]:
    """Return the resources that a destroy takes out of the state, dependents first."""
    left = kept(snapshot) if exclude_protected else set()
    return [resource for resource in reversed(snapshot.resources) if resource.delete or resource.urn not in left]


def events(snapshot: Snapshot, *, exclude_protected: bool) -> Iterator[Event]:
    """Tell what a destroy would do. Providers are not counted, as in the CLI."""
    shown = [
        resource
        for resource in deletions(snapshot, exclude_protected=exclude_protected)
        if not resource.type.startswith("pulumi:providers:")
    ]
    for resource in shown:
        yield StepStarted(Step("delete", resource.urn, resource.type, resource.provider, old=resource))
    yield Summary(preview=True, duration_seconds=0.0, resource_changes={"delete": len(shown)} if shown else {})


def _needs(resource: ResourceState) -> list[str]:
    provider = resource.provider.rpartition("::")[0]
    properties = [urn for urns in resource.property_dependencies.values() for urn in urns]
    return [resource.parent, provider, resource.deleted_with, *resource.dependencies, *properties]
