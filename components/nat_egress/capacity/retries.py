"""What retries make of blocking: they raise that of attempts, since more attempts come, and lower that of calls."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .blocking import split
from .loads import Load, PoolLoad

_ROUNDS = 30
_SETTLED = 1e-6
_NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """The share of attempts that fail, and of calls all of whose attempts fail, at most."""

    attempts: float
    calls: float


def with_retries(load: Load, addresses: int, target: float, attempts: int, first: float) -> Outcome:
    """Return what `attempts` at each call come to, where a share of `first` is blocked without retries.

    Attempts that fail take no port. With m attempts, each blocked with the same chance b, the load is multiplied by
    1 + b + ... + b^(m-1). Retries that follow at once fail together: the figure for calls is too kind to them.
    """
    if isinstance(load, PoolLoad):
        return Outcome(first, first)
    if attempts == 1 or first < _NEGLIGIBLE:
        return Outcome(first, first**attempts)
    blocking = first
    for _ in range(_ROUNDS):
        more = sum(blocking**attempt for attempt in range(attempts))
        raised = replace(load, open=load.open * more, held=load.held * more)
        before, blocking = blocking, split(raised, addresses, target).at_most
        if abs(blocking - before) <= _SETTLED * blocking:
            break
    return Outcome(blocking, blocking**attempts)
