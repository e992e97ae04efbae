"""What is said of operations that had begun when an earlier update was interrupted.

As in pulumi/pulumi `pkg/resource/deploy/deployment_executor.go` (printPendingOperationsWarning): a refresh clears them,
but for creates, of which nobody knows an id to look for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nat_egress.state.model import PendingOperation, Snapshot

CLEAR = "--clear-pending-creates"


def creates(operations: Sequence[PendingOperation]) -> list[PendingOperation]:
    """Return the operations that were to create something."""
    return [operation for operation in operations if operation.type == "creating"]


def without_creates(snapshot: Snapshot) -> Snapshot:
    """Return `snapshot` as if none of its interrupted creates had made anything."""
    left = [operation for operation in snapshot.pending_operations if operation.type != "creating"]
    return replace(snapshot, pending_operations=left)


def before_update(operations: Sequence[PendingOperation]) -> str:
    """Return the warning of an update or a destroy that goes out from a state with `operations`; "" without any."""
    if not operations:
        return ""
    return (
        f"Attempting to deploy or update resources with {len(operations)} pending operations from previous deployment."
        f"\n{_listed(operations)}These resources are in an unknown state because the engine was interrupted while "
        "waiting for changes to these resources to complete. Look at what the provider has of them; `refresh` clears "
        f"pending operations, those that were creating something with {CLEAR}."
    )


def before_refresh(operations: Sequence[PendingOperation]) -> str:
    """Return the warning of a refresh of a state with `operations`; "" where it clears them all."""
    left = creates(operations)
    if not left:
        return ""
    return (
        f"{len(left)} pending creates from previous deployment stay in the state: nobody knows under which id to look "
        f"for what they may have made.\n{_listed(left)}Look for it in the cloud, delete what is there, and clear them "
        f"with `refresh {CLEAR}`."
    )


def _listed(operations: Sequence[PendingOperation]) -> str:
    return "".join(f"  * {each.resource.urn}, interrupted while {each.type}\n" for each in operations)
