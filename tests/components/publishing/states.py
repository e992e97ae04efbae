"""States that have something to publish."""

from __future__ import annotations

from typing import Any

from nat_egress.publishing.publication import Publication
from nat_egress.publishing.serving import Egress, Gateway
from nat_egress.state.model import ResourceState

REGION = "eu-west-1"
URN = "urn:pulumi:prod::shop::"
COMPONENT = f"{URN}nat-egress:index:NatEgress::egress"
GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"


def resource(kind: str, name: str, outputs: dict[str, Any] | None = None, **more: Any) -> ResourceState:
    """Return a resource of azure-native as a state has it, with its id from its kind and name."""
    return ResourceState(
        f"{URN}azure-native:network:{kind}::{name}",
        f"azure-native:network:{kind}",
        custom=True,
        id=f"{GROUP}/{kind}/{name}-1",
        outputs=outputs or {},
        **more,
    )


def prefix(name: str, cidr: str | None, **more: Any) -> ResourceState:
    return resource("PublicIPPrefix", name, {"ipPrefix": cidr} if cidr else {}, **more)


def address(name: str, ip: str, **more: Any) -> ResourceState:
    return resource("PublicIPAddress", name, {"ipAddress": ip}, **more)


def gateway(name: str, *attached: ResourceState, **more: Any) -> ResourceState:
    """Return a gateway with what it has attached, IPv6 by the form of its address."""
    outputs: dict[str, list[dict[str, str]]] = {}
    for one in attached:
        kind = "publicIpPrefixes" if one.type.endswith("Prefix") else "publicIpAddresses"
        six = ":" in str(one.outputs)
        outputs.setdefault(f"{kind}V6" if six else kind, []).append({"id": one.id})
    return resource("NatGateway", name, outputs, **more)


def component(*cidrs: str) -> ResourceState:
    return ResourceState(COMPONENT, "nat-egress:index:NatEgress", outputs={"cidrs": list(cidrs)})


def publication(*prefixes: str, named: tuple[str, ...] = (), stack: str = "prod") -> Publication:
    return Publication("shop", stack, Egress((Gateway("egress-1", prefixes),) if prefixes else (), ()), named)
