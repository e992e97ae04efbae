"""Reading values: nothing that stands there makes it fail."""

import pytest
from nat_egress.graph.values import (
    MISSING,
    UNKNOWN,
    UNKNOWN_TEXTS,
    HiddenText,
    flag,
    given,
    items,
    listed,
    number,
    peek,
    same,
    strings,
    text,
    texts,
    understood,
)
from nat_egress.state.values import Secret
from pulumi_policy import proxy

SIGNED = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


@pytest.mark.parametrize(
    ("node", "path", "expected"),
    [
        ({"a": {"b": 1}}, ("a", "b"), 1),
        ({"a": None}, ("a",), MISSING),
        ({}, ("a", "b"), MISSING),
        ({"a": UNKNOWN}, ("a", "b"), UNKNOWN),
        (UNKNOWN, (), UNKNOWN),
        (None, ("a",), MISSING),
        ({"a": "text"}, ("a", "b"), UNKNOWN),
        ({"a": [1]}, ("a", "b"), UNKNOWN),
        ({"a": False}, ("a",), False),
    ],
)
def test_peek(node, path, expected):
    assert peek(node, *path) is expected or peek(node, *path) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, None, 2], [1, 2]),
        (None, []),
        (UNKNOWN, [UNKNOWN]),
        ("text", [UNKNOWN]),
        (7, [UNKNOWN]),
        ({"a": 1}, [{"a": 1}, UNKNOWN]),
    ],
)
def test_items(value, expected):
    assert items({"it": value}, "it") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("TRUE", True), ("false", False), (None, MISSING), ("yes", UNKNOWN), (1, UNKNOWN), ([], UNKNOWN)],
)
def test_flag(value, expected):
    assert flag({"it": value}, "it") is expected


@pytest.mark.parametrize(
    ("value", "expected"), [("a", "a"), ("", MISSING), (None, MISSING), (7, UNKNOWN), ({}, UNKNOWN)]
)
def test_text(value, expected):
    assert text({"it": value}, "it") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (22, 22),
        (22.0, 22),
        ("22", 22),
        (22.5, UNKNOWN),
        ("x", UNKNOWN),
        (True, UNKNOWN),
        (None, MISSING),
        ("²", UNKNOWN),
    ],
)
def test_number(value, expected):
    assert number({"it": value}, "it") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", ["a"]), (["a", 7], ["a", UNKNOWN]), (None, []), (UNKNOWN, [UNKNOWN]), (["", "b"], ["b"])],
)
def test_texts(value, expected):
    assert texts({"it": value}, "it") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [([], False), ({}, False), ("", False), (None, False), ([1], True), (0, True), (UNKNOWN, UNKNOWN)],
)
def test_given(value, expected):
    assert given({"it": value}, "it") is expected


def test_words_are_compared_without_letter_case():
    assert same("Internet", "INTERNET")
    assert not same(UNKNOWN, "Internet")
    assert not same(7, "7")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"]}, {"a": [UNKNOWN]}),
        ({SIGNED: SECRET, "value": {"a": 1}}, {"a": 1}),
        ({SIGNED: SECRET}, UNKNOWN),
        ({SIGNED: OUTPUT, "value": "x", "dependencies": []}, "x"),
        ({SIGNED: OUTPUT, "dependencies": []}, UNKNOWN),
        ({SIGNED: "no such signature"}, UNKNOWN),
        ({SIGNED: 7}, UNKNOWN),
        ({SIGNED: ["no text"]}, UNKNOWN),
        (Secret(["x"]), ["x"]),
    ],
)
def test_what_the_protocol_signs(value, expected):
    assert understood(value) == expected


@pytest.mark.parametrize("value", [Secret({"a": "pass"}), {SIGNED: SECRET, "value": {"a": "pass"}}])
def test_a_secret_text_is_compared_and_not_shown(value):
    found = understood(value)["a"]
    assert isinstance(found, HiddenText)
    assert found == "pass"
    assert f"{found} {found!r} {listed([found])}" == "[secret] [secret] [secret]"


def test_strings_are_found_at_any_depth():
    assert list(strings({"a": ["x", {"b": "y"}], "c": 7})) == ["x", "y"]


def test_unknown_values_are_those_of_pulumis_own_policies():
    assert {value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_")} == UNKNOWN_TEXTS


def test_a_secret_that_pulumi_could_not_open_is_not_known():
    assert understood({"a": "[secret]", "b": ["x"]}) == {"a": UNKNOWN, "b": ["x"]}
