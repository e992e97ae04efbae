"""`nat-egress capacity`: whether what a stack has deployed is enough for its traffic."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..capacity.deployed import Gateway, deployed
from ..capacity.deployed_document import deployed_document
from ..capacity.profile import Profile
from ..capacity.reading import InvalidProfile, read_profile
from ..capacity.verdict import SecretProfile, Verdict, carried_profile, judge
from ..state.errors import StateError
from .capacity_tables import gateway_tables
from .errors import CommandError
from .stack_options import Backend, Stack, State, find
from .stack_state import StackState, sealed

NOT_ENOUGH = 1
"""The exit status where addresses are missing, another limit is broken, or the state does not tell."""

ProfileFile = Annotated[Path | None, typer.Option("--profile", help="A traffic profile, instead of the stack's own.")]
Name = Annotated[str | None, typer.Option("--gateway", help="Only the gateway of this name, in Azure or the program.")]
Json = Annotated[bool, typer.Option("--json", "-j", help="Print JSON and nothing else; docs/capacity.md has its keys.")]


def capacity(
    stack: Stack = None,
    *,
    profile: ProfileFile = None,
    state: State = None,
    backend: Backend = None,
    gateway: Name = None,
    json: Json = False,
) -> None:
    """Say what the NAT gateways of a stack have deployed, and whether it is enough for their traffic."""
    try:
        found = find(stack, state, backend, sealed)
        given = (str(profile), read_profile(profile)) if profile else None
        judged = [(one, _judged(one, given)) for one in _gateways(found, gateway)]
    except (StateError, InvalidProfile, SecretProfile) as error:
        raise CommandError(str(error)) from None
    if json:
        typer.echo(json_text.dumps(deployed_document(found.stack, judged), indent=2, allow_nan=False))
    else:
        console = Console(markup=False, highlight=False, emoji=False)
        for one, verdict in judged:
            for part in gateway_tables(one, verdict):
                console.print(part)
    if any(verdict and not verdict.enough for _, verdict in judged):
        raise typer.Exit(NOT_ENOUGH)


def _gateways(found: StackState, name: str | None) -> list[Gateway]:
    gateways = deployed(found.resources)
    chosen = [one for one in gateways if name in (None, one.name, one.logical_name)]
    if not gateways:
        raise CommandError(f"{found.stack} has no NAT gateway in its state")
    if not chosen:
        known = ", ".join(one.name for one in gateways)
        raise CommandError(f"{found.stack} has no NAT gateway named {name!r}; it has: {known}")
    return chosen


def _judged(gateway: Gateway, given: tuple[str, Profile] | None) -> Verdict | None:
    found = given or carried_profile(gateway)
    return judge(gateway, found[1], found[0]) if found else None
