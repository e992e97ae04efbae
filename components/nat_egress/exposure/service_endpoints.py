"""Service endpoints of subnets, by which traffic to Azure's services leaves past the NAT gateway."""

from __future__ import annotations

from collections.abc import Iterator

from ..graph.network import Network
from ..graph.roles import Role
from ..graph.values import given, items, listed, text
from .finding import Finding, Verdict


def of_network(network: Network) -> Iterator[Finding]:
    """Find the subnets with service endpoints, those of Azure's own services left out."""
    for subnet in network.subnets.all:
        if given(subnet.node, "serviceEndpoints") is not True:
            continue
        if network.roles.of(subnet) in (Role.PLATFORM, Role.DELEGATED):
            continue
        found = [text(item, "service") for item in items(subnet.node, "serviceEndpoints")]
        services = listed(one for one in found if isinstance(one, str)) or "a service"
        yield Finding(
            "egress-service-endpoints",
            Verdict.WARN,
            subnet.resource.urn,
            (f"subnet {subnet.name}", "service endpoint", services),
            f"The subnet {subnet.name} has service endpoints, whose traffic does not leave through the NAT gateway.",
            "Use private endpoints, or accept that these services do not see the NAT gateway's addresses.",
        )
