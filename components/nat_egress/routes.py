"""Which routes of a subnet lead its outbound traffic around its NAT gateway. Pure.

A route to an appliance or a virtual network gateway takes precedence over the NAT gateway; one to the Internet is the
NAT gateway's own way (learn.microsoft.com/azure/nat-gateway/nat-overview, 2026-04-14).
"""

from __future__ import annotations

from collections.abc import Iterable
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


def around_nat(routes: Iterable[Route]) -> list[Route]:
    """Return the routes that together take all outbound traffic away from the NAT gateway; none if some is left.

    One route of 0.0.0.0/0 does, and so do its halves. The longest prefix wins, so a route that more specific ones to
    the Internet cover in full takes nothing away.
    """
    ranges = [(route, network) for route in routes if (network := route.network) is not None]
    internet = [network for route, network in ranges if route.next_hop_type in _THROUGH_NAT]
    leading_away = [
        (route, network)
        for route, network in ranges
        if route.next_hop_type not in _THROUGH_NAT
        and not cidr.covers((part for part in internet if part.subnet_of(network)), network)
    ]
    if not cidr.covers(network for _, network in leading_away):
        return []
    widest = min(network.prefixlen for _, network in leading_away)
    if widest == 0:
        return [route for route, network in leading_away if network.prefixlen == 0]
    return [route for route, _ in leading_away]


def described(routes: Iterable[Route]) -> str:
    """Name `routes` for a message."""
    return ", ".join(f"{route.name} ({route.address_prefix} to {route.next_hop_type})" for route in routes)
