"""What a password becomes, and what a change of its inputs does to it."""

from __future__ import annotations

from typing import Any

import pytest
from azure_sandbox.provider.difference import Change, Difference
from azure_sandbox.provider.wire import UNKNOWN, Secret
from azure_sandbox.random_provider.inputs import INPUTS, filled_in
from azure_sandbox.random_provider.planning import created, diff, foreseen, hidden, imported, updated


def state(**inputs: Any) -> dict[str, Any]:
    """A password's state as the provider gets it: secrets are laid open on the way."""
    outputs = created({"length": 12, **inputs})
    return {**outputs, "result": outputs["result"].value}


def change(kind: Any, *, replaces: bool = True) -> Change:
    return Change(kind, replaces, from_inputs=False)


def test_what_is_made_is_what_the_real_provider_makes_but_for_the_hash() -> None:
    """Pulumi-random `provider/testdata/recorded/TestProviderUpgrade/index_randompassword/4.16.0/grpc.json`."""
    inputs = {
        "length": 16,
        "lower": True,
        "minLower": 2,
        "minNumeric": 2,
        "minSpecial": 2,
        "minUpper": 2,
        "number": True,
        "special": True,
        "upper": True,
    }
    outputs = created(inputs)
    result = outputs.pop("result")
    assert outputs == {**inputs, "numeric": True, "id": "none", "__meta": '{"schema_version":"3"}'}
    assert isinstance(result, Secret)
    assert len(result.value) == 16


def test_what_is_foreseen() -> None:
    assert foreseen({"length": 9}) == {**filled_in({"length": 9}), "id": UNKNOWN, "result": UNKNOWN}


def test_what_is_imported() -> None:
    outputs = imported("süpersecret")
    assert outputs["result"] == Secret("süpersecret")
    assert (outputs["id"], outputs["length"], outputs["minLower"], outputs["special"]) == ("none", 12, 0, True)


def test_a_hash_that_another_provider_left_is_hidden_too() -> None:
    assert hidden({"bcryptHash": "$2a$10", "length": 1}) == {"bcryptHash": Secret("$2a$10"), "length": 1}


def test_the_same_inputs_are_no_change() -> None:
    inputs = {"length": 12, "keepers": {"day": "1"}, "overrideSpecial": "!"}
    assert diff(state(**inputs), inputs) == Difference({}, (), (), delete_before_replace=False)


@pytest.mark.parametrize("inputs", [{"length": "12"}, {"length": 12, "lower": True, "minUpper": 0, "number": True}])
def test_defaults_written_out_and_numbers_as_texts_are_no_change(inputs: dict[str, Any]) -> None:
    assert diff(state(), inputs).properties == ()


CHANGED: dict[str, Any] = {
    "keepers": {"a": "1"},
    "length": 13,
    "lower": False,
    "minLower": 1,
    "minNumeric": 1,
    "minSpecial": 1,
    "minUpper": 1,
    "overrideSpecial": "_",
    "special": False,
    "upper": False,
}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_every_input_replaces(name: str) -> None:
    found = diff(state(), {"length": 12, name: CHANGED[name]})
    assert (found.properties, found.replaces, found.delete_before_replace) == ((name,), (name,), False)
    kind = "add" if name in {"keepers", "overrideSpecial"} else "update"
    assert found.changes == {name: change(kind)}


@pytest.mark.parametrize("name", ["number", "numeric"])
def test_numeric_changes_under_both_its_names(name: str) -> None:
    found = diff(state(), {"length": 12, name: False})
    assert found.replaces == ("number", "numeric")


def test_no_input_is_left_out_of_the_tests_above() -> None:
    assert {*CHANGED, "number", "numeric"} == set(INPUTS)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({"a": "1"}, {"a": "2"}, {"keepers.a": change("update")}),
        ({"a": "1"}, {"a": "1", "b.c": "2"}, {'keepers["b.c"]': change("add")}),
        ({"a": "1", "b": "2"}, {"b": "2"}, {"keepers.a": change("delete")}),
        ({"a": "1"}, {"a": UNKNOWN}, {"keepers.a": change("update")}),
        ({"a": "1"}, None, {"keepers": change("delete")}),
        ({"a": "1"}, UNKNOWN, {"keepers": change("update")}),
        (None, {}, {"keepers": change("add", replaces=False)}),
        ({}, None, {"keepers": change("delete", replaces=False)}),
    ],
)
def test_a_keeper_that_changes_replaces_and_none_at_all_does_not(old: Any, new: Any, changes: Any) -> None:
    before = state() if old is None else state(keepers=old)
    found = diff(before, {"length": 12} if new is None else {"length": 12, "keepers": new})
    assert found.changes == changes
    assert found.replaces == (("keepers",) if next(iter(changes.values())).replaces else ())


@pytest.mark.parametrize(("new", "replaces"), [(None, False), ("_", True), (UNKNOWN, False)])
def test_empty_special_characters_are_the_same_as_none(new: Any, replaces: bool) -> None:
    inputs = {"length": 12} if new is None else {"length": 12, "overrideSpecial": new}
    found = diff(state(overrideSpecial=""), inputs)
    assert (found.properties, bool(found.replaces)) == (("overrideSpecial",), replaces)


def test_a_length_that_is_not_known_yet_replaces() -> None:
    assert diff(state(), {"length": UNKNOWN}).replaces == ("length",)


def test_a_change_that_replaces_nothing_keeps_the_password() -> None:
    before = state(overrideSpecial="")
    after = updated(before, {"length": 12})
    assert after.pop("result") == Secret(before.pop("result"))
    del before["overrideSpecial"]
    assert after == before
