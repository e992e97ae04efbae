"""Subnets, whether they are resources of their own or declared inside their network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import kinds
from .graph import Graph
from .references import Reference, reference
from .resource import Declared
from .values import Value, items, peek, unnested, word


@dataclass(frozen=True)
class Subnet:
    """One subnet."""

    resource: Declared
    """What declares it: a subnet, or a network."""
    name: str
    node: Value
    """Its properties, `UNKNOWN` where they are not known."""

    @property
    def inline(self) -> bool:
        """Whether it is declared inside its network."""
        return self.resource.kind == kinds.NETWORK

    def reference(self, key: str) -> Reference:
        """Return what it refers to by a property, as by `routeTable`."""
        return reference(self.resource, "subnets" if self.inline else key, self.node, key)

    def depends_on(self, key: str) -> tuple[str, ...]:
        """Return the URNs that one of its properties depends on, or may depend on."""
        return tuple(self.resource.property_dependencies.get("subnets" if self.inline else key, ()))


class Subnets:
    """All subnets of a stack."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._separate = {
            one.urn: Subnet(one, one.azure_name, one.inputs) for one in graph.of(kinds.SUBNET)
        }  # in the order in which they are declared
        self._inline = {one.urn: _inline(one) for one in graph.of(kinds.NETWORK)}
        self.all = [*self._separate.values(), *(subnet for found in self._inline.values() for subnet in found)]

    def network(self, subnet: Subnet) -> Sequence[Declared]:
        """Return the networks of the stack that a subnet is, or may be, in."""
        return [subnet.resource] if subnet.inline else self._graph.parents(subnet.resource, kinds.NETWORK)

    def follow(self, reference: Reference) -> tuple[list[Subnet], str]:
        """Return the subnets that a reference may lead to, and the id of one outside of the stack."""
        followed = self._graph.follow(reference, kinds.SUBNET, kinds.NETWORK)
        found: list[Subnet] = []
        for target in followed.targets:
            if target.resource.kind == kinds.SUBNET:
                found.append(self._separate[target.resource.urn])
                continue
            name = target.part("subnets")
            every = [*self._inline[target.resource.urn], *self._of(target.resource)]
            found += [one for one in every if not isinstance(name, str) or one.name.lower() == name]
        known = reference.id if isinstance(reference.id, str) else ""
        return found, followed.outside or ("" if found else known)

    def _of(self, network: Declared) -> list[Subnet]:
        return [self._separate[one.urn] for one in self._graph.children(network, kinds.SUBNET)]


def _inline(network: Declared) -> list[Subnet]:
    found = map(unnested, items(network.inputs, "subnets"))
    return [Subnet(network, word(peek(node, "name"), "its subnet"), node) for node in found]
