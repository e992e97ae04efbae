"""Addresses as security rules spell them: IPv4 and IPv6 on one line of numbers, IPv6 behind IPv4."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from .bounds import Bounds
from .intervals import Intervals

_IPV6: Final = 2**32
"""Where the numbers of IPv6 begin."""

EVERY_IPV4: Final = Intervals(((0, _IPV6 - 1),))
EVERYWHERE: Final = Intervals(((0, _IPV6 + 2**128 - 1),))
NOWHERE: Final = Intervals()

_EVERYONE: Final = frozenset({"*", "any", "internet"})
"""Everyone who is not in the network: Internet is all that can be reached outside of it."""
_ALL_IPV4: Final = "0.0.0.0/0"
_TAG: Final = re.compile(r"[a-z]\w*(\.\w+)*", re.ASCII | re.IGNORECASE)
_UNSPECIFIED: Final = frozenset({"0.0.0.0", "0.0.0.0/32", "::", "::/128"})  # noqa: S104 - a spelling, nothing listens

_WIDEST_IPV4: Final = 1 << 32 - 8
_WIDEST_IPV6: Final = 1 << 128 - 32
"""How many addresses can be meant by name, a rule of this package: more than an IPv4 /8, as with inbound exceptions, or
than the IPv6 /32 that a provider is given, is everyone."""


@dataclass(frozen=True)
class Places:
    """The sources or destinations of a rule."""

    addresses: Bounds[Intervals]
    tags: frozenset[str]
    """Service tags, as they are spelt, but for Internet, whose addresses are known."""
    doubtful: bool
    """Whether there is text of which Azure may make anything, or nothing."""

    @property
    def most(self) -> Intervals:
        """All addresses that may be meant, but for those of tags."""
        return EVERYWHERE if self.doubtful else self.addresses.maybe


def read_places(values: Iterable[object]) -> Places:
    """Read prefixes, addresses, ranges and service tags, in any letter case; a text may hold several, with commas.

    What is no text is not known yet. 0.0.0.0/0 is all of IPv4, and may be all of IPv6 too: Microsoft's page on network
    security groups (network-security-groups-overview, 2025-07-15) lets it stand for all addresses. 0.0.0.0 alone is
    nobody's address, so who writes it may mean everyone.
    """
    sure, maybe, doubtful = NOWHERE, NOWHERE, False
    tags: set[str] = set()
    for word in _words(values):
        found = None if word is None or word in _UNSPECIFIED else _addresses(word)
        if word is None:
            maybe = EVERYWHERE
        elif found is not None:
            sure, maybe = sure | found, maybe | (EVERYWHERE if word == _ALL_IPV4 else found)
        elif _TAG.fullmatch(word):
            tags.add(word)
        else:
            doubtful = True
    return Places(Bounds(sure, maybe), frozenset(tags), doubtful)


def _words(values: Iterable[object]) -> Iterator[str | None]:
    for value in values:
        yield from (word.strip() for word in value.split(",")) if isinstance(value, str) else (None,)


def is_wide(addresses: Intervals) -> bool:
    """Tell whether there are more addresses than can be meant by name."""
    four = (addresses & EVERY_IPV4).size
    return four > _WIDEST_IPV4 or addresses.size - four > _WIDEST_IPV6


def _addresses(word: str) -> Intervals | None:
    if word.lower() in _EVERYONE:
        return EVERYWHERE
    try:
        return _range(word)
    except ValueError:
        return None


def _range(text: str) -> Intervals:
    """Read an address, a prefix or a range. Raises `ValueError`."""
    first, dash, last = text.partition("-")
    if dash:
        start, end = ip_address(first.strip()), ip_address(last.strip())
    else:
        network = ip_network(text, strict=False)
        start, end = network.network_address, network.broadcast_address
    if start.version != end.version or int(start) > int(end):
        raise ValueError(text)
    return Intervals(((number_of(start), number_of(end)),))


def number_of(address: IPv4Address | IPv6Address) -> int:
    """Return where an address stands on the line."""
    return int(address) + (_IPV6 if address.version == 6 else 0)  # noqa: PLR2004 - the version of the protocol


_NOT_INTERNET: Final = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
    "168.63.129.16",
    "::/3", "4000::/2", "8000::/1",
)  # fmt: skip
"""Addresses that nobody on the internet has: IANA's registries of special purpose addresses (RFC 6890; those for
documentation are left out, they stand for public ones in examples), the address of Azure's own hosts
(network-security-groups-overview, 2025-07-15), and all of IPv6 but its global unicast addresses, 2000::/3
(RFC 4291)."""

INTERNET: Final = EVERYWHERE - read_places(_NOT_INTERNET).addresses.sure
