"""Address prefixes as requests write them, and ARM's objections to them."""

from __future__ import annotations

import ipaddress
from functools import cache
from typing import TypeAlias

from .errors import Refusal
from .ids import ResourceId

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def parse_prefix(text: str, id_: ResourceId) -> Network:
    """Return the prefix that `text` is, or refuse it in the name of the resource that holds it."""
    try:
        network = stored_prefix(text)
    except ValueError:
        raise Refusal(
            "InvalidAddressPrefixFormat",
            f"Address prefix {text} of resource {id_} is not formatted correctly. It should follow CIDR notation, for "
            "example 10.0.0.0/24.",
        ) from None
    if ipaddress.ip_address(text.partition("/")[0]) != network.network_address:
        raise Refusal(
            "InvalidCIDRNotation",
            f"The address prefix {text} in resource {id_} has an invalid CIDR notation. For the given prefix length, "
            f"the address prefix should be {network}.",
        )
    return network


@cache
def stored_prefix(text: str) -> Network:
    """Return the prefix that `text` is; ValueError where it is none."""
    address, slash, length = text.partition("/")
    if not slash or not length.isdecimal():
        raise ValueError(text)
    return ipaddress.ip_network(f"{ipaddress.ip_address(address)}/{length}", strict=False)


@cache
def span(text: str) -> tuple[int, int, int]:
    """Return the IP version of a prefix, its first address and its last, as numbers that sort."""
    network = stored_prefix(text)
    return network.version, int(network.network_address), int(network.broadcast_address)


def contains(outer: Network, inner: Network) -> bool:
    """Tell whether `inner` lies in `outer`; prefixes of two families never do."""
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # one family by now


def overlap(one: Network, other: Network) -> bool:
    """Tell whether two prefixes share an address; prefixes of two families never do."""
    return one.version == other.version and one.overlaps(other)


def version(network: Network | Address) -> str:
    """Return the family in ARM's words."""
    return f"IPv{network.version}"
