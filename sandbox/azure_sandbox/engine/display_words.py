"""The CLI's words and signs for what happens to a resource (`pkg/resource/deploy/step.go`, `pkg/backend/display`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Words:
    """How an operation is shown."""

    sign: str
    """Two characters."""
    style: str
    """A style of rich."""
    plan: str
    doing: str
    done: str


WORDS: Final[dict[str, Words]] = {
    "same": Words("  ", "", "", "", ""),
    "create": Words("+ ", "green", "create", "creating", "created"),
    "delete": Words("- ", "red", "delete", "deleting", "deleted"),
    "update": Words("~ ", "yellow", "update", "updating", "updated"),
    "replace": Words("+-", "magenta", "replace", "replacing", "replaced"),
    "create-replacement": Words("++", "green", "create replacement", "creating replacement", "created replacement"),
    "delete-replaced": Words("--", "red", "delete original", "deleting original", "deleted original"),
    "read": Words("> ", "cyan", "read", "reading", "read"),
    "read-replacement": Words(">>", "cyan", "read for replacement", "reading for replacement", "read for replacement"),
    "refresh": Words("~ ", "yellow", "refresh", "refreshing", "refresh"),
    "discard": Words("< ", "red", "discard", "discarding", "discarded"),
    "discard-replaced": Words("<<", "red", "discard original", "discarding original", "discarded original"),
    "remove-pending-replace": Words("~ ", "yellow", "remove pending replace", "", ""),
}
"""In the order of the CLI's summary."""

REPLACEMENTS: Final = frozenset(
    {"replace", "create-replacement", "delete-replaced", "read-replacement", "discard-replaced"}
)
"""Operations that are parts of one replacement."""
READS: Final = frozenset({"read", "read-replacement", "discard"})
"""Operations that are not counted as changes."""
LEAVING: Final = frozenset({"delete", "replace", "create-replacement", "delete-replaced"})
"""Operations that the CLI marks with `[retain]` where the old resource stays in the cloud."""
