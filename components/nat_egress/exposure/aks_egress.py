"""The way out of AKS clusters: their outbound type, and the subnet of their nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..graph import kinds
from ..graph.gateways import has_gateway
from ..graph.graph import Graph
from ..graph.network import Network
from ..graph.references import Reference, reference
from ..graph.resource import Declared
from ..graph.values import UNKNOWN, items, listed, peek, same, text, word
from .finding import Finding, Verdict

_POLICY: Final = "aks-egress-nat"
_REMEDY: Final = "Set networkProfile.outboundType to userAssignedNATGateway, in a subnet with a NAT gateway."
_OWN_SUBNET: Final = ("userAssignedNATGateway", "none", "block")
"""Outbound types that leave the way out to the subnet (learn.microsoft.com/azure/aks/egress-outboundtype, 2026-08)."""


def of_resource(resource: Declared) -> Iterator[Finding]:
    """Find an outbound type that is none of a NAT gateway."""
    if resource.kind != kinds.MANAGED_CLUSTER:
        return
    kind = text(resource.inputs, "networkProfile", "outboundType")
    if kind is UNKNOWN:
        what = f"The outbound type of the AKS cluster {resource.name} is not known before the update."
        yield _finding(resource, Verdict.UNDECIDABLE, "outbound type", what)
    elif same(kind, "userDefinedRouting"):
        what = (
            f"The AKS cluster {resource.name} leaves by the routes of its subnet (userDefinedRouting), which is right "
            "only with a firewall that is approved."
        )
        yield _finding(resource, Verdict.WARN, "routes of its subnet", what)
    elif not _gateway(kind):
        said = word(kind, "loadBalancer, which holds where nothing is said")
        what = f"The AKS cluster {resource.name} leaves by a public load balancer of its own (outboundType {said})."
        yield _finding(resource, Verdict.DENY, "public load balancer", what)


def of_network(network: Network) -> Iterator[Finding]:
    """Find clusters that are to leave through the gateway of a subnet that has none."""
    for cluster in network.graph.of(kinds.MANAGED_CLUSTER):
        kind = peek(cluster.inputs, "networkProfile", "outboundType")
        if not any(same(kind, one) for one in _OWN_SUBNET):
            continue
        for where in _places(network.graph, cluster):
            found, _ = network.subnets.follow(where)
            answers = {has_gateway(network.graph, subnet) for subnet in found}
            if False in answers:
                verdict = Verdict.DENY if answers == {False} and same(kind, _OWN_SUBNET[0]) else Verdict.UNDECIDABLE
                name = listed(subnet.name for subnet in found)
                what = f"The AKS cluster {cluster.name} leaves by the way of subnet {name}, which has no NAT gateway."
                yield _finding(cluster, verdict, f"subnet {name} without a NAT gateway", what)
                break


def _places(graph: Graph, cluster: Declared) -> Iterator[Reference]:
    for pool in items(cluster.inputs, "agentPoolProfiles"):
        yield reference(cluster, "agentPoolProfiles", pool, "vnetSubnetID")
    for pool in graph.children(cluster, kinds.AGENT_POOL):
        yield reference(pool, "vnetSubnetID", pool.inputs, "vnetSubnetID")


def _gateway(kind: object) -> bool:
    types = ("managedNATGateway", "managedNATGatewayV2", *_OWN_SUBNET)
    return any(same(kind, one) for one in types)


def _finding(resource: Declared, verdict: Verdict, step: str, what: str) -> Finding:
    return Finding(_POLICY, verdict, resource.urn, (f"nodes of {resource.name}", step, "internet"), what, _REMEDY)
