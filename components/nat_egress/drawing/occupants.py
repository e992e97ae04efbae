"""What is in the subnets of a stack, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ..graph import kinds
from ..graph.exits import Way, unknown
from ..graph.interfaces import Interface
from ..graph.machines import interfaces_of
from ..graph.network import Network
from ..graph.public_addresses import Seen, address_at
from ..graph.references import Reference, reference
from ..graph.resource import Declared
from ..graph.values import items, peek, unnested
from ..graph.ways import out_of_interface, out_of_machine
from ..graph.ways_in import WayIn, into_interface
from .model import Addresses, HopKind
from .plain import private_addresses

WORDS: Final = {
    kinds.AGENT_POOL: "node pool",
    kinds.APPLICATION_GATEWAY: "application gateway",
    kinds.BASTION_HOST: "Bastion host",
    kinds.BATCH_POOL: "Batch pool",
    kinds.FIREWALL: "firewall",
    kinds.FLEET: "fleet",
    kinds.MACHINE: "virtual machine",
    kinds.MANAGED_CLUSTER: "AKS cluster",
    kinds.NETWORK_INTERFACE: "network interface",
    kinds.PRIVATE_ENDPOINT: "private endpoint",
    kinds.SCALE_SET: "scale set",
    kinds.SCALE_SET_MACHINE: "machine of a scale set",
}
"""What is in a subnet, in words."""


@dataclass(frozen=True)
class Front:
    """The public addresses of one of Azure's services in a subnet."""

    kind: HopKind
    addresses: Seen


@dataclass(frozen=True)
class Occupant:
    """One machine, by one of its network interfaces, or one of what else is in a subnet."""

    resource: Declared
    kind: str
    name: str
    private_addresses: Addresses
    subnet: Reference | None
    """None where it is in none, or nobody here knows in which."""
    network: Reference | None = None
    """The network of what is in none of its subnets."""
    way: Way | None = None
    ins: tuple[WayIn, ...] = ()
    front: Front | None = None


_MACHINES: Final = (kinds.MACHINE, kinds.SCALE_SET, kinds.SCALE_SET_MACHINE, kinds.FLEET)


def occupants(network: Network) -> Iterator[Occupant]:
    """Yield what is in the subnets of a stack; what may be in one of several subnets for each."""
    yield from _machines(network)
    yield from _services(network)
    for kind, key, path in _PLACED:
        for resource in network.graph.of(kind):
            # A cluster names the subnet of each of its pools.
            nodes = items(resource.inputs, key) if path else [peek(resource.inputs, key)]
            found = [reference(resource, key, node, *path) for node in nodes]
            yield from _each_once(resource, found)


def _machines(network: Network) -> Iterator[Occupant]:
    """Yield machines, by each of their network interfaces, and the interfaces that are of none."""
    taken: set[int] = set()
    for machine in network.graph.of(*_MACHINES):
        found, _ = interfaces_of(network, machine)
        ways = out_of_machine(network, machine)
        for interface, way in zip(found, ways, strict=False):  # a last way stands for interfaces of another stack
            taken.add(id(interface))
            name = machine.name if len(found) == 1 else f"{machine.name} ({interface.name})"
            yield from _of_interface(network, interface, machine, name, way)
        if not found:
            way = Way((machine.name, "no network interface in this stack"), unknown())
            yield Occupant(machine, WORDS[machine.kind], machine.name, (), None, way=way)
    for interface in network.interfaces:
        if id(interface) not in taken:
            way = out_of_interface(network, interface)
            yield from _of_interface(network, interface, interface.resource, interface.resource.name, way)


def _of_interface(network: Network, interface: Interface, owner: Declared, name: str, way: Way) -> Iterator[Occupant]:
    ins = tuple(into_interface(network, interface))
    seen = () if interface.inline else private_addresses(interface.resource)
    places = {one.subnet.id: one.subnet for one in interface.outward or interface.configurations}
    for where in places.values():
        yield Occupant(owner, WORDS[owner.kind], name, seen, where, way=way, ins=ins)


@dataclass(frozen=True)
class _Service:
    """Where one of Azure's services names its subnet, and its public addresses."""

    kind: HopKind
    subnets: str
    fronts: str


_SERVICES: Final = {
    kinds.BASTION_HOST: _Service(HopKind.BASTION, "ipConfigurations", "ipConfigurations"),
    kinds.FIREWALL: _Service(HopKind.FIREWALL, "ipConfigurations", "ipConfigurations"),
    kinds.APPLICATION_GATEWAY: _Service(
        HopKind.APPLICATION_GATEWAY, "gatewayIPConfigurations", "frontendIPConfigurations"
    ),
}

_PLACED: Final = (
    (kinds.BATCH_POOL, "networkConfiguration", ("subnetId",)),
    (kinds.MANAGED_CLUSTER, "agentPoolProfiles", ("vnetSubnetID",)),
    (kinds.AGENT_POOL, "vnetSubnetID", ()),
    (kinds.PRIVATE_ENDPOINT, "subnet", ()),
)
"""What else is in a subnet: the kind, the input, and where in it the subnet is named."""


def _services(network: Network) -> Iterator[Occupant]:
    for kind, service in _SERVICES.items():
        for resource in network.graph.of(kind):
            ends = [unnested(one) for one in items(resource.inputs, service.fronts)]
            where = [reference(resource, service.fronts, one, "publicIPAddress") for one in ends]
            seen = tuple(address_at(network.graph, one) for one in where if one.given)
            front = Front(service.kind, seen) if seen else None
            nodes = [unnested(one) for one in items(resource.inputs, service.subnets)]
            places = [reference(resource, service.subnets, one, "subnet") for one in nodes]
            for one in _each_once(resource, [place for place in places if place.given]):
                yield replace(one, private_addresses=private_addresses(resource), front=front)
            whole = reference(resource, "virtualNetwork", resource.inputs, "virtualNetwork")
            if whole.given:
                yield Occupant(resource, WORDS[kind], resource.name, (), None, whole, front=front)


def _each_once(resource: Declared, places: list[Reference]) -> Iterator[Occupant]:
    for where in {one.id: one for one in places if one.given}.values():
        yield Occupant(resource, WORDS[resource.kind], resource.name, (), where)
