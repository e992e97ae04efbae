"""Private egress for Azure virtual networks: NAT gateways and networks as Pulumi components.

Names are loaded when they are first used: `nat_egress.state` and the other parts that need no Pulumi program do not
load the SDK of Azure.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .addresses import AddressArgs, PrefixArgs
    from .errors import InvalidArguments
    from .gateway import NatEgress, NatEgressArgs
    from .network import PrivateNetwork, PrivateNetworkArgs
    from .problems import Problem
    from .subnets import RouteArgs, SubnetArgs

__all__ = [
    "AddressArgs",
    "InvalidArguments",
    "NatEgress",
    "NatEgressArgs",
    "PrefixArgs",
    "PrivateNetwork",
    "PrivateNetworkArgs",
    "Problem",
    "RouteArgs",
    "SubnetArgs",
]

_HOMES = {
    "AddressArgs": "addresses",
    "InvalidArguments": "errors",
    "NatEgress": "gateway",
    "NatEgressArgs": "gateway",
    "PrefixArgs": "addresses",
    "PrivateNetwork": "network",
    "PrivateNetworkArgs": "network",
    "Problem": "problems",
    "RouteArgs": "subnets",
    "SubnetArgs": "subnets",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
