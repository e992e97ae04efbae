"""A backend in a folder, as the official CLI has it for `file://`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .backend import StackReference
from .bucket_backend import BucketBackend, cancel_of_cli
from .folder import Folder


class FileBackend(BucketBackend):
    """Checkpoints, locks, history and backups below `<folder>/.pulumi`."""

    def __init__(self, folder: Path, cancel_command: Callable[[StackReference], str] = cancel_of_cli) -> None:
        """`cancel_command` names the command that clears a stack's locks, for messages."""
        super().__init__(Folder(folder), cancel_command)
