"""What being behind a load balancer means for the way out, beside the rules that let its pools out."""

from __future__ import annotations

from collections.abc import Iterator

from . import kinds
from .interfaces import IpConfiguration
from .load_balancers import LoadBalancer, joined
from .network import Network
from .references import Reference
from .values import UNKNOWN, Flag


def is_behind_standard(network: Network, configuration: IpConfiguration) -> Flag:
    """Tell whether an IP configuration is behind a Standard load balancer, be it internal.

    What is has no default outbound access: it leaves by what is declared, or not at all
    (learn.microsoft.com/azure/load-balancer/outbound-rules, 2024-04-11, scenarios 5 and 6 and disableOutboundSnat).
    """
    answers: set[Flag] = set()
    for _, where in joined(configuration):
        found = {balancer.is_standard for balancer in _balancers(network, where)}
        answers |= found if len(found) == 1 else {UNKNOWN}
    return True if True in answers else UNKNOWN if UNKNOWN in answers else False


def is_in_pool_elsewhere(network: Network, configuration: IpConfiguration) -> bool:
    """Tell whether an IP configuration is in a pool of a load balancer that is not in this stack."""
    return any(not list(_balancers(network, where)) for where in configuration.pools)


def _balancers(network: Network, where: Reference) -> Iterator[LoadBalancer]:
    graph = network.graph
    for target in graph.follow(where, kinds.LOAD_BALANCER, kinds.BACKEND_POOL, kinds.INBOUND_NAT_RULE).targets:
        own = target.resource.kind == kinds.LOAD_BALANCER
        urns = [one.urn for one in ([target.resource] if own else graph.parents(target.resource, kinds.LOAD_BALANCER))]
        yield from (one for one in network.load_balancers.all if one.resource.urn in urns)
