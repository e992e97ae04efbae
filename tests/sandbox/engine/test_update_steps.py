"""What the engine does to resources whose program changes, seen by the provider and in the state."""

from nat_egress.state.values import UNKNOWN, Secret

CHAIN = """
a = Thing("a", {"size": 1})
b = Thing("b", {"of": a.computed}, ResourceOptions(depends_on=[a]))
group = Group("group")
c = Thing("c", {"of": b.id}, ResourceOptions(parent=group))
group.register_outputs({"id": c.id})
pulumi.export("id", b.id)
"""


def test_a_preview_shows_everything_and_keeps_nothing(stack):
    ran = stack.preview(CHAIN)
    assert ran.result.succeeded
    assert sorted(ran.steps) == [("create", name) for name in ("a", "b", "c", "group")]
    assert ran.result.outputs == {"id": UNKNOWN}
    assert ran.result.resource_changes == {"create": 5}
    assert ran.saves == []
    assert all(call["preview"] for call in ran.calls if call["call"] == "Create")
    b = next(e.step.new for e in ran.events if getattr(e, "step", None) and e.step.urn.endswith("::b"))
    assert b.inputs == {"of": UNKNOWN, "tag": "default"}


def test_an_update_creates_in_the_order_of_dependencies(stack):
    ran = stack.up(CHAIN)
    assert ran.did("Create") == ["a", "b", "c"]
    assert ran.result.outputs == {"id": "b-0"}
    rows = [row.urn for row in stack.snapshot.resources]
    assert rows[0] == "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"
    assert "urn:pulumi:dev::p::scripted:index:Group$scripted:index:Thing::c" in rows
    b = stack.row("b")
    assert b.id == "b-0"
    assert b.inputs == {"of": "computed of a", "tag": "default"}
    assert b.outputs == {"of": "computed of a", "tag": "default", "computed": "computed of b"}
    assert b.dependencies == [stack.row("a").urn]
    assert b.property_dependencies["of"] == [stack.row("a").urn]
    assert b.parent == rows[0]
    assert stack.row("group").outputs == {"id": "c-0"}
    provider = stack.row("default_1_0_0")
    assert provider.inputs == {"version": "1.0.0", "__internal": {}}
    assert provider.outputs == {"version": "1.0.0"}
    assert b.provider == f"{provider.urn}::{provider.id}"


def test_a_second_update_changes_nothing(stack):
    stack.up(CHAIN)
    before = stack.snapshot
    ran = stack.up()
    assert {op for op, _ in ran.steps} == {"same"}
    assert ran.result.resource_changes == {"same": 5}
    assert ran.did("Create") == ran.did("Update") == ran.did("Delete") == []
    kept = {(r.urn, r.id, repr(r.outputs), r.modified) for r in before.resources}
    assert {(r.urn, r.id, repr(r.outputs), r.modified) for r in stack.snapshot.resources} == kept


def test_a_changed_input_is_an_update_in_place(stack):
    stack.up(CHAIN)
    ran = stack.up(CHAIN.replace('"size": 1', '"size": 2'))
    step = next(e.step for e in ran.events if getattr(e, "step", None) and e.step.op == "update")
    assert step.urn.endswith("::a")
    assert step.diffs == ("size",)
    assert step.detailed_diff == {"size": {"diffKind": "update", "inputDiff": True}}
    assert stack.row("a").id == "a-0"
    assert stack.row("a").outputs["size"] == 2
    assert ran.result.resource_changes == {"update": 1, "same": 4}


def test_a_provider_that_cannot_compare_leaves_it_to_the_engine(stack):
    stack.up('Thing("a", {"quiet": True, "deep": {"list": [1, 2]}})')
    assert [op for op, _ in stack.up().steps] == ["same"]
    ran = stack.up('Thing("a", {"quiet": True, "deep": {"list": [1, 3, 4]}})')
    step = next(e.step for e in ran.events if getattr(e, "step", None) and e.step.op == "update")
    assert step.detailed_diff == {
        "deep.list[1]": {"diffKind": "update", "inputDiff": True},
        "deep.list[2]": {"diffKind": "add", "inputDiff": True},
    }


def test_what_the_program_no_longer_has_is_deleted_after_what_depends_on_it(stack):
    stack.up(CHAIN)
    ran = stack.up("")
    assert sorted(ran.steps) == [("delete", name) for name in ("a", "b", "c", "group")]
    assert ran.steps.index(("delete", "c")) < ran.steps.index(("delete", "group"))
    assert ran.did("Delete") == ["c", "b", "a"]
    assert [row.type for row in stack.snapshot.resources] == ["pulumi:pulumi:Stack"]


def test_destroy_runs_no_program_and_leaves_nothing(stack):
    stack.up(CHAIN)
    (stack.folder / "__main__.py").write_text("raise SystemExit(9)")
    ran = stack.destroy()
    assert ran.result.succeeded, ran.errors
    assert ran.did("Delete") == ["c", "b", "a"]
    assert stack.snapshot.resources == []
    assert ran.result.resource_changes == {"delete": 5}


def test_outputs_are_secret_where_inputs_or_the_program_say_so(stack):
    stack.up(
        'Thing("a", {"word": pulumi.Output.secret("hush"), "plain": 1}, '
        'ResourceOptions(additional_secret_outputs=["computed"]))'
    )
    row = stack.row("a")
    assert row.inputs["word"] == Secret("hush")
    assert row.outputs["word"] == Secret("hush")
    assert row.outputs["computed"] == Secret("computed of a")
    assert row.outputs["plain"] == 1


def test_a_provider_that_takes_no_secrets_is_sent_none(stack):
    program = 'Thing("a", {"word": pulumi.Output.secret("hush"), "deep": {"word": pulumi.Output.secret("hush")}})'
    ran = stack.up(program)
    [create] = [call for call in ran.calls if call["call"] == "Create"]
    assert create["inputs"]["word"] == "hush"
    assert stack.row("a").inputs["deep"] == {"word": Secret("hush")}
    assert [op for op, _ in stack.up().steps] == ["same"]


def test_a_provider_that_takes_secrets_is_sent_them_marked(stack):
    stack.environment["SCRIPTED_SECRETS"] = "1"
    ran = stack.up('Thing("a", {"word": pulumi.Output.secret("hush")})')
    [create] = [call for call in ran.calls if call["call"] == "Create"]
    assert create["inputs"]["word"]["value"] == "hush"
    assert stack.row("a").outputs["word"] == Secret("hush")


def test_independent_resources_are_made_side_by_side(stack):
    ran = stack.up('for n in "abcdef": Thing(n, {"create": 0.5})')
    began = [call["at"] for call in ran.calls if call["call"] == "Create"]
    ended = [call["at"] for call in ran.calls if call["call"] == "Created"]
    assert max(began) < min(ended)


def test_no_more_is_under_way_at_once_than_asked_for(stack):
    stack.parallel = 2
    ran = stack.up('for n in "abcd": Thing(n, {"create": 0.2})')
    running = peak = 0
    for call in ran.calls:
        running += {"Create": 1, "Created": -1}.get(call["call"], 0)
        peak = max(peak, running)
    assert peak == 2
