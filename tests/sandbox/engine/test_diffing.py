import pytest
from azure_sandbox.engine.diffing import (
    Diff,
    PropertyDiff,
    apply_replace_on_changes,
    deep_equal,
    diff_inputs,
    inverted,
    mark_secrets,
)
from nat_egress.state.values import UNKNOWN, Secret


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (True, 1, False),
        ({"a": None}, {}, True),
        ([None], [], False),
        (Secret(1), Secret(1), True),
        (Secret(1), 1, False),
        (UNKNOWN, UNKNOWN, True),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, False),
        ({"a": False}, {"a": 0}, False),
    ],
)
def test_equality(one, other, same):
    assert deep_equal(one, other) is same
    assert deep_equal(other, one) is same


def test_the_engines_own_diff_names_every_place():
    diff = diff_inputs(
        {"same": 1, "gone": 1, "deep": {"x": 1, "list": [1, 2]}, "hidden": Secret(1)},
        {"same": 1, "new": 1, "deep": {"x": 2, "list": [1, 2, 3]}, "hidden": 1},
    )
    assert diff.changed_keys == ("deep", "gone", "new")
    assert {path: item.kind for path, item in diff.detailed.items()} == {
        "deep.x": "update",
        "deep.list[2]": "add",
        "gone": "delete",
        "new": "add",
    }
    assert diff_inputs({"a": 1}, {"a": 1, "b": None}).changes == "none"


SOME = Diff("some", changed_keys=("a", "b"), detailed={"a.x": PropertyDiff("update"), "b": PropertyDiff("add")})


@pytest.mark.parametrize(
    ("diff", "paths", "errors", "replaces", "keys"),
    [
        (SOME, (), False, False, ()),
        (SOME, ("a",), False, True, ("a",)),
        (SOME, ("a.x",), False, True, ()),
        (SOME, ("*",), False, True, ("a", "b")),
        (SOME, ("c",), False, False, ()),
        (Diff("none"), ("a",), False, False, ()),
        (Diff("none"), ("*",), True, True, ("#initerror",)),
    ],
)
def test_replace_on_changes(diff, paths, errors, replaces, keys):
    result = apply_replace_on_changes(diff, paths, has_init_errors=errors)
    assert result.replaces is replaces
    assert result.replace_keys == keys


@pytest.mark.parametrize(
    ("outputs", "inputs", "marked"),
    [
        ({"a": 1}, {"a": Secret(1)}, {"a": Secret(1)}),
        ({"a": {"x": 1, "y": 1}}, {"a": {"x": Secret(1)}}, {"a": {"x": Secret(1), "y": 1}}),
        ({"a": [1]}, {"a": [Secret(1)]}, {"a": Secret([1])}),
        ({"a": Secret(1)}, {"a": Secret(1)}, {"a": Secret(1)}),
        ({"b": 1}, {"a": Secret(1)}, {"b": 1}),
    ],
)
def test_what_was_secret_going_in_is_secret_coming_out(outputs, inputs, marked):
    assert mark_secrets(outputs, inputs) == marked


def test_from_the_other_side_what_was_added_was_deleted():
    kinds = ("add", "add-replace", "delete", "delete-replace", "update", "update-replace")
    diff = Diff(
        "some",
        replace_keys=("b",),
        changed_keys=("a", "b"),
        detailed={kind: PropertyDiff(kind, input_diff=kind == "add") for kind in kinds},
        delete_before_replace=True,
    )
    seen = inverted(diff)
    assert [item.kind for item in seen.detailed.values()] == [
        "delete",
        "delete-replace",
        "add",
        "add-replace",
        "update",
        "update-replace",
    ]
    assert [item.input_diff for item in seen.detailed.values()] == [True, *[False] * 5]
    assert (seen.changes, seen.changed_keys) == ("some", ("a", "b"))
    assert (seen.replace_keys, seen.delete_before_replace) == ((), False)
    assert inverted(Diff("none")).detailed is None
