"""Rows of a state without mention of what is not there any more: a refresh takes rows out that others depend on.

Mirrors pulumi/pulumi `pkg/resource/deploy/deployment_executor.go` (rebuildBaseState, undangleParentResources).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from nat_egress.state.model import ResourceState

_REPLACE_WITH = "replaceWith"


def without_dangling(resources: Iterable[ResourceState]) -> list[ResourceState]:
    """Return `resources` with no mention but of rows that come before; the child of a row that is gone has no parent.

    One URN may have several rows, so what counts is where a row stands, not which URNs there are.
    """
    known: set[str] = set()
    kept = []
    for resource in resources:
        kept.append(_row(resource, known))
        known.add(resource.urn)
    return kept


def _row(resource: ResourceState, known: Collection[str]) -> ResourceState:
    """Return `resource` itself where it mentions nothing but what is known."""
    mended: dict[str, Any] = {
        "parent": resource.parent if resource.parent in known else "",
        "deleted_with": resource.deleted_with if resource.deleted_with in known else "",
        "dependencies": _known(resource.dependencies, known),
        "property_dependencies": {
            key: left for key, urns in resource.property_dependencies.items() if (left := _known(urns, known))
        },
        "extra": _with_known_replacements(resource.extra, known),
    }
    if all(getattr(resource, name) == value for name, value in mended.items()):
        return resource
    return replace(resource, **mended)


def _with_known_replacements(extra: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    if _REPLACE_WITH not in extra:
        return extra
    left = _known(extra[_REPLACE_WITH], known)
    others = {key: value for key, value in extra.items() if key != _REPLACE_WITH}
    return {**others, _REPLACE_WITH: left} if left else others


def _known(urns: Sequence[str], known: Collection[str]) -> list[str]:
    return [urn for urn in urns if urn in known]
