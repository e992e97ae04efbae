"""What a run came to: figures, and a series over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .counting import LEVELS, Count
from .engine import Simulation
from .settings import MICROSECONDS

Column = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The figures of a run, or of its part after the warm-up."""

    seconds: float
    calls: int
    """Connections that machines wanted."""
    attempts: int
    failures: int
    """Attempts that found no port."""
    lost_calls: int
    """Calls that found none in any of their attempts."""
    blocking_of_attempts: float
    blocking_of_calls: float
    silent_drops: int
    """Entries that an idle timeout ended without a word."""
    late_packets: int
    """Packets that came after such a timeout; each got an RST."""
    unsolicited: int
    """Packets from outside without an entry; each was dropped."""
    replies: int
    """Packets from outside that were translated back."""
    open: int
    """At the end of the run, as the next three."""
    half_open: int
    held: int
    waiting: int
    peak_ports: list[int]
    """By address, over the whole run: the most ports in use at once for one destination."""


def summarise(simulation: Simulation, *, warm_up_s: float = 0.0) -> Summary:
    """Sum up `simulation`, without the whole steps that lie in its first `warm_up_s`."""
    series = simulation.series
    before = int(warm_up_s / simulation.step_s)
    counts = simulation.counts.copy()
    if before:
        row = series[min(before, len(series)) - 1, : len(Count)].copy()
        row[list(LEVELS)] = 0
        counts -= row
    figures = {count: int(counts[count]) for count in Count}
    return Summary(
        seconds=simulation.now / MICROSECONDS - before * simulation.step_s,
        calls=figures[Count.CALLS],
        attempts=figures[Count.ATTEMPTS],
        failures=figures[Count.FAILURES],
        lost_calls=figures[Count.LOST_CALLS],
        blocking_of_attempts=_share(figures[Count.FAILURES], figures[Count.ATTEMPTS]),
        blocking_of_calls=_share(figures[Count.LOST_CALLS], figures[Count.CALLS]),
        silent_drops=figures[Count.SILENT_DROPS],
        late_packets=figures[Count.LATE_PACKETS],
        unsolicited=figures[Count.UNSOLICITED],
        replies=figures[Count.REPLIES],
        open=figures[Count.OPEN],
        half_open=figures[Count.HALF_OPEN],
        held=figures[Count.HELD],
        waiting=figures[Count.WAITING],
        peak_ports=simulation.peak_ports,
    )


def series(simulation: Simulation) -> dict[str, list[float]]:
    """Return the columns of the series: what happened in each step, and how things stood at its end."""
    rows = simulation.series
    columns: dict[str, list[float]] = {
        "end_s": [(index + 1) * simulation.step_s for index in range(len(rows))],
        "ports_of_fullest_address": rows[:, len(Count)].tolist(),
    }
    for count in Count:
        column = rows[:, count]
        columns[count.name.lower()] = (column if count in LEVELS else np.diff(column, prepend=0)).tolist()
    return columns


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
