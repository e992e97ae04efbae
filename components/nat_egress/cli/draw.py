"""`nat-egress draw`: a stack's network, from its state, as a picture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from ..drawing.formats import Format, NotDrawnError, View, written
from ..graph.of_state import resources_of
from ..state.errors import StateError
from ..state.model import Snapshot
from .errors import CommandError
from .output import note_what_is_not_seen, write
from .stack_options import Backend, Stack, State, find
from .stack_state import best_effort

Form = Annotated[
    Format | None,
    typer.Option("--format", help="What to write; if left out, what the name of --output ends with, or else html."),
]
Json = Annotated[bool, typer.Option("--json", "-j", help="As --format json; docs/drawing.md has its keys.")]
Output = Annotated[Path | None, typer.Option(help="Write to this file instead of the terminal.")]
Which = Annotated[View, typer.Option("--view", help="The network, or all resources (as dot, mermaid or json).")]

_ENDINGS: Final = {
    ".dot": Format.DOT,
    ".gv": Format.DOT,
    ".html": Format.HTML,
    ".json": Format.JSON,
    ".mermaid": Format.MERMAID,
    ".mmd": Format.MERMAID,
    ".svg": Format.SVG,
}


def draw(
    stack: Stack = None,
    *,
    state: State = None,
    backend: Backend = None,
    form: Form = None,
    json: Json = False,
    output: Output = None,
    view: Which = View.NETWORK,
) -> None:
    """Draw the network that a stack has deployed: its subnets, machines, gateways, and the ways out and in."""
    if json and form not in (None, Format.JSON):
        raise CommandError(f"--json and --format {form} ask for two formats: give one of them")
    ending = output.suffix.lower() if output else ""
    form = Format.JSON if json else form or _ENDINGS.get(ending, Format.HTML)
    try:
        found = find(stack, state, backend, best_effort(os.environ))
        text = written(resources_of(Snapshot(found.resources)), found.stack, form, view)
    except (StateError, NotDrawnError) as error:
        raise CommandError(str(error)) from None
    note_what_is_not_seen(found)
    if output is None:
        typer.echo(text, nl=False)
        return
    write("--output", output, text)
    typer.echo(f"{output} shows the {view} of {found.stack}")
