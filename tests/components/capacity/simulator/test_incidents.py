"""Restarts and outages of made-up connections, looked at row by row."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from nat_egress.capacity.simulator.connections import ABANDONED, FIN, RST, UDP, UNANSWERED, merge
from nat_egress.capacity.simulator.errors import CannotSimulate
from nat_egress.capacity.simulator.incidents import Outage, Restart
from nat_egress.capacity.simulator.traffic import Poisson, Pool, pieces

S = 1_000_000


def stream(**changes):
    return Poisson(**({"rates_per_s": (100.0,), "life_s": 20.0, "life": "constant"} | changes))


def made(kind, seconds=200):
    found = merge(list(pieces([kind], seconds=seconds, seed=1)))
    found.check(1)
    return found


def open_at(found, second):
    return (found.start <= second * S) & (found.start + found.life > second * S) & (found.end != UNANSWERED)


def test_a_stream_restarts():
    found = made(stream(restart=Restart(at_s=100, share=0.5, within_s=10, end=RST)))
    cut = (found.start + found.life == 100 * S) & (found.end == RST)
    assert cut.sum() == pytest.approx(1_000, rel=0.1)  # half of the 100/s that live 20 s
    again = found[np.flatnonzero((found.start >= 100 * S) & (found.life < 20 * S))]
    assert len(again) == cut.sum()
    assert again.start.max() < 110 * S
    assert set(again.end.tolist()) == {FIN}
    assert again.life.sum() + found[np.flatnonzero(cut)].life.sum() == 20 * S * len(again), "each goes on where it was"


def test_what_is_not_open_is_not_restarted():
    quiet, found = made(stream()), made(stream(restart=Restart(at_s=100)))
    before = found.start + found.life < 100 * S
    assert (found.start[before] == quiet.start[quiet.start + quiet.life < 100 * S]).all()
    assert (found.start > 100 * S).sum() == (quiet.start > 100 * S).sum()


def test_in_an_outage_the_open_fall_silent_and_tries_have_no_answer():
    outage = Outage(at_s=100, for_s=30, attempts=1)
    quiet, found = made(stream()), made(stream(outage=outage))
    silent = found[np.flatnonzero((found.start < 100 * S) & (found.start + found.life == 100 * S))]
    assert set(silent.end.tolist()) == {ABANDONED}
    assert len(silent) == open_at(quiet, 100).sum() == pytest.approx(2_000, rel=0.1)
    during = (found.start >= 100 * S) & (found.start < 130 * S)
    assert set(found.end[during].tolist()) == {UNANSWERED}
    assert set(found.end[~during].tolist()) == {FIN, ABANDONED}
    assert len(found) == len(quiet)


def test_a_call_is_tried_again_until_it_is_answered_or_given_up():
    outage = Outage(at_s=100, for_s=30, attempts=3, connect_timeout_s=5, backoff_s=2)
    quiet, found = made(stream(rates_per_s=(1.0,))), made(stream(rates_per_s=(1.0,), outage=outage))
    calls = quiet.start[(quiet.start >= 100 * S) & (quiet.start < 130 * S)]
    tries = [[call, call + 7 * S, call + 16 * S] for call in calls.tolist()]  # 5 s and 2 s, 5 s and 4 s
    unanswered = sorted(time for of_call in tries for time in of_call if time < 130 * S)
    assert found.start[found.end == UNANSWERED].tolist() == unanswered
    answers = [next((time for time in of_call if time >= 130 * S), None) for of_call in tries]
    after = found.start[(found.end == FIN) & (found.start >= 130 * S)].tolist()
    assert {time for time in answers if time is not None} <= set(after)
    assert len(found) == len(quiet) + len(unanswered) - answers.count(None), "the others are given up"
    assert 0 < answers.count(None) < len(calls)


def test_each_try_has_a_source_port_of_its_own():
    outage = Outage(at_s=100, for_s=60, attempts=4, connect_timeout_s=5)
    found = made(stream(rates_per_s=(0.05,), outage=outage), seconds=2_000)
    ports = found.source_port[found.end == UNANSWERED]
    assert len(ports) > 3
    assert len(set(ports.tolist())) > len(ports) * 0.9


def test_udp_knows_no_answer():
    found = made(stream(protocol=UDP, outage=Outage(at_s=100, for_s=30)))
    during = (found.start >= 100 * S) & (found.start < 130 * S)
    assert set(found.end[during].tolist()) == {ABANDONED}
    assert (found.life[during] == 0).all()


def test_the_clients_of_a_pool_try_until_they_have_their_connections():
    outage = Outage(at_s=100, for_s=60, attempts=1, connect_timeout_s=8, backoff_s=2)
    found = made(Pool(connections=500, max_age_s=1e6, outage=outage))
    assert open_at(found, 99).sum() == 500
    tries = found.start[found.end == UNANSWERED]
    assert len(tries) == 500 * 6  # every 10 s in 60 s
    assert np.bincount(tries // (10 * S))[10:16].tolist() == [500] * 6
    assert open_at(found, 159).sum() == 0
    assert open_at(found, 171).sum() == 500


def test_a_pool_that_replaces_its_connections_is_whole_again_after_an_outage():
    outage = Outage(at_s=100, for_s=60, connect_timeout_s=8, backoff_s=2)
    found = made(Pool(connections=500, max_age_s=40, outage=outage))
    tries = found.start[found.end == UNANSWERED] // (10 * S)
    assert np.bincount(tries)[10:].tolist() == [500] * 6, "no client tries twice in a cycle"
    for second in (99, 171, 199):
        assert open_at(found, second).sum() == pytest.approx(500, abs=1)


def test_what_is_restarted_into_an_outage_has_no_answer():
    both = {"restart": Restart(at_s=100, within_s=10), "outage": Outage(at_s=100, for_s=30)}
    found = made(stream(**both))
    assert not ((found.end == FIN) & (found.start >= 100 * S) & (found.start < 130 * S)).any()
    assert ((found.end == UNANSWERED) & (found.start < 110 * S)).sum() == pytest.approx(2_000 + 1_000, rel=0.1)


@pytest.mark.parametrize("kind", [stream(), Pool(connections=500, max_age_s=40)])
def test_where_nothing_happens_all_is_as_it_would_be(kind):
    quiet = made(kind)
    assert set(quiet.end.tolist()) == {FIN}
    for far in (Restart(at_s=300), Outage(at_s=300, for_s=10)):
        name = type(far).__name__.lower()
        found = made(replace(kind, **{name: far}))
        began = found.start < 150 * S
        assert (found.start[began] == quiet.start[quiet.start < 150 * S]).all()
        assert (found.life[began] == quiet.life[quiet.start < 150 * S]).all()


@pytest.mark.parametrize(
    "happens",
    [
        {"restart": Restart(at_s=15, within_s=8)},
        {"outage": Outage(at_s=12, for_s=10, attempts=100, connect_timeout_s=3)},
    ],
)
def test_pieces_stay_in_order_and_lose_nothing(happens):
    kind = stream(rates_per_s=(50_000.0,), life_s=2.0)
    quiet, parts = made(kind, 40), list(pieces([replace(kind, **happens)], seconds=40, seed=1))
    assert len(parts) >= 4, "what happens in one goes on in the next"
    assert all(one.start[-1] <= following.start[0] for one, following in pairwise(parts))
    found = merge(parts)
    cut = ((found.start + found.life == 15 * S) & (found.end == RST)).sum()
    tries = (found.end == UNANSWERED).sum()
    assert max(cut, tries) > 90_000
    assert len(found) == len(quiet) + cut + tries


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (stream(restart=Restart(at_s=-1)), "restart.at_s is -1"),
        (stream(restart=Restart(at_s=1, share=1.5)), "restart.share"),
        (stream(restart=Restart(at_s=1, within_s=float("nan"))), "restart.within_s"),
        (stream(outage=Outage(at_s=1, for_s=float("inf"))), "outage.for_s"),
        (stream(outage=Outage(at_s=1, for_s=1, attempts=0)), "outage.attempts is 0"),
        (stream(outage=Outage(at_s=1, for_s=1, connect_timeout_s=-1)), "outage.connect_timeout_s"),
        (stream(outage=Outage(at_s=1, for_s=1e6, attempts=100)), "connections, at their highest rate is 10000000100"),
        (
            Pool(connections=1_000, max_age_s=1e6, outage=Outage(at_s=1, for_s=3_600, connect_timeout_s=0.1)),
            "the number of tries in its outage is 36000000",
        ),
    ],
)
def test_figures_that_cannot_be_are_refused(kind, field):
    with pytest.raises(CannotSimulate, match=field):
        list(pieces([kind], seconds=1, seed=1))
