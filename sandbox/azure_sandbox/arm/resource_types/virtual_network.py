"""Virtual networks. Their subnets are children of their own, however they were written."""

from __future__ import annotations

from itertools import combinations

from ..cidr import overlap, parse_prefix
from ..errors import Refusal
from ..limits import SUBNETS_KEPT_SINCE
from ..rules import Put, required
from ..schema import Inline
from ..world import World
from . import names
from .base import ResourceType


def _address_space(put: Put, _world: World) -> None:
    prefixes = put.properties["addressSpace"]["addressPrefixes"]
    networks = [parse_prefix(text, put.id) for text in prefixes]
    for one, other in combinations(networks, 2):
        if overlap(one, other):
            raise Refusal(
                "SandboxAddressSpaceOverlaps",
                f"The address space of {put.id} has {one} and {other}, which overlap. Keep the larger one.",
            )


VIRTUAL_NETWORK = ResourceType(
    name=names.VIRTUAL_NETWORK,
    schema={
        "properties": {
            "addressSpace": {"addressPrefixes": [str]},
            "dhcpOptions": {"dnsServers": [str]},
            "enableDdosProtection": bool,
            "enableVmProtection": bool,
            "subnets": Inline(names.SUBNET),
        }
    },
    defaults={"properties": {"enableDdosProtection": False, "virtualNetworkPeerings": []}},
    rules=(
        required("properties.addressSpace.addressPrefixes", "InvalidRequestFormat", "['10.0.0.0/16']"),
        _address_space,
    ),
    inline_kept_since=SUBNETS_KEPT_SINCE,
)
