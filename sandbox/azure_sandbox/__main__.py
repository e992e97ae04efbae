"""`python -m azure_sandbox`: runs the command line, and turns what goes wrong into one message and an exit status."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

import typer
from nat_egress.state import StateError

from .commands import app
from .errors import CommandError, Exit


def main(arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit status."""
    try:
        app(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    except CommandError as error:
        return _say(str(error), error.status)
    except StateError as error:
        return _say(str(error), Exit.ERROR)
    except Exception as error:  # noqa: BLE001 - the last resort: a traceback helps nobody at the keyboard
        return _say(f"unexpected {type(error).__name__}: {error}\n  Details are in {_log()}", Exit.INTERNAL)
    return Exit.SUCCESS


def _say(message: str, status: Exit) -> Exit:
    typer.echo(f"error: {message}", err=True)
    return status


def _log() -> Path:
    with tempfile.NamedTemporaryFile("w", prefix="azure-sandbox-", suffix=".log", delete=False) as file:
        file.write(traceback.format_exc())
    return Path(file.name)


if __name__ == "__main__":
    sys.exit(main())
