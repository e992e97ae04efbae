"""Load balancers that lead from the internet to machines, or let machines out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..graph import kinds
from ..graph.gateways import has_gateway
from ..graph.load_balancers import LoadBalancer, Member, Rule, steps
from ..graph.network import Network
from ..graph.values import listed
from .finding import Finding, Verdict

_SHOWN: Final = 3
"""How many members a message names."""


def of_network(network: Network) -> Iterator[Finding]:
    """Find the rules of load balancers that lead from the internet to machines, or let machines out."""
    balancers = network.load_balancers
    yield from _elsewhere(network)
    for balancer in balancers.all:
        for rule in balancer.rules:
            members = balancers.members(balancer, rule)
            if rule.lets_in:
                yield from _inbound(balancer, rule, members)
            else:
                yield from _outbound(network, balancer, rule, members)


def _elsewhere(network: Network) -> Iterator[Finding]:
    """Find the rules of load balancers that another stack declares."""
    for rule in network.graph.of(kinds.INBOUND_NAT_RULE):
        if not network.graph.parents(rule, kinds.LOAD_BALANCER):
            yield Finding(
                "lb-no-public-inbound",
                Verdict.UNDECIDABLE,
                rule.urn,
                ("load balancer of another stack", f"inbound NAT rule {rule.name}"),
                f"The inbound NAT rule {rule.name} is of a load balancer that is not in this stack, so whether the "
                "internet reaches its front end is not known here.",
                "Check the stack that declares the load balancer, or declare it here.",
            )


def _inbound(balancer: LoadBalancer, rule: Rule, members: list[Member]) -> Iterator[Finding]:
    public = balancer.is_public(rule)
    if public is False:
        return
    name = balancer.resource.name
    way = ("internet", *steps(balancer, rule))
    if public is True and any(member.certain for member in members):
        reached = _names([member for member in members if member.certain])
        yield Finding(
            "lb-no-public-inbound",
            Verdict.DENY,
            rule.resource.urn,
            (*way, reached),
            f"The {rule.kind.value} {rule.name} of public load balancer {name} leads from the internet to {reached}.",
            "Give it a private front end (subnet), remove the rule, or take the machine out of the pool.",
        )
        return
    where = "a front end or a pool that is not known before the update" if members else "machines of another stack"
    yield Finding(
        "lb-no-public-inbound",
        Verdict.UNDECIDABLE,
        rule.resource.urn,
        (*way, _names(members) if members else "not in this stack"),
        f"The {rule.kind.value} {rule.name} of load balancer {name} may lead from the internet to {where}.",
        "Give the load balancer a private front end (subnet), or remove the rule.",
    )


def _outbound(network: Network, balancer: LoadBalancer, rule: Rule, members: list[Member]) -> Iterator[Finding]:
    if balancer.is_public(rule) is False:
        return
    around = [member for member in members if not _behind_gateway(network, member)]
    if not around:
        return
    certain = balancer.is_public(rule) is True and any(member.certain for member in around)
    yield Finding(
        "egress-nat-only",
        Verdict.DENY if certain else Verdict.UNDECIDABLE,
        rule.resource.urn,
        (_names(around), f"outbound rule {rule.name}", f"load balancer {balancer.resource.name}", "internet"),
        f"The outbound rule {rule.name} of load balancer {balancer.resource.name} lets {_names(around)} out by the "
        "addresses of the load balancer: their subnet has no NAT gateway.",
        "Attach the subnet to a NAT gateway, which takes precedence, and remove the outbound rule.",
    )


def _behind_gateway(network: Network, member: Member) -> bool:
    """Tell whether a member leaves through a NAT gateway, or through what is not known here."""
    if member.interface is None:
        return False
    for configuration in member.interface.configurations:
        found, outside = network.subnets.follow(configuration.subnet)
        if outside or any(has_gateway(network.graph, subnet) is not False for subnet in found):
            return True
    return False


def _names(members: list[Member]) -> str:
    names = list(dict.fromkeys(member.name for member in members))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return listed(names[:_SHOWN]) + more
