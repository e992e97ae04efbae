"""Where two values differ, and how that is said without a secret."""

from unittest.mock import ANY

import pytest
from nat_egress.graph.values import MISSING
from nat_egress.state.values import UNKNOWN, Secret
from nat_egress.testing.differing import differing, worded
from nat_egress.testing.unknown import NotKnown


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 1, "b": [1, {"c": "x"}]}, {"b": [1, {"c": "x"}], "a": 1}, []),
        ({"b": 1, "a": 1}, {"b": 2, "a": 3}, [("a", 1, 3), ("b", 1, 2)]),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": None}}, [("a.c", MISSING, None)]),
        ({"a": {}}, {}, [("a", {}, MISSING)]),
        ({"a": {"b": 1}}, {"a": "b"}, [("a", {"b": 1}, "b")]),
        ({"a": [{"b": 1}, 2]}, {"a": [{"b": 3}]}, [("a[0].b", 1, 3), ("a[1]", 2, MISSING)]),
        ([1], [1, 2], [("[1]", MISSING, 2)]),
        ({"a": Secret("x")}, {"a": Secret("x")}, []),
        ({"a": Secret("x")}, {"a": "x"}, [("a", Secret("x"), "x")]),
        ({"a": Secret("x"), "b": NotKnown("b")}, {"a": ANY, "b": ANY}, []),
        ({"a": ANY, "b": ANY}, {"a": Secret("x"), "b": NotKnown("b")}, []),
        ({"a": UNKNOWN}, {"a": UNKNOWN}, [("a", UNKNOWN, UNKNOWN)]),
        ({"a": Secret(UNKNOWN)}, {"a": Secret(UNKNOWN)}, [("a", Secret(UNKNOWN), Secret(UNKNOWN))]),
    ],
)
def test_each_path_at_which_they_differ(one, other, found):
    assert list(differing(one, other)) == found


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (29, "29", ("29", "'29'")),
        (MISSING, None, ("nothing", "None")),
        (Secret("hush"), Secret("quiet"), ("a secret", "another secret")),
        (Secret("hush"), "hush", ("a secret", "no secret")),
        ("hush", Secret("hush"), ("no secret", "a secret")),
        (Secret("hush"), MISSING, ("a secret", "nothing")),
        (MISSING, Secret("hush"), ("nothing", "a secret")),
        ({"a": Secret("hush")}, MISSING, ("{'a': Secret(…)}", "nothing")),
    ],
)
def test_two_values_in_words(one, other, said):
    assert worded(one, other) == said
