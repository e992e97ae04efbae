"""Probabilities of Poisson and binomial numbers of any size, in the saddle-point form of C. Loader (2000).

Written with logarithms of factorials they lose a digit for each digit of the numbers; in this form they lose none.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_TOLERANCE = 1e-13
_SMALL = 16.0
_HALF_LOG_TAU = 0.5 * math.log(2 * math.pi)


def log_poisson(number: float, mean: float) -> float:
    """Return ln(e^-A·A^N/Γ(N + 1)), the logarithm of the probability of `number` at a `mean` above 0."""
    if number == 0:
        return -mean
    return -_distance(number, mean) - _stirling_error(number) - 0.5 * math.log(number) - _HALF_LOG_TAU


def binomial_tail(trials: int, chance: float, most: int) -> float:
    """Return the probability that more than `most` of `trials` succeed, each with a `chance` of 0 to 1."""
    if most >= trials:
        return 0.0
    if most < 0 or chance >= 1:
        return 1.0
    mean = trials * chance
    odds = chance / (1 - chance)
    if most < mean:
        return 1 - _sum(trials, chance, most, lambda number: number / ((trials - number + 1) * odds), -1)
    return _sum(trials, chance, most + 1, lambda number: (trials - number) * odds / (number + 1), 1)


def _sum(trials: int, chance: float, start: int, ratio: Callable[[int], float], direction: int) -> float:
    """Add the probabilities from `start` on outwards, where each is `ratio` times the one before, and falling.

    What is left out is below a geometric series with the last ratio.
    """
    term = total = 1.0
    number = start
    while 0 <= number <= trials:
        factor = ratio(number)
        term *= factor
        total += term
        if term * factor <= _TOLERANCE * total * (1 - factor):
            break
        number += direction
    return total * math.exp(_log_binomial(trials, chance, start))


def _log_binomial(trials: int, chance: float, number: int) -> float:
    if number == 0:
        return trials * math.log1p(-chance)
    if number == trials:
        return trials * math.log(chance)
    others = trials - number
    return (
        _stirling_error(trials)
        - _stirling_error(number)
        - _stirling_error(others)
        - _distance(number, trials * chance)
        - _distance(others, trials * (1 - chance))
        + 0.5 * math.log(trials / number / others)
        - _HALF_LOG_TAU
    )


def _distance(number: float, mean: float) -> float:
    """Return N·ln(N/A) + A - N, which is never negative."""
    excess = (mean - number) / number
    near = abs(excess) < 0.5  # noqa: PLR2004 - where log1p keeps digits that log would lose
    return number * (excess - (math.log1p(excess) if near else math.log(mean) - math.log(number)))


def _stirling_error(number: float) -> float:
    """Return ln Γ(N + 1) less Stirling's formula. From 16 on, four terms of its series err by less than 2e-14."""
    if number < _SMALL:
        return math.lgamma(number + 1) - (number + 0.5) * math.log(number) + number - _HALF_LOG_TAU
    square = number * number
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / number
