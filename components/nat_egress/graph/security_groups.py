"""Network security groups: their rules, inside them or as resources of their own, and where they are bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from . import kinds
from .interfaces import Interface
from .network import Network
from .resource import Declared
from .subnets import Subnet
from .values import Value, items, peek, unnested, word


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
    bound: defaultdict[str, list[Subnet]] = defaultdict(list)
    for subnet in network.subnets.all:
        for target in graph.follow(subnet.reference("networkSecurityGroup"), kinds.SECURITY_GROUP).targets:
            bound[target.resource.urn].append(subnet)
    used: defaultdict[str, list[Interface]] = defaultdict(list)
    for interface in network.interfaces:
        for target in graph.follow(interface.security_group, kinds.SECURITY_GROUP).targets:
            used[target.resource.urn].append(interface)
    for group in groups:
        yield SecurityGroup(
            group,
            (*rules_in(group, group.inputs), *separate[group.urn]),
            tuple(bound[group.urn]),
            tuple(used[group.urn]),
        )


def rules_in(resource: Declared, node: Value) -> Iterator[DeclaredRule]:
    """Yield the security rules that are declared inside a group."""
    for item in items(node, "securityRules"):
        rule = unnested(item)
        yield DeclaredRule(resource, word(peek(rule, "name"), "its rule"), rule)
