"""Routes of subnets that lead around their NAT gateway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Final

from .. import cidr
from ..graph import kinds
from ..graph.gateways import has_gateway
from ..graph.network import Network
from ..graph.resource import Declared
from ..graph.roles import Role
from ..graph.route_tables import DeclaredRoute, declared_route, routes_in, routes_of, tables_of
from ..graph.subnets import Subnet
from ..graph.values import UNKNOWN, listed
from ..routes import Route, described
from .configuration import Configuration
from .finding import Finding, Verdict
from .next_hops import NOWHERE, approved, leading_away

_POLICY: Final = "egress-no-route-override"
_LOOKED_AT: Final = (Role.MACHINES, Role.NODES, Role.UNUSED, Role.UNKNOWN)
_IPV6_INTERNET: Final = ip_network("2000::/3")
"""All of IPv6 that is routed (RFC 4291, 2006-02)."""


def of_network(network: Network, configuration: Configuration) -> Iterator[Finding]:
    """Find the route tables, and the routes inside subnets, that lead machines around their NAT gateway."""
    users: dict[str, list[Subnet]] = {}
    for subnet in network.subnets.all:
        if not configuration.looks_at(subnet.name) or network.roles.of(subnet) not in _LOOKED_AT:
            continue
        where = subnet.reference("routeTable")
        tables = tables_of(network.graph, subnet)
        for table in tables:
            users.setdefault(table.urn, []).append(subnet)
        if inside := routes_in(subnet):
            yield from _of_routes(network, subnet.resource, inside, [subnet], configuration)
        elif where.given and not tables:
            yield _elsewhere(subnet)
    yield from _of_other_tables(network, configuration)
    for urn, subnets in users.items():
        table = network.graph.by_urn[urn]
        yield from _of_routes(network, table, routes_of(network.graph, table), subnets, configuration)


def _of_other_tables(network: Network, configuration: Configuration) -> Iterator[Finding]:
    """Find the routes that lead away in route tables that another stack declares."""
    for route in network.graph.of(kinds.ROUTE):
        found = declared_route(route)
        if network.graph.parents(route, kinds.ROUTE_TABLE):
            continue
        away = leading_away([found.known] if found.known else [])
        if found.known is None or any(approved(one, configuration) is not True for one in away):
            yield Finding(
                _POLICY,
                Verdict.UNDECIDABLE,
                route.urn,
                ("route table of another stack", f"route {route.name}"),
                f"The route {route.name} is of a route table that is not in this stack, so which subnets it leads "
                "around a NAT gateway is not known here.",
                "Check the stack that declares the table, or name the next hop in approvedNextHops of the policy's "
                "configuration.",
            )


def _elsewhere(subnet: Subnet) -> Finding:
    return Finding(
        _POLICY,
        Verdict.UNDECIDABLE,
        subnet.resource.urn,
        (f"subnet {subnet.name}", "route table of another stack"),
        f"The route table of subnet {subnet.name} is not in this stack, so where its routes lead is not known here.",
        "Check the stack that declares it, or declare the route table here.",
    )


def _of_routes(
    network: Network,
    holder: Declared,
    routes: Sequence[DeclaredRoute],
    users: Sequence[Subnet],
    configuration: Configuration,
) -> Iterator[Finding]:
    known = [route for one in routes if (route := one.known)]
    away = leading_away(known)
    judged = {route: approved(route, configuration) for route in away}
    if refused := [route for route in away if judged[route] is False]:
        yield _refused(routes, refused, holder, users)
    elif UNKNOWN in judged.values() or (len(known) < len(routes) and not away):
        yield _undecided(holder, users)
    elif not away:
        yield from _to_internet(network, holder, known, users)


def _refused(
    routes: Sequence[DeclaredRoute], refused: Sequence[Route], holder: Declared, users: Sequence[Subnet]
) -> Finding:
    first = refused[0]
    urn = next((one.resource.urn for one in routes if one.known == first), holder.urn)
    hop = f"{first.next_hop_type} {first.next_hop_ip_address}" if first.next_hop_ip_address else first.next_hop_type
    return Finding(
        _POLICY,
        Verdict.DENY,
        urn,
        (f"subnet {_names(users)}", f"route {first.name}", hop, "internet"),
        f"{_subject(holder, users)} lead outbound connections of {_names(users)} around the NAT gateway: "
        f"{described(refused)}.",
        "Remove the route, or name its next hop in approvedNextHops of the policy's configuration.",
    )


def _undecided(holder: Declared, users: Sequence[Subnet]) -> Finding:
    return Finding(
        _POLICY,
        Verdict.UNDECIDABLE,
        holder.urn,
        (f"subnet {_names(users)}", "route"),
        f"{_subject(holder, users)} are not all known before the update.",
        "Give addressPrefix, nextHopType and nextHopIpAddress as plain values.",
    )


def _to_internet(
    network: Network, holder: Declared, known: Sequence[Route], users: Sequence[Subnet]
) -> Iterator[Finding]:
    straight = [route for route in known if route.next_hop_type == "Internet"]
    attached = [subnet for subnet in users if has_gateway(network.graph, subnet) is True]
    if attached and cidr.covers(found for route in straight if (found := route.network) is not None):
        yield Finding(
            _POLICY,
            Verdict.WARN,
            holder.urn,
            (f"subnet {attached[0].name}", f"route {straight[0].name}", "internet"),
            f"{_subject(holder, users)} lead to the Internet by default, which a subnet with a NAT gateway does not "
            "need.",
            "Remove the route.",
        )
    elif wide := [route for route in known if route.next_hop_type not in NOWHERE and _all_ipv6(route)]:
        yield Finding(
            _POLICY,
            Verdict.WARN,
            holder.urn,
            (f"subnet {users[0].name}", f"route {wide[0].name}", "internet over IPv6"),
            f"{_subject(holder, users)} lead all IPv6 connections to {wide[0].next_hop_type}, past the NAT gateway.",
            "Remove the route, or use a StandardV2 gateway, which carries IPv6.",
        )


def _subject(holder: Declared, users: Sequence[Subnet]) -> str:
    of = f"route table {holder.name}" if holder.kind == kinds.ROUTE_TABLE else f"subnet {_names(users)}"
    return f"The routes of {of}"


def _names(users: Sequence[Subnet]) -> str:
    return listed(subnet.name for subnet in users)


def _all_ipv6(route: Route) -> bool:
    try:
        return _IPV6_INTERNET.subnet_of(ip_network(route.address_prefix, strict=False))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
