"""Which routes of a subnet lead its outbound traffic around its NAT gateway. Pure.

A route to an appliance or a virtual network gateway takes precedence over the NAT gateway; one to the Internet is the
NAT gateway's own way (learn.microsoft.com/azure/nat-gateway/nat-overview, 2026-04-14).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from . import cidr

NEXT_HOPS: Final = ("VnetLocal", "Internet", "VirtualAppliance", "VirtualNetworkGateway", "None")
_THROUGH_NAT: Final = ("Internet",)


@dataclass(frozen=True)
class Route:
    """One user-defined route."""

    name: str
    address_prefix: str
    """An IPv4 range, or a service tag such as `Storage`."""
    next_hop_type: str
    next_hop_ip_address: str | None = None

    @property
    def network(self) -> IPv4Network | None:
        """The range, None for a service tag or anything else that is no IPv4 range."""
        try:
            return cidr.parse(self.address_prefix)
        except cidr.NotACidr:
            return None


def carrying(routes: Iterable[Route]) -> list[tuple[Route, IPv4Network]]:
    """Return the routes of ranges that carry connections to the internet, with their ranges.

    The longest prefix wins, so a route that more specific ones cover in full carries nothing.
    """
    ranges = [(route, network) for route in routes if (network := route.network) is not None]
    return [
        (route, network)
        for route, network in ranges
        if not cidr.covers((*_within(network, (other for _, other in ranges)), *cidr.NOT_INTERNET), network)
    ]


def default_routes(routes: Iterable[Route]) -> list[Route]:
    """Return the routes that stand for the internet as a whole; none where Azure's own default route is left some.

    That is the route of 0.0.0.0/0, or those that together leave nothing of the internet out, such as its halves.
    """
    found = carrying(routes)
    if whole := [route for route, network in found if network == cidr.EVERYWHERE]:
        return whole
    left_nothing = cidr.covers((*(network for _, network in found), *cidr.NOT_INTERNET))
    return [route for route, _ in found] if left_nothing else []


def around_nat(routes: Iterable[Route]) -> list[Route]:
    """Return the routes that together take all outbound traffic away from the NAT gateway; none if some is left.

    One route of 0.0.0.0/0 does, and so do its halves.
    """
    found = default_routes(routes)
    return [] if any(route.next_hop_type in _THROUGH_NAT for route in found) else found


def _within(network: IPv4Network, others: Iterable[IPv4Network]) -> Iterator[IPv4Network]:
    return (other for other in others if other != network and other.subnet_of(network))


def described(routes: Iterable[Route]) -> str:
    """Name `routes` for a message."""
    return ", ".join(f"{route.name} ({route.address_prefix} to {route.next_hop_type})" for route in routes)
