"""A password has the length and the characters that its rules ask for, and no two are alike."""

from __future__ import annotations

from typing import Any

import pytest
from azure_sandbox.random_provider.generating import SPECIAL, character_classes, generate
from azure_sandbox.random_provider.inputs import failures, filled_in
from hypothesis import assume, given
from hypothesis import strategies as st

LOWER, UPPER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"

switches = st.fixed_dictionaries({}, optional=dict.fromkeys(("lower", "upper", "numeric", "special"), st.booleans()))
minimums = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("minLower", "minUpper", "minNumeric", "minSpecial"), st.integers(0, 8))
)
special = st.fixed_dictionaries({}, optional={"overrideSpecial": st.text("!_-äß€", max_size=4)})


def password(**inputs: Any) -> str:
    properties = filled_in(inputs)
    return generate(properties["length"], character_classes(properties))


def count(text: str, members: str) -> int:
    return sum(character in members for character in text)


@given(st.integers(1, 64), switches, minimums, special)
def test_whatever_the_rules_are_the_password_keeps_them(
    length: int, allowed: dict[str, bool], least: dict[str, int], override: dict[str, str]
) -> None:
    inputs = {"length": length, **allowed, **least, **override}
    assume(not list(failures("p", inputs)))
    members = {"Lower": LOWER, "Upper": UPPER, "Numeric": DIGITS, "Special": override.get("overrideSpecial") or SPECIAL}
    made = password(**inputs)
    assert len(made) == length
    assert all(any(character in each for each in members.values()) for character in made)
    for name, each in members.items():
        minimum = least.get(f"min{name}", 0)
        assert count(made, each) >= minimum
        if not allowed.get(name.lower(), True):
            assert count(made, each) == minimum


def test_every_character_of_every_class_can_come() -> None:
    assert set(password(length=20_000)) == set(LOWER + UPPER + DIGITS + SPECIAL)


def test_the_characters_of_a_minimum_stand_anywhere() -> None:
    places = {password(length=4, minNumeric=1, numeric=False).find(digit) for _ in range(200) for digit in DIGITS}
    assert places >= {0, 1, 2, 3}


def test_no_two_are_alike() -> None:
    assert len({password(length=12) for _ in range(100)}) == 100


def test_the_special_characters_are_those_of_the_real_provider() -> None:
    assert sorted(SPECIAL) == sorted("!@#$%&*()-_=+[]{}<>:?")


@pytest.mark.parametrize("override", [None, ""])
def test_no_special_characters_of_ones_own_are_the_usual_ones(override: str | None) -> None:
    inputs = {} if override is None else {"overrideSpecial": override}
    made = password(length=50, lower=False, upper=False, numeric=False, **inputs)
    assert set(made) <= set(SPECIAL)
