"""How a machine's traffic leaves for the internet, by Azure's order of precedence. Pure: values in, a verdict out.

The order (learn.microsoft.com/azure/nat-gateway/nat-overview, 2026-04): a route to an appliance or a virtual network
gateway, the subnet's NAT gateway, the interface's own public address, a load balancer, default outbound access. IPv4
only.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

_EVERYWHERE: Final = ipaddress.IPv4Network("0.0.0.0/0")
# What no machine reaches over the internet (RFC 1918, 6598, 3927, 1122, 5771, 1112).
_NOT_INTERNET: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)


class Method(Enum):
    """What carries the traffic."""

    APPLIANCE = "route to an appliance"
    NETWORK_GATEWAY = "route to a virtual network gateway"
    NAT_GATEWAY = "NAT gateway"
    INSTANCE = "instance public address"
    LOAD_BALANCER = "load balancer"
    DEFAULT = "default outbound access"
    DROPPED = "dropped by a route"
    NONE = "none"


@dataclass(frozen=True)
class Route:
    """A user-defined route of the subnet's table, in ARM's words."""

    prefix: str
    """A prefix, or a service tag."""
    next_hop_type: str
    next_hop: str = ""
    """The appliance's address."""


@dataclass(frozen=True)
class NatGateway:
    """The NAT gateway of the subnet."""

    id: str
    addresses: tuple[str, ...]
    """Its IPv4 addresses and prefixes; with none it does nothing (nat-gateway/faq, 2026)."""


@dataclass(frozen=True)
class LoadBalancer:
    """A Standard load balancer that the interface is behind."""

    id: str
    addresses: tuple[str, ...]
    """IPv4 addresses and prefixes of the front ends that let the interface out, by outbound rules or by load balancing
    rules that leave it on. With none it closes default outbound access all the same: what is behind a Standard load
    balancer, internal or public, has no way out that isn't declared (load-balancer/outbound-rules, 2024-04-11,
    scenarios 5 and 6 and disableOutboundSnat)."""


@dataclass(frozen=True)
class Exit:
    """One way to the internet."""

    method: Method
    via: str = ""
    """The appliance's address, or the id of the NAT gateway or load balancer, where there is one."""
    addresses: tuple[str, ...] = ()
    """What the internet sees: addresses and prefixes. Empty where that can't be known: behind an appliance or a network
    gateway, and with default outbound access, whose address is Microsoft's and changes."""


@dataclass(frozen=True)
class Part:
    """A destination that a route of its own sends another way."""

    destination: str
    """A prefix, or a service tag."""
    exit: Exit


@dataclass(frozen=True)
class WayOut:
    """How one interface of a machine reaches the internet, and whether the internet can reach it unasked."""

    machine: str
    """Id."""
    zone: str
    """Empty where the machine is in none."""
    interface: str
    """Id."""
    primary: bool
    private_address: str
    """Of the primary IP configuration, as all that follows."""
    subnet: str
    """Id."""
    exit: Exit
    parts: tuple[Part, ...]
    """Destinations that leave another way than `exit`, the largest first."""
    inbound: tuple[str, ...]
    """Public addresses of the interface, and of front ends with a rule that leads to it: at these unsolicited traffic
    arrives if the security groups let it."""


def ways(
    routes: Iterable[Route],
    gateway: NatGateway | None,
    instance: str | None,
    balancers: Sequence[LoadBalancer] = (),
    *,
    default_access: bool,
) -> tuple[Exit, tuple[Part, ...]]:
    """Return the way of the traffic to the internet as a whole, and the parts of it that go another way.

    The longest prefix wins, as in Azure. Where more specific routes leave nothing over for the default one, the largest
    of them that carries anything stands for the whole.
    """
    undirected = _undirected(gateway, instance, balancers, default_access=default_access)
    whole = undirected
    parts: list[Part] = []
    for route in sorted((route for route in routes if ":" not in route.prefix), key=_size, reverse=True):
        network = _network(route.prefix)
        if network == _EVERYWHERE:
            whole = _directed(route, undirected)
        elif network is None or not any(network.subnet_of(private) for private in _NOT_INTERNET):
            parts.append(Part(route.prefix, _directed(route, undirected)))
    networks = [network for part in parts if (network := _network(part.destination))]
    if _covered(_EVERYWHERE, networks):
        whole = next(part.exit for part in parts if _carries(part, networks))
    return whole, _differing(parts, whole)


def _carries(part: Part, networks: Sequence[ipaddress.IPv4Network]) -> bool:
    """Tell whether routes that are more specific leave a part anything of the internet."""
    own = _network(part.destination)
    return own is not None and not _covered(own, [one for one in networks if one != own and one.subnet_of(own)])


def _covered(whole: ipaddress.IPv4Network, networks: Sequence[ipaddress.IPv4Network]) -> bool:
    return any(whole.subnet_of(one) for one in ipaddress.collapse_addresses([*networks, *_NOT_INTERNET]))


def _undirected(
    gateway: NatGateway | None, instance: str | None, balancers: Sequence[LoadBalancer], *, default_access: bool
) -> Exit:
    """Return where traffic goes that no route sends elsewhere."""
    if gateway and gateway.addresses:
        return Exit(Method.NAT_GATEWAY, gateway.id, gateway.addresses)
    if instance:
        return Exit(Method.INSTANCE, addresses=(instance,))
    for balancer in balancers:
        # No interface is behind two public ones.
        if balancer.addresses:
            return Exit(Method.LOAD_BALANCER, balancer.id, balancer.addresses)
    return Exit(Method.DEFAULT if default_access and not balancers else Method.NONE)


def _directed(route: Route, undirected: Exit) -> Exit:
    match route.next_hop_type:
        case "Internet":
            return undirected
        case "VirtualAppliance":
            return Exit(Method.APPLIANCE, route.next_hop)
        case "VirtualNetworkGateway":
            return Exit(Method.NETWORK_GATEWAY)
    # None drops it, and VnetLocal looks for the internet inside the virtual network.
    return Exit(Method.DROPPED)


def _differing(parts: Sequence[Part], whole: Exit) -> tuple[Part, ...]:
    """Leave out the parts that go the way of what is around them."""
    kept: list[Part] = []
    for part in parts:
        network = _network(part.destination)
        around = [
            other.exit
            for other in kept
            if network and (outer := _network(other.destination)) and network.subnet_of(outer)
        ]
        if part.exit != (around[-1] if around else whole):
            kept.append(part)
    return tuple(kept)


def _network(prefix: str) -> ipaddress.IPv4Network | None:
    """Return the IPv4 network that a route is for; None for a service tag, of which only Azure knows the prefixes."""
    try:
        return ipaddress.IPv4Network(prefix)
    except ValueError:
        return None


def _size(route: Route) -> tuple[bool, int, str]:
    network = _network(route.prefix)
    return network is not None, network.num_addresses if network else 0, route.prefix
