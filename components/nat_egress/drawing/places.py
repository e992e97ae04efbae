"""Where what is in a stack's network is: in which subnet, in a network beside its subnets, or in another stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ..graph import kinds
from ..graph.network import Network
from ..graph.resource import Declared
from ..graph.subnets import Subnet
from .occupants import Occupant


@dataclass(frozen=True)
class Placed:
    """Something, and whether it is there, and not in one of several places."""

    occupant: Occupant
    certain: bool = True


class Places:
    """The places of all that is in a network."""

    def __init__(self, network: Network, found: Iterable[Occupant]) -> None:
        self._network = network
        self._inside: defaultdict[int, list[Placed]] = defaultdict(list)
        self._beside: defaultdict[str, list[Placed]] = defaultdict(list)
        self.outside: defaultdict[str, list[Placed]] = defaultdict(list)
        """By the id of a subnet of another stack, "" where that is not known."""
        for one in found:
            self._place(one)

    def inside(self, subnet: Subnet) -> list[Placed]:
        """Return what is in a subnet, or may be."""
        return self._inside[id(subnet)]

    def beside(self, network: Declared) -> list[Placed]:
        """Return what is in a network, and in none of its subnets."""
        return self._beside[network.urn]

    def _place(self, one: Occupant) -> None:
        if one.network is not None:
            targets = self._network.graph.follow(one.network, kinds.NETWORK).targets
            for target in targets:
                self._beside[target.resource.urn].append(Placed(one, len(targets) == 1))
            if targets:
                return
        found, outside = self._network.subnets.follow(one.subnet) if one.subnet else ([], "")
        for subnet in found:
            self._inside[id(subnet)].append(Placed(one, len(found) == 1))
        if not found:
            self.outside[outside].append(Placed(one))
