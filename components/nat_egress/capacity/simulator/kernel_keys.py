"""Keys and their values, in a hash table of two arrays with linear probing; it is at most half full."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .jit import compiled, signed
from .kernel_draws import mix

EMPTY: Final = -1
FIRST_PLACES: Final = 1 << 6

Table = npt.NDArray[np.int64]
"""Rows: keys, values. Its last column's value is the number of keys; the others are as many as a power of two."""


def new_table(places: int = FIRST_PLACES) -> Table:
    """Return a table without keys, for half as many as `places`."""
    table = np.full((2, places + 1), EMPTY, np.int64)
    table[1, places] = 0
    return table


def half_full(table: Table) -> bool:
    """Say whether no more keys should be put in."""
    places = table.shape[1] - 1
    return bool(2 * table[1, places] >= places)


is_half_full = compiled(half_full)


@compiled
def place_of(table: Table, key: int) -> int:
    """Return where `key` stands, or would stand."""
    last = table.shape[1] - 2
    place = signed(mix(np.uint64(key)) & np.uint64(last))
    while table[0, place] not in (EMPTY, key):
        place = (place + 1) & last
    return place


@compiled
def put(table: Table, key: int, value: int) -> None:
    """Give `key` a value, or another one."""
    place = place_of(table, key)
    if table[0, place] == EMPTY:
        table[1, table.shape[1] - 1] += 1
    table[0, place] = key
    table[1, place] = value


@compiled
def remove(table: Table, key: int) -> None:
    """Take out a key that is there, and move up those that it was in the way of."""
    last = table.shape[1] - 2
    gap = place_of(table, key)
    place = (gap + 1) & last
    while table[0, place] != EMPTY:
        home = signed(mix(np.uint64(table[0, place])) & np.uint64(last))
        if ((place - home) & last) >= ((place - gap) & last):
            table[0, gap] = table[0, place]
            table[1, gap] = table[1, place]
            gap = place
        place = (place + 1) & last
    table[0, gap] = EMPTY
    table[1, table.shape[1] - 1] -= 1


def with_more_places(table: Table) -> Table:
    """Return a table with the same keys and twice the places."""
    places = table.shape[1] - 1
    grown = new_table(2 * places)
    for place in np.flatnonzero(table[0, :places] != EMPTY):
        put(grown, int(table[0, place]), int(table[1, place]))
    return grown
