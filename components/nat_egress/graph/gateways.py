"""NAT gateways of subnets, and what they have."""

from __future__ import annotations

from typing import Final

from . import kinds
from .graph import Graph
from .public_addresses import PUBLIC
from .references import Reference, arm_id
from .resource import Declared
from .subnets import Subnet
from .values import MISSING, UNKNOWN, Flag, given, peek, same, text

IPV4_ADDRESSES: Final = ("publicIpAddresses", "publicIpPrefixes")
ADDRESSES: Final = (*IPV4_ADDRESSES, "publicIpAddressesV6", "publicIpPrefixesV6")


def has_gateway(graph: Graph, subnet: Subnet) -> Flag:
    """Tell whether a subnet is attached to a NAT gateway, of this stack or of another."""
    where = subnet.reference("natGateway")
    if isinstance(where.id, str):
        return True if _names_a_gateway(where.id) else UNKNOWN
    node = peek(subnet.node, "natGateway")
    if node is MISSING or (isinstance(node, dict) and text(node, "id") is MISSING):
        return False
    # An object whose id is not known is a reference; what is not known at all is one if it depends on a gateway.
    described = isinstance(node, dict) and peek(node, "id") is UNKNOWN
    return True if described or gateways(graph, subnet) else UNKNOWN


def _names_a_gateway(text: str) -> bool:
    found = arm_id(text)
    return found is not None and found.path[:2] == ("microsoft.network", "natgateways")


def gateways(graph: Graph, subnet: Subnet) -> list[Declared]:
    """Return the NAT gateways of the stack that a subnet is, or may be, attached to."""
    return [target.resource for target in graph.follow(subnet.reference("natGateway"), kinds.NAT_GATEWAY).targets]


def has_address(gateway: Declared) -> Flag:
    """Tell whether a NAT gateway has an address to leave by."""
    found = [given(gateway.inputs, key) for key in ADDRESSES]
    return True if True in found else UNKNOWN if UNKNOWN in found else False


def has_ipv4_address(graph: Graph, gateway: Declared) -> Flag:
    """Tell whether a NAT gateway has an IPv4 address to leave by; with none it does nothing.

    Source: learn.microsoft.com/azure/nat-gateway/faq, 2026.
    """
    found = {key: given(gateway.inputs, key) for key in IPV4_ADDRESSES}
    # A list that is not known is one of addresses if it depends on some.
    unknown = [Reference(gateway, key, UNKNOWN) for key, answer in found.items() if answer is UNKNOWN]
    if True in found.values() or any(graph.follow(one, *PUBLIC).targets for one in unknown):
        return True
    return UNKNOWN if unknown else False


def carries_ipv6(gateway: Declared) -> bool:
    """Tell whether a NAT gateway carries IPv6, which StandardV2 alone does.

    Source: learn.microsoft.com/azure/nat-gateway/nat-sku, 2026-07.
    """
    return same(peek(gateway.inputs, "sku", "name"), "StandardV2")
