"""What a command says instead of doing what it was asked."""

from __future__ import annotations

MISTAKE = 2
"""The exit status of a user's mistake, as for options that don't exist."""


class CommandError(Exception):
    """A message for the person at the keyboard: what, where, and what to do."""

    def __init__(self, message: str, status: int = MISTAKE) -> None:
        super().__init__(message)
        self.status = status
