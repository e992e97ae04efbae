"""What helps where a gateway's 16 addresses, or another of its limits, are not enough: what leaves the fewest first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from .. import limits
from .answer import Advice, Limit
from .profile import Connections, Destination, Pool, Profile, Requests

MOST = limits.MAX_IPV4_ADDRESSES
_MOST_REQUESTS = 1 << 20
_MINUTE_S = 60

AddressesOf = Callable[[Destination, float, float], int]
"""How many addresses a share of the traffic to a destination needs, with a TCP idle timeout in seconds."""


@dataclass(frozen=True, slots=True)
class Case:
    """A destination, and how many addresses it needs."""

    of: Destination
    addresses: int


def advise(profile: Profile, cases: Sequence[Case], found: Sequence[Limit], needed: AddressesOf) -> list[Advice]:
    """Rank what helps: first what makes one gateway enough, then by the addresses that are left to pay for."""
    if all((limit.room or 0) >= 0 for limit in found):
        return []
    idle_s = profile.idle_timeout_minutes * _MINUTE_S
    over = [case for case in cases if case.addresses > MOST]
    advice = [*_source(found), *_gateways(cases, found, idle_s, needed)]
    if over:
        rest = max((case.addresses for case in cases if case.addresses <= MOST), default=0)
        advice += [*_reuse(over, rest, idle_s, needed), _private_link(over, rest)]
        advice += _shorter_idle(profile, over, rest, needed)
    return sorted(advice, key=lambda one: (not one.enough, one.addresses))


def reused(of: Destination, requests: float) -> Destination:
    """Return a destination whose connections each do the work of `requests` of them, one after another."""
    match of.demand:
        case Requests(rate, per_connection, spacing):
            return replace(of, demand=Requests(rate, per_connection * requests, spacing))
        case Connections(life, None, series):
            fewer = tuple(number / requests for number in series)
            return replace(of, demand=Connections(life * requests, None, fewer))
        case Connections(life, rate):
            return replace(of, demand=Connections(life * requests, (rate or 0) / requests))
        case _:
            return of


def _reuse(over: Sequence[Case], rest: int, idle_s: float, needed: AddressesOf) -> Iterator[Advice]:
    """Find the least reuse, in powers of two, with which a gateway is enough; else what endless reuse leaves."""
    reusable = [case.of for case in over if not isinstance(case.of.demand, Pool)]
    fixed = max((case.addresses for case in over if isinstance(case.of.demand, Pool)), default=0)
    if not reusable:
        return
    times, left = 1, MOST + 1
    while times < _MOST_REQUESTS and left > MOST:
        times *= 2
        left = max(needed(reused(of, times), idle_s, 1.0) for of in reusable)
    total = max(left, fixed, rest)
    names = _names(reusable)
    if left > MOST:
        how = f"Connections to {names} are open for so long that reuse alone leaves {left} addresses."
    else:
        how = f"Let each connection to {names} do the work of {times} that are opened now: HTTP keep-alive, or a pool."
    if total < max(case.addresses for case in over):
        yield Advice("connection reuse", how, total, total <= MOST)


def _private_link(over: Sequence[Case], rest: int) -> Advice:
    names = _names([case.of for case in over])
    how = f"If {names} is a service in Azure, reach it over Private Link, which takes no SNAT port."
    return Advice("Private Link", how, max(1, rest), enough=True)


def _gateways(cases: Sequence[Case], found: Sequence[Limit], idle_s: float, needed: AddressesOf) -> Iterator[Advice]:
    """Divide the machines between gateways, each with subnets of its own."""
    broken = [
        limit.share or 0 for limit in found if (limit.room or 0) < 0 and limit.name != "source ports of a machine"
    ]
    if not broken:
        return
    gateways = max(2, *(math.ceil(share) for share in broken))
    # Less of what needs one address needs one.
    most = max((needed(case.of, idle_s, 1 / gateways) for case in cases if case.addresses > 1), default=1)
    enough = most <= MOST and gateways <= limits.MAX_GATEWAYS
    how = f"Divide the machines between {gateways:,} gateways of {most} addresses, each with subnets of its own."
    yield Advice("several gateways", how, gateways * most, enough)


def _shorter_idle(profile: Profile, over: Sequence[Case], rest: int, needed: AddressesOf) -> Iterator[Advice]:
    shortest = limits.MIN_IDLE_TIMEOUT_MINUTES
    if profile.idle_timeout_minutes <= shortest:
        return
    left = max(needed(case.of, shortest * _MINUTE_S, 1.0) for case in over)
    total = max(left, rest)
    if total < max(case.addresses for case in over):
        now = profile.idle_timeout_minutes
        how = f"Set the idle timeout to {shortest} minutes instead of {now}, with TCP keepalives."
        yield Advice("shorter idle timeout", how, total, total <= MOST)


def _source(found: Sequence[Limit]) -> Iterator[Advice]:
    """Say that machines, not the gateway, are the limit: addresses don't help there."""
    for limit in found:
        if limit.name == "source ports of a machine" and (limit.room or 0) < 0:
            times = math.ceil(limit.share or 1)
            how = (
                f"Each machine runs out of its own source ports toward {limit.destination}: use {times} times the "
                "machines, or addresses of its own for each process, or reuse connections."
            )
            addresses = next(int(one.used or 0) for one in found if one.name == "addresses of the gateway")
            yield Advice("more machines", how, addresses, enough=addresses <= MOST)


def _names(of: Sequence[Destination]) -> str:
    shown = [one.name for one in of[:3]]
    return ", ".join(shown) + (f" and {len(of) - 3} more" if len(of) > 3 else "")  # noqa: PLR2004 - what a line holds
