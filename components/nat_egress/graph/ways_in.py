"""The ways from the internet to a network interface or a machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .interfaces import Interface
from .machines import interfaces_of
from .network import Network
from .public_addresses import Seen, address_at
from .resource import Declared


@dataclass(frozen=True)
class WayIn:
    """A way by which the internet reaches an interface, if its security groups let it."""

    path: tuple[str, ...]
    """From the internet to the interface, in words."""
    resource: Declared
    """What opens it: what declares the interface, or the rule of a load balancer."""
    addresses: Seen
    """Where the internet knocks; `UNKNOWN` for each address that is not known."""
    certain: bool
    """Whether it is there, and does not only seem to be in what is not known."""


def into_interface(network: Network, interface: Interface) -> list[WayIn]:
    """Return the ways into a network interface."""
    return [*_by_address(network, interface), *_by_load_balancers(network, interface)]


def into_machine(network: Network, machine: Declared) -> list[WayIn]:
    """Return the ways into a machine or scale set, by those of its network interfaces that are in the stack."""
    found, _ = interfaces_of(network, machine)
    return [way for one in found for way in into_interface(network, one)]


def _by_address(network: Network, interface: Interface) -> Iterator[WayIn]:
    for one in interface.configurations:
        if one.public is not False:
            path = ("internet", f"public address of {one.name}", f"network interface {interface.name}")
            seen = address_at(network.graph, one.address)
            yield WayIn(path, interface.resource, (seen,), certain=one.public is True)


def _by_load_balancers(network: Network, interface: Interface) -> Iterator[WayIn]:
    balancers = network.load_balancers
    for leading in balancers.leading_to(interface):
        public = leading.balancer.is_public(leading.rule)
        if leading.rule.lets_in and public is not False:
            yield WayIn(
                ("internet", *leading.steps, f"network interface {interface.name}"),
                leading.rule.resource,
                balancers.addresses(leading.balancer, leading.rule),
                certain=public is True and leading.certain,
            )
