"""What is drawn of a stack's network: plain values, in the order in which they are drawn.

`describe` makes it from the graph; JSON, DOT, Mermaid, SVG and the page are all written from it. None stands for what
is not known. Keys tell the parts of one drawing from each other, and are not the same in the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from ..ways_out import WayOut

Addresses: TypeAlias = tuple[str | None, ...]
"""Addresses, and ranges as CIDR text."""


class HopKind(StrEnum):
    """What stands between a network and the internet: the ways out, and what leads in."""

    NAT_GATEWAY = "NatGateway"
    VIRTUAL_APPLIANCE = "VirtualAppliance"
    VIRTUAL_NETWORK_GATEWAY = "VirtualNetworkGateway"
    SEVERAL_ROUTES = "SeveralRoutes"
    ROUTE_TABLE = "RouteTable"
    PUBLIC_ADDRESS = "PublicAddress"
    LOAD_BALANCER = "LoadBalancer"
    DEFAULT_OUTBOUND_ACCESS = "DefaultOutboundAccess"
    BASTION = "Bastion"
    FIREWALL = "Firewall"
    APPLICATION_GATEWAY = "ApplicationGateway"
    UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Hop:
    """What connections pass between a network and the internet."""

    key: str
    kind: HopKind
    name: str | None
    addresses: Addresses
    """What the internet sees of it."""
    in_stack: bool
    """Whether it is a resource of the stack, whose addresses an update will tell."""
    sku: str | None = None
    zones: tuple[str, ...] = ()
    stands_for: str = ""
    """What in the stack has the address of an appliance that routes lead to."""


@dataclass(frozen=True)
class Leg:
    """One way to the internet."""

    way: WayOut | None
    hop: str
    """The key of the hop; "" where nothing leaves."""
    path: tuple[str, ...]
    """What connections pass, in words."""
    addresses: Addresses
    """What the other side sees; nothing where nothing leaves."""


@dataclass(frozen=True)
class Part:
    """A destination whose connections leave another way."""

    destination: str | None
    """A range, or a service tag."""
    leg: Leg


@dataclass(frozen=True)
class Out:
    """How connections to the internet leave."""

    leg: Leg
    parts: tuple[Part, ...] = ()

    @property
    def hops(self) -> tuple[str, ...]:
        """The keys of all hops, each once."""
        found = [one.hop for one in (self.leg, *(part.leg for part in self.parts))]
        return tuple(dict.fromkeys(key for key in found if key))


@dataclass(frozen=True)
class In:
    """A way by which the internet reaches something, if the security groups let it."""

    hop: str
    """The key of the hop."""
    path: tuple[str, ...]
    certain: bool
    """Whether it is there, and does not only seem to be in what is not known."""


@dataclass(frozen=True)
class Member:
    """One machine, or one of what else is in a subnet."""

    name: str
    """In the program."""
    urn: str
    private_addresses: Addresses


@dataclass(frozen=True)
class Group:
    """Machines, or what else is in a subnet, that are alike: of one name but for its number, with the same ways."""

    key: str
    kind: str
    """In words, as in `virtual machine`."""
    members: tuple[Member, ...]
    certain: bool
    """Whether they are in that subnet, and not in one of several."""
    out: Out | None
    """None where its connections are not those of a machine."""
    ins: tuple[In, ...]

    @property
    def name(self) -> str:
        """The name, or the first and the last, with how many there are."""
        names = [one.name for one in self.members]
        few = 2
        return ", ".join(names) if len(names) <= few else f"{names[0]} … {names[-1]} ({len(names)})"


@dataclass(frozen=True)
class Subnet:
    """A subnet with what is in it."""

    key: str
    name: str | None
    ranges: Addresses
    private: bool | None
    """Whether it has no default outbound access."""
    role: str
    """What it is for, as in `machines` or `delegated`."""
    delegations: tuple[str, ...]
    """The services whose own it is."""
    in_stack: bool
    out: Out | None
    """None where it is one of Azure's own services, which leave by themselves."""
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Net:
    """A virtual network."""

    key: str
    name: str | None
    ranges: Addresses
    in_stack: bool
    groups: tuple[Group, ...]
    """What is in the network and in none of its subnets, as a Bastion host of SKU Developer."""
    subnets: tuple[Subnet, ...]


@dataclass(frozen=True)
class Drawing:
    """A stack's network."""

    stack: str
    preview: bool
    """Whether it is drawn before an update, which will tell more."""
    nets: tuple[Net, ...]
    hops: tuple[Hop, ...]

    @property
    def subnets(self) -> Iterator[Subnet]:
        """All subnets, in order."""
        return (subnet for net in self.nets for subnet in net.subnets)

    def hop(self, key: str) -> Hop:
        """Return the hop of a key."""
        return self._hops[key]

    @cached_property
    def _hops(self) -> dict[str, Hop]:
        return {one.key: one for one in self.hops}
