"""The order in which things are drawn: the same for the same network, however its resources were registered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_network
from typing import Final, TypeAlias

_NUMBER: Final = re.compile(r"(\d+)", re.ASCII)

Natural: TypeAlias = tuple[tuple[str, int, str], ...]


def natural(name: str) -> Natural:
    """Return what sorts names as people do: worker-2 comes before worker-10."""
    parts = _NUMBER.split(name)
    numbers = [*(one.lstrip("0") for one in parts[1::2]), ""]  # by length: Python reads no number of 5,000 digits
    return tuple((word.lower(), len(number), number) for word, number in zip(parts[::2], numbers, strict=True))


def stem(name: str) -> tuple[str, ...]:
    """Return a name without its last number: worker-2 and worker-10 are alike, and so are web2-1 and web2-2."""
    parts = _NUMBER.split(name)
    return (name,) if len(parts) == 1 else ("".join(parts[:-2]), parts[-1])


def by_range(ranges: Iterable[str | None]) -> tuple[int, int, int]:
    """Return what sorts ranges by where they begin, IPv4 first and what is not known last."""
    for one in ranges:
        try:
            network = ip_network(one or "", strict=False)
        except ValueError:
            continue
        return network.version, int(network.network_address), network.prefixlen
    return 9, 0, 0
