"""Routes that do not come from a route table: from a virtual hub, a virtual network gateway, or Network Manager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .. import cidr
from ..graph.resource import Declared
from ..graph.values import MISSING, UNKNOWN, flag, given, items, same, text, texts
from ..routes import Route, around_nat, described
from .finding import Finding, Verdict

_POLICY: Final = "egress-no-route-override"
_APPLIANCE: Final = "virtualappliance"


def of_resource(resource: Declared) -> Iterator[Finding]:
    """Find the routes of a hub, of a gateway, or of a network manager, that lead around NAT gateways."""
    rule = _ALONE.get(resource.kind)
    if rule is not None:
        yield from rule(resource)


def _connection(resource: Declared) -> Iterator[Finding]:
    if flag(resource.inputs, "enableInternetSecurity") not in (False, MISSING):
        yield Finding(
            _POLICY,
            Verdict.WARN,
            resource.urn,
            ("network", f"hub connection {resource.name}", "internet"),
            f"The hub connection {resource.name} takes the hub's default route into the network, so its machines leave "
            "through the hub and not through a NAT gateway.",
            "Set enableInternetSecurity to false, where the NAT gateway is to be the way out.",
        )


def _intent(resource: Declared) -> Iterator[Finding]:
    policies = items(resource.inputs, "routingPolicies")
    destinations = [one for policy in policies for one in texts(policy, "destinations")]
    if any(one is UNKNOWN or same(one, "Internet") for one in destinations):
        yield Finding(
            _POLICY,
            Verdict.WARN,
            resource.urn,
            ("network", f"routing intent {resource.name}", "internet"),
            f"The routing intent {resource.name} leads what the networks of its hub send to the internet through the "
            "hub, and not through a NAT gateway.",
            "Remove the policy for Internet, where the NAT gateway is to be the way out.",
        )


def _gateway(resource: Declared) -> Iterator[Finding]:
    if given(resource.inputs, "gatewayDefaultSite") is not False:
        yield Finding(
            _POLICY,
            Verdict.WARN,
            resource.urn,
            ("network", f"virtual network gateway {resource.name}", "default site", "internet"),
            f"The virtual network gateway {resource.name} has a default site, to which what leaves the network is "
            "tunnelled.",
            "Remove gatewayDefaultSite, where the NAT gateway is to be the way out.",
        )


def _rule(resource: Declared) -> Iterator[Finding]:
    prefix = text(resource.inputs, "destination", "destinationAddress")
    hop = text(resource.inputs, "nextHop", "nextHopType")
    address = text(resource.inputs, "nextHop", "nextHopAddress")
    if not isinstance(prefix, str) or not isinstance(hop, str):
        yield _finding(resource, Verdict.UNDECIDABLE, "leads to where is not known before the update")
        return
    route = Route(resource.name, prefix, hop, address if isinstance(address, str) else None)
    if hop.lower() in {_APPLIANCE, "virtualnetworkgateway"} and around_nat([route]):
        yield _finding(resource, Verdict.DENY, f"leads outbound connections around NAT gateways, {described([route])}")
    elif hop.lower() == "internet" and route.network is not None and cidr.covers([route.network]):
        yield _finding(resource, Verdict.WARN, "is a default route to the Internet")


def _finding(resource: Declared, verdict: Verdict, what: str) -> Finding:
    return Finding(
        _POLICY,
        verdict,
        resource.urn,
        ("networks of the network manager", f"routing rule {resource.name}", "internet"),
        f"The routing rule {resource.name} of a network manager {what}.",
        "Remove the rule, or narrow its destination.",
    )


_ALONE: Final = {
    "network:HubVirtualNetworkConnection": _connection,
    "network:RoutingIntent": _intent,
    "network:RoutingRule": _rule,
    "network:VirtualNetworkGateway": _gateway,
}
