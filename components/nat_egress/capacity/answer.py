"""What a size is made of: the number of addresses, the limits and their room, each destination, zones, advice."""

from __future__ import annotations

from dataclasses import dataclass

from .blocking import Blocking
from .layouts import Layout
from .loads import Load
from .retries import Outcome


@dataclass(frozen=True, slots=True)
class Situation:
    """A load that is not the usual one: a restart, or an outage of the destination."""

    ports: float
    """Ports that are taken, at most."""
    open: float
    """Connections that count as open, at most."""
    addresses: int
    """How many addresses would carry it within the target."""
    blocking: Blocking
    """What it comes to on the addresses that the answer has."""


@dataclass(frozen=True, slots=True)
class Sized:
    """One destination, at the busiest of its addresses and at its busiest time."""

    name: str
    rate_per_s: float
    load: Load
    target: float
    addresses: int
    """Needed where each connection gets an address at random; a restart is counted."""
    addresses_pooled: int | None
    """Needed at best; None where a gateway's 16 are not enough."""
    blocking: Blocking
    """On the addresses that the answer has."""
    blocking_pooled: Blocking
    retries: Outcome
    restart: Situation | None
    outage: Situation
    source_ports: float
    """Ports that one machine needs toward the destination."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of the gateway or of the machines, with what is used of it."""

    name: str
    destination: str | None
    """The destination that comes nearest to it; None where all count together."""
    used: float | None
    """None where the profile does not say."""
    usable: float
    """What can be used within the target."""
    documented: float
    """The platform's own figure."""

    @property
    def share(self) -> float | None:
        """Return what is used as a share of what can be."""
        return None if self.used is None else self.used / self.usable

    @property
    def room(self) -> float | None:
        """Return the share that is left; below 0 where the limit is broken."""
        return None if self.share is None else 1 - self.share


@dataclass(frozen=True, slots=True)
class ZoneSize:
    """The gateway of one zone."""

    zone: str
    share: float
    addresses: int
    """With all zones up."""
    addresses_one_lost: int
    """With the worst other zone lost, its traffic divided among those that are left."""
    layouts: tuple[Layout, ...]
    """What gives the addresses with another zone lost."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that helps where a gateway is not enough."""

    what: str
    how: str
    """A sentence that says what to do, with figures."""
    addresses: int
    """Needed in sum once it is done."""
    enough: bool
    """Whether the gateway, or the gateways, are enough then."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How many addresses a profile needs, and why."""

    addresses: int
    addresses_pooled: int | None
    """At best; None where a gateway's 16 are not enough."""
    addresses_no_reuse: int
    """With no port used for two destinations at once."""
    attempts_per_s: float
    """New connections a second to all destinations, each at its busiest time."""
    busiest_share: float
    """The share of all open connections that go to the busiest address of a destination, each at its busiest time."""
    deployed: int
    """The addresses that figures are given for: those said to be deployed, else those needed, up to a gateway's 16."""
    layouts: tuple[Layout, ...]
    limits: tuple[Limit, ...]
    destinations: tuple[Sized, ...]
    zones: tuple[ZoneSize, ...]
    advice: tuple[Advice, ...]
    processing_usd_per_month: float | None

    @property
    def enough(self) -> bool:
        """Whether one gateway with the `deployed` addresses carries it all."""
        return self.addresses <= self.deployed and all((limit.room or 0) >= 0 for limit in self.limits)

    @property
    def binding(self) -> Limit:
        """Return the limit with the least room."""
        return max(self.limits, key=lambda limit: limit.share or 0.0)
