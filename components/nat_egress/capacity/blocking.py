"""How likely a connection finds no port on a number of addresses, and how many addresses make that rare enough.

Microsoft documents that each connection gets an address at random, and nothing on a second try where that address has
no port left. *Split* is the case without one, and what sizes are made for; *pooled* is the best case, as if every
address were tried. The ports and the 50,000 supported connections are two limits that one connection may meet: the
share that fails lies between the larger of the two and their sum. Sizes are made for the sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .. import limits
from .erlang import hayward, largest_load, poisson_tail, pooled_blocking, split_blocking
from .loads import Load, PoolLoad
from .probabilities import binomial_tail

PORTS = limits.SNAT_PORTS_PER_ADDRESS
CONNECTIONS = limits.SUPPORTED_CONNECTIONS


@dataclass(frozen=True, slots=True)
class Blocking:
    """The share of new connections that fail, because of each of the two limits."""

    ports: float
    """No port is left."""
    connections: float
    """More connections than are supported."""

    @property
    def at_least(self) -> float:
        """Return what the worse of the two limits alone does."""
        return max(self.ports, self.connections)

    @property
    def at_most(self) -> float:
        """Return the sum, which is what sizes are made for."""
        return min(1.0, self.ports + self.connections)


def split(load: Load, addresses: int, target: float) -> Blocking:
    """Return the blocking where each connection gets one of `addresses` at random, and no second try.

    For a pool it is the chance that any address gets more connections than it can take; `target` says how rare a
    number of held ports may be left out.
    """
    if _fills_nothing(load):
        return Blocking(0.0, 0.0)
    if isinstance(load, PoolLoad):
        rare, held = _churned(load.churn, target)
        ports = rare + _crowded(load.open + load.held + held, addresses, PORTS)
        return Blocking(min(1.0, ports), _crowded(load.open, addresses, CONNECTIONS))
    return Blocking(
        split_blocking(addresses, PORTS, load.ports, load.peakedness),
        split_blocking(addresses, CONNECTIONS, load.open, load.peakedness),
    )


def pooled(load: Load, addresses: int) -> Blocking:
    """Return the blocking where a connection gets a port as long as any of `addresses` has one."""
    if isinstance(load, PoolLoad):
        fixed = load.open + load.held
        fits = float(fixed > addresses * PORTS)
        ports = max(fits, poisson_tail(addresses * PORTS - fixed, load.churn)) if not fits else 1.0
        return Blocking(ports, float(load.open > addresses * CONNECTIONS))
    return Blocking(
        pooled_blocking(addresses, PORTS, load.ports, load.peakedness),
        pooled_blocking(addresses, CONNECTIONS, load.open, load.peakedness),
    )


def addresses_needed(load: Load, target: float) -> int:
    """Return the least number of addresses that keeps the split blocking of `load` within `target`."""
    if _fills_nothing(load):
        return 1
    if isinstance(load, PoolLoad):
        fewest = max(load.open / CONNECTIONS, (load.open + load.held) / PORTS)
    else:
        fewest = max(load.ports / largest_load(PORTS, target), load.open / largest_load(CONNECTIONS, target))
    # One less where the division was a whole number, so that rounding hides no smaller answer.
    start = max(1, math.ceil(fewest * (1 - 1e-12)))
    return _least(start, lambda number: split(load, number, target).at_most <= target)


def addresses_needed_pooled(load: Load, target: float) -> int | None:
    """Return the least number of addresses in the best case; None where a gateway's 16 are not enough."""
    most = limits.MAX_IPV4_ADDRESSES
    start = max(1, math.ceil(max(load.ports / PORTS, load.open / CONNECTIONS) * (1 - target) * (1 - 1e-12)))
    for number in range(start, most + 1):
        if pooled(load, number).at_most <= target:
            return number
    return None


def room(load: Load, addresses: int, target: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return what is used, and what can be, of ports and of supported connections, on each of `addresses`.

    Means, against the largest mean that keeps within `target`; of a pool without churn the numbers themselves.
    """
    if isinstance(load, PoolLoad):
        return (load.ports / addresses, PORTS), (load.open / addresses, CONNECTIONS)
    peak = 1 + (load.peakedness - 1) / addresses
    return (
        (load.ports / addresses, _largest_peaked(PORTS, target, peak)),
        (load.open / addresses, _largest_peaked(CONNECTIONS, target, peak)),
    )


@lru_cache(maxsize=1024)
def _largest_peaked(ports: int, target: float, peak: float) -> float:
    """Return the largest load with a peakedness of `peak` that keeps within `target`, to a ten-thousandth of the ports.

    Where bursts are so large that there is none, it is a single connection.
    """
    if peak == 1:
        return largest_load(ports, target)
    low, high = 0.0, largest_load(ports, target)
    while high - low > ports * 1e-4:
        middle = (low + high) / 2
        if hayward(ports, middle, peak) <= target:
            low = middle
        else:
            high = middle
    return max(low, 1.0)


def _fills_nothing(load: Load) -> bool:
    """Tell whether a load is below half of one address: no float can show the chance that it fills it."""
    return 2 * load.ports < PORTS and 2 * load.open < CONNECTIONS and load.peakedness == 1


def _crowded(connections: int, addresses: int, limit: int) -> float:
    """Return the chance, at most, that one of `addresses` gets more than `limit` of a number of connections."""
    return min(1.0, addresses * binomial_tail(connections, 1 / addresses, limit))


@lru_cache(maxsize=1024)
def _churned(mean: float, target: float) -> tuple[float, int]:
    """Return a number of held ports that is exceeded with a chance of half the target at most, and that chance."""
    if not mean:
        return 0.0, 0
    most = _least(math.ceil(mean), lambda number: poisson_tail(number, mean) <= target / 2)
    return poisson_tail(most, mean), most


def _least(start: int, enough: Callable[[int], bool]) -> int:
    """Return the least number from `start` on that is `enough`, where every larger one is too."""
    if enough(start):
        return start
    step = 1
    while not enough(start + step):
        step *= 2
    low, high = start + step // 2, start + step
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high
