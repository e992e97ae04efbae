"""The network interfaces of machines."""

from __future__ import annotations

from . import kinds
from .interfaces import Interface
from .network import Network
from .references import reference
from .resource import Declared
from .values import flag, items, unnested


def interfaces_of(network: Network, machine: Declared) -> tuple[list[Interface], bool]:
    """Return the network interfaces of a machine or scale set, the primary one first, and whether these are all."""
    own = network.interfaces_of.get(machine.urn, [])
    if machine.kind != kinds.MACHINE:
        return own, True
    listed = items(machine.inputs, "networkProfile", "networkInterfaces")
    found: dict[str, Interface] = {}
    complete = True
    for item in sorted(listed, key=lambda one: flag(unnested(one), "primary") is not True):
        where = reference(machine, "networkProfile", item)
        targets = network.graph.follow(where, kinds.NETWORK_INTERFACE).targets
        for urn in (one.resource.urn for one in targets):
            found.setdefault(urn, network.interfaces_of[urn][0])
        complete = complete and bool(targets)
    return [*found.values(), *own], complete and len(found) == len(listed)
