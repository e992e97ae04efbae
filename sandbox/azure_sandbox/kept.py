"""What an operation has left in the cloud, and why: told from the state before and after, whichever engine ran."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nat_egress.state.model import ResourceState, Snapshot
from nat_egress.state.values import reveal

from .engine.urn import is_provider_type

ADDRESSES: Final = ("ipAddress", "ipPrefix")
"""Outputs of a public IP address and of a prefix that a partner may have on an allow-list."""
INDENT: Final = "    "


def end_of_destroy(protected: int) -> str:
    """Say in the CLI's words that a destroy has done what it should; `protected` resources were to be left."""
    if protected:
        return f"All unprotected resources were destroyed. {_still(protected)}"
    return (
        "The resources in the stack have been deleted, but the history and configuration associated with the stack are "
        "still maintained."
    )


def nothing_to_destroy(protected: int) -> str:
    """Say in the CLI's words that all there is, is `protected`."""
    return f"There were no unprotected resources to destroy. {_still(protected)}"


def _still(protected: int) -> str:
    return f"There are still {protected} protected resources associated with this stack."


def after_destroy(before: Snapshot, after: Snapshot) -> list[str]:
    """Say what a destroy has left, and why."""
    left = [state for state in after.resources if state.custom and state.id and not is_provider_type(state.type)]
    return [
        *_told("Kept, because protected (still in the stack's state):", [state for state in left if state.protect]),
        *_told("Kept, because something protected needs it:", [state for state in left if not state.protect]),
        *retained(before, after),
    ]


def retained(before: Snapshot, after: Snapshot) -> list[str]:
    """Say what has left the state and stays in the cloud."""
    ids = {state.id for state in after.resources}
    gone = [state for state in before.resources if state.retain_on_delete and state.id and state.id not in ids]
    return _told("Kept, because retained (out of the stack's state, still in the cloud):", gone)


def _told(why: str, states: Sequence[ResourceState]) -> list[str]:
    return [why, *(line for state in states for line in _lines(state))] if states else []


def _lines(state: ResourceState) -> list[str]:
    addresses = [str(reveal(state.outputs[name])) for name in ADDRESSES if state.outputs.get(name)]
    return [
        f"{INDENT}{state.urn}",
        f"{INDENT}  {state.id}",
        *([f"{INDENT}  addresses: {', '.join(addresses)}"] if addresses else []),
    ]
