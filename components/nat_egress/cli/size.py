"""`nat-egress size`: how many public addresses a traffic profile needs."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..capacity import sizing
from ..capacity.document import document_of
from ..capacity.reading import InvalidProfile, read_profile
from .errors import CommandError
from .size_tables import size_tables

Profile = Annotated[Path, typer.Argument(metavar="PROFILE", help="The traffic profile, a YAML file.")]
Json = Annotated[bool, typer.Option("--json", "-j", help="Print JSON and nothing else; docs/capacity.md has its keys.")]


def size(profile: Profile, *, json: Json = False) -> None:
    """Say how many public addresses a traffic profile needs, and which limit binds."""
    try:
        answer = sizing.size(read_profile(profile))
    except InvalidProfile as error:
        raise CommandError(str(error)) from None
    if json:
        typer.echo(json_text.dumps(document_of(answer), indent=2, allow_nan=False))
        return
    console = Console(markup=False, highlight=False, emoji=False)
    for part in size_tables(answer):
        console.print(part)
