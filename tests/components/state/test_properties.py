from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nat_egress.state import StateError, numbers, properties
from nat_egress.state.values import UNKNOWN, Secret

MARK = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.floats() | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3) | inner.map(Secret),
    max_leaves=12,
)


def in_the_open(_secret, plaintext):
    return {"plaintext": plaintext}


def same(one, other):
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    if isinstance(one, Secret):
        return isinstance(other, Secret) and same(one.value, other.value)
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


@given(plain)
def test_every_value_comes_back_through_json(value):
    text = json.dumps(properties.encode(value, in_the_open), allow_nan=False)
    assert same(value, properties.decode(json.loads(text), lambda sealed: sealed))


def test_a_secret_is_marked_and_only_its_ciphertext_is_written():
    written = properties.encode(
        {"key": Secret({"b": 1, "a": [Secret("x")]})}, lambda _, text: {"ciphertext": text[::-1]}
    )
    assert written["key"][MARK] == SECRET
    inner = json.loads(written["key"]["ciphertext"][::-1])
    assert inner == {"a": [{MARK: SECRET, "ciphertext": '"x"'}], "b": 1}


def test_whole_numbers_have_no_decimal_point():
    assert json.dumps(properties.encode([3.0, 2.5, 1e20, True], in_the_open)) == "[3, 2.5, 100000000000000000000, true]"


@pytest.mark.parametrize("number", [math.inf, -math.inf])
def test_numbers_that_json_has_no_word_for(number):
    written = properties.encode(number, in_the_open)
    assert written["value"] == ("7ff0000000000000" if number > 0 else "fff0000000000000")


def test_assets_stay_what_they_are():
    asset = {MARK: "c44067f5952c0a294b673a41bacd8c17", "hash": "aa", "text": "x"}
    assert properties.decode(asset, str) == asset


@pytest.mark.parametrize(
    "value",
    [
        {MARK: SECRET},
        {MARK: SECRET, "ciphertext": "a", "plaintext": "b"},
        {MARK: SECRET, "plaintext": "not json"},
        {MARK: "unheard of"},
        {MARK: "8ad145fe-0d11-4827-bfd7-1abcbf086f5c", "value": "xyz"},
    ],
)
def test_what_is_malformed_is_refused(value):
    with pytest.raises(StateError):
        properties.decode(value, lambda text: text)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (1.5, "1.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.2345678901234568e29, "1.2345678901234568e+29"),
        (0.00001, "0.00001"),
        (1e-7, "1e-7"),
        (-2, "-2"),
    ],
)
def test_numbers_are_written_as_the_cli_writes_them(number, text):
    assert numbers.text(number) == text
