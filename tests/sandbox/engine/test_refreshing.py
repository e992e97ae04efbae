"""What a refresh makes of one answer: which rows are looked at, what becomes of a row, what it is told as."""

import pytest
from azure_sandbox.engine.answers import Outcome
from azure_sandbox.engine.diffing import Diff
from azure_sandbox.engine.refreshing import is_read, refreshed
from azure_sandbox.engine.steps import PlannedStep, refresh_result
from nat_egress.state.model import ResourceState
from nat_egress.state.values import Secret

OLD = ResourceState(
    "urn:pulumi:dev::p::t:i:T::a",
    "t:i:T",
    custom=True,
    id="old",
    inputs={"size": 1},
    outputs={"size": 1, "word": Secret("hush")},
    init_errors=["it limped"],
    created="then",
    modified="then",
    protect=True,
    extra={"taint": True},
)


@pytest.mark.parametrize(
    ("fields", "looked_at"),
    [
        ({}, True),
        ({"external": True}, True),
        ({"delete": True}, True),
        ({"protect": True, "retain_on_delete": True}, True),
        ({"custom": False}, False),
        ({"type": "pulumi:providers:t"}, False),
        ({"pending_replacement": True}, False),
    ],
)
def test_what_is_looked_at(fields, looked_at):
    assert is_read(ResourceState(**{"urn": "u", "type": "t:i:T", "custom": True, **fields})) is looked_at


@pytest.mark.parametrize(
    ("found", "changes"),
    [
        (Outcome("old", dict(OLD.outputs)), {"init_errors": []}),
        (Outcome("old", dict(OLD.outputs), inputs={"size": 1}), {"init_errors": []}),
        (Outcome("new", dict(OLD.outputs), ("x",)), {"id": "new", "init_errors": ["x"]}),
        (Outcome("old", {"size": 2}), {"init_errors": [], "outputs": {"size": 2}, "modified": "now"}),
        (
            Outcome("old", dict(OLD.outputs), inputs={}),
            {"init_errors": [], "inputs": {}, "modified": "now"},
        ),
    ],
    ids=["nothing said", "the same", "id and health", "outputs", "inputs"],
)
def test_what_becomes_of_a_row(found, changes):
    new = refreshed(OLD, found, "now")
    assert vars(new) == {**vars(OLD), **changes}
    assert (OLD.id, OLD.modified) == ("old", "then")


SAME = ResourceState("u", "t:i:T", outputs={"size": 1})
CHANGED = ResourceState("u", "t:i:T", outputs={"size": 2})
READ = ResourceState("u", "t:i:T", outputs={"size": 1}, external=True)


@pytest.mark.parametrize(
    ("old", "new", "diff", "told"),
    [
        (OLD, None, None, "delete"),
        (OLD, OLD, None, "same"),
        (OLD, CHANGED, Diff("none"), "same"),
        (OLD, SAME, Diff("some"), "update"),
        (READ, SAME, None, "same"),
        (READ, CHANGED, None, "update"),
    ],
)
def test_what_is_told(old, new, diff, told):
    assert refresh_result(old, new, diff) == told
    assert PlannedStep("refresh", old, new, diff=diff).result == told
    assert PlannedStep("update", old, new, diff=diff).result == "update"
    assert not PlannedStep("refresh", old, new, diff=diff).logical
