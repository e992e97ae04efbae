"""Whether default outbound access is closed: to a subnet, which is private then, or to a machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from . import kinds
from .interfaces import Interface, IpConfiguration
from .network import Network
from .resource import Declared
from .subnets import Subnet
from .values import UNKNOWN, Flag, flag, peek, same

PRIVATE_BY_DEFAULT: Final = "2025-07-01"
"""The first version of Azure's interface in which subnets of a new network are private where nothing is said
(learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access, 2026-08)."""
DEFAULT_VERSION: Final = "2024-05-01"
"""The version that azure-native 3 takes by itself (pulumi-azure-native 3.29.0)."""


def is_private(network: Network, subnet: Subnet) -> Flag:
    """Tell whether a subnet is private."""
    access = flag(subnet.node, "defaultOutboundAccess")
    if access is UNKNOWN or isinstance(access, bool):
        return UNKNOWN if access is UNKNOWN else not access
    if _version(subnet.resource) < PRIVATE_BY_DEFAULT:
        return False
    networks = network.subnets.network(subnet)
    return all(_version(one) >= PRIVATE_BY_DEFAULT for one in networks) if networks else UNKNOWN


def _version(resource: Declared) -> str:
    return resource.api_version or DEFAULT_VERSION


def has_standard_address(network: Network, interfaces: Iterable[Interface]) -> Flag:
    """Tell whether one of a machine's interfaces has a public address of SKU Standard.

    It closes default outbound access to the whole machine, whichever interface has it
    (learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access, 2023).
    """
    answers = {_has_standard(network, one) for interface in interfaces for one in interface.configurations}
    return True if True in answers else UNKNOWN if UNKNOWN in answers else False


def _has_standard(network: Network, configuration: IpConfiguration) -> Flag:
    if configuration.public is not True:
        return configuration.public
    found = network.graph.follow(configuration.address, kinds.PUBLIC_ADDRESS).targets
    answers = {_is_standard(one.resource) for one in found}
    return answers.pop() if len(answers) == 1 else UNKNOWN


def _is_standard(address: Declared) -> Flag:
    sku = peek(address.inputs, "sku", "name")
    return UNKNOWN if sku is UNKNOWN else same(sku, "Standard")
