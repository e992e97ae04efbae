"""Where routes may lead, after the configuration."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

from ..graph.values import UNKNOWN, Flag, same
from ..routes import Route, around_nat
from .configuration import Configuration
from .options_read import VIRTUAL_NETWORK_GATEWAY

NOWHERE = ("None", "VnetLocal")
"""Next hops that lead to nothing outside: what is sent there is dropped, or stays."""


def leading_away(routes: Iterable[Route]) -> list[Route]:
    """Return the routes that lead connections to the internet elsewhere than to a NAT gateway, and somewhere."""
    return [route for route in around_nat(routes) if route.next_hop_type not in NOWHERE]


def approved(route: Route, configuration: Configuration) -> Flag:
    """Tell whether connections may leave by a route to an appliance or a virtual network gateway."""
    hops = configuration.approved_next_hops
    if same(route.next_hop_type, VIRTUAL_NETWORK_GATEWAY):
        return VIRTUAL_NETWORK_GATEWAY in hops
    if route.next_hop_ip_address is None:
        return UNKNOWN if hops else False
    return any(_same_address(route.next_hop_ip_address, hop) for hop in hops)


def _same_address(left: str, right: str) -> bool:
    try:
        return ip_address(left) == ip_address(right)
    except ValueError:
        return False
