"""Whether a subnet is private: without default outbound access."""

from __future__ import annotations

from typing import Final

from .network import Network
from .resource import Declared
from .subnets import Subnet
from .values import UNKNOWN, Flag, flag

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
