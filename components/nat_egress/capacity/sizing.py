"""Sizes a gateway for a traffic profile.

A port that is in use for one destination can serve another at once, so destinations don't compete for ports, and the
number of addresses is the largest that any of them needs. Beside it stands the cautious bound without reuse.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from .. import limits
from . import blocking
from .advice import Case, advise
from .answer import Answer, Limit, Situation, Sized, ZoneSize
from .erlang import largest_load
from .layouts import layouts, processing_usd_per_month
from .loads import Flow, Load, PoolLoad, StreamLoad, flow, in_outage, in_restart, load, of_a_machine, peakedness
from .profile import Destination, Profile, Traffic
from .retries import with_retries

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class _Demand:
    """A destination with what has been worked out of it."""

    of: Destination
    whole: Flow
    busiest: Flow
    usual: Load
    restart: Load | None
    addresses: int


def size(profile: Profile, deployed: int | None = None, zone: str | None = None) -> Answer:
    """Return how many addresses a gateway needs for a profile, and what else the profile comes to.

    Figures are for the addresses that are `deployed`, one at least; for those needed, up to a gateway's 16, where it is
    not given. Advice is for a gateway with all the addresses that it can have. With a `zone`, one of the profile's
    `zone_shares`, all is of the gateway there, while the worst other zone is lost. ValueError where none is deployed,
    or the profile has no such zone.
    """
    if deployed is not None and deployed < 1:
        raise ValueError(f"a gateway has an address at least: {deployed} are deployed")
    share = 1.0 if zone is None else share_with_one_lost(profile, zone)
    idle_s = profile.idle_timeout_minutes * _MINUTE_S
    demands = [_demand(of, flow(of, idle_s).scaled(share), 1.0, idle_s) for of in profile.destinations]
    addresses = max(demand.addresses for demand in demands)
    traffic = profile.traffic.scaled(share)
    best = min(addresses, limits.MAX_IPV4_ADDRESSES)
    told = best if deployed is None else deployed
    sized = tuple(_sized(demand, told, idle_s) for demand in demands)
    limits_on = partial(_limits, profile.sku, traffic, demands, sized)
    at_best = tuple(limits_on(addresses=addresses, deployed=best))
    pooled = [one.addresses_pooled for one in sized]
    processed = traffic.processed_gb_per_month
    return Answer(
        addresses=addresses,
        addresses_pooled=None if None in pooled else max(number or 1 for number in pooled),
        addresses_no_reuse=_without_reuse(demands),
        attempts_per_s=math.fsum(demand.whole.rate_per_s for demand in demands),
        busiest_share=max(one.busiest.open for one in demands) / math.fsum(one.whole.open for one in demands),
        deployed=told,
        layouts=layouts(addresses),
        limits=at_best if deployed is None else tuple(limits_on(addresses=deployed, deployed=deployed)),
        destinations=sized,
        zones=() if zone else tuple(_zones(profile, demands, idle_s)),
        advice=tuple(advise(profile, [Case(one.of, one.addresses) for one in demands], at_best, partial(_part, share))),
        processing_usd_per_month=None if processed is None else processing_usd_per_month(processed),
    )


def share_with_one_lost(profile: Profile, zone: str) -> float:
    """Return the share of all traffic that a zone's gateway gets while the largest other zone is lost.

    ValueError where the profile has no such zone.
    """
    shares = dict(profile.zone_shares)
    if zone not in shares:
        raise ValueError(f"the profile has no share of zone {zone}")
    return shares.pop(zone) / (1 - max(shares.values(), default=0.0))


def addresses_of(of: Destination, idle_s: float, share: float = 1.0) -> int:
    """Return how many addresses a `share` of the traffic to a destination needs, its restart counted."""
    return _demand(of, flow(of, idle_s), share, idle_s).addresses


def _part(of_all: float, of: Destination, idle_s: float, share: float) -> int:
    return addresses_of(of, idle_s, share * of_all)


def _demand(of: Destination, whole: Flow, share: float, idle_s: float) -> _Demand:
    busiest = whole.scaled(of.destination.busiest_share * share)
    usual = load(of, busiest)
    restart = in_restart(of, usual, idle_s)
    loads = [usual] if restart is None else [usual, restart]
    return _Demand(of, whole, busiest, usual, restart, max(blocking.addresses_needed(one, of.target) for one in loads))


def _sized(demand: _Demand, deployed: int, idle_s: float) -> Sized:
    of, usual = demand.of, demand.usual
    alone = blocking.split(usual, deployed, of.target)
    return Sized(
        of.name,
        demand.busiest.rate_per_s,
        usual,
        of.target,
        demand.addresses,
        1 if demand.addresses == 1 else blocking.addresses_needed_pooled(usual, of.target),
        alone,
        blocking.pooled(usual, deployed),
        with_retries(usual, deployed, of.target, of.retry.attempts, alone.at_most),
        _situation(demand.restart, of.target, deployed) if demand.restart else None,
        _situation(in_outage(of, demand.busiest, idle_s), of.target, deployed),
        of_a_machine(of),
    )


def _situation(of: Load, target: float, deployed: int) -> Situation:
    needed = blocking.addresses_needed(of, target)
    return Situation(of.ports, of.open, needed, blocking.split(of, deployed, target))


def _limits(
    sku: str, traffic: Traffic, demands: list[_Demand], sized: tuple[Sized, ...], *, addresses: int, deployed: int
) -> Iterator[Limit]:
    """List the limits on `deployed` addresses, each with the destination that comes nearest to it.

    `addresses` are what is asked of one gateway, which may be more than it has.
    """
    rooms = [(one.of, blocking.room(one.usual, deployed, one.of.target)) for one in demands]
    documented = limits.SNAT_PORTS_PER_ADDRESS
    yield _nearest("ports of an address", [(of, *ports) for of, (ports, _) in rooms], documented)
    restarts = [(one.of, blocking.room(one.restart, deployed, one.of.target)) for one in demands if one.restart]
    if restarts:
        yield _nearest("ports of an address in a restart", [(of, *ports) for of, (ports, _) in restarts], documented)
    supported = limits.SUPPORTED_CONNECTIONS
    yield _nearest("connections of an address to a destination", [(of, *most) for of, (_, most) in rooms], supported)
    yield _nearest("source ports of a machine", _machines(demands, sized))
    target = min(one.of.target for one in demands)
    open_ = math.fsum(one.whole.open for one in demands)
    most = limits.MAX_CONNECTIONS
    yield Limit("connections of the gateway", None, open_, largest_load(most, target), most)
    yield from _throughput(sku, traffic)
    yield Limit("addresses of the gateway", None, addresses, limits.MAX_IPV4_ADDRESSES, limits.MAX_IPV4_ADDRESSES)


def _machines(demands: list[_Demand], sized: tuple[Sized, ...]) -> Iterator[tuple[Destination, float, float]]:
    for demand, one in zip(demands, sized, strict=True):
        ports = demand.of.source.source_ports
        fixed = isinstance(demand.usual, PoolLoad)
        yield demand.of, one.source_ports, ports if fixed else largest_load(ports, demand.of.target)


def _nearest(name: str, used: Iterable[tuple[Destination, float, float]], documented: float | None = None) -> Limit:
    of, most, usable = max(used, key=lambda item: item[1] / item[2])
    return Limit(name, of.name, most, usable, of.source.source_ports if documented is None else documented)


def _throughput(sku: str, traffic: Traffic) -> Iterator[Limit]:
    width, packets = limits.BANDWIDTH_GBPS[sku], limits.PACKETS_PER_S[sku]
    if sku == "Standard":
        yield Limit("outbound Gbit/s", None, traffic.outbound_gbps, width, width)
        yield Limit("return Gbit/s", None, traffic.return_gbps, width, width)
    else:
        known = [given for given in (traffic.outbound_gbps, traffic.return_gbps) if given is not None]
        yield Limit("Gbit/s both ways", None, sum(known) if known else None, width, width)
    yield Limit("packets/s", None, traffic.packets_per_s, packets, packets)


def _without_reuse(demands: list[_Demand]) -> int:
    """Return the addresses needed if a port were for one destination only; TCP and UDP have ports of their own."""
    needed = 1
    for protocol in {one.of.destination.protocol for one in demands}:
        of = [one for one in demands if one.of.destination.protocol == protocol]
        ports = [one.whole.open + one.whole.held for one in of]
        spread = math.fsum(load * peakedness(one.of) for load, one in zip(ports, of, strict=True))
        total = math.fsum(ports)
        added = StreamLoad(0.0, total, spread / total)
        needed = max(needed, blocking.addresses_needed(added, min(one.of.target for one in of)))
    return max(needed, *(one.addresses for one in demands))


def _zones(profile: Profile, demands: list[_Demand], idle_s: float) -> Iterator[ZoneSize]:
    """Size the gateway of each zone for its own share, and for what it gets when the largest other zone is lost."""
    for zone, share in profile.zone_shares:
        alone = _needed(demands, share, idle_s)
        lost = _needed(demands, share_with_one_lost(profile, zone), idle_s)
        yield ZoneSize(zone, share, alone, lost, layouts(lost))


def _needed(demands: list[_Demand], share: float, idle_s: float) -> int:
    return max(_demand(one.of, one.whole, share, idle_s).addresses for one in demands)
