"""Connections made up from figures: Poisson streams, batches, pools, restarts. The same seed makes the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ...problems import Problem
from .connections import ABANDONED, CLOSED, FIN, RST, TCP, TYPES, UDP, UNANSWERED, Connections, merge
from .errors import out_of_bounds, refuse
from .settings import LONGEST_S, MICROSECONDS, MOST_CONNECTIONS, microseconds

FIRST_SOURCE: Final = int(IPv4Address("10.0.0.4"))
"""Azure keeps the first four addresses of a subnet."""
SOURCE_PORTS: Final = (32_768, 60_999)
PIECE: Final = 500_000
"""Connections that are made at a time, about."""

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


@dataclass(frozen=True, kw_only=True)
class Poisson(Kind):
    """Connections, or batches of them, that come independently of each other."""

    rates_per_s: tuple[float, ...]
    """Connections a second, a figure for each minute; the last goes on, so one figure is a constant rate."""
    life_s: float
    life: Life = "exponential"
    batch: tuple[float, float] = (1.0, 1.0)
    """Mean size of the batches that come in one moment, and the mean of its square."""


@dataclass(frozen=True, kw_only=True)
class Pool(Kind):
    """Connections that are kept open and replaced at a fixed age."""

    connections: int
    max_age_s: float
    restart_at_s: float | None = None
    """When a share of them is closed and opened anew."""
    restart_share: float = 1.0
    restart_within_s: float = 0.0
    restart_end: int = RST


def pieces(kinds: Sequence[Poisson | Pool], *, seconds: float, seed: int) -> Iterator[Connections]:
    """Make the connections of `seconds`, piece by piece in order of time."""
    refuse("the traffic", [problem for index, kind in enumerate(kinds) for problem in _problems(f"[{index}]", kind)])
    rates = [max(kind.rates_per_s) for kind in kinds if isinstance(kind, Poisson)]
    made = sum(rates) * seconds
    if not made < MOST_CONNECTIONS:
        rule = f"a run has at most {MOST_CONNECTIONS:,}"
        refuse("the traffic", [Problem("connections, at their highest rate", made, rule, "Simulate a shorter time.")])
    window = max(0.001, PIECE / max(1e-9, sum(rates)))
    pooled = merge(
        [
            _pool(kind, seconds, np.random.default_rng([seed, index]))
            for index, kind in enumerate(kinds)
            if isinstance(kind, Pool)
        ]
    )
    first, number = 0.0, 0
    while first < seconds:
        last = min(first + window, seconds)
        parts = [
            _poisson(kind, first, last, np.random.default_rng([seed, index, number]))
            for index, kind in enumerate(kinds)
            if isinstance(kind, Poisson)
        ]
        low, high = np.searchsorted(pooled.start, [microseconds(first), microseconds(last)])
        yield merge([*parts, pooled[int(low) : int(high)]])
        first, number = last, number + 1


def _poisson(kind: Poisson, first: float, last: float, random: np.random.Generator) -> Connections:
    starts = []
    for begin, end, rate in _minutes(kind.rates_per_s, first, last):
        count = random.poisson(rate / kind.batch[0] * (end - begin))
        batches = random.uniform(begin * MICROSECONDS, end * MICROSECONDS, count)
        starts.append(np.repeat(batches, _sizes(*kind.batch, count, random)))
    start = np.sort(np.concatenate(starts).astype(np.int64)) if starts else np.zeros(0, np.int64)
    mean = kind.life_s * MICROSECONDS
    life = random.exponential(mean, len(start)) if kind.life == "exponential" else np.full(len(start), mean)
    return _connections(kind, start, life.astype(np.int64), random)


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
        end = last if minute >= len(rates) - 1 else min(last, 60.0 * (minute + 1))
        yield first, end, rates[min(minute, len(rates) - 1)]
        first = end


def _pool(kind: Pool, seconds: float, random: np.random.Generator) -> Connections:
    """Open all at once, at an age that is anything up to the greatest, and replace each at its greatest age."""
    age, end = microseconds(kind.max_age_s), microseconds(seconds)
    ended = kind.restart_at_s is not None
    restart = microseconds(kind.restart_at_s) if kind.restart_at_s is not None else end
    hit = (random.random(kind.connections) < kind.restart_share) & ended
    starts, lives = [], []
    left = random.integers(1, age + 1, kind.connections)
    start = np.zeros(kind.connections, np.int64)
    while len(start):
        close = start + left
        cut = hit & (start < restart) & (close >= restart)
        starts.append(start)
        lives.append(np.where(cut, restart - start, left))
        pause = np.where(cut, random.integers(0, microseconds(kind.restart_within_s) + 1, len(start)), 0)
        start = np.where(cut, restart, close) + pause
        on = start < end
        start, hit, left = start[on], hit[on], np.full(int(on.sum()), age)
    start, life = np.concatenate(starts), np.concatenate(lives)
    connections = _connections(kind, start, life, random)
    if ended:
        connections.end[(start < restart) & (start + life == restart)] = kind.restart_end
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
            ("connections", kind.connections, 0, 10_000_000),
            ("max_age_s", kind.max_age_s, 1e-6, LONGEST_S),
            ("restart_share", kind.restart_share, 0, 1),
            ("restart_within_s", kind.restart_within_s, 0, LONGEST_S),
        ]
    return out_of_bounds((f"{where}.{name}", value, least, most) for name, value, least, most in figures)
