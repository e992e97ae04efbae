"""The addresses that the machines behind a security group may have: rules for others open and close nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..graph import kinds
from ..graph.interfaces import Interface
from ..graph.network import Network
from ..graph.security_groups import SecurityGroup
from ..graph.subnets import Subnet
from ..graph.values import MISSING, Value, flag, items, texts, unnested
from .security_rules import EVERYWHERE, Intervals, read_places


def protected_addresses(network: Network, group: SecurityGroup) -> Intervals:
    """Return the ranges of the subnets that a group is bound to or its interfaces are in, all addresses without any."""
    ranges = [*map(_range, group.subnets), *(one for each in group.interfaces for one in _ranges(network, each))]
    return Intervals.of(span for one in ranges for span in one.spans) if ranges else EVERYWHERE


def floating(network: Network) -> bool:
    """Tell whether a machine may be sent what is for the address of a front end, and not for one of its own.

    Whether security rules then see that address is not documented.
    """
    return any(flag(rule, "enableFloatingIP") not in (False, MISSING) for rule in _rules(network))


def _ranges(network: Network, interface: Interface) -> Iterator[Intervals]:
    if not interface.configurations:
        yield EVERYWHERE
    for configuration in interface.configurations:
        found, outside = network.subnets.follow(configuration.subnet)
        yield from [EVERYWHERE] if outside or not found else map(_range, found)


def _range(subnet: Subnet) -> Intervals:
    """Return all that a subnet's range may be; Azure chooses one that is not given."""
    given = [*texts(subnet.node, "addressPrefix"), *texts(subnet.node, "addressPrefixes")]
    return read_places(given).most if given else EVERYWHERE


def _rules(network: Network) -> Iterator[Value]:
    yield from (rule.inputs for rule in network.graph.of(kinds.INBOUND_NAT_RULE))
    for balancer in network.graph.of(kinds.LOAD_BALANCER):
        for key in ("loadBalancingRules", "inboundNatRules", "inboundNatPools"):
            yield from map(unnested, items(balancer.inputs, key))
