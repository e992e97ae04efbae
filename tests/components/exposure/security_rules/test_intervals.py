from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from nat_egress.exposure.security_rules.intervals import Intervals

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair))), max_size=6)


def numbers(intervals):
    return {number for number in range(-2, 35) if number in intervals}


@given(SPANS)
def test_holds_each_number_of_its_spans_and_keeps_gaps_between_them(spans):
    made = Intervals.of(spans)
    assert numbers(made) == {number for first, last in spans for number in range(first, last + 1)}
    assert all(one[1] + 1 < other[0] for one, other in zip(made.spans, made.spans[1:], strict=False))
    assert made.size == len(numbers(made))
    assert bool(made) == bool(spans)


@given(SPANS, SPANS)
def test_does_what_sets_do(some, others):
    one, other = Intervals.of(some), Intervals.of(others)
    for made, expected in (
        (one & other, numbers(one) & numbers(other)),
        (one | other, numbers(one) | numbers(other)),
        (one - other, numbers(one) - numbers(other)),
    ):
        assert numbers(made) == expected
        assert made == Intervals.of(made.spans)
