"""The machines of a subscription as the command line shows them: where each is, and how it reaches the internet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from .arm import ControlPlane, StoreError
from .arm.ways_out import Exit, Method, WayOut
from .errors import CommandError

_UNKNOWN = {
    Method.APPLIANCE: "those of the appliance",
    Method.NETWORK_GATEWAY: "those behind the gateway",
    Method.DEFAULT: "one of Microsoft's, which changes",
}


def find(cloud: Path, subscription: str) -> list[WayOut]:
    """Return the way out of each machine of a subscription; none where there is no cloud yet.

    Raises:
        CommandError: the file is not a sandbox's, or can't be read.

    """
    if not cloud.is_file():
        return []
    try:
        plane = ControlPlane(cloud)
    except StoreError as error:
        raise CommandError(str(error)) from None
    try:
        return plane.ways_out(subscription)
    finally:
        plane.close()


def table(found: Sequence[WayOut]) -> Table:
    """Return the machines as a table, an interface a row."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("MACHINE", "ZONE", "SUBNET", "PRIVATE", "WAY OUT", "THE INTERNET SEES", "INBOUND"):
        shown.add_column(heading, overflow="fold")
    groups = {_name(way.machine): Counter[str]() for way in found}
    for way in found:
        groups[_name(way.machine)][way.machine] += 1
    for way in found:
        name = _name(way.machine)
        group = f"{way.machine.split('/')[4]}/" if len(groups[name]) > 1 else ""
        second = "" if way.primary else f" ({_name(way.interface)})"
        exits = [("", way.exit), *((f"{part.destination}: ", part.exit) for part in way.parts)]
        shown.add_row(
            f"{group}{name}{second}",
            way.zone or "-",
            "/".join(way.subnet.split("/")[-3::2]),
            way.private_address,
            "\n".join(f"{where}{_way(exit_)}" for where, exit_ in exits),
            "\n".join(f"{where}{_addresses(exit_)}" for where, exit_ in exits),
            ", ".join(way.inbound) or "none",
        )
    return shown


def as_json(found: Sequence[WayOut]) -> str:
    """Return the machines as JSON, with ids."""
    return json.dumps([_plain(way) for way in found], indent=2)


def _plain(way: WayOut) -> dict[str, Any]:
    return {
        "machine": way.machine,
        "zone": way.zone or None,
        "networkInterface": way.interface,
        "primary": way.primary,
        "privateAddress": way.private_address,
        "subnet": way.subnet,
        "wayOut": _plain_exit(way.exit),
        "elsewhere": [{"destination": part.destination, **_plain_exit(part.exit)} for part in way.parts],
        "inboundAddresses": list(way.inbound),
    }


def _plain_exit(exit_: Exit) -> dict[str, Any]:
    known = exit_.method not in _UNKNOWN
    return {
        "method": exit_.method.name,
        "via": exit_.via or None,
        "addresses": list(exit_.addresses) if known else None,
    }


def _way(exit_: Exit) -> str:
    via = _name(exit_.via)
    return f"{exit_.method.value} {via}" if via else exit_.method.value


def _addresses(exit_: Exit) -> str:
    return _UNKNOWN.get(exit_.method) or ", ".join(exit_.addresses) or "none"


def _name(id_: str) -> str:
    return id_.rpartition("/")[2]
