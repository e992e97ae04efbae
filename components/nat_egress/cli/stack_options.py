"""The options by which a command line names a stack's state."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from . import stack_state
from .errors import CommandError
from .stack_state import Opener, StackState

Stack = Annotated[
    str | None, typer.Argument(metavar="[STACK]", help="The stack, as STACK or organization/PROJECT/STACK.")
]
State = Annotated[
    Path | None, typer.Option(help="A state file instead of a stack, as `pulumi stack export` writes it.")
]
Backend = Annotated[
    str | None,
    typer.Option(help="Where the stack is kept, file://…, s3://…, azblob://…; by default where the CLI looks for it."),
]


def find(stack: str | None, state: Path | None, backend: str | None, opener: Opener) -> StackState:
    """Read the state that is meant. Raises CommandError, and StateError where it can't be read."""
    if (stack is None) == (state is None):
        raise CommandError("give either a stack or --state with a file")
    if state is not None and backend is not None:
        raise CommandError("--backend says where a stack is kept: it does not go with --state")
    if state is not None:
        return stack_state.of_file(state, opener)
    return stack_state.of_stack(stack or "", backend, os.environ, Path.cwd(), opener)
