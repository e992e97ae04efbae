"""Connections made up from figures: Poisson streams, batches, pools, restarts. The same seed makes the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ...problems import Problem
from .connections import ABANDONED, CLOSED, ENDS, FIN, RST, TCP, TYPES, UDP, UNANSWERED, Connections, merge
from .errors import out_of_bounds, refuse
from .incidents import SOURCE_PORTS, Outage, Restart, restarted, tried, without_answer
from .settings import LONGEST_S, MICROSECONDS, MOST_ATTEMPTS, MOST_CONNECTIONS, microseconds

FIRST_SOURCE: Final = int(IPv4Address("10.0.0.4"))
"""Azure keeps the first four addresses of a subnet."""
PIECE: Final = 500_000
"""Connections that are made at a time, about."""
MOST_POOLED: Final = 10_000_000
"""Connections of a pool, and tries of its clients in an outage: all are made at once."""
_NO_ANSWER: Final = {TCP: UNANSWERED, UDP: ABANDONED}
_OF_ITS_OWN: Final = -1
"""Of a connection that ends as the shares of ends say."""

Numbers: TypeAlias = npt.NDArray[np.int64]
Life = Literal["exponential", "constant"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What connections of one sort have in common."""

    destination: int = 0
    """The row in the list of destinations."""
    protocol: int = TCP
    machines: int = 1
    ends: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)
    """Shares that end by FIN, by RST, abandoned, unanswered; UDP knows only the first, as closed, and the third."""
    spacing_s: float = 0.0
    restart: Restart | None = None
    outage: Outage | None = None
    """Of the destination. A restart comes first where both fall together."""


@dataclass(frozen=True, kw_only=True)
class Poisson(Kind):
    """Connections, or batches of them, that come independently of each other."""

    rates_per_s: tuple[float, ...]
    """Connections a second, a figure for each minute, again and again: one figure is a constant rate."""
    life_s: float
    life: Life = "exponential"
    batch: tuple[float, float] = (1.0, 1.0)
    """Mean size of the batches that come in one moment, and the mean of its square."""


@dataclass(frozen=True, kw_only=True)
class Pool(Kind):
    """Connections that are kept open and replaced at a fixed age."""

    connections: int
    max_age_s: float


def pieces(kinds: Sequence[Poisson | Pool], *, seconds: float, seed: int) -> Iterator[Connections]:
    """Make the connections of `seconds`, piece by piece in order of time."""
    refuse("the traffic", [problem for index, kind in enumerate(kinds) for problem in _problems(f"[{index}]", kind)])
    rates = [max(kind.rates_per_s) for kind in kinds if isinstance(kind, Poisson)]
    made = sum(rates) * seconds + sum(_tries(kind) for kind in kinds if isinstance(kind, Poisson))
    if not made < MOST_CONNECTIONS:
        rule = f"a run has at most {MOST_CONNECTIONS:,}"
        refuse("the traffic", [Problem("connections, at their highest rate", made, rule, "Simulate a shorter time.")])
    window = max(0.001, PIECE / max(1e-9, sum(rates)))
    later = merge(
        [
            _pool(kind, seconds, np.random.default_rng([seed, index]))
            for index, kind in enumerate(kinds)
            if isinstance(kind, Pool)
        ]
    )
    """What starts in a piece to come."""
    first, number = 0.0, 0
    while first < seconds:
        last = min(first + window, seconds)
        parts = [
            _poisson(kind, first, last, np.random.default_rng([seed, index, number]))
            for index, kind in enumerate(kinds)
            if isinstance(kind, Poisson)
        ]
        parts.append(later)
        due = [int(np.searchsorted(part.start, microseconds(last))) for part in parts]
        yield merge([part[:count] for part, count in zip(parts, due, strict=True)])
        rest = [part[count:] for part, count in zip(parts, due, strict=True) if count < len(part)]
        later = rest[0] if len(rest) == 1 else merge(rest)
        first, number = last, number + 1


def _tries(kind: Poisson) -> float:
    """Return how many tries an outage comes to, at most."""
    return max(kind.rates_per_s) * kind.outage.for_s * kind.outage.attempts if kind.outage else 0.0


def _poisson(kind: Poisson, first: float, last: float, random: np.random.Generator) -> Connections:
    starts = []
    for begin, end, rate in _minutes(kind.rates_per_s, first, last):
        count = random.poisson(rate / kind.batch[0] * (end - begin))
        batches = random.uniform(begin * MICROSECONDS, end * MICROSECONDS, count)
        starts.append(np.repeat(batches, _sizes(*kind.batch, count, random)))
    start = np.sort(np.concatenate(starts).astype(np.int64)) if starts else np.zeros(0, np.int64)
    mean = kind.life_s * MICROSECONDS
    life = random.exponential(mean, len(start)) if kind.life == "exponential" else np.full(len(start), mean)
    made = _connections(kind, start, life.astype(np.int64), random)
    if kind.restart:
        made = restarted(made, kind.restart, random)
    return without_answer(made, kind.outage, random) if kind.outage else made


def _sizes(mean: float, square: float, count: int, random: np.random.Generator) -> Numbers:
    """Draw batches of 1 and of one larger size, so that mean and mean square are right.

    With a share p of size k: p(k - 1) = mean - 1 and p(k² - 1) = square - 1. A broken k is rounded either way.
    """
    if mean == 1:
        return np.ones(count, np.int64)
    large = (square - 1) / (mean - 1) - 1
    sizes = np.where(random.random(count) < (mean - 1) / (large - 1), large, 1.0)
    return np.floor(sizes + random.random(count)).astype(np.int64)


def _minutes(rates: Sequence[float], first: float, last: float) -> Iterator[tuple[float, float, float]]:
    """Cut a time into parts of constant rate."""
    while first < last:
        minute = int(first // 60)
        end = last if len(rates) == 1 else min(last, 60.0 * (minute + 1))
        yield first, end, rates[minute % len(rates)]
        first = end


def _pool(kind: Pool, seconds: float, random: np.random.Generator) -> Connections:
    """Open all at once, at an age that is anything up to the greatest, and replace each at its greatest age."""
    age, end = microseconds(kind.max_age_s), microseconds(seconds)
    restart = kind.restart or Restart(at_s=seconds, share=0.0)
    outage = kind.outage or Outage(at_s=0.0, for_s=0.0)
    at = microseconds(restart.at_s)
    hit = random.random(kind.connections) < restart.share
    left = random.integers(1, age + 1, kind.connections)
    start = np.zeros(kind.connections, np.int64)
    rows = []
    while len(start):
        tries, start = tried(start, outage)
        rows.append((tries, np.zeros_like(tries), np.full_like(tries, _NO_ANSWER[kind.protocol])))
        close = start + left
        cut = hit & (start < at) & (close >= at)
        close = np.where(cut, at, close)
        silent = (start < outage.begin) & (close > outage.begin)
        close = np.where(silent, outage.begin, close)
        rows.append((start, close - start, np.select([silent, cut], [ABANDONED, restart.end], _OF_ITS_OWN)))
        pause = np.where(cut, random.integers(0, microseconds(restart.within_s) + 1, len(start)), 0)
        if kind.outage:
            pause = np.where(silent, random.integers(0, outage.cycle, len(start)), pause)
        start = close + pause
        on = start < end
        start, hit, left = start[on], hit[on], np.full(int(on.sum()), age)
    start, life, ends = (np.concatenate(column) for column in zip(*rows, strict=True))
    connections = _connections(kind, start, life, random)
    forced = ends != _OF_ITS_OWN
    connections.end[forced] = ends[forced]
    return connections


def _connections(kind: Kind, start: Numbers, life: Numbers, random: np.random.Generator) -> Connections:
    count = len(start)
    columns = {
        "start": start,
        "life": life,
        "spacing": np.full(count, microseconds(kind.spacing_s)),
        "source": FIRST_SOURCE + random.integers(0, kind.machines, count),
        "source_port": random.integers(SOURCE_PORTS[0], SOURCE_PORTS[1] + 1, count),
        "destination": np.full(count, kind.destination),
        "protocol": np.full(count, kind.protocol),
        "end": _ends(kind, count, random),
    }
    return Connections(**{name: column.astype(TYPES[name]) for name, column in columns.items()})


def _ends(kind: Kind, count: int, random: np.random.Generator) -> Numbers:
    ends = np.array([CLOSED if kind.protocol == UDP else FIN, RST, ABANDONED, UNANSWERED])
    only = np.flatnonzero(np.array(kind.ends) == 1.0)
    if len(only):
        return np.full(count, ends[only[0]])
    return ends[random.choice(len(ends), count, p=np.array(kind.ends) / sum(kind.ends))]


def _problems(where: str, kind: Poisson | Pool) -> list[Problem]:
    figures: list[tuple[str, float, float, float]] = [
        ("machines", kind.machines, 1, 65_536),
        ("spacing_s", kind.spacing_s, 0, LONGEST_S),
        *((f"ends[{index}]", share, 0, 1) for index, share in enumerate(kind.ends)),
        ("the sum of ends", sum(kind.ends), 1 - 1e-9, 1 + 1e-9),
    ]
    if isinstance(kind, Poisson):
        figures += [(f"rates_per_s[{index}]", rate, 0, 1e9) for index, rate in enumerate(kind.rates_per_s)]
        figures += [("the number of rates_per_s", len(kind.rates_per_s), 1, 1e6)]
        figures += [
            ("life_s", kind.life_s, 0, LONGEST_S),
            ("batch[0]", kind.batch[0], 1, 1e6),
            ("batch[1]", kind.batch[1], kind.batch[0] ** 2 * (1 - 1e-9), 1e12),
        ]
    else:
        figures += [
            ("connections", kind.connections, 0, MOST_POOLED),
            ("max_age_s", kind.max_age_s, 1e-6, LONGEST_S),
        ]
    if kind.restart:
        figures += [
            ("restart.at_s", kind.restart.at_s, 0, LONGEST_S),
            ("restart.share", kind.restart.share, 0, 1),
            ("restart.within_s", kind.restart.within_s, 0, LONGEST_S),
            ("restart.end", kind.restart.end, 0, len(ENDS) - 1),
        ]
    if kind.outage:
        figures += _of_outage(kind, kind.outage)
    return out_of_bounds((f"{where}.{name}", value, least, most) for name, value, least, most in figures)


def _of_outage(kind: Poisson | Pool, outage: Outage) -> list[tuple[str, float, float, float]]:
    figures: list[tuple[str, float, float, float]] = [
        ("outage.at_s", outage.at_s, 0, LONGEST_S),
        ("outage.for_s", outage.for_s, 0, LONGEST_S),
        ("outage.attempts", outage.attempts, 1, MOST_ATTEMPTS),
        ("outage.connect_timeout_s", outage.connect_timeout_s, 0, LONGEST_S),
        ("outage.backoff_s", outage.backoff_s, 0, LONGEST_S),
    ]
    if isinstance(kind, Pool) and all(least <= value <= most for _, value, least, most in figures):
        tries = kind.connections * (outage.end - outage.begin) / outage.cycle
        figures.append(("the number of tries in its outage", tries, 0, MOST_POOLED))
    return figures
