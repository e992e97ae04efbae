"""The network interfaces of machines."""

from __future__ import annotations

from . import kinds
from .interfaces import Interface, unnested
from .network import Network
from .references import reference
from .resource import Declared
from .values import flag, items


def interfaces_of(network: Network, machine: Declared) -> tuple[list[Interface], bool]:
    """Return the network interfaces of a machine or scale set, the primary one first, and whether these are all."""
    own = [one for one in network.interfaces if one.resource is machine]
    if machine.kind != kinds.MACHINE:
        return own, True
    listed = items(machine.inputs, "networkProfile", "networkInterfaces")
    found: dict[str, Interface] = {}
    by_urn = {one.resource.urn: one for one in network.interfaces if not one.inline}
    complete = True
    for item in sorted(listed, key=lambda one: flag(unnested(one), "primary") is not True):
        where = reference(machine, "networkProfile", item)
        targets = network.graph.follow(where, kinds.NETWORK_INTERFACE).targets
        found |= {one.resource.urn: by_urn[one.resource.urn] for one in targets if one.resource.urn not in found}
        complete = complete and bool(targets)
    return [*found.values(), *own], complete and len(found) == len(listed)
