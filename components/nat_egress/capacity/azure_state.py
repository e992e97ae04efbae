"""Azure's resources in a stack's state, and values of theirs that may be missing, secret, or of another shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..graph.tokens import Provider, parse
from ..state.model import ResourceState
from ..state.values import Properties, Value


class Azure:
    """Resources of azure-native by their kinds, such as `network:NatGateway`, whatever their API version."""

    def __init__(self, resources: Iterable[ResourceState]) -> None:
        self._of: dict[str, list[ResourceState]] = {}
        for one in resources:
            token = parse(one.type)
            if one.id and token.provider is Provider.AZURE_NATIVE:
                self._of.setdefault(token.kind, []).append(one)

    def of(self, kind: str) -> list[ResourceState]:
        """Return the resources of a kind, in the order of the state."""
        return self._of.get(kind, [])

    @staticmethod
    def properties(resource: ResourceState) -> Properties:
        """Return what Azure answered; of a resource that has no answer, what it was asked for."""
        return resource.outputs or resource.inputs


def folded(id_: str | None) -> str:
    """Return an id as Azure compares them: without case."""
    return (id_ or "").rstrip("/").lower()


def text(value: Value) -> str | None:
    """Return a text; None for all else, secrets among it."""
    return value if isinstance(value, str) and value else None


def texts(value: Value) -> list[str]:
    """Return the texts of a list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def number(value: Value) -> int | None:
    """Return a whole number; None for all else."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def mappings(value: Value) -> Iterator[dict[str, Any]]:
    """Return the mappings of a list."""
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def id_of(value: Value) -> str | None:
    """Return the id in a reference such as `{"id": …}`."""
    return text(value.get("id")) if isinstance(value, dict) else None


def ids_of(value: Value) -> list[str | None]:
    """Return the ids in a list of references, None for each that can't be read; a list that is secret counts as one."""
    if isinstance(value, list):
        return [id_of(one) for one in value]
    return [] if value is None else [None]
