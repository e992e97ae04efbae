"""A stack's network: its resources, with its subnets and what these are for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import groupby

from .graph import Graph
from .interfaces import HOLDERS, Interface, interfaces
from .load_balancers import LoadBalancers
from .resource import Declared
from .roles import Roles
from .subnets import Subnets


class Network:
    """A stack's network, read once for all rules."""

    def __init__(self, resources: Iterable[Declared]) -> None:
        self.graph = Graph(resources)

    @cached_property
    def interfaces(self) -> list[Interface]:
        """All network interfaces."""
        return [one for resource in self.graph.of(*HOLDERS) for one in interfaces(resource)]

    @cached_property
    def subnets(self) -> Subnets:
        """All subnets."""
        return Subnets(self.graph)

    @cached_property
    def interfaces_of(self) -> dict[str, list[Interface]]:
        """The network interfaces that each resource declares, by its URN."""
        return {urn: list(found) for urn, found in groupby(self.interfaces, key=lambda one: one.resource.urn)}

    @cached_property
    def load_balancers(self) -> LoadBalancers:
        """All load balancers, with what they lead to."""
        return LoadBalancers(self.graph, self.interfaces)

    @cached_property
    def roles(self) -> Roles:
        """What the subnets are for."""
        return Roles(self.graph, self.subnets, self.interfaces)
