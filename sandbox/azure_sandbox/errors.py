"""What the command line says instead of doing what it was asked, and the exit status that goes with it."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses of the official CLI (`pkg/cmd/pulumi/cmd/exit_codes.go` in pulumi/pulumi 3.259)."""

    SUCCESS = 0
    ERROR = 1
    CONFIGURATION = 2
    STACK_NOT_FOUND = 6
    NO_CHANGES = 7
    CANCELLED = 8
    INTERNAL = 255


class CommandError(Exception):
    """A message for the person at the keyboard: what, where, and what to do."""

    def __init__(self, message: str, status: Exit = Exit.ERROR) -> None:
        super().__init__(message)
        self.status = status
