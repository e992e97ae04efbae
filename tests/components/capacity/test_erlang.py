"""Erlang's formula against its own recursion, in exact numbers, and against the figures of the model."""

from __future__ import annotations

import math
from decimal import Decimal, getcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress import limits
from nat_egress.capacity.erlang import (
    erlang_b,
    hayward,
    largest_load,
    log_erlang_b,
    poisson_tail,
    pooled_blocking,
    split_blocking,
)

PORTS = limits.SNAT_PORTS_PER_ADDRESS


def by_recursion(ports, offered):
    inverse = Fraction(1)
    for port in range(1, ports + 1):
        inverse = 1 + Fraction(port) / offered * inverse
    return 1 / inverse


def by_long_recursion(ports, offered):
    getcontext().prec = 40
    inverse, load = Decimal(1), Decimal(offered)
    for port in range(1, ports + 1):
        inverse = 1 + Decimal(port) / load * inverse
    return 1 / inverse


@pytest.mark.parametrize("ports", [1, 2, 3, 7, 15, 16, 17, 64, 150])
@pytest.mark.parametrize("load", ["1/1000", "1/2", "9/10", "99/100", "1", "101/100", "11/10", "2", "1000"])
def test_it_is_the_recursion_in_exact_numbers(ports, load):
    offered = Fraction(load) * ports
    assert erlang_b(ports, float(offered)) == pytest.approx(float(by_recursion(ports, offered)), rel=1e-12)


@pytest.mark.parametrize("offered", ["63244", "63700", "64512", "70000", "80000"])
def test_it_is_the_recursion_for_all_ports_of_an_address(offered):
    exact = float(by_long_recursion(PORTS, offered))
    assert erlang_b(PORTS, float(offered)) == pytest.approx(exact, rel=1e-10)


def test_it_is_the_recursion_for_all_ports_of_a_gateway():
    ports = limits.snat_ports(16)
    inverse = 1.0
    for port in range(1, ports + 1):
        inverse = 1 + port / 1_030_000 * inverse
    assert erlang_b(ports, 1_030_000) == pytest.approx(1 / inverse, rel=1e-9)


@pytest.mark.parametrize("ports", [1.3, 2.5, 10.5])
@pytest.mark.parametrize("offered", [0.5, 1.3, 2.5, 9.0, 30.0])
def test_ports_that_are_not_whole_are_the_integral(ports, offered):
    step = 1e-3
    points = [(number + 0.5) * step for number in range(100_000)]
    inverse = math.fsum(math.exp(-point) * (1 + point / offered) ** ports for point in points) * step
    assert erlang_b(ports, offered) == pytest.approx(1 / inverse, rel=1e-5)


def test_the_figures_of_the_model():
    assert f"{erlang_b(PORTS, 63_244):.3e}" == "5.154e-09"
    assert f"{erlang_b(PORTS, 980 * 65.2):.3e}" == "8.201e-05"
    assert f"{largest_load(PORTS, 1e-6):.1f}" == "63542.5"
    assert f"{erlang_b(50_000, 150 * 600):.4f}" == "0.4445"
    assert f"{erlang_b(50_000, 150 * 600 / 2):.2e}" == "7.07e-120"
    assert f"{erlang_b(PORTS, 240_000 / 3):.1%}" == "19.4%"
    assert f"{pooled_blocking(4, 256, 960):.7f}" == "0.0015765"
    assert f"{split_blocking(4, 256, 960):.7f}" == "0.0172735"


def test_pooling_is_worth_some_one_per_cent_of_a_gateway():
    split, pooled = 16 * largest_load(PORTS, 1e-6), largest_load(16 * PORTS, 1e-6)
    assert pooled / split - 1 == pytest.approx(0.012, abs=0.001)


@settings(deadline=None)
@given(st.integers(1, 200_000), st.floats(1e-3, 1e7))
def test_it_satisfies_its_recursion_wherever_it_is_looked_at(ports, offered):
    before, after = erlang_b(ports - 1, offered), erlang_b(ports, offered)
    assert 0 <= after <= before <= 1
    if before > 1e-290:
        assert after == pytest.approx(offered * before / (ports + offered * before), rel=1e-9)


@settings(deadline=None)
@given(st.floats(0.5, 200_000), st.floats(1e-3, 1e6), st.floats(1.001, 2))
def test_more_load_blocks_more(ports, offered, times):
    assert log_erlang_b(ports, offered) <= log_erlang_b(ports, offered * times) + 1e-9


@settings(deadline=None)
@given(st.integers(1, 2_000_000), st.floats(1e-12, 0.9))
def test_the_largest_load_is_the_largest(ports, target):
    load = largest_load(ports, target)
    assert erlang_b(ports, load) <= target * (1 + 1e-12)
    assert erlang_b(ports, load * (1 + 1e-6)) > target


@pytest.mark.parametrize("target", [1e-300, 1e-30, 0.999])
@pytest.mark.parametrize("ports", [1, 2, 28_232, PORTS])
def test_extreme_targets_have_a_load_too(ports, target):
    assert log_erlang_b(ports, largest_load(ports, target)) == pytest.approx(math.log(target), rel=1e-9)


@settings(deadline=None)
@given(st.integers(1, 16), st.integers(1, 500), st.floats(0.1, 1e4), st.floats(1, 50))
def test_splitting_is_never_better_than_pooling(addresses, ports, offered, peakedness):
    split = split_blocking(addresses, ports, offered, peakedness)
    assert split >= pooled_blocking(addresses, ports, offered, peakedness) * (1 - 1e-9)


def test_hayward_of_traffic_without_bursts_is_erlang():
    assert hayward(PORTS, 63_244, 1) == erlang_b(PORTS, 63_244)


def test_hayward_divides_ports_and_load():
    assert hayward(1_000, 900, 4) == erlang_b(250, 225)
    assert hayward(1_000, 900, 4) > erlang_b(1_000, 900)


def test_splitting_takes_the_peaks_off():
    assert split_blocking(4, 256, 960, 9) == hayward(256, 240, 3)
    assert pooled_blocking(4, 256, 960, 9) == hayward(1_024, 960, 9)


def test_bursts_that_are_larger_than_all_ports_find_no_room():
    assert hayward(10, 5, 11) == 1
    assert hayward(10, 0, 11) == 0


def test_no_load_and_no_ports():
    assert erlang_b(0, 5) == 1
    assert erlang_b(5, 0) == 0
    assert erlang_b(PORTS, PORTS / 3) == 0
    assert erlang_b(PORTS, 1e300) == 1
    assert erlang_b(1.5, 5e-324) == 0
    assert erlang_b(1, 1e-300) == pytest.approx(1e-300)


@pytest.mark.parametrize(
    ("ports", "offered"), [(-1, 1), (1, -1), (math.nan, 1), (1, math.nan), (math.inf, 1), (1, math.inf)]
)
def test_numbers_that_are_none_are_refused(ports, offered):
    with pytest.raises(ValueError, match="numbers from 0 up"):
        erlang_b(ports, offered)


@pytest.mark.parametrize("target", [0, 1, -1, math.nan])
def test_targets_that_are_none_are_refused(target):
    with pytest.raises(ValueError, match="between 0 and 1"):
        largest_load(PORTS, target)


@pytest.mark.parametrize("peakedness", [0, -1, math.nan, math.inf])
def test_a_peakedness_that_is_none_is_refused(peakedness):
    with pytest.raises(ValueError, match="peakedness"):
        hayward(10, 5, peakedness)


@pytest.mark.parametrize(("most", "mean"), [(0, 1.0), (3, 2.0), (3, 5.0), (100, 60.0), (100, 150.0), (50, 50.0)])
def test_the_tail_of_a_poisson_number(most, mean):
    exact = 1 - math.fsum(
        math.exp(number * math.log(mean) - mean - math.lgamma(number + 1)) for number in range(most + 1)
    )
    assert poisson_tail(most, mean) == pytest.approx(exact, rel=1e-7)


def test_a_poisson_number_of_mean_0_is_0():
    assert poisson_tail(0, 0) == 0
