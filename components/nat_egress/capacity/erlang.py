"""Erlang's loss formula for as many ports as a gateway has, and Hayward's version of it for traffic in bursts.

B(N, A) is the share of new connections that find all N ports taken, where connections arrive at random at an offered
load of A: the mean number of ports that they would hold if there were no end of them. It does not depend on how the
holding times are distributed, only on their mean.

The recursion 1/B(n) = 1 + (n/A)·1/B(n-1) takes N steps, too many for a million ports and a thousand destinations. It is
the sum 1/B = Σ N!/(N-j)!/A^j, which is an incomplete gamma function, and that is a continued fraction on either side of
A = N (DLMF 8.9.2 for the upper function; Cuyt et al., Handbook of Continued Fractions for Special Functions, 16.1.20,
for the lower one):

    A > N:  1/B = A / (b0 + a1/(b1 + a2/(b2 + ...)))         with ak = k(N + 1 - k), bk = A - N + 2k
    A <= N: 1/B = 1/p - (F - 1),  F = N / (b0 + a1/(b1 + ...))   with ak = kA, bk = N - A + k

p is the Poisson probability of N at mean A. All elements are positive (up to k = N + 1, where the first one ends), so
that neighbouring convergents lie on either side of the value: the fraction is cut where they differ by less than 1e-13
of it, which is a bound and no guess. About N^(1/3) steps are needed at A = N, where they are most, and few elsewhere.
Nothing is subtracted but F - 1 from 1/p, which is at least twice as large. The relative error of B is below 1e-10.
"""

from __future__ import annotations

import math
from functools import lru_cache

from .probabilities import log_poisson

_TOLERANCE = 1e-13
_TINY = 1e-300
_MOST_STEPS = 1_000_000
_LOG_NOTHING = -745.0
"""The logarithm of the smallest number there is: what lies below is 0."""
_LOG_NEGLIGIBLE = -40.0
_LARGEST_STEP = -300.0
_PLENTY = 4_000
"""So many ports, at a load of half of them, are never all taken: B < e^-(ln 2 - 1/2)N, which no float can show."""


def erlang_b(ports: float, offered: float) -> float:
    """Return the share of connections that find none of `ports` free at an `offered` load, both counted in ports.

    `ports` need not be whole, as with Hayward. Raises `ValueError` where either is negative or not a finite number.
    """
    _check(ports, offered)
    if 2 * offered < ports and ports > _PLENTY:
        return 0.0
    logarithm = log_erlang_b(ports, offered)
    return math.exp(logarithm) if logarithm > _LOG_NOTHING else 0.0


def log_erlang_b(ports: float, offered: float) -> float:
    """Return the natural logarithm of `erlang_b`, which also tells apart what is too small for a float."""
    _check(ports, offered)
    if ports == 0:
        return 0.0
    if offered == 0:
        return -math.inf
    if offered > ports:
        return -math.log(offered * _upper(ports, offered))
    point = log_poisson(ports, offered)
    # The correction -log(1 - p·(F - 1)) is below p·A/(N - A): nothing that a float could show where p is small.
    if point + math.log(offered) < _LOG_NEGLIGIBLE + math.log(max(ports - offered, _TINY)):
        return point
    return point - math.log1p(-math.exp(point) * (_lower(ports, offered) - 1))


def hayward(ports: float, offered: float, peakedness: float) -> float:
    """Return the blocking of traffic whose variance is `peakedness` times its mean: B(N/Z, A/Z).

    With bursts that are larger than all ports, N/Z < 1, the approximation says nothing and the answer is 1.
    """
    if not 0 < peakedness < math.inf:
        raise ValueError(f"a peakedness is a number above 0, not {peakedness}")
    if peakedness == 1:
        return erlang_b(ports, offered)
    if ports < peakedness:
        return 1.0 if offered else 0.0
    return erlang_b(ports / peakedness, offered / peakedness)


def split_blocking(addresses: int, ports: int, offered: float, peakedness: float = 1.0) -> float:
    """Return the blocking where each connection gets one of `addresses` at random and is lost if that has no port.

    Random splitting makes traffic less peaked: Z becomes 1 + (Z - 1)/n on each of n addresses.
    """
    return hayward(ports, offered / addresses, 1 + (peakedness - 1) / addresses)


def pooled_blocking(addresses: int, ports: int, offered: float, peakedness: float = 1.0) -> float:
    """Return the blocking where a connection gets a port as long as any of `addresses` has one: the best case."""
    return hayward(addresses * ports, offered, peakedness)


@lru_cache(maxsize=1024)
def largest_load(ports: int, target: float) -> float:
    """Return the largest offered load at which at most the share `target` of connections finds all `ports` taken.

    `target` lies between 0 and 1. Newton's method on ln B over ln A: ln B is concave in ln A, so that every step after
    the first ends below the answer, and the answer is never too large.
    """
    if ports < 1 or not 0 < target < 1:
        raise ValueError(f"ports are at least 1 and a target lies between 0 and 1, not {ports} and {target}")
    goal, load = math.log(target), float(ports)
    for _ in range(200):
        logarithm = log_erlang_b(ports, load)
        slope = ports - load * -math.expm1(logarithm)
        step = (goal - logarithm) / slope
        load *= math.exp(max(step, _LARGEST_STEP))
        if abs(step) < _TOLERANCE:
            break
    while log_erlang_b(ports, load) > goal:
        load *= 1 - _TOLERANCE
    return load


def poisson_tail(most: int, mean: float) -> float:
    """Return the probability that a Poisson number of this `mean` is larger than `most`."""
    if mean == 0:
        return 0.0
    point = math.exp(log_poisson(most, mean))
    if mean > most:
        return 1 - point / erlang_b(most, mean)
    return point * (_lower(most, mean) - 1)


def _check(ports: float, offered: float) -> None:
    if not (0 <= ports < math.inf and 0 <= offered < math.inf):
        raise ValueError(f"ports and offered load are numbers from 0 up, not {ports} and {offered}")


def _upper(ports: float, offered: float) -> float:
    """Return 1/(A·B) for A > N."""
    return 1 / _fraction(offered - ports, 2.0, ports + 1, offered, upper=True)


def _lower(ports: float, offered: float) -> float:
    """Return F, which is 1 + Σ A^k/((N + 1)...(N + k)), for A <= N."""
    return ports / _fraction(ports - offered, 1.0, ports + 1, offered, upper=False)


def _fraction(first: float, rise: float, end: float, offered: float, *, upper: bool) -> float:
    """Return b0 + a1/(b1 + a2/(b2 + ...)) with bk = first + rise·k, by Lentz's method."""
    value = first or _TINY
    numerator, denominator = value, 0.0
    for step in range(1, _MOST_STEPS):
        element = step * (end - step) if upper else step * offered
        if element == 0:
            return value
        below = first + rise * step
        denominator = 1 / (below + element * denominator)
        numerator = below + element / numerator
        change = numerator * denominator
        value *= change
        if abs(change - 1) < _TOLERANCE:
            return value
    raise ArithmeticError("the continued fraction did not settle")  # pragma: no cover - 1e6 steps are never needed
