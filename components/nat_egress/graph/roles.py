"""The role of a subnet: by its name, its delegations, and what is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from . import kinds
from .graph import Graph
from .interfaces import Interface
from .references import Reference, reference
from .resource import Declared
from .subnets import Subnet, Subnets
from .values import UNKNOWN, Flag, items, peek, text, unnested


class Role(Enum):
    """What a subnet is for."""

    PLATFORM = "platform"
    """One that Azure's own services need, and know by its name."""
    DELEGATED = "delegated"
    """A service's own: what is in it is no machine of the stack."""
    APPLICATION_GATEWAY = "application gateway"
    PRIVATE_ENDPOINTS = "private endpoints"
    NODES = "nodes"
    """Nodes of AKS alone, whose way out the cluster says."""
    MACHINES = "machines"
    UNUSED = "unused"
    """Nothing of this stack is in it; machines of another may be."""
    UNKNOWN = "unknown"
    """Its delegations are not known."""


BASTION_SUBNET: Final = "azurebastionsubnet"
FIREWALL_SUBNET: Final = "azurefirewallsubnet"

PLATFORM_NAMES: Final = frozenset(
    {
        "gatewaysubnet",
        BASTION_SUBNET,
        FIREWALL_SUBNET,
        "azurefirewallmanagementsubnet",
        "routeserversubnet",
    }
)
"""Names that Azure gives a meaning to, in small letters (learn.microsoft.com/azure/virtual-network/
virtual-network-for-azure-services, 2026-08)."""


@dataclass(frozen=True)
class User:
    """A resource in a subnet."""

    resource: Declared
    role: Role
    """The role that it gives the subnet."""
    certain: bool
    """Whether it is in that subnet, and not in one of several."""


class Roles:
    """The roles of all subnets of a stack."""

    def __init__(self, graph: Graph, subnets: Subnets, interfaces: Iterable[Interface]) -> None:
        self._users: defaultdict[int, list[User]] = defaultdict(list)
        for resource, role, where in _uses(graph, interfaces):
            found, _ = subnets.follow(where)
            for subnet in found:
                self._users[id(subnet)].append(User(resource, role, certain=len(found) == 1))

    def users(self, subnet: Subnet) -> list[User]:
        """Return what is in a subnet, or may be."""
        return self._users.get(id(subnet), [])

    def of(self, subnet: Subnet) -> Role:
        """Return the role of a subnet."""
        if subnet.name.lower() in PLATFORM_NAMES:
            return Role.PLATFORM
        delegated = _is_delegated(subnet)
        if delegated is True:
            return Role.DELEGATED
        roles = [user.role for user in self.users(subnet)]
        if Role.MACHINES in roles:
            return Role.MACHINES
        if delegated is not False:
            return Role.UNKNOWN
        return next((role for role in _BY_WEIGHT if role in roles), Role.UNUSED)


_BY_WEIGHT: Final = (Role.NODES, Role.APPLICATION_GATEWAY, Role.PRIVATE_ENDPOINTS)


def _is_delegated(subnet: Subnet) -> Flag:
    services = [text(unnested(one), "serviceName") for one in items(subnet.node, "delegations")]
    if any(isinstance(service, str) for service in services):
        return True
    return UNKNOWN if UNKNOWN in services else False


def _uses(graph: Graph, interfaces: Iterable[Interface]) -> Iterator[tuple[Declared, Role, Reference]]:
    for interface in interfaces:
        for configuration in interface.configurations:
            yield interface.resource, Role.MACHINES, configuration.subnet
    for kind, role, key, path in _PLACES:
        for resource in graph.of(kind):
            for node in items(resource.inputs, key) if path else [peek(resource.inputs, key)]:
                yield resource, role, reference(resource, key, node, *path)


_PLACES: Final = (
    (kinds.BATCH_POOL, Role.MACHINES, "networkConfiguration", ("subnetId",)),
    (kinds.MANAGED_CLUSTER, Role.NODES, "agentPoolProfiles", ("vnetSubnetID",)),
    (kinds.MANAGED_CLUSTER, Role.NODES, "agentPoolProfiles", ("podSubnetID",)),
    (kinds.AGENT_POOL, Role.NODES, "vnetSubnetID", ()),
    (kinds.AGENT_POOL, Role.NODES, "podSubnetID", ()),
    (kinds.APPLICATION_GATEWAY, Role.APPLICATION_GATEWAY, "gatewayIPConfigurations", ("subnet",)),
    (kinds.PRIVATE_ENDPOINT, Role.PRIVATE_ENDPOINTS, "subnet", ()),
)
"""What else is in a subnet: the kind, the role that it gives, the input, and where in it the subnet is named."""
