"""Which public addresses and prefixes are handed out: never one that is in use, and the same ones in every run.

They come from the ranges set aside for documentation, so nothing in the world answers to them: RFC 5737 for IPv4 and
RFC 3849 for IPv6. After the 768 IPv4 addresses comes the benchmarking range of RFC 2544, with 131,072 more.
Each resource prefers a place that follows from its id alone, so requests that run in parallel don't disturb each
other's addresses as long as the preferred places differ; where one is taken, the next free one serves.
"""

from __future__ import annotations

import hashlib
import ipaddress
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from .cidr import Network
from .errors import Refusal

# Single addresses and prefixes start from opposite ends, so that single ones don't break up the room for prefixes.
_IPV4 = tuple(ipaddress.ip_network(text) for text in ("192.0.2.0/24", "203.0.113.0/24", "198.51.100.0/24"))
_IPV4_EXTENDED = ipaddress.ip_network("198.18.0.0/15")
_IPV6 = ipaddress.ip_network("2001:db8::/32")


def choose_prefix(version: str, length: int, key: str, taken: Iterable[Network]) -> Network:
    """Return a free prefix of `length`, aligned to its size, for the resource with this key."""
    ranges: Sequence[Network] = (*reversed(_IPV4), _IPV4_EXTENDED) if version == "IPv4" else (_IPV6,)
    return _choose(ranges, length, key, taken)


def choose_address(version: str, key: str, taken: Iterable[Network]) -> Network:
    """Return a free single address, as a prefix of full length."""
    ranges: Sequence[Network] = (*_IPV4, _IPV4_EXTENDED) if version == "IPv4" else (_IPV6,)
    return _choose(ranges, ranges[0].max_prefixlen, key, taken)


def choose_from_prefix(prefix: Network, key: str, taken: Iterable[Network]) -> Network:
    """Return a free single address of a public IP prefix."""
    return _choose((prefix,), prefix.max_prefixlen, key, taken)


def _choose(ranges: Sequence[Network], length: int, key: str, taken: Iterable[Network]) -> Network:
    used = sorted((int(network.network_address), int(network.broadcast_address)) for network in taken)
    preference = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16])
    for within in ranges:
        size = 1 << (within.max_prefixlen - length)
        places = within.num_addresses // size
        for step in range(places):
            first = int(within.network_address) + (preference + step) % places * size
            if not _touches(used, first, first + size - 1):
                return ipaddress.ip_network((first, length))
    raise Refusal("SandboxNoAddressLeft", f"The sandbox has no free /{length} left in {', '.join(map(str, ranges))}.")


def _touches(used: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    """Tell whether a range meets one of the sorted, disjoint ranges that are used."""
    following = bisect_left(used, (first,))
    return (following < len(used) and used[following][0] <= last) or (following > 0 and used[following - 1][1] >= first)
