"""What a destroy would delete, told without any process: the preview of a destroy needs the state alone."""

from __future__ import annotations

from collections.abc import Iterator

from nat_egress.state.model import ResourceState, Snapshot

from .events import Event, Step, StepStarted, Summary
from .protection import protected_with_needs


def deletions(snapshot: Snapshot, *, exclude_protected: bool) -> list[ResourceState]:
    """Return the resources that a destroy takes out of the state, dependents first."""
    left = set(protected_with_needs(snapshot.resources)) if exclude_protected else set()
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
