"""Private egress for Azure virtual networks: NAT gateways, networks, machines, Bastion and alerts as Pulumi components.

Names are loaded when they are first used: `nat_egress.state` and the other parts that need no Pulumi program do not
load the SDK of Azure.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .addresses import AddressArgs, PrefixArgs
    from .alert_args import EgressAlertsArgs, MuteArgs
    from .alerts import EgressAlerts
    from .bastion import BastionHost, BastionHostArgs
    from .disks import OsDiskArgs
    from .errors import InvalidArguments
    from .gateway import NatEgress, NatEgressArgs
    from .inbound import InboundException
    from .machine import PrivateMachine
    from .machine_args import PrivateMachineArgs
    from .network import PrivateNetwork, PrivateNetworkArgs
    from .problems import Problem
    from .sizing_args import SizingArgs
    from .subnets import RouteArgs, SubnetArgs

__all__ = [
    "AddressArgs",
    "BastionHost",
    "BastionHostArgs",
    "EgressAlerts",
    "EgressAlertsArgs",
    "InboundException",
    "InvalidArguments",
    "MuteArgs",
    "NatEgress",
    "NatEgressArgs",
    "OsDiskArgs",
    "PrefixArgs",
    "PrivateMachine",
    "PrivateMachineArgs",
    "PrivateNetwork",
    "PrivateNetworkArgs",
    "Problem",
    "RouteArgs",
    "SizingArgs",
    "SubnetArgs",
]

_HOMES = {
    "AddressArgs": "addresses",
    "BastionHost": "bastion",
    "BastionHostArgs": "bastion",
    "EgressAlerts": "alerts",
    "EgressAlertsArgs": "alert_args",
    "InboundException": "inbound",
    "InvalidArguments": "errors",
    "MuteArgs": "alert_args",
    "NatEgress": "gateway",
    "NatEgressArgs": "gateway",
    "OsDiskArgs": "disks",
    "PrefixArgs": "addresses",
    "PrivateMachine": "machine",
    "PrivateMachineArgs": "machine_args",
    "PrivateNetwork": "network",
    "PrivateNetworkArgs": "network",
    "Problem": "problems",
    "RouteArgs": "subnets",
    "SizingArgs": "sizing_args",
    "SubnetArgs": "subnets",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
