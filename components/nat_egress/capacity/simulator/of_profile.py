"""What a traffic profile brings, as the simulator takes it: gateway, destinations, streams, retries."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

from ..profile import Connections, Destination, Pool, Profile, Requests
from .connections import ABANDONED, CLOSED, FIN, RST, TCP, UDP
from .errors import CannotSimulate
from .incidents import Outage, Restart
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
    out: tuple[str, ...] = ()
    """Names of those that have an outage."""


@dataclass(frozen=True, kw_only=True)
class Incidents:
    """What happens to the machines and destinations of a profile. None where it doesn't."""

    restart_at_s: float | None = None
    """When all restart that have a restart in the profile."""
    outage_at_s: float | None = None
    outage_for_s: float = 60.0
    outage_of: str | None = None
    """The name of the destination that doesn't answer, or of an address of it as in `api[0]`; None for all."""


NOTHING_HAPPENS: Final = Incidents()


def gateway_of(profile: Profile, addresses: int, *, address_choice: AddressChoice, mapping: Mapping) -> Gateway:
    """Return the gateway that a profile asks for, with so many addresses."""
    return Gateway(
        addresses=addresses,
        address_choice=address_choice,
        mapping=mapping,
        idle_timeout_s=profile.idle_timeout_minutes * _MINUTE_S,
    )


def demand_of(profile: Profile, *, incidents: Incidents = NOTHING_HAPPENS) -> Demand:
    """Return the traffic. Raises `CannotSimulate` where the outage is of no destination of the profile."""
    names: list[str] = []
    kinds: list[Poisson | PoolTraffic] = []
    retries: list[Retry] = []
    out: list[str] = []
    for of in profile.destinations:
        for number, share in enumerate(_shares(of)):
            name = of.name if of.destination.addresses == 1 else f"{of.name}[{number}]"
            outage = _outage(of, incidents) if incidents.outage_of in {None, of.name, name} else None
            names.append(name)
            kind = _kind(of, share, len(retries))
            kinds.append(replace(kind, restart=_restart(of, incidents), outage=outage))
            retries.append(Retry(attempts=of.retry.attempts, backoff_s=of.retry.backoff_s))
            out += [name] if outage else []
    if incidents.outage_at_s is not None and not out:
        raise CannotSimulate(
            f"outage_of is {incidents.outage_of}: no destination has that name. There are {', '.join(names)}."
        )
    return Demand(names=tuple(names), kinds=tuple(kinds), retries=tuple(retries), out=tuple(out))


def _restart(of: Destination, incidents: Incidents) -> Restart | None:
    if of.restart is None or incidents.restart_at_s is None:
        return None
    end = _ENDS[of.destination.protocol][of.restart.end]
    return Restart(at_s=incidents.restart_at_s, share=of.restart.share, within_s=of.restart.within_s, end=end)


def _outage(of: Destination, incidents: Incidents) -> Outage | None:
    if incidents.outage_at_s is None:
        return None
    return Outage(
        at_s=incidents.outage_at_s,
        for_s=incidents.outage_for_s,
        attempts=of.retry.attempts,
        connect_timeout_s=of.retry.connect_timeout_s,
        backoff_s=of.retry.backoff_s,
    )


def _shares(of: Destination) -> list[float]:
    """Return the share of each address behind a name: the busiest one's, and equal ones for the others."""
    others = of.destination.addresses - 1
    busiest = of.destination.busiest_share
    return [busiest, *[(1 - busiest) / others] * others] if others else [1.0]


def _kind(of: Destination, share: float, row: int) -> Poisson | PoolTraffic:
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
            rates = tuple(of_a_minute * share * of.growth / _MINUTE_S for of_a_minute in series)
            return Poisson(rates_per_s=rates, life_s=life, batch=batch, **common)
        case Connections(life, rate):
            return Poisson(rates_per_s=((rate or 0.0) * share * of.growth,), life_s=life, batch=batch, **common)
        case Requests(rate, per_connection, spacing):
            rates = (rate * share * of.growth / per_connection,)
            life = per_connection * spacing
            return Poisson(rates_per_s=rates, life_s=life, spacing_s=spacing, batch=batch, **common)
        case Pool(most, age):
            count = of.source.machines * of.source.processes_per_machine * most * share * of.growth
            return PoolTraffic(connections=math.ceil(count), max_age_s=age or LONGEST_S, **common)
