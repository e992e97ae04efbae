"""What a refresh makes of the state: what changed in the cloud, what is gone there, what cannot be looked at."""

import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from azure_sandbox.engine.events import StepFailed, StepStarted, Summary
from nat_egress.state.integrity import verify
from nat_egress.state.model import PendingOperation
from nat_egress.state.values import Secret

CHAIN = """
a = Thing("a", {"size": 1, "color": "red"})
b = Thing("b", {"of": a.computed}, ResourceOptions(depends_on=[a]))
group = Group("group", opts=ResourceOptions(depends_on=[a]))
c = Thing("c", {"of": b.id}, ResourceOptions(parent=group))
group.register_outputs({"id": c.id})
pulumi.export("id", b.id)
"""


def kept(stack):
    """All that is in the state, in its order, as text; that a property depends on nothing need not be said."""
    return [text(row) for row in stack.snapshot.resources]


def text(row):
    said = {key: urns for key, urns in row.property_dependencies.items() if urns}
    return repr(replace(row, property_dependencies=said))


def test_a_refresh_that_finds_nothing_keeps_everything(stack):
    stack.up(CHAIN)
    before = kept(stack)
    (stack.folder / "__main__.py").write_text("raise SystemExit(9)")
    ran = stack.refresh()
    assert ran.result.succeeded, ran.errors
    assert {op for op, _ in ran.steps} == {"refresh"}
    assert ran.found == []
    assert ran.result.resource_changes == {"same": 5}
    assert sorted(ran.did("Read")) == ["a", "b", "c"]
    assert kept(stack) == before
    assert ran.result.outputs == {"id": "b-0"}
    assert len(ran.saves) == 1, "the state is written once, as the CLI writes it"


def test_the_provider_is_told_what_the_state_knows(stack):
    stack.up('Thing("a", {"size": 1}, ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="1m")))')
    stack.row("a").custom_timeouts["read"] = 90.0
    [call] = [call for call in stack.refresh().calls if call["call"] == "Read"]
    assert call["id"] == "a-0"
    assert call["inputs"] == {"size": 1, "tag": "default"}
    assert call["known"] == {"size": 1, "tag": "default", "computed": "computed of a"}
    assert call["timeout"] == 90


def test_what_changed_in_the_cloud_is_taken_into_the_state(stack):
    stack.up(CHAIN)
    rows = stack.snapshot.resources
    before = {row.urn: row.modified for row in rows}
    drift = {
        "inputs": {"size": 2, "color": None, "extra": True},
        "outputs": {"size": 2, "color": None, "extra": True, "computed": "anew"},
    }
    ran = stack.refresh({"a": drift})
    assert ran.found == [("update", "a")]
    assert ran.result.resource_changes == {"update": 1, "same": 4}
    assert [row.urn for row in stack.snapshot.resources] == [row.urn for row in rows], "each where it was"
    a = stack.row("a")
    assert a.inputs == {"size": 2, "extra": True, "tag": "default"}
    assert a.outputs == {"size": 2, "extra": True, "tag": "default", "computed": "anew"}
    assert a.id == "a-0"
    assert [row.urn for row in stack.snapshot.resources if row.modified != before[row.urn]] == [a.urn]
    assert stack.row("b").dependencies == [a.urn]


def test_the_difference_is_told_from_the_side_of_the_cloud(stack):
    stack.up('Thing("a", {"size": 1, "color": "red", "force": 1})')
    step = stack.refresh({"a": {"inputs": {"size": 2, "color": None, "extra": True, "force": 2}}}).ended("a")
    assert step.refresh
    assert step.diffs == ("color", "extra", "force", "size")
    assert {path: item["diffKind"] for path, item in step.detailed_diff.items()} == {
        "size": "update",
        "color": "delete",
        "extra": "add",
        "force": "update-replace",
    }
    assert step.replace_keys == ()
    assert (step.old.inputs["size"], step.new.inputs["size"]) == (1, 2)


def test_the_next_update_brings_back_what_the_program_asks_for(stack):
    stack.up(CHAIN)
    stack.refresh({"a": {"inputs": {"size": 2}, "outputs": {"size": 2}}})
    ran = stack.up()
    assert [step for step in ran.steps if step[0] != "same"] == [("update", "a")]
    [update] = [call for call in ran.calls if call["call"] == "Update"]
    assert (update["old"]["size"], update["new"]["size"]) == (2, 1)
    assert stack.refresh().found == []


def test_inputs_of_which_the_provider_says_nothing_stay(stack):
    stack.up('Thing("a", {"size": 1})')
    ran = stack.refresh({"a": {"silent": True, "inputs": {"size": 2}, "outputs": {"computed": "anew"}}})
    assert ran.found == [], "an update would change nothing"
    assert stack.row("a").inputs == {"size": 1, "tag": "default"}
    assert stack.row("a").outputs["computed"] == "anew"


def test_another_id_is_taken_over(stack):
    stack.up('Thing("a")')
    stack.refresh({"a": {"id": "other"}})
    assert stack.row("a").id == "other"


def test_ignored_places_are_the_providers_to_leave_out(stack):
    stack.up('Thing("a", {"size": 1}, ResourceOptions(ignore_changes=["size"]))')
    ran = stack.refresh({"a": {"inputs": {"size": 2}}})
    [diff] = [call for call in ran.calls if call["call"] == "Diff"]
    assert diff["ignored"] == ["size"]
    assert (diff["old"]["size"], diff["new"]["size"]) == (2, 1)
    assert stack.row("a").inputs["size"] == 2


def test_where_the_provider_cannot_compare_the_engine_leaves_out_what_is_ignored(stack):
    program = 'Thing("a", {"quiet": True, "size": 1, "color": "red"}, ResourceOptions(ignore_changes=["size"]))'
    stack.up(program)
    assert stack.refresh({"a": {"inputs": {"size": 2}}}).found == []
    step = stack.refresh({"a": {"inputs": {"size": 3, "color": "blue"}}}).ended("a")
    assert step.op == "update"
    assert step.detailed_diff == {"color": {"diffKind": "update", "inputDiff": True}}


def test_what_is_gone_leaves_the_state_with_every_mention_of_it(stack):
    stack.up(
        """
a = Thing("a")
b = Thing("b", {"of": a.computed}, ResourceOptions(depends_on=[a], deleted_with=a))
child = Thing("child", {"of": b.id}, ResourceOptions(parent=a))
"""
    )
    ran = stack.refresh({"a": None})
    assert ran.found == [("delete", "a")]
    assert ran.ended("a").new is None
    assert ran.result.resource_changes == {"delete": 1, "same": 3}
    b, child = stack.row("b"), stack.row("child")
    assert (b.dependencies, b.property_dependencies, b.deleted_with) == ([], {}, "")
    assert (child.parent, child.dependencies) == ("", [b.urn])
    for saved in ran.saves:
        verify(saved, "saved")
    again = stack.up()
    assert [step for step in again.steps if step[0] != "same"] == [("create", "a")]
    assert stack.row("child").parent == stack.row("a").urn


@pytest.mark.parametrize("option", ["protect=True", "retain_on_delete=True"])
def test_what_is_gone_is_gone_whatever_was_to_keep_it(stack, option):
    stack.up(f'Thing("a", {{}}, ResourceOptions({option}))')
    ran = stack.refresh({"a": None})
    assert ran.result.succeeded, ran.errors
    assert ran.found == [("delete", "a")]
    assert ran.did("Delete") == []
    assert ran.result.retained == ()


def test_a_replaced_resource_that_is_still_to_be_deleted_is_looked_at_too(stack):
    stack.up('Thing("a", {"force": 1, "delete": "fail"})')
    assert not stack.up('Thing("a", {"force": 2})').result.succeeded
    assert [(row.id, row.delete) for row in stack.snapshot.resources if row.id.startswith("a-")] == [
        ("a-2.0", False),
        ("a-1.0", True),
    ]
    ran = stack.refresh()
    assert ran.did("Read") == ["a", "a"]
    assert [row.id for row in stack.snapshot.resources if row.id.startswith("a-")] == ["a-2.0", "a-1.0"]
    stack.refresh({"a": None})
    assert [row.id for row in stack.snapshot.resources if row.id.startswith("a-")] == []


def test_what_is_between_two_lives_is_not_looked_at(stack):
    stack.up('Thing("a")')
    stack.row("a").pending_replacement = True
    ran = stack.refresh({"a": None})
    assert ran.did("Read") == []
    assert stack.row("a").pending_replacement
    assert ran.result.resource_changes == {"same": 2}


def test_a_view_is_left_to_the_resource_that_it_is_of(stack):
    stack.up('Thing("a"); Thing("b")')
    stack.row("b").extra["viewOf"] = stack.row("a").urn
    ran = stack.refresh({"b": None})
    assert ran.did("Read") == ["a"]
    assert stack.row("b").extra["viewOf"] == stack.row("a").urn


def test_an_explicit_provider_is_configured_as_it_is_in_the_state_and_counted(stack):
    stack.up('west = Provider("west", {"account": "one"})\nThing("a", {}, ResourceOptions(provider=west))')
    ran = stack.refresh()
    [configure] = [call for call in ran.calls if call["call"] == "Configure"]
    assert configure["variables"]["scripted:config:account"] == "one"
    assert ("refresh", "west") in ran.steps
    assert ran.result.resource_changes == {"same": 3}


def test_what_the_stack_only_reads_is_judged_by_its_outputs(stack):
    stack.up(
        """
class Read(pulumi.CustomResource):
    def __init__(self, name, id):
        super().__init__("scripted:index:Thing", name, {}, ResourceOptions(id=id, version="1.0.0"))
Read("a", "there")
"""
    )
    assert stack.row("a").external
    assert stack.refresh().found == []
    ran = stack.refresh({"a": {"outputs": {"found": "changed"}}})
    assert ran.found == [("update", "a")]
    assert [call for call in ran.calls if call["call"] == "Diff"] == []
    assert stack.row("a").outputs == {"found": "changed"}
    assert stack.row("a").external


def test_one_that_cannot_be_looked_at_does_not_keep_the_others_from_it(stack):
    stack.parallel = 1
    stack.up(CHAIN)
    before = text(stack.row("a"))
    ran = stack.refresh({"a": {"fail": "no answer"}, "b": {"inputs": {"of": "x"}}, "c": None})
    assert not ran.result.succeeded
    assert ran.errors == ["no answer", "update failed"]
    assert sorted(ran.found) == [("delete", "c"), ("update", "b")]
    assert [event.step.op for event in ran.events if isinstance(event, StepFailed)] == ["refresh"]
    assert ran.result.resource_changes == {"delete": 1, "update": 1, "same": 2}
    assert text(stack.row("a")) == before
    assert stack.row("b").inputs["of"] == "x"
    assert repr(ran.saves[-1].resources) == repr(stack.snapshot.resources)


def test_a_provider_that_dies_leaves_the_state_as_it_was(stack):
    stack.up('Thing("a")')
    before = kept(stack)
    ran = stack.refresh({"a": {"fail": "x"}}, plugins=())
    assert not ran.result.succeeded
    assert "the embedded engine has no provider for package scripted" in ran.errors[0]
    assert kept(stack) == before


def test_what_is_there_and_not_well_is_taken_over_with_the_reasons(stack):
    stack.up('Thing("a", {"size": 1})')
    ran = stack.refresh({"a": {"unwell": ["it limps", "it coughs"], "outputs": {"computed": "half"}}})
    assert ran.result.succeeded
    assert ("warning", "Refreshed resource is in an unhealthy state:\n* it limps\n* it coughs") in ran.said
    assert stack.row("a").init_errors == ["it limps", "it coughs"]
    assert stack.row("a").outputs["computed"] == "half"
    assert [op for op, name in stack.up().steps if name == "a"] == ["update"], "the next update tries again"
    stack.refresh({"a": {"unwell": ["it limps"]}})
    stack.refresh()
    assert stack.row("a").init_errors == []


def test_secrets_stay_secret(stack):
    stack.up(
        'Thing("a", {"word": pulumi.Output.secret("hush"), "deep": {"word": pulumi.Output.secret("hush")}}, '
        'ResourceOptions(additional_secret_outputs=["computed"]))'
    )
    ran = stack.refresh({"a": {"inputs": {"word": "louder"}, "outputs": {"word": "louder", "computed": "private"}}})
    [call] = [call for call in ran.calls if call["call"] == "Read"]
    assert call["inputs"]["word"] == call["known"]["word"] == "hush"
    a = stack.row("a")
    assert (a.inputs["word"], a.inputs["deep"]) == (Secret("louder"), {"word": Secret("hush")})
    assert (a.outputs["word"], a.outputs["deep"]) == (Secret("louder"), {"word": Secret("hush")})
    assert a.outputs["computed"] == Secret("private")
    unwell = stack.refresh({"a": {"unwell": ["louder than hush"], "inputs": {"word": "again"}}})
    assert stack.row("a").inputs["word"] == Secret("again")
    assert stack.row("a").outputs["deep"] == {"word": Secret("hush")}
    assert ("warning", "Refreshed resource is in an unhealthy state:\n* [secret] than [secret]") in unwell.said


def test_what_is_secret_among_the_inputs_of_a_component_becomes_so_among_its_outputs(stack):
    stack.up('g = Group("g"); Thing("a"); g.register_outputs({})')
    group = stack.row("g")
    group.inputs, group.outputs = {"word": Secret("hush")}, {"word": "hush"}
    ran = stack.refresh()
    assert stack.row("g").outputs == {"word": Secret("hush")}
    assert ran.saves[-1].resources == stack.snapshot.resources


def test_a_provider_that_takes_secrets_is_sent_them_marked(stack):
    stack.environment["SCRIPTED_SECRETS"] = "1"
    stack.up('Thing("a", {"word": pulumi.Output.secret("hush")})')
    [call] = [call for call in stack.refresh().calls if call["call"] == "Read"]
    assert call["inputs"]["word"]["value"] == call["known"]["word"]["value"] == "hush"
    assert stack.row("a").inputs["word"] == stack.row("a").outputs["word"] == Secret("hush")


def test_a_look_changes_nothing_and_foresees_all(stack):
    stack.up(CHAIN)
    before = kept(stack)
    drift = {"a": {"inputs": {"size": 2}}, "c": None}
    looked = stack.refresh(drift, look_only=True)
    assert looked.saves == []
    assert kept(stack) == before
    assert looked.ended("c").op == "delete"
    [summary] = [event for event in looked.events if isinstance(event, Summary)]
    assert summary.preview
    done = stack.refresh(drift)
    assert sorted(looked.found) == sorted(done.found)
    assert looked.result.resource_changes == done.result.resource_changes == {"update": 1, "delete": 1, "same": 3}


def test_a_look_that_fails_says_so(stack):
    stack.up('Thing("a")')
    ran = stack.refresh({"a": {"fail": "no answer"}}, look_only=True)
    assert ran.errors == ["Preview failed: no answer", "preview failed"]


def test_resources_are_looked_at_side_by_side_and_no_more_than_asked_for(stack):
    stack.up('for n in "abcd": Thing(n)')
    slow = {name: {"seconds": 0.3} for name in "abcd"}
    for parallel, most in ((4, 4), (2, 2)):
        stack.parallel = parallel
        running = peak = 0
        for call in stack.refresh(slow).calls:
            running += {"Read": 1, "Looked": -1}.get(call["call"], 0)
            peak = max(peak, running)
        assert peak == most


def test_the_state_is_saved_after_each_change(stack):
    stack.up('for n in "abc": Thing(n)')
    stack.parallel = 1
    ran = stack.refresh({"a": None, "b": {"inputs": {"size": 2}}, "c": None})
    left = [[row.urn[-1] for row in saved.resources if row.type == "scripted:index:Thing"] for saved in ran.saves]
    assert [len(names) for names in left] == sorted((len(names) for names in left), reverse=True)
    assert len(left) >= 3
    assert left[-1] == ["b"]
    for saved in ran.saves:
        verify(saved, "saved")


def test_an_interrupt_ends_it_and_keeps_what_was_found(stack):
    stack.up('for n in "ab": Thing(n)')
    stack.parallel = 1
    log = stack.folder / "calls.jsonl"
    log.unlink()  # that of the update, which would go while it is read

    def interrupt():
        while not (log.exists() and '"Read"' in log.read_text()):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Thread(target=interrupt)
    timer.start()
    drift = {"seconds": 1.5, "inputs": {"size": 2}}
    ran = stack.refresh({"a": drift, "b": drift})
    timer.join()
    assert not ran.result.succeeded
    assert ran.errors == ["update canceled"]
    [read] = ran.did("Read")
    assert [name for name in "ab" if "size" in stack.row(name).inputs] == [read]
    verify(ran.saves[-1], "saved")


def test_interrupted_operations_are_forgotten_but_for_creates(stack):
    stack.up('Thing("a"); Thing("b")')
    a, b = stack.row("a"), stack.row("b")
    stack.snapshot.pending_operations = [PendingOperation(a, "updating"), PendingOperation(b, "creating")]
    ran = stack.refresh()
    assert [(each.type, each.resource.urn) for each in stack.snapshot.pending_operations] == [("creating", b.urn)]
    assert ran.saves[-1].pending_operations == stack.snapshot.pending_operations
    [(_, warning)] = [said for said in ran.said if said[0] == "warning"]
    assert "1 pending creates" in warning
    assert b.urn in warning
    assert a.urn not in warning
    assert "--clear-pending-creates" in warning


def test_no_interrupted_operation_no_warning(stack):
    stack.up('Thing("a")')
    stack.snapshot.pending_operations = [PendingOperation(stack.row("a"), "deleting")]
    ran = stack.refresh()
    assert ran.said == []
    assert stack.snapshot.pending_operations == []


def test_before_another_operation_what_is_found_does_not_count_and_that_one_sums_up(stack):
    stack.up('Thing("a"); Thing("b")')
    stack.snapshot.pending_operations = [PendingOperation(stack.row("a"), "creating")]
    ran = stack.refresh({"a": None, "b": {"inputs": {"size": 2}}}, goes_on=True)
    assert ran.said == [], "what comes after warns of what is pending"
    assert {op for op, _ in ran.found} == {"refresh"}
    assert ran.result.resource_changes == {}
    assert [event for event in ran.events if isinstance(event, Summary)] == []
    assert stack.row("b").inputs["size"] == 2


def test_before_another_operation_a_failure_is_summed_up(stack):
    stack.up('Thing("a")')
    ran = stack.refresh({"a": {"fail": "no"}}, goes_on=True)
    assert not ran.result.succeeded
    assert len([event for event in ran.events if isinstance(event, Summary)]) == 1


def test_a_stack_with_nothing_in_it_is_refreshed(stack):
    ran = stack.refresh()
    assert ran.result.succeeded
    assert [event for event in ran.events if isinstance(event, StepStarted)] == []
    assert ran.result.resource_changes == {}


def test_the_rows_that_were_given_are_left_alone(stack):
    stack.up('Thing("a", {"size": 1})')
    given = stack.snapshot
    before = [replace(row) for row in given.resources]
    stack.refresh({"a": {"inputs": {"size": 2}, "outputs": {"size": 2}}})
    assert given.resources == before
