"""A traffic profile: what a team knows about the connections that its machines open to the outside.

Rates are of all machines together, seconds unless a name says otherwise, shares from 0 to 1. `reading` makes profiles
out of files; the values here are taken to be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .. import limits

Ending = Literal["fin", "rst", "abandoned"]
Protocol = Literal["tcp", "udp"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where connections go. Each address of a host is a destination of its own, with all ports for itself."""

    host: str
    port: int
    protocol: Protocol
    addresses: int
    """How many addresses the host has."""
    busiest_share: float
    """The share of the connections that the busiest of them gets."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who opens the connections."""

    machines: int
    processes_per_machine: int
    source_port_range: tuple[int, int]
    """First and last port that a machine connects from."""

    @property
    def source_ports(self) -> int:
        """How many ports a machine has toward one destination."""
        return self.source_port_range[1] - self.source_port_range[0] + 1


@dataclass(frozen=True, slots=True)
class Connections:
    """Connections that are opened at a known rate, each for `life_s`. One of the two rates is given."""

    life_s: float
    rate_per_s: float | None
    rate_per_minute_series: tuple[float, ...] = ()
    """Connections in each minute of a period that repeats, such as the 1,440 of a day."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests, some of which share a connection."""

    rate_per_s: float
    per_connection: float
    """Requests that a connection serves before it is closed; 1 without reuse."""
    spacing_s: float
    """From the beginning of a request to the beginning of the next on the same connection."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Connections that each process opens once and keeps."""

    max_per_process: int
    max_age_s: float | None
    """How old a connection grows before it is replaced; None where it is kept for good."""


@dataclass(frozen=True, slots=True)
class End:
    """How connections end: shares that add up to 1. Abandoned ones are never closed, and go with the idle timeout."""

    fin: float
    rst: float
    abandoned: float


@dataclass(frozen=True, slots=True)
class Burst:
    """Connections that are opened together, in batches: the mean size, and the mean of its square."""

    size_mean: float
    size_square_mean: float


@dataclass(frozen=True, slots=True)
class Restart:
    """A restart that closes a share of the connections and opens them again within some seconds."""

    share: float
    within_s: float
    end: Ending


@dataclass(frozen=True, slots=True)
class Retry:
    """What a client does where a connection does not come about."""

    attempts: int
    """With the first one."""
    backoff_s: float
    connect_timeout_s: float


@dataclass(frozen=True, slots=True)
class Destination:
    """One named destination and the traffic to it."""

    name: str
    destination: Endpoint
    source: Source
    demand: Connections | Requests | Pool
    end: End
    burst: Burst | None = None
    restart: Restart | None = None
    retry: Retry = Retry(attempts=1, backoff_s=0, connect_timeout_s=limits.HALF_OPEN_S)
    growth: float = 1.0
    """What the traffic is to be multiplied by."""
    target: float = 1e-6
    """The share of new connections that may fail for want of a port."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What all destinations together bring. None where it is not known."""

    outbound_gbps: float | None = None
    return_gbps: float | None = None
    packets_per_s: float | None = None
    processed_gb_per_month: float | None = None

    def scaled(self, share: float) -> Traffic:
        """Return a `share` of it."""
        given = (self.outbound_gbps, self.return_gbps, self.packets_per_s, self.processed_gb_per_month)
        return Traffic(*(None if one is None else one * share for one in given))


@dataclass(frozen=True, slots=True)
class Profile:
    """All traffic that a gateway is to carry."""

    destinations: tuple[Destination, ...]
    sku: str = "Standard"
    idle_timeout_minutes: int = limits.MIN_IDLE_TIMEOUT_MINUTES
    traffic: Traffic = Traffic()
    zone_shares: tuple[tuple[str, float], ...] = ()
    """The zones that have a gateway each, with their shares of the traffic; empty for a single gateway."""
