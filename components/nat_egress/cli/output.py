"""What commands that read a state have in common in what they write."""

from __future__ import annotations

from pathlib import Path

import typer

from ..state.values import contains_unknown
from .errors import CommandError
from .stack_state import StackState


def note_what_is_not_seen(found: StackState) -> None:
    """Say of a state that there is nothing in it, or that secrets of it stay closed."""
    if not found.resources:
        typer.echo(f"note: {found.stack} has no resources in its state", err=True)
    closed = sum(contains_unknown(one.inputs) for one in found.resources)
    if closed:
        typer.echo(
            f"note: inputs of {closed} resources are secrets that were not opened, and count as not known; "
            "PULUMI_CONFIG_PASSPHRASE opens them",
            err=True,
        )


def write(option: str, file: Path, text: str) -> None:
    """Write the file that an option names."""
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CommandError(f"{option} is {file}, which can't be written: {error.strerror}") from None
