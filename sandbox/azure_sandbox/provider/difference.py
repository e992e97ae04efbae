"""What a change of inputs does to a resource, and how that is told to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from .protocol import provider_pb2

Kind: TypeAlias = Literal["add", "delete", "update"]


@dataclass(frozen=True)
class Change:
    """What happens to one property."""

    kind: Kind
    replaces: bool = False
    from_inputs: bool = True
    """Whether old inputs, and not the old state, gave the value that is compared with."""


@dataclass(frozen=True)
class Difference:
    """What Diff answers."""

    changes: Mapping[str, Change]
    """Property path to change, as in the protocol's detailed diff."""
    properties: tuple[str, ...]
    """Top-level properties that count as changed."""
    replaces: tuple[str, ...]
    delete_before_replace: bool


_KINDS: Final = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def diff_response(found: Difference) -> provider_pb2.DiffResponse:
    """Return the message that answers Diff."""
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if found.properties else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=found.properties,
        replaces=found.replaces,
        deleteBeforeReplace=found.delete_before_replace,
        detailedDiff={path: _property_diff(change) for path, change in found.changes.items()},
        hasDetailedDiff=bool(found.changes),
    )


def _property_diff(change: Change) -> provider_pb2.PropertyDiff:
    return provider_pb2.PropertyDiff(kind=_KINDS[change.kind, change.replaces], inputDiff=change.from_inputs)
