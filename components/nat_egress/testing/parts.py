"""What Azure gives to the parts of a resource that are declared inside it: their ids, and private addresses.

A program takes both from its outputs, as in `network.subnets[0].id` and `firewall.ip_configurations[0]`. Before an
update they are not known (pulumi/pulumi-azure-native `provider/pkg/convert`, `PreviewOutputs`, 2026-11).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..graph import kinds
from ..graph.values import Value, given, text
from ..state.values import UNKNOWN

_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    kinds.NETWORK: {"subnets": "subnets"},
    kinds.NETWORK_INTERFACE: {"ipConfigurations": "ipConfigurations"},
    kinds.ROUTE_TABLE: {"routes": "routes"},
    kinds.SECURITY_GROUP: {"securityRules": "securityRules"},
    kinds.FIREWALL: {"ipConfigurations": "azureFirewallIpConfigurations"},
    kinds.LOAD_BALANCER: {
        key: key
        for key in (
            *("frontendIPConfigurations", "backendAddressPools", "loadBalancingRules", "outboundRules", "probes"),
            *("inboundNatRules", "inboundNatPools"),
        )
    },
    kinds.APPLICATION_GATEWAY: {
        key: key
        for key in (
            *("frontendIPConfigurations", "frontendPorts", "gatewayIPConfigurations", "backendAddressPools"),
            *("backendHttpSettingsCollection", "httpListeners", "requestRoutingRules", "probes", "sslCertificates"),
        )
    },
}
"""By kind: the lists of parts, and what stands before a part's name in its id
(learn.microsoft.com/azure/templates/microsoft.network and templates exported from Azure, 2026-11)."""
_ADDRESSED: Final = {
    kinds.NETWORK_INTERFACE: "ipConfigurations",
    kinds.FIREWALL: "ipConfigurations",
    kinds.LOAD_BALANCER: "frontendIPConfigurations",
}
"""By kind: the list whose parts have a private address each, if they are in a subnet."""


def parts_of(
    kind: str, inputs: Mapping[str, Value], whole: str, address: Callable[[int, Mapping[str, Value]], str]
) -> dict[str, Value]:
    """Return the lists of parts as Azure gives them back.

    `whole` is the id of what they are parts of, "" where it is not known yet; `address` gives the private address of
    a part, by its place.
    """
    found: dict[str, Value] = {}
    for key, arm in _TYPES.get(kind, {}).items():
        parts = inputs.get(key)
        if isinstance(parts, list):
            addressed = address if _ADDRESSED.get(kind) == key else None
            above = f"{whole}/{arm}" if whole else ""
            found[key] = [_part(one, index, above, addressed) for index, one in enumerate(parts)]
    return found


def _part(part: Value, place: int, above: str, address: Callable[[int, Mapping[str, Value]], str] | None) -> Value:
    if not isinstance(part, dict):
        return part
    answer: dict[str, Value] = {}
    name = text(part, "name")
    if not above:
        answer["id"] = UNKNOWN
    elif isinstance(name, str):
        answer["id"] = f"{above}/{name}"
    if address and given(part, "subnet"):
        answer["privateIPAddress"] = address(place, part) if above else UNKNOWN
    return {**answer, **part}
