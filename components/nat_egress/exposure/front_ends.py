"""What takes connections from the internet for machines, besides load balancers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..graph import kinds
from ..graph.resource import Declared
from ..graph.values import MISSING, UNKNOWN, flag, given, items, listed, peek, same, text, texts, unnested, word
from .finding import Finding, Verdict

_APPROVED: Final = "ingress-approved-only"


def of_resource(resource: Declared) -> Iterator[Finding]:
    """Find what is decided by a resource of its own."""
    rule = _ALONE.get(resource.kind)
    if rule is not None:
        yield from rule(resource)


def _public_front_end(resource: Declared) -> str:
    """Return the name of a public front end, "" where there is none."""
    for item in items(resource.inputs, "frontendIPConfigurations"):
        node = unnested(item)
        if peek(node, "publicIPAddress") is not MISSING:
            return word(peek(node, "name"), "its front end")
    return ""


def _application_gateway(resource: Declared) -> Iterator[Finding]:
    end = _public_front_end(resource)
    if end:
        yield _warning(
            resource,
            f"application gateway {resource.name}",
            f"The application gateway {resource.name} takes connections from the internet at {end}",
        )


def _origin(resource: Declared) -> Iterator[Finding]:
    if given(resource.inputs, "sharedPrivateLinkResource") is not False:
        yield _warning(
            resource,
            f"Front Door origin {resource.name}",
            f"Front Door leads from the internet to the private link of its origin {resource.name}",
        )


def _traffic_manager(resource: Declared) -> Iterator[Finding]:
    target = text(resource.inputs, "targetResourceId")
    if target is UNKNOWN or (isinstance(target, str) and "/publicipaddresses/" in target.lower()):
        yield _warning(
            resource,
            f"Traffic Manager endpoint {resource.name}",
            f"The Traffic Manager endpoint {resource.name} sends clients from the internet to a public IP address",
        )


def _appliance(resource: Declared) -> Iterator[Finding]:
    if given(resource.inputs, "internetIngressPublicIps") is not False:
        yield Finding(
            _APPROVED,
            Verdict.DENY,
            resource.urn,
            ("internet", "public address", f"network virtual appliance {resource.name}"),
            f"The network virtual appliance {resource.name} has public addresses for connections from the internet.",
            "Remove internetIngressPublicIps.",
        )


def _warning(resource: Declared, step: str, what: str) -> Finding:
    return Finding(
        _APPROVED,
        Verdict.WARN,
        resource.urn,
        ("internet", step, "machines"),
        f"{what}.",
        "Remove it, or have it approved as a way in.",
    )


def _firewall(resource: Declared) -> Iterator[Finding]:
    for collection in items(resource.inputs, "natRuleCollections"):
        yield from _translation(resource, unnested(collection), f"firewall {resource.name}")


def _firewall_policy(resource: Declared) -> Iterator[Finding]:
    for collection in items(resource.inputs, "ruleCollections"):
        kind = text(collection, "ruleCollectionType")
        if kind is UNKNOWN or same(kind, "FirewallPolicyNatRuleCollection"):
            yield from _translation(resource, collection, f"firewall policy rules {resource.name}")


def _translation(resource: Declared, collection: object, step: str) -> Iterator[Finding]:
    rules = items(collection, "rules")
    if not rules:
        return
    known = [rule for rule in rules if rule is not UNKNOWN]
    name = word(peek(collection, "name"), "its rules")
    targets = [word(text(rule, key), "") for rule in known for key in ("translatedAddress", "translatedFqdn")]
    to = listed(filter(None, targets)) or "a private address"
    yield Finding(
        "firewall-no-dnat",
        Verdict.DENY if known else Verdict.UNDECIDABLE,
        resource.urn,
        ("internet", step, f"destination NAT {name}", to),
        f"The destination NAT rules {name} of {step} lead connections to {to}.",
        "Remove the destination NAT rules.",
    )


def _cloud_firewall(resource: Declared) -> Iterator[Finding]:
    settings = items(resource.inputs, "frontEndSettings")
    if settings:
        known = [one for one in settings if one is not UNKNOWN]
        names = listed(word(peek(one, "name"), "a setting") for one in known) or "not known yet"
        yield Finding(
            "firewall-no-dnat",
            Verdict.DENY if known else Verdict.UNDECIDABLE,
            resource.urn,
            ("internet", f"firewall {resource.name}", f"front end {names}", "machines"),
            f"The front end settings {names} of firewall {resource.name} lead from the internet to private addresses.",
            "Remove frontEndSettings.",
        )


def _bastion(resource: Declared) -> Iterator[Finding]:
    if flag(resource.inputs, "enableShareableLink") not in (False, MISSING):
        yield Finding(
            "bastion-hardening",
            Verdict.WARN,
            resource.urn,
            ("internet", f"Bastion host {resource.name}", "machines"),
            f"The Bastion host {resource.name} makes shareable links, which open a login page to whoever has the URL.",
            "Set enableShareableLink to false.",
        )


def _private_link(resource: Declared) -> Iterator[Finding]:
    scopes = [key for key in ("visibility", "autoApproval") if _everyone(resource, key)]
    if scopes:
        yield Finding(
            "private-link-scope",
            Verdict.WARN,
            resource.urn,
            ("any subscription of Azure", f"private link service {resource.name}", "machines"),
            f"The private link service {resource.name} is open to every subscription of Azure ({', '.join(scopes)}).",
            f"Name the subscriptions in {' and '.join(scopes)}.",
        )


def _everyone(resource: Declared, key: str) -> bool:
    return any(one is UNKNOWN or one == "*" for one in texts(resource.inputs, key, "subscriptions"))


_ALONE: Final = {
    kinds.APPLICATION_GATEWAY: _application_gateway,
    kinds.BASTION_HOST: _bastion,
    kinds.FIREWALL: _firewall,
    "cdn:AFDOrigin": _origin,
    "cloudngfw:Firewall": _cloud_firewall,
    "network:FirewallPolicyRuleCollectionGroup": _firewall_policy,
    "network:NetworkVirtualAppliance": _appliance,
    "network:PrivateLinkService": _private_link,
    "trafficmanager:Endpoint": _traffic_manager,
}
