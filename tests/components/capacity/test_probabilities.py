"""Tails of binomial numbers against sums of exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress.capacity.probabilities import binomial_tail


def exact(trials, chance, most):
    other = 1 - chance
    return sum(
        comb(trials, number) * chance**number * other ** (trials - number) for number in range(most + 1, trials + 1)
    )


@pytest.mark.parametrize("addresses", [2, 3, 16])
@pytest.mark.parametrize("trials", [1, 2, 20, 300])
def test_it_is_the_sum_of_its_terms(trials, addresses):
    chance = Fraction(1, addresses)
    for most in range(0, trials, max(1, trials // 7)):
        assert binomial_tail(trials, 1 / addresses, most) == pytest.approx(
            float(exact(trials, chance, most)), rel=1e-11
        )


def test_what_cannot_be_and_what_must_be():
    assert binomial_tail(50_000, 0.5, 50_000) == 0
    assert binomial_tail(50_001, 1, 50_000) == 1
    assert binomial_tail(3, 0.5, -1) == 1


@settings(deadline=None)
@given(st.integers(100_000, 10_000_000), st.integers(2, 16))
def test_more_than_the_mean_is_near_one_half(trials, addresses):
    assert binomial_tail(trials, 1 / addresses, trials // addresses) == pytest.approx(0.5, abs=0.01)


@settings(deadline=None)
@given(st.integers(1, 2_000_000), st.integers(2, 16), st.integers(0, 200_000))
def test_it_is_a_probability_that_falls(trials, addresses, most):
    first, second = (binomial_tail(trials, 1 / addresses, number) for number in (most, most + 1))
    assert 0 <= second <= first * (1 + 1e-9)
    assert first <= 1
