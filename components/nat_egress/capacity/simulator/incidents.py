"""What a restart and an outage make of connections: which are cut short, and which are tried again.

`loads` counts with the same: connections that a restart closes are opened again while their ports are still held; in an
outage what was open falls silent, and what is tried has no answer. Times are whole microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ... import limits
from .connections import ABANDONED, RST, TCP, UNANSWERED, Connections, Times, merge
from .settings import MOST_DOUBLINGS, microseconds

SOURCE_PORTS: Final = limits.LINUX_SOURCE_PORTS
"""Ports that machines connect from."""


@dataclass(frozen=True, kw_only=True)
class Restart:
    """A moment at which machines close a share of their connections, to open them again."""

    at_s: float
    share: float = 1.0
    within_s: float = 0.0
    """How long they take to open them again, each at a random moment of its own."""
    end: int = RST
    """How they are closed, of `connections.ENDS`."""


@dataclass(frozen=True, kw_only=True)
class Outage:
    """A time in which a destination doesn't answer, and what machines do when they find that out."""

    at_s: float
    for_s: float
    attempts: int = 1
    """All tries of a call, the first counted. A pool tries for as long as it takes."""
    connect_timeout_s: float = limits.HALF_OPEN_S
    """How long a machine waits for an answer."""
    backoff_s: float = 0.0
    """How long it waits after that; a stream doubles it with each try, up to 64-fold."""

    @property
    def begin(self) -> int:
        """Its first microsecond."""
        return microseconds(self.at_s)

    @property
    def end(self) -> int:
        """The microsecond after its last."""
        return microseconds(self.at_s + self.for_s)

    @property
    def cycle(self) -> int:
        """From a try to the next, at first."""
        return max(1, microseconds(self.connect_timeout_s) + microseconds(self.backoff_s))


def restarted(made: Connections, restart: Restart, random: np.random.Generator) -> Connections:
    """Close a share of what is open at the restart, and open it again for the rest of its life."""
    at = microseconds(restart.at_s)
    close = made.start + made.life
    hit = (made.start < at) & (close > at) & (made.end != UNANSWERED) & (random.random(len(made)) < restart.share)
    cut = replace(
        made,
        life=np.where(hit, at - made.start, made.life),
        end=np.where(hit, restart.end, made.end).astype(made.end.dtype),
    )
    pause = random.integers(0, microseconds(restart.within_s) + 1, int(hit.sum()))
    again = _again(made, np.flatnonzero(hit), at + pause, close[hit] - at, random)
    return merge([cut, again])


def without_answer(made: Connections, outage: Outage, random: np.random.Generator) -> Connections:
    """Silence what is open when the outage begins, and try each call in it until it is answered, or given up."""
    close = made.start + made.life
    answering = made.end != UNANSWERED
    open_ = (made.start < outage.begin) & (close > outage.begin) & answering
    called = (made.start >= outage.begin) & (made.start < outage.end) & answering
    silent = replace(
        made,
        life=np.where(open_, outage.begin - made.start, made.life),
        end=np.where(open_, ABANDONED, made.end).astype(made.end.dtype),
    )
    found = [silent[np.flatnonzero(~called)]]
    rows = np.flatnonzero(called)
    time = made.start[rows]
    for attempt in range(outage.attempts):
        answered = time >= outage.end
        found.append(_again(made, rows[answered], time[answered], made.life[rows[answered]], random))
        rows, time = rows[~answered], time[~answered]
        if not len(rows):
            break
        found.append(_unanswered(made, rows, time, random))
        pause = microseconds(outage.backoff_s) << min(attempt, MOST_DOUBLINGS)
        time = time + max(1, microseconds(outage.connect_timeout_s) + pause)
    return merge(found)


def tried(start: Times, outage: Outage) -> tuple[Times, Times]:
    """Return the tries without an answer of clients that begin at `start`, and when each of them has its answer.

    The clients of a pool try for as long as it takes, at equal intervals.
    """
    during = (start >= outage.begin) & (start < outage.end)
    tries = np.where(during, -(-(outage.end - start) // outage.cycle), 0)
    number = np.arange(int(tries.sum())) - np.repeat(np.cumsum(tries) - tries, tries)
    return np.repeat(start, tries) + number * outage.cycle, start + tries * outage.cycle


def _unanswered(made: Connections, rows: Times, start: Times, random: np.random.Generator) -> Connections:
    """Return a try without an answer: half-open; UDP, which knows no handshake, goes with the idle timeout."""
    tried = _again(made, rows, start, np.zeros(len(rows), np.int64), random)
    end = np.where(tried.protocol == TCP, UNANSWERED, ABANDONED)
    return replace(tried, end=end.astype(made.end.dtype))


def _again(made: Connections, rows: Times, start: Times, life: Times, random: np.random.Generator) -> Connections:
    """Return connections like those of `rows`, each from a port of its own."""
    ports = random.integers(SOURCE_PORTS[0], SOURCE_PORTS[1] + 1, len(rows)).astype(made.source_port.dtype)
    return replace(made[rows], start=start, life=life, source_port=ports)
