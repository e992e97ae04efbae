"""Where routes may lead, after the configuration."""

from __future__ import annotations

from ipaddress import ip_address

from ..graph.values import UNKNOWN, Flag, same
from ..routes import Route
from .configuration import Configuration
from .options_read import VIRTUAL_NETWORK_GATEWAY

NOWHERE = ("None", "VnetLocal")
"""Next hops that lead to nothing outside: what is sent there is dropped, or stays."""


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
