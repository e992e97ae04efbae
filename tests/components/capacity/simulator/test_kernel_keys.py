"""The hash table is a dictionary, whatever is put in and taken out."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress.capacity.simulator.kernel_keys import (
    FIRST_PLACES,
    half_full,
    new_table,
    place_of,
    put,
    remove,
    with_more_places,
)

MOST = FIRST_PLACES // 2
orders = st.lists(st.tuples(st.booleans(), st.integers(0, 2 * MOST)), max_size=300)


def contents(table):
    places = table.shape[1] - 1
    return {int(key): int(value) for key, value in table[:, :places].T if key >= 0}


@settings(max_examples=200, deadline=None)
@given(orders)
def test_is_a_dictionary(found):
    table, expected = new_table(), {}
    for number, (puts, key) in enumerate(found):
        if puts and (key in expected or len(expected) < MOST):
            put(table, key, number)
            expected[key] = number
        elif not puts and key in expected:
            remove(table, key)
            del expected[key]
        assert contents(table) == expected
        assert all(table[1, place_of(table, key)] == value for key, value in expected.items())
        assert table[1, -1] == len(expected)
        assert half_full(table) == (len(expected) >= MOST)
    grown = with_more_places(table)
    assert contents(grown) == expected
    assert grown.shape[1] == 2 * FIRST_PLACES + 1


def test_stays_a_dictionary_when_it_is_nearly_half_full_for_long():
    random = Random(1)  # noqa: S311 - the same in every run
    table, expected = new_table(), {}
    for number in range(3_000):
        if len(expected) == MOST or (len(expected) > MOST - 6 and random.random() < 0.5):
            key = random.choice(sorted(expected))
            remove(table, key)
            del expected[key]
        else:
            key = random.randrange(1_000)
            put(table, key, number)
            expected[key] = number
        assert contents(table) == expected
        assert all(table[1, place_of(table, key)] == value for key, value in expected.items())
