from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from nat_egress.capacity.simulator.connections import ABANDONED, CLOSED, COLUMNS, FIN, RST, UDP, merge
from nat_egress.capacity.simulator.errors import CannotSimulate
from nat_egress.capacity.simulator.incidents import Restart
from nat_egress.capacity.simulator.traffic import Poisson, Pool, pieces

S = 1_000_000


def made(*kinds, seconds=100.0, seed=1):
    found = merge(list(pieces(kinds, seconds=seconds, seed=seed)))
    found.check(10)
    return found


def test_a_poisson_stream_has_rate_and_life():
    found = made(Poisson(rates_per_s=(1000.0,), life_s=2.0, machines=5))
    assert len(found) == pytest.approx(100_000, abs=4 * math.sqrt(100_000))
    gaps = np.diff(found.start)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.02)
    assert found.life.mean() == pytest.approx(2 * S, rel=0.02)
    assert len(set(found.source.tolist())) == 5
    assert set(found.end.tolist()) == {FIN}


def test_rates_change_by_the_minute_and_begin_again():
    found = made(Poisson(rates_per_s=(100.0, 0.0, 300.0), life_s=1.0, life="constant"), seconds=320)
    a_minute = np.bincount(found.start // (60 * S), minlength=6)
    assert a_minute[[1, 4]].tolist() == [0, 0]
    assert a_minute[[0, 2, 3, 5]] == pytest.approx([6_000, 18_000, 6_000, 6_000], rel=0.05), "20 s of the last"
    assert set(found.life.tolist()) == {S}


@pytest.mark.parametrize("batch", [(4.0, 16.0), (4.0, 28.0), (1.5, 3.0), (2.0, 100.0), (10.0, 1000.0)])
def test_batches_come_together_with_mean_and_mean_square(batch):
    found = made(Poisson(rates_per_s=(1000.0,), life_s=1.0, batch=batch), seconds=1000)
    sizes = np.unique(found.start, return_counts=True)[1].astype(float)
    assert (sizes.mean(), (sizes**2).mean()) == pytest.approx(batch, rel=0.05)


def test_shares_of_ends():
    found = made(Poisson(rates_per_s=(1000.0,), life_s=1.0, ends=(0.5, 0.3, 0.2, 0.0)))
    assert np.bincount(found.end, minlength=5) / len(found) == pytest.approx([0.5, 0.3, 0, 0.2, 0], abs=0.01)
    udp = made(Poisson(rates_per_s=(1000.0,), life_s=1.0, protocol=UDP, ends=(0.5, 0.0, 0.5, 0.0)))
    assert set(udp.end.tolist()) == {CLOSED, ABANDONED}


def test_a_pool_is_full_all_the_time():
    found = made(Pool(connections=50, max_age_s=10.0), seconds=95)
    for second in range(1, 95):
        assert ((found.start <= second * S) & (found.start + found.life > second * S)).sum() == 50


def test_a_restart_closes_a_share_at_once_and_opens_it_anew():
    found = made(
        Pool(connections=1000, max_age_s=100.0, restart=Restart(at_s=50.0, share=0.5, within_s=10.0)), seconds=60
    )
    cut = (found.start + found.life == 50 * S) & (found.end == RST)
    assert cut.sum() == pytest.approx(500, abs=70)
    anew = (found.start >= 50 * S) & (found.start <= 60 * S)
    assert anew.sum() == pytest.approx(cut.sum() + 50, abs=30)


def test_the_same_seed_makes_the_same_and_another_another():
    kinds = (Poisson(rates_per_s=(100.0,), life_s=1.0), Pool(connections=9, max_age_s=3.0, destination=1))
    one, same, other = made(*kinds), made(*kinds), made(*kinds, seed=2)
    assert all((getattr(one, name) == getattr(same, name)).all() for name in COLUMNS)
    assert len(one) != len(other) or (one.start != other.start).any()


def test_pieces_are_bounded_and_in_order():
    found = list(pieces([Poisson(rates_per_s=(1e6,), life_s=1.0)], seconds=3, seed=1))
    assert max(map(len, found)) < 600_000
    assert all(one.start[-1] <= following.start[0] for one, following in pairwise(found))


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Poisson(rates_per_s=(-1.0,), life_s=1.0), r"rates_per_s\[0\] is -1"),
        (Poisson(rates_per_s=(1.0, math.nan), life_s=1.0), r"rates_per_s\[1\]"),
        (Poisson(rates_per_s=(math.inf,), life_s=1.0), "rates_per_s"),
        (Poisson(rates_per_s=(), life_s=1.0), "rates_per_s"),
        (Poisson(rates_per_s=(1.0,), life_s=math.nan), "life_s"),
        (Poisson(rates_per_s=(1.0,), life_s=1.0, ends=(0.5, 0.0, 0.0, 0.0)), "the sum of ends is 0.5"),
        (Poisson(rates_per_s=(1.0,), life_s=1.0, ends=(2.0, -1.0, 0.0, 0.0)), "ends"),
        (Poisson(rates_per_s=(1.0,), life_s=1.0, batch=(0.5, 1.0)), r"batch\[0\]"),
        (Poisson(rates_per_s=(1.0,), life_s=1.0, batch=(2.0, 3.0)), r"batch\[1\]"),
        (Pool(connections=-1, max_age_s=1.0), "connections"),
        (Pool(connections=1, max_age_s=0.0), "max_age_s"),
    ],
)
def test_figures_that_cannot_be_are_refused(kind, field):
    with pytest.raises(CannotSimulate, match=field):
        list(pieces([kind], seconds=1, seed=1))
