"""All rules over a resource, and over a stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..graph.network import Network
from ..graph.resource import Declared
from . import (
    aks_egress,
    bypass,
    egress,
    front_ends,
    hub_routes,
    inbound_rules,
    load_balancing,
    managed_compute,
    public_addresses,
    route_overrides,
    service_endpoints,
)
from .configuration import Configuration
from .finding import Finding


def of_resource(resource: Declared) -> list[Finding]:
    """Return what is decided by a resource of its own: before it is made, and without the rest of the stack."""
    return [*_alone(resource), *bypass.of_resource(resource, _alone)]


def of_network(resources: Iterable[Declared], configuration: Configuration) -> list[Finding]:
    """Return what only the stack as a whole decides."""
    network = Network(resources)
    return [
        *public_addresses.of_network(network),
        *public_addresses.unused(network),
        *load_balancing.of_network(network),
        *inbound_rules.of_network(network, configuration),
        *egress.of_network(network, configuration),
        *egress.of_gateways(network),
        *route_overrides.of_network(network, configuration),
        *service_endpoints.of_network(network),
        *aks_egress.of_network(network),
    ]


def of_stack(resources: Iterable[Declared], configuration: Configuration) -> list[Finding]:
    """Return everything that is found in a stack."""
    declared = list(resources)
    return [*(finding for one in declared for finding in of_resource(one)), *of_network(declared, configuration)]


def _alone(resource: Declared) -> Iterator[Finding]:
    yield from public_addresses.of_resource(resource)
    yield from front_ends.of_resource(resource)
    yield from managed_compute.of_resource(resource)
    yield from hub_routes.of_resource(resource)
    yield from aks_egress.of_resource(resource)
