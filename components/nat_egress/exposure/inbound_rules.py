"""Security rules that let in the internet: of security groups, of Network Manager, and of just-in-time access."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from ..graph.graph import Graph
from ..graph.network import Network
from ..graph.resource import Declared
from ..graph.roles import BASTION_SUBNET, Role, Roles
from ..graph.security_groups import DeclaredRule, SecurityGroup, rules_in, security_groups
from ..graph.subnets import Subnet
from ..graph.values import UNKNOWN, Value, items, number, peek, texts, unnested, word
from .configuration import Configuration
from .finding import Finding, Verdict
from .protected_addresses import floating, protected_addresses
from .security_rules import EVERYWHERE, Intervals, SecurityRule, admin_openings, openings, read_rule, rule_findings

ADMIN_RULE: Final = "network:AdminRule"
JUST_IN_TIME: Final = "security:JitNetworkAccessPolicy"

_NOTHING: Final = Intervals()
_ALL_PORTS: Final = (0, 65_535)
_EVERYTHING: Final = Intervals.of([_ALL_PORTS])
_BASTION: Final = Intervals.of([(443, 443)])
"""What a Bastion host takes from the internet (learn.microsoft.com/azure/bastion/bastion-nsg, 2026-08)."""
_GATEWAY: Final = ((65_200, 65_535),)
"""What Azure manages an Application Gateway v2 by (learn.microsoft.com/azure/application-gateway/
configuration-infrastructure, 2026-08)."""


def of_network(network: Network, configuration: Configuration) -> Iterator[Finding]:
    """Find the security rules that let in the internet, after the role of what they protect."""
    any_address = floating(network)
    for group in security_groups(network):
        accepted = replace(configuration.accepted, expected_ports=_expected(network.roles, group))
        machines = EVERYWHERE if any_address else protected_addresses(network, group)
        yield from rule_findings(openings(map(_read, group.rules), machines), accepted)
    yield from _inline(network, configuration)
    yield from _managed(network.graph, configuration)
    for policy in network.graph.of(JUST_IN_TIME):
        yield from _just_in_time(policy, configuration)


def _read(rule: DeclaredRule) -> SecurityRule:
    return read_rule(rule.resource.urn, rule.name, rule.node if isinstance(rule.node, dict) else {})


def _expected(roles: Roles, group: SecurityGroup) -> Intervals:
    """Return the ports that are open because of what a group protects: those common to all that it is bound to."""
    if group.interfaces or not group.subnets:
        return _NOTHING
    found = [_expected_in(roles, subnet) for subnet in group.subnets]
    common = found[0]
    for ports in found[1:]:
        common = common & ports
    return common


def _expected_in(roles: Roles, subnet: Subnet) -> Intervals:
    match roles.of(subnet):
        case Role.PLATFORM:
            return _BASTION if subnet.name.lower() == BASTION_SUBNET else _EVERYTHING
        case Role.DELEGATED | Role.PRIVATE_ENDPOINTS:
            return _EVERYTHING
        case Role.APPLICATION_GATEWAY:
            return _listened_to(user.resource for user in roles.users(subnet))
        case _:
            return _NOTHING


def _listened_to(users: Iterable[Declared]) -> Intervals:
    """Return the ports that the application gateways of a subnet listen to, and those that Azure manages them by."""
    spans = list(_GATEWAY)
    for gateway in users:
        for item in items(gateway.inputs, "frontendPorts"):
            port = number(unnested(item), "port")
            spans.append((port, port) if isinstance(port, int) else _ALL_PORTS)
    return Intervals.of(spans)


def _inline(network: Network, configuration: Configuration) -> Iterator[Finding]:
    """Find rules that stand where a security group is only to be named; whether Azure takes them, it does not say."""
    nodes = [(subnet.resource, peek(subnet.node, "networkSecurityGroup")) for subnet in network.subnets.all]
    nodes += [(interface.resource, interface.security_group_node) for interface in network.interfaces]
    for resource, node in nodes:
        group = unnested(node)
        rules = [_read(rule) for rule in rules_in(resource, group)] if isinstance(group, dict) else []
        yield from map(_as_warning, rule_findings(openings(rules), configuration.accepted))


def _managed(graph: Graph, configuration: Configuration) -> Iterator[Finding]:
    collections: defaultdict[tuple[object, ...], list[SecurityRule]] = defaultdict(list)
    for rule in graph.of(ADMIN_RULE):
        collections[rule.names[:-1]].append(read_rule(rule.urn, rule.azure_name, rule.inputs))
    for rules in collections.values():
        yield from rule_findings(admin_openings(rules), configuration.accepted)


def _just_in_time(policy: Declared, configuration: Configuration) -> Iterator[Finding]:
    for machine in items(policy.inputs, "virtualMachines"):
        for port in items(machine, "ports"):
            found = rule_findings(openings([_requested(policy, machine, port)]), configuration.accepted)
            yield from map(_as_warning, found)


def _requested(policy: Declared, machine: Value, port: Value) -> SecurityRule:
    """Return the rule that just-in-time access writes when it is asked for."""
    name = f"{word(peek(machine, 'id'), policy.name)}".rpartition("/")[2]
    sources = (*texts(port, "allowedSourceAddressPrefix"), *texts(port, "allowedSourceAddressPrefixes"))
    return SecurityRule(
        policy.urn,
        f"for just-in-time access to {name}",
        "Allow",
        "Inbound",
        100,
        peek(port, "protocol"),
        sources or (UNKNOWN,),
        destination_ports=(number(port, "number"),),
    )


def _as_warning(finding: Finding) -> Finding:
    return replace(finding, verdict=Verdict.WARN) if finding.verdict is Verdict.DENY else finding
