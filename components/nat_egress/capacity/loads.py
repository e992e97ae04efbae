"""The load that a destination puts on the ports of a gateway: how many are open, and how many are held after that.

A connection of life D that is opened at rate λ has a port for D, and for a hold h after that: 65 s where it ends by
FIN, 16 s by RST. One that nobody closes stays open in the gateway's table for the idle timeout after its last packet.
Open connections count toward the 50,000 that are supported; open and held ones toward the 64,512 ports. Whether Azure
counts held or half-open entries toward 50,000 is not documented: abandoned and half-open ones are counted here, held
ones are not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from .. import limits
from .profile import Connections, Destination, End, Ending, Pool, Requests

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class StreamLoad:
    """Connections that come at random."""

    open: float
    """Mean number of open connections."""
    held: float
    """Mean number of ports that are held for closed ones."""
    peakedness: float = 1.0
    """Variance over mean: 1 where connections come one by one."""

    @property
    def ports(self) -> float:
        """The offered load: ports that are taken in the mean."""
        return self.open + self.held


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """A fixed number of connections, each on an address of its own chance."""

    open: int
    held: int
    """Ports that are held for a known number of closed connections, as in a restart."""
    churn: float
    """Mean number of ports that are held for connections which were replaced because of their age."""
    peakedness: float = 1.0

    @property
    def ports(self) -> float:
        """Ports that are taken in the mean."""
        return self.open + self.held + self.churn


Load = StreamLoad | PoolLoad


@dataclass(frozen=True, slots=True)
class Flow:
    """All traffic to a destination at its busiest, or a share of it, such as that of one address or one zone."""

    rate_per_s: float
    """New connections a second; of a pool, those that replace old ones."""
    open: float
    """Mean number of open connections, abandoned ones counted until the idle timeout."""
    held: float
    """Mean number of held ports."""

    def scaled(self, share: float) -> Flow:
        """Return a `share` of it."""
        return Flow(self.rate_per_s * share, self.open * share, self.held * share)


def hold_s(end: Ending, protocol: str, idle_s: float) -> float:
    """Return for how many seconds a port is taken after the last packet of a connection that ends so."""
    if end == "abandoned":
        return limits.UDP_IDLE_TIMEOUT_MINUTES * _MINUTE_S if protocol == "udp" else idle_s
    if protocol == "udp":
        return limits.HOLD_AFTER_UDP_S
    return limits.HOLD_AFTER_FIN_S if end == "fin" else limits.HOLD_AFTER_RST_S


def flow(of: Destination, idle_s: float) -> Flow:
    """Return the traffic to a destination, with growth, behind a gateway with a TCP idle timeout of `idle_s`."""
    match of.demand:
        case Connections(life, None, series):
            return _series_flow(of, series, life, idle_s)
        case Connections(life, rate):
            return _steady(of, (rate or 0) * of.growth, life, idle_s)
        case Requests(rate, per_connection, spacing):
            return _steady(of, rate * of.growth / per_connection, per_connection * spacing, idle_s)
        case Pool(most, age):
            connections = of.source.machines * of.source.processes_per_machine * most * of.growth
            churn = _steady(of, connections / age if age else 0.0, 0, idle_s)
            return Flow(churn.rate_per_s, connections + churn.open, churn.held)


def load(of: Destination, share: Flow) -> Load:
    """Return the load of a `share` of the traffic to a destination, such as that of the busiest of its addresses."""
    if isinstance(of.demand, Pool):
        return PoolLoad(math.ceil(share.open), 0, share.held)
    return StreamLoad(share.open, share.held, peakedness(of))


def of_a_machine(of: Destination) -> float:
    """Return how many source ports one machine needs toward the busiest address of a destination, in the mean.

    Machines share the traffic equally. One that closes a connection by FIN itself keeps its port in TIME_WAIT; who
    closes is not in a profile, so all are counted.
    """
    share = of.destination.busiest_share * of.growth / of.source.machines
    waits = of.end.fin * limits.LINUX_TIME_WAIT_S if of.destination.protocol == "tcp" else 0.0
    match of.demand:
        case Connections(life, None, series):
            return _Cumulated(series).most([(1.0, life + waits)]) * share
        case Connections(life, rate):
            return (rate or 0) * (life + waits) * share
        case Requests(rate, per_connection, spacing):
            return rate / per_connection * (per_connection * spacing + waits) * share
        case Pool(most, age):
            connections = of.source.machines * of.source.processes_per_machine * most
            return connections * (1 + (waits / age if age else 0)) * share


def peakedness(of: Destination) -> float:
    """Return Z = E[X²]/E[X] of a destination's batches. The hold makes the holding time near constant: no factor ½."""
    return of.burst.size_square_mean / of.burst.size_mean if of.burst else 1.0


def in_restart(of: Destination, before: Load, idle_s: float) -> Load | None:
    """Return the load while a restart opens again what it closed, at most; None without a restart.

    The ports of closed connections are still held while the new ones open: all of them where the hold is longer than
    the restart, as many as are closed within one hold where it is shorter.
    """
    if of.restart is None:
        return None
    hold = hold_s(of.restart.end, of.destination.protocol, idle_s)
    closed = before.open * of.restart.share * min(1.0, hold / of.restart.within_s)
    if isinstance(before, PoolLoad):
        number = math.ceil(closed)
        if of.restart.end == "abandoned":
            return replace(before, open=before.open + number)
        return replace(before, held=number)
    if of.restart.end == "abandoned":
        return replace(before, open=before.open + closed)
    return replace(before, held=before.held + closed)


def in_outage(of: Destination, share: Flow, idle_s: float) -> StreamLoad:
    """Return the load half a minute into an outage of the destination, at most.

    What was open falls silent and stays until the idle timeout; what was held is held on; and every attempt, retries
    included, takes a port for 30 s. The clients of a pool each try again as soon as they have given up and waited.
    """
    if isinstance(of.demand, Pool):
        attempts_per_s = share.open / (of.retry.connect_timeout_s + of.retry.backoff_s)
    else:
        attempts_per_s = share.rate_per_s * of.retry.attempts
    protocol = of.destination.protocol
    silent_s = limits.HALF_OPEN_S if protocol == "tcp" else hold_s("abandoned", protocol, idle_s)
    holds = [(part, hold_s(end, protocol, idle_s)) for end, part in _ends(of.end) if end != "abandoned"]
    held_s = sum(part * max(0.0, hold - limits.HALF_OPEN_S) for part, hold in holds)
    return StreamLoad(share.open + attempts_per_s * silent_s, share.rate_per_s * held_s, peakedness(of))


def _steady(of: Destination, rate: float, life: float, idle_s: float) -> Flow:
    protocol = of.destination.protocol
    closed = of.end.fin * hold_s("fin", protocol, idle_s) + of.end.rst * hold_s("rst", protocol, idle_s)
    abandoned = of.end.abandoned * hold_s("abandoned", protocol, idle_s)
    return Flow(rate, rate * (life + abandoned), rate * closed)


def _series_flow(of: Destination, per_minute: tuple[float, ...], life: float, idle_s: float) -> Flow:
    """Return the load at the moment when most ports are taken, and the most that are open at any moment.

    The load at t is ∫ λ(t - u)·P(T > u) du. With a constant life and hold for each way to end, that is the connections
    of the last T seconds, whose number changes by straight lines: it is largest at the end of a minute, or T after one.
    """
    protocol = of.destination.protocol
    ends = [(share, life + hold_s(end, protocol, idle_s)) for end, share in _ends(of.end)]
    lives = [
        (share, life + (hold_s(end, protocol, idle_s) if end == "abandoned" else 0)) for end, share in _ends(of.end)
    ]
    total = _Cumulated(per_minute)
    ports, opened = total.most(ends), total.most(lives)
    return Flow(max(per_minute) / _MINUTE_S, opened, max(0.0, ports - opened)).scaled(of.growth)


def _ends(end: End) -> Iterator[tuple[Ending, float]]:
    """Pair the ways that some connections end with their shares."""
    pairs: list[tuple[Ending, float]] = [("fin", end.fin), ("rst", end.rst), ("abandoned", end.abandoned)]
    return ((name, share) for name, share in pairs if share)


class _Cumulated:
    """Connections opened since the beginning of a period that repeats for ever."""

    def __init__(self, per_minute: tuple[float, ...]) -> None:
        self._minutes = len(per_minute)
        self._sums = [0.0, *accumulate(per_minute)]

    def most(self, stays: list[tuple[float, float]]) -> float:
        """Return the largest number that is there at any moment; `stays` are shares, and seconds that they stay."""
        offsets = {0.0, *(seconds / _MINUTE_S for _, seconds in stays)}
        return max(max(self._there(offset, stays)) for offset in offsets)

    def _there(self, offset: float, stays: list[tuple[float, float]]) -> list[float]:
        """Return how many are there at each minute and `offset` minutes."""
        there = [0.0] * self._minutes
        now = self._opened(offset)
        for share, seconds in stays:
            gone = self._opened(offset - seconds / _MINUTE_S)
            there = [sum_ + share * (in_ - out) for sum_, in_, out in zip(there, now, gone, strict=True)]
        return there

    def _opened(self, offset: float) -> list[float]:
        """Return how many have been opened until each minute and `offset` minutes, which may lie before the period."""
        whole = math.floor(offset)
        part = offset - whole
        periods, first = divmod(whole, self._minutes)
        total = self._sums[-1]
        earlier = [(periods * total + sum_) for sum_ in self._sums[first:-1]]
        later = [((periods + 1) * total + sum_) for sum_ in self._sums[: first + 2]]
        sums = earlier + later
        return [sum_ + part * (next_ - sum_) for sum_, next_ in pairwise(sums)][: self._minutes]
