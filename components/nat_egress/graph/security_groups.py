"""Network security groups: their rules, inside them or as resources of their own, and where they are bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from . import kinds
from .graph import Graph
from .interfaces import Interface, unnested
from .network import Network
from .references import Reference
from .resource import Declared
from .subnets import Subnet
from .values import Value, items, peek, word


@dataclass(frozen=True)
class DeclaredRule:
    """A security rule."""

    resource: Declared
    """What declares it: the rule itself, or the group."""
    name: str
    node: Value
    """Its properties, `UNKNOWN` where they are not known."""


@dataclass(frozen=True)
class SecurityGroup:
    """A network security group, or the rules of one that another stack declares."""

    resource: Declared
    rules: tuple[DeclaredRule, ...]
    subnets: tuple[Subnet, ...] = ()
    """The subnets of the stack that it is, or may be, bound to."""
    interfaces: tuple[Interface, ...] = ()
    """The network interfaces of the stack that it is, or may be, bound to."""


def security_groups(network: Network) -> Iterator[SecurityGroup]:
    """Yield the security groups of a stack, and apart each rule whose group is in another."""
    graph = network.graph
    groups = graph.of(kinds.SECURITY_GROUP)
    separate: defaultdict[str, list[DeclaredRule]] = defaultdict(list)
    for rule in graph.of(kinds.SECURITY_RULE):
        parents = graph.parents(rule, kinds.SECURITY_GROUP)
        own = DeclaredRule(rule, rule.azure_name, rule.inputs)
        for parent in parents:
            separate[parent.urn].append(own)
        if not parents:
            yield SecurityGroup(rule, (own,))
    bound = [(subnet, _urns(graph, subnet.reference("networkSecurityGroup"))) for subnet in network.subnets.all]
    used = [(interface, _urns(graph, interface.security_group)) for interface in network.interfaces]
    for group in groups:
        yield SecurityGroup(
            group,
            (*rules_in(group, group.inputs), *separate[group.urn]),
            tuple(subnet for subnet, urns in bound if group.urn in urns),
            tuple(interface for interface, urns in used if group.urn in urns),
        )


def rules_in(resource: Declared, node: Value) -> Iterator[DeclaredRule]:
    """Yield the security rules that are declared inside a group."""
    for item in items(node, "securityRules"):
        rule = unnested(item)
        yield DeclaredRule(resource, word(peek(rule, "name"), "its rule"), rule)


def _urns(graph: Graph, where: Reference) -> set[str]:
    return {target.resource.urn for target in graph.follow(where, kinds.SECURITY_GROUP).targets}
