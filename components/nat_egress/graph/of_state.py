"""Resources as a stack's state holds them, into what rules read."""

from __future__ import annotations

from collections.abc import Iterator

from ..state.model import ResourceState, Snapshot
from .declare import declare
from .resource import Declared


def resources_of(snapshot: Snapshot) -> Iterator[Declared]:
    """Yield the resources of a stack. One that is only still to be deleted is none of it."""
    for state in snapshot.resources:
        if not state.delete:
            yield _declared(state)


def _declared(state: ResourceState) -> Declared:
    return declare(
        state.urn,
        state.type,
        # What was read and not made has no inputs of its own: it is as it was read.
        state.outputs if state.external and not state.inputs else state.inputs,
        outputs=state.outputs,
        id=state.id,
        parent=state.parent,
        dependencies=state.dependencies,
        property_dependencies=state.property_dependencies,
    )
