"""Public addresses of machines themselves: of their network interfaces, in every shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..graph import kinds
from ..graph.interfaces import HOLDERS, Interface, interfaces
from ..graph.network import Network
from ..graph.resource import Declared
from ..graph.values import UNKNOWN, listed
from .finding import Finding, Verdict

_POLICIES: Final = {
    kinds.NETWORK_INTERFACE: "vm-no-public-ip",
    kinds.MACHINE: "vm-no-public-ip",
    kinds.SCALE_SET: "vmss-no-public-ip",
    kinds.SCALE_SET_MACHINE: "vmss-no-public-ip",
    kinds.FLEET: "vmss-no-public-ip",
}
_WORDS: Final = {
    kinds.NETWORK_INTERFACE: "network interface",
    kinds.MACHINE: "virtual machine",
    kinds.SCALE_SET: "scale set",
    kinds.SCALE_SET_MACHINE: "instance of a scale set",
    kinds.FLEET: "compute fleet",
}


def of_resource(resource: Declared) -> Iterator[Finding]:
    """Find the public addresses that a resource gives to machines."""
    found = list(interfaces(resource))
    exposed = [(one, names) for one in found if (names := _public(one))]
    if exposed:
        places = "; ".join(_place(interface, names) for interface, names in exposed)
        yield _finding(resource, Verdict.DENY, f"gets a public IP address in {places}")
    elif any(one.public is UNKNOWN for interface in found for one in interface.configurations):
        yield _finding(resource, Verdict.UNDECIDABLE, "has IP configurations that are not known before the update")


def of_network(network: Network) -> Iterator[Finding]:
    """Find the public addresses in what is not known, by what it depends on."""
    graph = network.graph
    for resource in graph.of(*HOLDERS):
        if not any(finding.verdict is Verdict.UNDECIDABLE for finding in of_resource(resource)):
            continue
        depended = [graph.by_urn[urn] for urn in sorted(resource.everything) if urn in graph.by_urn]
        public = [one.name for one in depended if one.kind in (kinds.PUBLIC_ADDRESS, kinds.PUBLIC_PREFIX)]
        if public:
            yield _finding(resource, Verdict.DENY, f"depends on the public IP address {public[0]}")


def _public(interface: Interface) -> list[str]:
    return [one.name for one in interface.configurations if one.public is True]


def _place(interface: Interface, names: list[str]) -> str:
    configurations = listed(names)
    return f"{interface.name} ({configurations})" if interface.inline else configurations


def _finding(resource: Declared, verdict: Verdict, what: str) -> Finding:
    kind = _WORDS[resource.kind]
    key = "publicIPAddress" if resource.kind == kinds.NETWORK_INTERFACE else "publicIPAddressConfiguration"
    remedy = f"Remove {key}; administrators come in through Bastion."
    if verdict is Verdict.UNDECIDABLE:
        remedy = f"Give the IP configurations as plain values, with outputs for the ids alone, and without {key}."
    subject = f"The {kind} {resource.name}"
    return Finding(
        _POLICIES[resource.kind],
        verdict,
        resource.urn,
        ("internet", "public address", f"{kind} {resource.name}") if verdict is Verdict.DENY else (),
        f"{subject} {what}" + (", so the internet reaches it directly." if verdict is Verdict.DENY else "."),
        remedy,
    )


def unused(network: Network) -> Iterator[Finding]:
    """Find the public addresses and prefixes that nothing of the stack uses."""
    graph = network.graph
    addresses = graph.of(kinds.PUBLIC_ADDRESS, kinds.PUBLIC_PREFIX)
    referred = graph.referred_to() if addresses else frozenset()
    for resource in addresses:
        if resource.urn not in referred:
            word = "prefix" if resource.kind == kinds.PUBLIC_PREFIX else "address"
            yield Finding(
                "public-ip-purpose",
                Verdict.WARN,
                resource.urn,
                (),
                f"The public IP {word} {resource.name} is attached to nothing in this stack, so it may be attached to "
                "a machine without the stack being changed.",
                "Remove it, or attach it to the NAT gateway, Bastion host, firewall or gateway that it is for.",
            )
