"""Where checkpoints are kept: what any backend does, and the names of things in it."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from .errors import StateError

ORGANIZATION: Final = "organization"
"""The one organization of a backend without Pulumi Cloud (`pkg/backend/diy`)."""
LONGEST_NAME: Final = 100
"""Characters of a project's or stack's name (`sdk/go/common/tokens`)."""
NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class StackReference:
    """The name of a stack in its project."""

    project: str
    stack: str

    def __post_init__(self) -> None:
        for kind, name in (("project", self.project), ("stack", self.stack)):
            if not NAME.fullmatch(name) or name in {".", ".."}:
                raise StateError(
                    f"{kind} name {name!r}: may only contain letters, digits, hyphens, underscores and periods, "
                    "and may not be empty"
                )
            if len(name) > LONGEST_NAME:
                raise StateError(f"{kind} name {name!r}: {len(name)} characters, at most {LONGEST_NAME} are allowed")

    @property
    def qualified(self) -> str:
        """The name as checkpoints and locks have it: `organization/project/stack`."""
        return f"{ORGANIZATION}/{self.project}/{self.stack}"


def stack_in(urn: str) -> str:
    """Return the stack that a URN names, as in `organization/project/stack`, "" where it names none."""
    head = urn.removeprefix("urn:pulumi:").split("::")
    return f"{ORGANIZATION}/{head[1]}/{head[0]}" if len(head) > 1 else ""


@dataclass(frozen=True)
class Lock:
    """Who holds a stack."""

    place: str
    pid: int
    username: str
    hostname: str
    timestamp: datetime


@dataclass(frozen=True)
class UpdateRecord:
    """One entry of a stack's history (`backend.UpdateInfo`)."""

    kind: Literal["update", "refresh", "destroy"]
    start: float
    """Seconds since the epoch, as is `end`."""
    end: float
    succeeded: bool
    resource_changes: dict[str, int]
    config: dict[str, Any] = field(default_factory=dict)
    """Values without secrets."""
    environment: dict[str, str] = field(default_factory=dict)


class Backend(Protocol):
    """Keeps the checkpoints of many stacks."""

    @property
    def url(self) -> str:
        """The backend as PULUMI_BACKEND_URL names it."""

    def stacks(self, project: str) -> list[str]:
        """Return the names of the stacks of a project, sorted."""

    def place(self, reference: StackReference) -> str:
        """Return where a stack's checkpoint is, for messages."""

    def read(self, reference: StackReference) -> bytes | None:
        """Return a stack's checkpoint; None where there is no such stack."""

    def write(self, reference: StackReference, checkpoint: bytes) -> None:
        """Replace a stack's checkpoint, whole or not at all, and keep the one before as a backup."""

    def lock(self, reference: StackReference) -> AbstractContextManager[None]:
        """Hold a stack for one update; LockedError where somebody else holds it."""

    def locks(self, reference: StackReference) -> list[Lock]:
        """Return who holds a stack."""

    def unlock(self, reference: StackReference) -> int:
        """Take all locks of a stack away, whoever holds them, and return how many there were."""

    def record(self, reference: StackReference, update: UpdateRecord) -> None:
        """Add an update to a stack's history, with a copy of its checkpoint, and to its backups."""
