"""Whether a snapshot holds together: each resource after all that it needs.

Mirrors `VerifyIntegrity` in `sdk/go/common/resource/snapshot` and `pkg` of pulumi/pulumi 3.259.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from .errors import StateError
from .model import ResourceState, Snapshot

PROVIDER_TYPE = "pulumi:providers:"


def magic(version: str) -> str:
    """Return the manifest's `magic` for the engine version beside it."""
    return hashlib.sha256(version.encode()).hexdigest() if version else ""


def verify(snapshot: Snapshot, source: str) -> None:
    """Raise StateError, naming `source`, at the first resource that does not hold together."""
    if snapshot.manifest.get("magic", "") != magic(snapshot.manifest.get("version", "")):
        raise StateError(f"{source}: magic cookie mismatch: possible tampering/corruption detected")
    seen: set[str] = set()
    providers: set[str] = set()
    all_urns = {resource.urn for resource in snapshot.resources}
    for resource in snapshot.resources:
        if resource.id and not resource.custom:
            raise StateError(f"{source}: resource {resource.urn} has 'custom' false but non-empty ID")
        if resource.type.startswith(PROVIDER_TYPE):
            providers.add(f"{resource.urn}::{resource.id}")
        if resource.provider and resource.provider not in providers and not resource.pending_replacement:
            raise StateError(f"{source}: resource {resource.urn} refers to unknown provider {resource.provider}")
        for role, urn in _needs(resource):
            if urn not in seen:
                place = "comes after it" if urn in all_urns else "is missing"
                raise StateError(f"{source}: resource {resource.urn}: its {role} {urn} {place}")
        seen.add(resource.urn)
    _verify_unique(snapshot, source)


def _needs(resource: ResourceState) -> Iterator[tuple[str, str]]:
    if resource.parent:
        yield "parent", resource.parent
    for urn in resource.dependencies:
        yield "dependency", urn
    for urns in resource.property_dependencies.values():
        for urn in urns:
            yield "property dependency", urn
    if resource.deleted_with:
        yield "deletedWith", resource.deleted_with


def _verify_unique(snapshot: Snapshot, source: str) -> None:
    live = Counter(resource.urn for resource in snapshot.resources if not resource.delete)
    for urn, count in live.items():
        if count > 1:
            raise StateError(f"{source}: duplicate resource {urn} that is not marked for deletion ({count} times)")
