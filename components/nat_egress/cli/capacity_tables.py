"""What `nat-egress capacity` says of a gateway, for people: lines and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from .. import limits
from ..capacity.deployed import Attached, Gateway
from ..capacity.layouts import layouts
from ..capacity.verdict import Verdict
from .size_tables import addresses_text, advice_lines, binding_text, destination_tables, layout_text, limits_table

MOST_SUBNETS: Final = 10
"""Subnets that a line names; the JSON has all."""


def gateway_tables(gateway: Gateway, verdict: Verdict | None) -> Iterator[Table | Text]:
    """Write a gateway as what a console prints: what it has, then what that is worth."""
    least = "at least " if gateway.unknown else ""
    ports = f"{limits.snat_ports(gateway.addresses):,} SNAT ports, for TCP and UDP each"
    yield Text(f"{gateway.name}: {least}{addresses_text(gateway.addresses)}, {least}{ports}", style="bold")
    yield Text(f"  {_settings(gateway)}")
    yield from (Text(f"  {line}") for line in _attached(gateway))
    yield from (Text(f"  {line}") for line in _behind(gateway))
    if verdict is None:
        yield Text("  The state carries no traffic profile: give one with --profile, and it is held against it.")
        return
    yield Text(_judgement(gateway, verdict), style="bold")
    yield from (Text(f"  {line}") for line in _differences(gateway, verdict))
    if verdict.answer:
        yield limits_table(verdict.answer)
        yield from destination_tables(verdict.answer)
        yield from advice_lines(verdict.answer)


def _settings(gateway: Gateway) -> str:
    timeout = gateway.idle_timeout_minutes
    idle = "idle timeout not in the state" if timeout is None else f"idle timeout {timeout} minutes"
    return f"{gateway.sku or 'SKU not in the state'}, {f'zone {gateway.zone}' if gateway.zone else 'no zone'}, {idle}"


def _attached(gateway: Gateway) -> Iterator[str]:
    if not gateway.attached:
        yield "no public address: nothing leaves through it"
    counted = [one.length for one in gateway.attached if one.length is not None]
    words = [f"{counted.count(length)} x {_size(length)}" for length in sorted(set(counted))]
    if words:
        yield ", ".join(words)
    for one in gateway.attached:
        if one.told_by != "resource":
            yield f"{one.id or f'a public IP {one.kind} whose id is secret'}: {_apart(one)}"


def _size(length: int) -> str:
    return "single address" if length == limits.MAX_PREFIX_LENGTH + 1 else f"/{length}"


def _apart(one: Attached) -> str:
    if one.told_by == "component":
        return f"not in the state; counted as the /{one.length} that the component declares"
    return "not in the state; counted as one address" if one.told_by == "id" else "not counted: the state has no size"


def _behind(gateway: Gateway) -> Iterator[str]:
    machines = "1 machine" if gateway.machines == 1 else f"{gateway.machines:,} machines"
    yield f"{_subnets(gateway.subnets)} behind it, {machines} in them in the state"
    if gateway.listed_subnets:
        yield f"{_subnets(gateway.listed_subnets)} that the stack does not keep, as of the last update or refresh"


def _subnets(ids: Sequence[str]) -> str:
    names = [id_.rpartition("/")[2] for id_ in ids]
    more = f" and {len(names) - MOST_SUBNETS:,} more" if len(names) > MOST_SUBNETS else ""
    shown = f" ({', '.join(names[:MOST_SUBNETS])}{more})" if names else ""
    return f"1 subnet{shown}" if len(names) == 1 else f"{len(names):,} subnets{shown}"


def _judgement(gateway: Gateway, verdict: Verdict) -> str:
    needs = f"the profile ({verdict.profile_from}) needs {addresses_text(verdict.needed)}"
    zone = f" in zone {verdict.zone}, with another zone lost" if verdict.zone else ""
    binds = f" The limit that binds: {binding_text(verdict.answer)}." if verdict.answer else ""
    if verdict.enough:
        return f"Enough: {needs}{zone}.{binds}"
    if verdict.enough is None:
        return f"Not known to be enough: {needs}{zone}, and the state does not tell of all addresses.{binds}"
    missing = verdict.needed - gateway.addresses
    if missing <= 0:
        return f"Not enough: {needs}{zone}; a limit is broken that addresses can't move.{binds}"
    gives = next((f": {layout_text(layout)}" for layout in layouts(verdict.needed)), "")
    return f"Not enough: {needs}{zone}, {missing:,} more than there are{gives}.{binds}"


def _differences(gateway: Gateway, verdict: Verdict) -> Iterator[str]:
    for what, there, asked in (
        ("an idle timeout in minutes of", gateway.idle_timeout_minutes, verdict.profile.idle_timeout_minutes),
        ("the SKU", gateway.sku, verdict.profile.sku),
    ):
        if there not in (None, asked):
            yield f"the profile has {what} {asked}, the gateway {there}: figures are for the gateway's"
