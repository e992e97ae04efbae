"""Addresses as allow-lists have them: a range, in the one way in which it can be written."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

Range = IPv4Network | IPv6Network


def normal(text: str) -> str:
    """Return a range, or an address as a range of one, in its shortest form. Raises ValueError."""
    return str(ip_network(text))


def in_order(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Return ranges each once: IPv4 before IPv6, the lowest first. Ranges that touch are not joined."""
    return tuple(map(str, sorted({ip_network(one) for one in prefixes}, key=_order)))


def family_of(prefix: str) -> str:
    """Return the family of a range in EC2's words, `IPv4` or `IPv6`."""
    return f"IPv{ip_network(prefix).version}"


def _order(one: Range) -> tuple[int, int, int]:
    return one.version, int(one.network_address), one.prefixlen
