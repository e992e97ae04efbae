"""Replacement: which half comes first, what goes with it, and what an interrupted one leaves."""

import pytest

PAIR = """
a = Thing("a", {{"force": {force}{extra}}})
b = Thing("b", {{"{key}": a.computed}})
c = Thing("c", {{}}, ResourceOptions(depends_on=[b]))
"""


def pair(force, *, key="of", dbr=False):
    return PAIR.format(force=force, key=key, extra=', "dbr": True' if dbr else "")


def test_the_successor_is_made_first_and_the_old_one_deleted_last(stack):
    stack.up(pair(1))
    ran = stack.up(pair(2))
    assert ran.steps == [
        ("create-replacement", "a"),
        ("replace", "a"),
        ("same", "b"),
        ("same", "c"),
        ("delete-replaced", "a"),
    ]
    assert [c["id"] for c in ran.calls if c["call"] == "Delete"] == ["a-1.0"]
    assert stack.row("a").id == "a-2.0"
    assert ran.result.resource_changes == {"replace": 1, "same": 3}
    step = next(e.step for e in ran.events if getattr(e, "step", None) and e.step.op == "replace")
    assert step.replace_keys == ("force",)
    assert step.detailed_diff == {"force": {"diffKind": "update-replace", "inputDiff": True}}


def test_delete_before_replace_deletes_first(stack):
    stack.up(pair(1, dbr=True))
    ran = stack.up(pair(2, dbr=True))
    assert ran.steps == [
        ("delete-replaced", "a"),
        ("replace", "a"),
        ("create-replacement", "a"),
        ("same", "b"),
        ("same", "c"),
    ]
    assert stack.row("a").pending_replacement is False


def test_delete_before_replace_takes_along_what_would_be_replaced_by_it(stack):
    stack.up(pair(1, key="force", dbr=True))
    ran = stack.up(pair(2, key="force", dbr=True))
    assert ran.steps == [
        ("delete-replaced", "b"),
        ("delete-replaced", "a"),
        ("replace", "a"),
        ("create-replacement", "a"),
        ("replace", "b"),
        ("create-replacement", "b"),
        ("same", "c"),
    ]


def test_the_option_decides_over_the_provider(stack):
    program = 'Thing("a", {{"force": {}}}, ResourceOptions(delete_before_replace=True))'
    stack.up(program.format(1))
    assert [op for op, _ in stack.up(program.format(2)).steps] == ["delete-replaced", "replace", "create-replacement"]


def test_replace_on_changes_turns_an_update_into_a_replacement(stack):
    program = 'Thing("a", {{"deep": {{"x": {}}}}}, ResourceOptions(replace_on_changes=["deep.x"]))'
    stack.up(program.format(1))
    # The provider names the property that differs, the option a place within it: the whole property differs.
    assert [op for op, _ in stack.up(program.format(2)).steps] == ["update"]
    stack.up(program.format(2).replace('"deep.x"', '"deep"'))
    assert "create-replacement" in [op for op, _ in stack.up(program.format(3).replace('"deep.x"', '"deep"')).steps]


def test_ignore_changes_keeps_the_old_input(stack):
    program = (
        'Thing("a", {{"size": {}, "deep": {{"x": {}, "y": {}}}}}, ResourceOptions(ignore_changes=["size", "deep.x"]))'
    )
    stack.up(program.format(1, 1, 1))
    assert [op for op, _ in stack.up(program.format(2, 2, 1)).steps] == ["same"]
    assert [op for op, _ in stack.up(program.format(3, 3, 2)).steps] == ["update"]
    assert stack.row("a").inputs == {"size": 1, "deep": {"x": 1, "y": 2}, "tag": "default"}


def test_a_protected_resource_is_not_replaced(stack):
    program = 'Thing("a", {{"force": {}}}, ResourceOptions(protect=True)); Thing("b")'
    stack.up(program.format(1))
    shown = stack.preview(program.format(2))
    assert not shown.result.succeeded
    assert ("replace", "a") in shown.steps
    ran = stack.up()
    assert not ran.result.succeeded
    assert 'unable to replace resource "urn:pulumi:dev::p::scripted:index:Thing::a"' in ran.errors[0]
    assert stack.row("a").id == "a-1.0"
    assert ran.did("Create") == []


def test_a_failed_deletion_of_the_old_half_is_done_by_the_next_update(stack):
    stack.up('Thing("a", {"force": 1, "delete": "fail"})')
    ran = stack.up('Thing("a", {"force": 2})')
    assert not ran.result.succeeded
    old, new = sorted((row for row in stack.snapshot.resources if row.urn.endswith("::a")), key=lambda row: row.id)
    assert (old.id, old.delete, new.id, new.delete) == ("a-1.0", True, "a-2.0", False)
    old.inputs["delete"] = None
    ran = stack.up()
    assert ran.steps == [("same", "a"), ("delete-replaced", "a")]
    assert stack.row("a").id == "a-2.0"


def test_a_creation_that_fails_after_its_deletion_is_made_up_for_by_the_next_update(stack):
    stack.up(pair(1, dbr=True))
    ran = stack.up(pair(2, dbr=True).replace('"force": 2', '"force": 2, "create": "fail"'))
    assert not ran.result.succeeded
    assert stack.row("a").pending_replacement is True
    ran = stack.up(pair(2, dbr=True))
    assert ran.steps[:2] == [("replace", "a"), ("create-replacement", "a")]
    assert ran.did("Delete") == []
    assert stack.row("a").pending_replacement is False


def test_a_resource_pending_replacement_leaves_no_trace_of_the_old_one_where_its_successor_is_made_first(stack):
    stack.up('Thing("a", {"force": 1, "dbr": True})')
    stack.up('Thing("a", {"force": 2, "dbr": True, "create": "fail"})')
    ran = stack.up('Thing("a", {"force": 3})')
    assert ran.result.succeeded, ran.errors
    assert stack.row("a").id == "a-3.0"
    assert stack.row("a").pending_replacement is False


def test_a_resource_pending_replacement_that_is_gone_from_the_program_just_leaves_the_state(stack):
    stack.up('Thing("a", {"force": 1, "dbr": True})')
    stack.up('Thing("a", {"force": 2, "dbr": True, "create": "fail"})')
    ran = stack.up("")
    assert ran.result.succeeded
    assert ran.did("Delete") == []
    assert [row.type for row in stack.snapshot.resources] == ["pulumi:pulumi:Stack"]


@pytest.mark.parametrize("option", ["deleted_with=a", "deleted_with=a, retain_on_delete=False"])
def test_what_is_deleted_with_another_is_not_deleted_by_itself(stack, option):
    stack.up(f'a = Thing("a"); Thing("b", {{}}, ResourceOptions({option}))')
    ran = stack.destroy()
    assert ran.did("Delete") == ["a"]
    assert stack.snapshot.resources == []


def test_what_is_retained_leaves_the_state_and_stays(stack):
    stack.up('Thing("a", {}, ResourceOptions(retain_on_delete=True))')
    urn = stack.row("a").urn
    ran = stack.destroy()
    assert ran.did("Delete") == []
    assert ran.result.retained == (urn,)
    assert stack.snapshot.resources == []


def test_a_component_that_changes_is_updated_with_its_inputs(stack):
    stack.up('g = Group("g", {"x": 1}); g.register_outputs({})')
    ran = stack.up('g = Group("g", {"x": 2}); g.register_outputs({})')
    assert ran.steps == [("update", "g")]
    assert stack.row("g").inputs == {"x": 2}
