"""What a traffic profile brings, as the simulator takes it: gateway, destinations, streams, retries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from ..profile import Connections, Destination, Pool, Profile, Requests
from .connections import ABANDONED, CLOSED, FIN, RST, TCP, UDP
from .settings import LONGEST_S, AddressChoice, Gateway, Mapping, Retry
from .traffic import Poisson
from .traffic import Pool as PoolTraffic

_MINUTE_S: Final = 60
_ENDS: Final = {
    "tcp": {"fin": FIN, "rst": RST, "abandoned": ABANDONED},
    "udp": {"fin": CLOSED, "rst": CLOSED, "abandoned": ABANDONED},
}


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A profile's traffic, with a destination for each address behind a name."""

    names: tuple[str, ...]
    kinds: tuple[Poisson | PoolTraffic, ...]
    retries: tuple[Retry, ...]
    without_restart: tuple[str, ...]
    """Destinations with a restart in the profile that is not simulated: those without a pool."""


def gateway_of(profile: Profile, addresses: int, *, address_choice: AddressChoice, mapping: Mapping) -> Gateway:
    """Return the gateway that a profile asks for, with so many addresses."""
    return Gateway(
        addresses=addresses,
        address_choice=address_choice,
        mapping=mapping,
        idle_timeout_s=profile.idle_timeout_minutes * _MINUTE_S,
    )


def demand_of(profile: Profile, *, seconds: float, restart_at_s: float | None = None) -> Demand:
    """Return the traffic of `seconds`; pools with a restart in the profile restart at `restart_at_s`."""
    names: list[str] = []
    kinds: list[Poisson | PoolTraffic] = []
    retries: list[Retry] = []
    for of in profile.destinations:
        for number, share in enumerate(_shares(of)):
            names.append(of.name if of.destination.addresses == 1 else f"{of.name}[{number}]")
            kinds.append(_kind(of, share, len(retries), seconds, restart_at_s))
            retries.append(Retry(attempts=of.retry.attempts, backoff_s=of.retry.backoff_s))
    missed = tuple(of.name for of in profile.destinations if of.restart and not isinstance(of.demand, Pool))
    return Demand(names=tuple(names), kinds=tuple(kinds), retries=tuple(retries), without_restart=missed)


def _shares(of: Destination) -> list[float]:
    """Return the share of each address behind a name: the busiest one's, and equal ones for the others."""
    others = of.destination.addresses - 1
    busiest = of.destination.busiest_share
    return [busiest, *[(1 - busiest) / others] * others] if others else [1.0]


def _kind(of: Destination, share: float, row: int, seconds: float, restart_at_s: float | None) -> Poisson | PoolTraffic:
    udp = of.destination.protocol == "udp"
    common: dict[str, Any] = {
        "destination": row,
        "protocol": UDP if udp else TCP,
        "machines": of.source.machines,
        "ends": (of.end.fin + (of.end.rst if udp else 0), 0.0 if udp else of.end.rst, of.end.abandoned, 0.0),
    }
    batch = (of.burst.size_mean, of.burst.size_square_mean) if of.burst else (1.0, 1.0)
    match of.demand:
        case Connections(life, None, series):
            minutes = math.ceil(seconds / _MINUTE_S)
            rates = tuple(series[minute % len(series)] * share * of.growth / _MINUTE_S for minute in range(minutes))
            return Poisson(rates_per_s=rates, life_s=life, batch=batch, **common)
        case Connections(life, rate):
            return Poisson(rates_per_s=((rate or 0.0) * share * of.growth,), life_s=life, batch=batch, **common)
        case Requests(rate, per_connection, spacing):
            rates = (rate * share * of.growth / per_connection,)
            life = per_connection * spacing
            return Poisson(rates_per_s=rates, life_s=life, spacing_s=spacing, batch=batch, **common)
        case Pool(most, age):
            count = of.source.machines * of.source.processes_per_machine * most * share * of.growth
            restart: dict[str, Any] = {}
            if of.restart is not None and restart_at_s is not None:
                restart = {
                    "restart_at_s": restart_at_s,
                    "restart_share": of.restart.share,
                    "restart_within_s": of.restart.within_s,
                    "restart_end": _ENDS[of.destination.protocol][of.restart.end],
                }
            return PoolTraffic(connections=math.ceil(count), max_age_s=age or LONGEST_S, **restart, **common)
