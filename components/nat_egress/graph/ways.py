"""The effective way out of a subnet, a network interface or a machine, by Azure's order of precedence. IPv4.

A route to an appliance or a virtual network gateway comes first, then the NAT gateway, then a public address of the
machine, then a load balancer, by an outbound rule or by a load balancing rule that leaves outbound access on, then
default outbound access, which nothing behind a Standard load balancer has, and no machine with a Standard address
(learn.microsoft.com/azure/nat-gateway/nat-overview, 2026-04-14; azure/load-balancer/outbound-rules, 2024-04-11).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..routes import Route, carrying, default_routes
from ..ways_out import WayOut, way_by
from .balanced import is_behind_standard, is_in_pool_elsewhere
from .default_access import has_standard_address, is_private
from .exits import Exit, Part, Way, agreed, agreed_ways, unknown
from .gateways import IPV4_ADDRESSES, gateways, has_gateway, has_ipv4_address
from .graph import Graph
from .interfaces import Interface, IpConfiguration
from .machines import interfaces_of
from .network import Network
from .public_addresses import address_at, addresses_in
from .references import arm_id
from .resource import Declared
from .route_tables import DeclaredRoute, routes_in, routes_of, tables_of
from .subnets import Subnet
from .values import UNKNOWN, Flag, listed


def out_of_subnet(network: Network, subnet: Subnet) -> Way:
    """Return the way out of a subnet, for a machine with no public address and behind no load balancer."""
    return _of_subnet(network, subnet, (f"subnet {subnet.name}",), None)


def out_of_interface(network: Network, interface: Interface, *, closed: Flag | None = None) -> Way:
    """Return the way out of a network interface: of its primary IP configuration.

    `closed` tells whether a public address of its machine closes default outbound access; None stands for an interface
    that is the only one.
    """
    if closed is None:
        closed = has_standard_address(network, [interface])
    name = f"network interface {interface.name}"
    source = (f"{interface.resource.name} ({name})" if interface.inline else name,)
    ways = [way for one in interface.outward for way in _of_configuration(network, one, source, closed)]
    return agreed_ways(ways[0].source, ways) if ways else Way(source, unknown())


def out_of_machine(network: Network, machine: Declared) -> list[Way]:
    """Return the ways out of a machine or scale set, one for each network interface, that of the primary one first.

    A last one that is not known stands for interfaces that are not in this stack.
    """
    found, complete = interfaces_of(network, machine)
    closed = has_standard_address(network, found)
    if not complete and closed is False:
        closed = UNKNOWN
    ways = [out_of_interface(network, one, closed=closed) for one in found]
    return ways if complete else [*ways, Way((machine.name, "network interface of another stack"), unknown())]


def _of_configuration(
    network: Network, configuration: IpConfiguration, source: tuple[str, ...], closed: Flag
) -> Iterator[Way]:
    own = _own(network, configuration)
    found, _ = network.subnets.follow(configuration.subnet)
    for subnet in found:
        answers = (closed, is_behind_standard(network, configuration))
        yield _of_subnet(network, subnet, (*source, f"subnet {subnet.name}"), own, closed=answers)
    if not found:
        yield Way((*source, "subnet of another stack"), unknown())


def _own(network: Network, configuration: IpConfiguration) -> Exit | None:
    """Return the way that an interface has itself, None where it has none."""
    if configuration.public is UNKNOWN:
        return unknown()
    if configuration.public:
        seen = address_at(network.graph, configuration.address)
        return Exit(WayOut.PUBLIC_ADDRESS, (f"public address of {configuration.name}",), (seen,))
    balancers = network.load_balancers
    out = balancers.letting_out(configuration)
    if certain := [one for one in out if one.certain and one.balancer.lets_out(one.rule) is True]:
        seen_by = (balancers.addresses(one.balancer, one.rule, over=one.balancer.public_ipv4) for one in certain)
        return Exit(
            WayOut.LOAD_BALANCER,
            tuple(reversed(certain[0].steps)),
            tuple(dict.fromkeys(address for seen in seen_by for address in seen)),
            through=tuple(dict.fromkeys(one.balancer.resource for one in certain)),
        )
    return unknown() if out or is_in_pool_elsewhere(network, configuration) else None


def _of_subnet(
    network: Network, subnet: Subnet, source: tuple[str, ...], own: Exit | None, *, closed: tuple[Flag, ...] = ()
) -> Way:
    undirected = _by_gateway(network.graph, subnet) or own or _by_default(network, subnet, closed)
    inside = routes_in(subnet)
    where = subnet.reference("routeTable")
    tables = tables_of(network.graph, subnet)
    if where.given and not tables and not inside:
        # There is one, in another stack; what is not known at all may be none.
        way = Exit(WayOut.ROUTE_TABLE, ("route table of another stack",), (UNKNOWN,))
        return Way(source, way if isinstance(where.id, str) else unknown())
    declared = [[*inside, *routes_of(network.graph, table)] for table in tables] or [inside]
    return agreed_ways(source, [_routed(source, one, undirected) for one in declared])


def _by_gateway(graph: Graph, subnet: Subnet) -> Exit | None:
    """Return the way through a NAT gateway, None where there is none that serves.

    One of another stack is taken to have an address.
    """
    attached = has_gateway(graph, subnet)
    if attached is UNKNOWN:
        return unknown()
    if attached is False:
        return None
    found = gateways(graph, subnet)
    if not found:
        value = subnet.reference("natGateway").id
        known = arm_id(value) if isinstance(value, str) else None
        name = f"NAT gateway {known.path[-1]} of another stack" if known else "NAT gateway that is not known"
        return Exit(WayOut.NAT_GATEWAY, (name,), (UNKNOWN,))
    answers = {has_ipv4_address(graph, one) for one in found}
    if answers == {False}:
        return None
    return unknown() if answers != {True} else agreed([_through(graph, one) for one in found])


def _through(graph: Graph, gateway: Declared) -> Exit:
    seen = addresses_in(graph, gateway, *IPV4_ADDRESSES)
    return Exit(WayOut.NAT_GATEWAY, (f"NAT gateway {gateway.name}",), seen, through=(gateway,))


def _by_default(network: Network, subnet: Subnet, closed: tuple[Flag, ...]) -> Exit:
    """Return the way where nothing is declared; each of `closed` tells whether something closes it to the machine."""
    answers = (is_private(network, subnet), *closed)
    if True in answers:
        return Exit(WayOut.NONE, ("no way out",))
    if UNKNOWN in answers:
        return unknown()
    return Exit(WayOut.DEFAULT_OUTBOUND_ACCESS, ("default outbound access",), (UNKNOWN,))


def _routed(source: tuple[str, ...], declared: Sequence[DeclaredRoute], undirected: Exit) -> Way:
    """Return the way of connections with these routes, `undirected` where they leave it to Azure."""
    known = {route: one for one in declared if (route := one.known)}
    unread = [one for one in declared if one.known is None]
    exits = {route: _directed(route, one, undirected) for route, one in known.items()}
    whole = default_routes(known)
    # What is not known may be the default route.
    left = unknown() if unread else undirected
    default = _together([exits[route] for route in whole], whole) if whole else left
    parts = [*_parts(exits, default), *(Part(one.prefix, unknown(f"route {one.name}")) for one in unread)]
    return Way(source, default, tuple(parts))


def _directed(route: Route, declared: DeclaredRoute, undirected: Exit) -> Exit:
    way = way_by(route, otherwise=WayOut.ROUTE_TABLE)
    if way is WayOut.ROUTE_TABLE:
        return undirected
    step = f"route {route.name} ({route.address_prefix} to {route.next_hop_type})"
    if way is WayOut.NONE:
        return Exit(way, (step, "no way out"))
    if way is WayOut.VIRTUAL_APPLIANCE:
        return Exit(way, (step, f"virtual appliance {_shown(declared)}"), (UNKNOWN,), declared.next_hop_address)
    return Exit(way, (step, "virtual network gateway"), (UNKNOWN,))


def _shown(declared: DeclaredRoute) -> str:
    return f"{declared.next_hop_address}" if isinstance(declared.next_hop_address, str) else "that is not known"


def _together(exits: Sequence[Exit], routes: Sequence[Route]) -> Exit:
    """Return the way that several routes lead together."""
    first = exits[0]
    if len(exits) == 1:
        return first
    step = f"routes {listed(route.name for route in routes)}"
    if all(one.same_way(first) for one in exits):
        return replace(first, steps=(step, first.steps[-1]))
    ways = {one.way for one in exits}
    way = UNKNOWN if UNKNOWN in ways else first.way if len(ways) == 1 else WayOut.SEVERAL_ROUTES
    return Exit(way, (step,), tuple(dict.fromkeys(address for one in exits for address in one.addresses)))


def _parts(exits: dict[Route, Exit], default: Exit) -> Iterator[Part]:
    """Yield the destinations that leave another way than what is around them, the widest first."""
    kept: list[tuple[Route, Exit]] = []
    for route, network in sorted(carrying(exits), key=lambda one: (one[1].prefixlen, one[1].network_address)):
        if network.prefixlen == 0:
            continue
        around = [there for other, there in kept if other.network and network.subnet_of(other.network)]
        if not exits[route].same_way(around[-1] if around else default):
            kept.append((route, exits[route]))
            yield Part(route.address_prefix, exits[route])
    for route, there in exits.items():
        # What is no range at all, IPv6 apart, is a service tag, of which only Azure knows the ranges.
        if route.network is None and ":" not in route.address_prefix and not there.same_way(default):
            yield Part(route.address_prefix, there)
