"""The command line: its verbs, and one message and an exit status for what goes wrong."""

from __future__ import annotations

import sys

import typer

from .audit import audit
from .capacity import capacity
from .draw import draw
from .errors import CommandError
from .publish import publish
from .simulate import simulate
from .size import size

app = typer.Typer(
    help="Size, watch, audit and draw private egress for Azure networks. Nothing here reaches Azure.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def verbs() -> None:
    """Keep the name of the verb, also while there is only one."""


app.command()(size)
app.command()(simulate)
app.command()(capacity)
app.command()(audit)
app.command()(draw)
app.command()(publish)


def main(arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit status."""
    try:
        app(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except CommandError as error:
        typer.echo(f"error: {error}", err=True)
        return error.status
    return 0


def run() -> None:
    """Run the command line of this process."""
    sys.exit(main())
