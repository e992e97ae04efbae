from __future__ import annotations

from typing import NotRequired, TypedDict

import pytest
from nat_egress.reading import Arguments
from pulumi import Output


class Inner(TypedDict):
    size: int


class Shape(TypedDict):
    word: NotRequired[str]
    count: int
    on: bool
    words: list[str]
    ref: str
    tags: dict[str, str]
    inner: dict[str, Inner]
    number: float
    named: dict[str, str]


def read(method, value, **options):
    problems = []
    key = {"text": "word", "integer": "count", "flag": "on", "texts": "words", "reference": "ref"}.get(method, method)
    result = getattr(Arguments({key: value}, Shape, problems), method)(key, **options)
    return result, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("method", "value", "result"),
    [
        ("text", "a", "a"),
        ("text", None, None),
        ("integer", 4, 4),
        ("integer", 4.0, 4),
        ("integer", None, None),
        ("texts", ["a", "b"], ("a", "b")),
        ("texts", ("a",), ("a",)),
        ("texts", [], ()),
        ("texts", None, None),
        ("reference", "a", "a"),
        ("tags", {"a": "b"}, {"a": "b"}),
        ("tags", None, {}),
        ("number", 4, 4),
        ("number", 0.25, 0.25),
        ("number", None, None),
        ("named", {"a": "b"}, {"a": "b"}),
        ("named", None, {}),
    ],
)
def test_reads_values_of_the_right_type(method, value, result):
    assert read(method, value) == (result, [])


@pytest.mark.parametrize(
    ("method", "value", "rule"),
    [
        ("text", 4, "it must be text that is not empty. What stands there is of type int."),
        ("text", "", "must be text that is not empty"),
        ("text", ["a"], "of type list"),
        ("integer", "4", "it must be a whole number. What stands there is of type str."),
        ("integer", 4.5, "whole number"),
        ("integer", True, "whole number"),
        ("number", "4", "it must be a number. What stands there is of type str."),
        ("number", True, "must be a number"),
        ("number", float("nan"), "must be a number"),
        ("number", float("inf"), "must be a number"),
        ("named", ["a"], "must be a mapping of names to texts"),
        ("named", {"a": 1}, "named['a'] is 1: it must be text that is not empty, or an output of it"),
        ("named", {"a": ""}, "must be text that is not empty, or an output of it"),
        ("named", {"": "a"}, "must be text that is not empty"),
        ("texts", "abc", "must be a list of texts"),
        ("texts", {"a": 1}, "must be a list of texts"),
        ("texts", ["a", 1], "must hold only texts"),
        ("texts", [""], "must hold only texts"),
        ("reference", "", "or an output of it"),
        ("reference", 3, "or an output of it"),
        ("tags", ["a"], "a mapping of tag names"),
        ("tags", {"a": 1}, "tags['a'] is 1: it must be text"),
    ],
)
def test_refuses_values_of_another_type(method, value, rule):
    _, (line,) = read(method, value)
    assert rule in line


@pytest.mark.parametrize("default", [True, False])
def test_flags(default):
    assert read("flag", None, default=default) == (default, [])
    assert read("flag", not default, default=default) == (not default, [])
    result, (line,) = read("flag", "yes", default=default)
    assert result is default
    assert "must be True or False" in line


@pytest.mark.parametrize("method", ["text", "integer", "texts", "tags"])
def test_an_output_is_no_plain_value(run, method):
    _, (line,) = run(lambda: [read(method, Output.from_input("a"))]).result[0]
    assert "it must be known before any of them is made" in line


def test_an_output_is_a_reference(run):
    output, problems = run(lambda: [read("reference", Output.from_input("a"))]).result[0]
    assert (output, problems) == ("a", [])


def test_entries_are_read_at_their_place():
    problems = []
    entries = Arguments({"inner": {"a": {"size": "x"}, "b": 3}}, Shape, problems).entries("inner", Inner)
    assert [entry.integer("size") for entry in entries.values()] == [None, None]
    assert [str(problem).partition(":")[0] for problem in problems] == ["inner['b'] is 3", "inner['a'].size is x"]


@pytest.mark.parametrize(("key", "hint"), [("wrd", "Did you mean word?"), ("zzz", "Known here: word, count, on")])
def test_unknown_keys_get_a_hint(key, hint):
    problems = []
    Arguments({key: 1}, Shape, problems)
    (line,) = map(str, problems)
    assert hint in line


@pytest.mark.parametrize("method", ["texts", "integers"])
def test_an_output_in_a_list_is_called_so(run, method):
    def program():
        problems = []
        getattr(Arguments({"words": [Output.from_input("a")]}, Shape, problems), method)("words")
        return [str(problem) for problem in problems]

    (line,) = run(program).result
    assert line.startswith("words is an output: it must hold only ")
    assert "of type Output" in line


@pytest.mark.parametrize(("method", "value"), [("reference", 7), ("references", "secret"), ("references", [7])])
def test_what_is_secret_is_in_no_message(method, value):
    problems = []
    getattr(Arguments({"ref": value}, Shape, problems), method)("ref", secret=True)
    (line,) = map(str, problems)
    assert line.startswith("ref is given: it must ")


@pytest.mark.parametrize(
    ("value", "result", "rule"),
    [
        (None, None, None),
        ([1, 2.0], (1, 2), None),
        ((), (), None),
        ([1, "2"], (1,), "words is 2: it must hold only whole numbers. What stands there is of type str."),
        ([True], (), "words is True: it must hold only whole numbers"),
        ("12", None, "words is 12: it must be a list of whole numbers"),
        (12, None, "words is 12: it must be a list of whole numbers"),
    ],
)
def test_integers(value, result, rule):
    problems = []
    assert Arguments({"words": value}, Shape, problems).integers("words") == result
    assert [str(problem)[: len(rule or "")] for problem in problems] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("value", "result", "rule"),
    [
        (None, (), None),
        (["a", "b"], ("a", "b"), None),
        (["a", ""], ("a",), "words is : it must hold only texts that are not empty, or outputs of them"),
        (["a", 1], ("a",), "words is 1: it must hold only texts that are not empty"),
        ("ab", (), "words is ab: it must be a list of texts, or of outputs of them"),
        ({"a": 1}, (), "words is {'a': 1}: it must be a list of texts"),
    ],
)
def test_references(value, result, rule):
    problems = []
    assert Arguments({"words": value}, Shape, problems).references("words") == result
    said = [problem.rule if problem.value == "" else str(problem) for problem in problems]
    assert (said == []) if rule is None else (len(said) == 1 and rule.removeprefix("words is : ") in said[0])


@pytest.mark.parametrize(
    ("value", "empty"), [(None, True), ([], True), ((), True), ([0], False), ("", False), (0, False), ({}, False)]
)
def test_an_empty_list_is_as_good_as_nothing(value, empty):
    assert Arguments({"words": value}, Shape, []).empty("words") is empty


def test_a_part_is_read_at_its_place():
    problems = []
    arguments = Arguments({"inner": {"size": "x"}}, Shape, problems)
    assert arguments.part("words", Inner) is None
    assert arguments.part("inner", Inner).integer("size") is None
    assert [str(problem).partition(":")[0] for problem in problems] == ["inner.size is x"]


def test_the_name_of_a_tag_is_text():
    problems = []
    assert Arguments({"tags": {1: "a", "b": "c"}}, Shape, problems).tags("tags") == {"b": "c"}
    (line,) = map(str, problems)
    assert line == "the name of tags[1] is 1: it must be text. What stands there is of type int."
