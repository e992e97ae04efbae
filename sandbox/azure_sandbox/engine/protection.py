"""What a destroy leaves alone: what is protected, and all that this needs.

Mirrors pulumi/pulumi `pkg/cmd/pulumi/operations/destroy.go` (getProtectedExcludes).
"""

from __future__ import annotations

from collections.abc import Sequence

from nat_egress.state.model import ResourceState

from .graph import DependencyGraph


def protected_with_needs(resources: Sequence[ResourceState]) -> tuple[str, ...]:
    """Return the URNs of the protected resources and of all they depend on, in the order of the state."""
    protected = [resource for resource in resources if resource.protect]
    needed = DependencyGraph(resources).transitive_dependencies_of(protected)
    kept = {resource.urn for resource in (*protected, *needed)}
    return tuple(dict.fromkeys(resource.urn for resource in resources if resource.urn in kept))


def nothing_else(resources: Sequence[ResourceState], kept: Sequence[str]) -> bool:
    """Tell whether something is kept, and it is all that there is: a destroy has nothing to do then."""
    return bool(kept) and all(resource.urn in kept for resource in resources)
