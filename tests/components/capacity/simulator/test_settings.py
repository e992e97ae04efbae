from __future__ import annotations

import math

import pytest
from nat_egress.capacity.simulator.errors import CannotSimulate
from nat_egress.capacity.simulator.settings import Gateway, Retry

WRONG = [
    ("addresses", 0),
    ("addresses", 256),
    ("addresses", 1.5),
    ("addresses", True),
    ("ports_per_address", 64_513),
    ("address_choice", "first"),
    ("mapping", "symmetric"),
    ("reuse", "yes"),
    ("fin_hold_s", -1),
    ("fin_hold_s", math.nan),
    ("rst_hold_s", math.inf),
    ("udp_hold_s", None),
    ("half_open_s", "30"),
    ("idle_timeout_s", 7_201),
    ("active_limit", 0),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_gateway_that_cannot_be_is_refused_by_name(name, value):
    with pytest.raises(CannotSimulate, match=f"the simulated gateway has a problem:\n  - {name} is "):
        Gateway(**{name: value})


def test_all_problems_are_said_at_once():
    with pytest.raises(CannotSimulate, match="3 problems"):
        Gateway(addresses=0, fin_hold_s=-1, mapping="none")


@pytest.mark.parametrize(
    ("name", "value"),
    [("attempts", 0), ("attempts", 101), ("attempts", 1.0), ("backoff_s", -1), ("backoff_s", math.nan)],
)
def test_retries_that_cannot_be_are_refused(name, value):
    with pytest.raises(CannotSimulate, match=f"{name} is"):
        Retry(**{name: value})


def test_the_defaults_are_azures():
    gateway = Gateway()
    assert (gateway.fin_hold_s, gateway.rst_hold_s, gateway.udp_hold_s, gateway.half_open_s) == (65, 16, 65, 30)
    assert (gateway.idle_timeout_s, gateway.udp_idle_timeout_s, gateway.ports_per_address) == (240, 240, 64_512)
