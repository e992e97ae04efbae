"""How long a call waits: as long as asked, until its timeout, or until it is cancelled."""

from __future__ import annotations

import threading
import time

import pytest
from azure_sandbox.provider.patience import CanceledError, Patience, TimedOutError


def test_waits_are_scaled_and_add_up_until_the_timeout() -> None:
    slept: list[float] = []
    patience = Patience(0.5, 100, sleep=slept.append)
    patience.wait(60)
    patience.wait(40)
    with pytest.raises(TimedOutError, match="operation timed out"):
        patience.wait(1)
    assert slept == [30, 20, 0]


def test_a_wait_beyond_the_timeout_ends_at_it() -> None:
    slept: list[float] = []
    patience = Patience(1, 15, sleep=slept.append)
    with pytest.raises(TimedOutError):
        patience.wait(20)
    assert slept == [15]
    with pytest.raises(TimedOutError):
        patience.check()


def test_what_fits_into_the_timeout_to_the_second_goes_on() -> None:
    patience = Patience(0, 15)
    patience.wait(15)
    patience.check()


def test_a_machine_that_is_slow_takes_nothing_from_the_timeout() -> None:
    patience = Patience(0.001, 100, sleep=lambda _: time.sleep(0.2))
    patience.wait(10)
    assert patience.waited == 10


def test_by_the_clock_it_does() -> None:
    patience = Patience(0.001, 100, sleep=lambda _: time.sleep(0.15))
    patience.wait(50)
    count = patience.by_the_clock()
    patience.wait(10)
    count()
    assert patience.waited >= 200
    with pytest.raises(TimedOutError):
        patience.wait(1)


def test_a_scale_of_nothing_has_no_clock() -> None:
    patience = Patience(0, 100)
    count = patience.by_the_clock()
    patience.wait(99)
    count()
    assert patience.waited == 99


def test_each_call_begins_anew() -> None:
    first = Patience(0, 100)
    first.wait(100)
    second = first.renewed(50, threading.Event())
    second.wait(50)
    with pytest.raises(TimedOutError):
        second.wait(1)


def test_who_is_cancelled_wakes_up_at_once() -> None:
    patience = Patience(1)
    threading.Timer(0.1, patience.cancelled.set).start()
    begun = time.monotonic()
    with pytest.raises(CanceledError, match="context canceled"):
        patience.wait(60)
    assert time.monotonic() - begun < 5
    with pytest.raises(CanceledError):
        patience.check()
