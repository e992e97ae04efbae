"""Defaults, and what is refused before a password is made."""

from __future__ import annotations

from typing import Any

import pytest
from azure_sandbox.provider.wire import UNKNOWN
from azure_sandbox.random_provider.inputs import failures, filled_in

NOTHING = {"special": False, "upper": False, "lower": False}
TOO_SHORT = "Invalid Attribute Value. Attribute length value must be at least"


def test_defaults() -> None:
    assert filled_in({"length": 12}) == {
        "length": 12,
        "lower": True,
        "minLower": 0,
        "minNumeric": 0,
        "minSpecial": 0,
        "minUpper": 0,
        "number": True,
        "numeric": True,
        "special": True,
        "upper": True,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [({"number": False}, False), ({"numeric": False}, False), ({"number": True, "numeric": True}, True), ({}, True)],
)
def test_the_older_name_of_numeric_is_always_its_equal(given: dict[str, bool], expected: bool) -> None:
    filled = filled_in({"length": 1, **given})
    assert (filled["number"], filled["numeric"]) == (expected, expected)


def test_values_are_read_as_the_kind_that_they_must_be() -> None:
    filled = filled_in({"length": "16", "keepers": {"a": 1, "b": True, "c": UNKNOWN}, "overrideSpecial": 1.5})
    assert filled["length"] == 16
    assert filled["keepers"] == {"a": "1", "b": "true", "c": UNKNOWN}
    assert filled["overrideSpecial"] == "1.5"


def test_what_a_password_does_not_have_is_left_out() -> None:
    assert "lenght" not in filled_in({"length": 1, "lenght": 2})


@pytest.mark.parametrize(
    ("inputs", "place", "reason"),
    [
        ({"length": 0}, "length", f"{TOO_SHORT} 1, got: 0"),
        (
            {"length": 7, "minUpper": 2, "minLower": 2, "minNumeric": 2, "minSpecial": 2},
            "length",
            f"{TOO_SHORT} sum of min_upper + min_lower + min_numeric + min_special, got: 7",
        ),
        (
            {"length": 8, "numeric": False, **NOTHING},
            "numeric",
            (
                "Invalid Attribute Combination. At least one attribute out of [special,upper,lower,numeric] must be "
                "specified as true"
            ),
        ),
        (
            {"length": 8, "number": False, **NOTHING},
            "number",
            (
                "Invalid Attribute Combination. At least one attribute out of [special,upper,lower,number] must be "
                "specified as true"
            ),
        ),
        (
            {"length": 8, "number": True, "numeric": False},
            "numeric",
            "Number and numeric are both configured with different values: drop number, which is deprecated",
        ),
        ({"length": 8, "minUpper": -1}, "minUpper", "Invalid Attribute Value. minUpper must be at least 0, got: -1"),
        ({"length": "many"}, "length", "Invalid Attribute Value. length must be a whole number, got: 'many'"),
        ({"length": True}, "length", "Invalid Attribute Value. length must be a whole number, got: True"),
        ({"length": 8, "upper": "yes"}, "upper", "Invalid Attribute Value. upper must be true or false, got: 'yes'"),
        ({"length": 8, "keepers": ["a"]}, "keepers", "Invalid Attribute Value. keepers must be an object of texts, "),
        ({"length": 8, "overrideSpecial": ["!"]}, "overrideSpecial", "overrideSpecial must be a text, got: ['!']"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(inputs: dict[str, Any], place: str, reason: str) -> None:
    [failure] = failures("admin", inputs)
    assert reason in failure
    assert failure.endswith(f". Examine values at 'admin.{place}'.")


def test_a_missing_length() -> None:
    [failure] = failures("admin", {})
    assert failure.startswith("Missing required property 'length'")


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(list(failures("admin", {"length": 0, "minLower": 1, "numeric": False, **NOTHING}))) == 3


@pytest.mark.parametrize(
    "inputs",
    [
        {"length": 1},
        {"length": 8, "minUpper": 2, "minLower": 2, "minNumeric": 2, "minSpecial": 2},
        {"length": 8, **NOTHING},
        {"length": 8, "numeric": True, **NOTHING},
        {"length": 2, "minUpper": 2, "upper": False},
        {"length": UNKNOWN, "minUpper": 9},
        {"length": 1, "minUpper": UNKNOWN},
        {"length": 8, "numeric": UNKNOWN, **NOTHING},
        {"length": 8, "number": True, "numeric": UNKNOWN},
        {"length": 8, "keepers": UNKNOWN},
    ],
)
def test_what_is_right_or_not_known_yet_passes(inputs: dict[str, Any]) -> None:
    assert list(failures("admin", inputs)) == []
