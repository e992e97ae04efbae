"""Ports and protocols as security rules spell them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .bounds import Bounds
from .intervals import Intervals

EVERY_PORT: Final = Intervals(((0, 65_535),))
"""The ports that a rule can name (reference of Microsoft.Network securityRules 2024-05-01, destinationPortRange)."""

PROTOCOLS: Final = frozenset({"Tcp", "Udp", "Icmp", "Esp", "Ah"})
"""The protocols of a rule (same reference); of a rule of Network Manager too."""

CONNECTING: Final = frozenset({"Tcp", "Udp"})
"""The protocols by which something that listens on a port is reached."""

_BY_WORD: Final = {name.lower(): frozenset({name}) for name in PROTOCOLS} | dict.fromkeys(("*", "any"), PROTOCOLS)
_RANGE: Final = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", re.ASCII)
_NONE: Final = Intervals()


def read_ports(values: Iterable[object]) -> Bounds[Intervals]:
    """Read ports: `*`, a number, a range such as `20-25`. What can't be read may be any port."""
    sure, readable = _NONE, True
    for value in values:
        for word in value.split(",") if isinstance(value, str) else (value,):
            ports = _ports(word)
            readable &= ports is not None
            sure |= ports or _NONE
    return Bounds(sure, sure if readable else EVERY_PORT)


def read_protocol(value: object) -> Bounds[frozenset[str]]:
    """Read a protocol, in any letter case; `*` and `Any` are all of them. What can't be read may be any of them."""
    found = _BY_WORD.get(value.strip().lower()) if isinstance(value, str) else None
    return Bounds(frozenset(), PROTOCOLS) if found is None else Bounds(found, found)


def _ports(word: object) -> Intervals | None:
    if isinstance(word, float) and word.is_integer():
        word = int(word)
    text = str(word).strip() if isinstance(word, str | int) and not isinstance(word, bool) else ""
    if text == "*" or text.lower() == "any":
        return EVERY_PORT
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return Intervals(((first, last),)) if first <= last <= EVERY_PORT.spans[-1][1] else None
