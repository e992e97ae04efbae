"""What is told, what is kept and what is not begun when something goes wrong."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from azure_sandbox.engine.request import ConfigValue, Plugin, Project
from nat_egress.state.model import PendingOperation, Snapshot


def test_a_failed_creation_ends_the_update_and_says_why(stack):
    ran = stack.up('a = Thing("a", {"create": "fail"}); Thing("b", {"of": a.id})')
    assert not ran.result.succeeded
    assert ran.errors == ["create of a was told to fail", "update failed"]
    assert ran.did("Create") == ["a"]
    assert [row.urn for row in stack.snapshot.resources if row.urn.endswith(("::a", "::b"))] == []
    assert stack.snapshot.pending_operations == []


def test_what_is_under_way_when_another_fails_is_brought_to_its_end(stack):
    ran = stack.up('Thing("slow", {"create": 0.7}); Thing("a", {"create": "fail"})')
    assert not ran.result.succeeded
    assert stack.row("slow").id == "slow-0"
    assert ran.did("Delete") == []


def test_what_waits_for_its_turn_when_another_fails_is_not_begun(stack):
    stack.parallel = 1
    # Whichever is registered first.
    ran = stack.up('for name in "abc": Thing(name, {"create": "fail slowly"})')
    assert len(ran.did("Create")) == 1


def test_what_a_protected_resource_needs_is_not_deleted(stack):
    stack.up('a = Thing("a"); Thing("b", {"of": a.id}, ResourceOptions(protect=True)); Thing("c")')
    ran = stack.destroy()
    assert not ran.result.succeeded
    assert ran.did("Delete") == ["c"]
    assert stack.row("a").id == "a-0"


def test_after_a_failure_nothing_is_deleted(stack):
    stack.up('Thing("old")')
    ran = stack.up('Thing("a", {"create": "fail"})')
    assert not ran.result.succeeded
    assert ran.did("Delete") == []
    assert stack.row("old").id == "old-0"


def test_a_resource_that_does_not_come_up_is_kept_with_its_errors_and_tried_again(stack):
    ran = stack.up('Thing("a", {"create": "partial"})')
    assert not ran.result.succeeded
    assert stack.row("a").id == "a-0"
    assert stack.row("a").init_errors == ["it never came up"]
    assert stack.row("a").outputs["half"] is True
    ran = stack.up('Thing("a", {"create": "well"})')
    assert ran.steps == [("update", "a")]
    assert stack.row("a").init_errors == []


def test_an_update_that_does_not_come_up_keeps_the_inputs_that_made_the_resource(stack):
    stack.up('Thing("a", {"size": 1})')
    stack.up('Thing("a", {"size": 2, "update": "partial"})')
    assert stack.row("a").inputs["size"] == 1
    assert stack.row("a").outputs["size"] == 2


def test_check_failures_name_resource_property_and_reason(stack):
    ran = stack.preview('Thing("a", {"bad": "too large"})')
    assert not ran.result.succeeded
    assert "scripted:index:Thing resource 'a': property bad" in ran.errors[0]
    assert "has a problem: too large" in ran.errors[0]


def test_a_program_that_raises_is_told_with_its_own_lines_only_and_nothing_is_deleted(stack):
    stack.up('Thing("old")')
    ran = stack.up('Thing("a")\ndef f():\n    raise ValueError("no such network")\nf()')
    assert not ran.result.succeeded
    [told] = ran.errors
    assert "no such network" in told
    assert told.startswith("Program failed with an unhandled exception:")
    assert "runner.py" not in told
    assert "runpy" not in told
    assert stack.row("old").id == "old-0"
    assert ran.did("Delete") == []


def test_a_run_error_is_told_without_a_traceback(stack):
    ran = stack.preview('raise pulumi.RunError("set the region")')
    assert ran.errors[0] == "set the region"
    assert not any("Traceback" in message for message in ran.errors)


def test_what_the_program_prints_is_told(stack):
    ran = stack.preview('import sys; print("hello"); print("careful", file=sys.stderr); pulumi.log.warn("mind")')
    assert ("info", "hello") in ran.said
    assert ("info#err", "careful") in ran.said
    assert ("warning", "mind") in ran.said


def test_secrets_are_blinded_in_whatever_is_told(stack):
    stack.config = {"p:word": ConfigValue("hush-hush", secret=True)}
    ran = stack.preview('print("it is", pulumi.Config().get("word"))')
    assert ("info", "it is [secret]") in ran.said


def test_a_secret_that_a_provider_gives_away_in_its_refusal_is_blinded(stack):
    ran = stack.preview('Thing("a", {"word": Output.secret("hush-hush"), "bad": "hush-hush is too short"})')
    assert not any("hush-hush" in message for message in ran.errors)


def test_a_provider_that_dies_is_told_and_nothing_hangs(stack):
    began = time.monotonic()
    ran = stack.up('Thing("a", {"create": "die"})')
    assert time.monotonic() - began < 20
    assert not ran.result.succeeded
    assert "the provider scripted 1.0.0 has died: it ended with status 3" in ran.errors[0]
    assert stack.snapshot.pending_operations == []


def test_a_provider_that_does_not_start_is_told_with_its_last_words(stack):
    plugin = Plugin("scripted", "1.0.0", (sys.executable, "-c", "import sys; sys.exit('no licence')"))
    ran = stack.preview('Thing("a")', plugins=(plugin,))
    assert not ran.result.succeeded
    assert (
        "the provider scripted 1.0.0 did not start: it ended with status 1; its last words:\n  no licence"
        in ran.errors[0]
    )


def test_a_provider_that_refuses_its_configuration_is_told(stack):
    stack.config = {"scripted:refuse": "no such account"}
    ran = stack.preview('Thing("a")')
    assert "the provider scripted cannot be configured: no such account" in ran.errors[0]


def test_an_interpreter_that_is_missing_is_told(stack):
    stack.write("")
    project = Project("p", stack.folder, stack.folder, Path("/nowhere/python"))
    ran = stack.preview(project=project)
    assert ran.errors[0] == "the program cannot be started: No such file or directory: /nowhere/python"


def test_a_request_is_refused_when_what_is_under_way_has_ended_and_the_program_says_nothing_of_it(stack):
    ran = stack.up("""
first = Thing("first")
Thing("slow", {"create": 0.7, "of": first.id})
second = Thing("second", {"create": 0.2, "of": first.id})
Thing("bad", {"bad": "too large", "of": second.id})
Thing("later", {"create": 0.2, "of": second.id})
""")
    assert not ran.result.succeeded
    assert stack.row("slow").id == "slow-0"
    [told] = ran.errors
    assert "has a problem: too large" in told
    assert {severity for severity, _ in ran.said} == {"error"}


def test_a_duplicate_name_is_refused(stack):
    ran = stack.preview('Thing("a"); Thing("a")')
    assert (
        "Duplicate resource URN 'urn:pulumi:dev::p::scripted:index:Thing::a'; try giving it a unique name" in ran.errors
    )


def test_protected_resources_are_not_deleted_and_all_of_them_are_told(stack):
    stack.up('Thing("a", {}, ResourceOptions(protect=True)); Thing("b", {}, ResourceOptions(protect=True)); Thing("c")')
    ran = stack.destroy()
    assert not ran.result.succeeded
    refused = [message for message in ran.errors if "because it is protected" in message]
    assert len(refused) == 2
    assert "pulumi state unprotect 'urn:pulumi:dev::p::scripted:index:Thing::" in refused[0]
    assert ran.did("Delete") == ["c"]


def test_a_preview_of_a_destroy_refuses_the_same_and_deletes_nothing(stack):
    program = (
        'a = Thing("a", {}, ResourceOptions(protect=True)); b = Thing("b", {"of": a.id}); Thing("c", {"of": b.id})'
    )
    stack.up(program)
    ran = stack.destroy(look_only=True)
    assert not ran.result.succeeded
    assert [message.splitlines()[0] for message in ran.errors] == [
        'Preview failed: resource "urn:pulumi:dev::p::scripted:index:Thing::a" cannot be deleted',
        "preview failed",
    ]
    assert [op_and_name for op_and_name in ran.found if op_and_name[1] in "abc"] == [("delete", "c"), ("delete", "b")]
    assert (ran.did("Delete"), ran.saves) == ([], [])
    assert {stack.row(name).id for name in "abc"} == {"a-0", "b-0", "c-0"}


def test_a_preview_of_a_destroy_excludes_the_protected_and_what_they_need(stack):
    stack.up('a = Thing("a"); b = Thing("b", {"of": a.id}, ResourceOptions(protect=True)); Thing("c", {"of": b.id})')
    ran = stack.destroy(look_only=True, exclude_protected=True)
    assert ran.result.succeeded, ran.errors
    assert (ran.found, ran.result.resource_changes["delete"]) == ([("delete", "c")], 1)
    assert (ran.did("Delete"), ran.saves) == ([], [])


def test_a_destroy_that_excludes_the_protected_keeps_what_they_need(stack):
    stack.up(
        'a = Thing("a"); g = Group("g"); b = Thing("b", {"of": a.id}, ResourceOptions(protect=True, parent=g)); '
        'Thing("c", {"of": b.id})'
    )
    ran = stack.destroy(exclude_protected=True)
    assert ran.result.succeeded, ran.errors
    assert ran.did("Delete") == ["c"]
    kept = {urn.rsplit("::", 1)[-1] for urn in ran.result.protected}
    assert kept == {"p-dev", "default_1_0_0", "a", "g", "b"}
    assert stack.row("b").id == "b-0"


def test_a_destroy_that_excludes_the_protected_keeps_what_is_in_the_components_that_they_need(stack):
    stack.up("""
g = Group("g")
Thing("child", {}, ResourceOptions(parent=g))
Thing("b", {}, ResourceOptions(protect=True, deleted_with=g))
Thing("c")
""")
    ran = stack.destroy(exclude_protected=True)
    assert ran.result.succeeded, ran.errors
    assert ran.did("Delete") == ["c"]


def test_a_failure_spares_what_was_needed_and_not_what_is_to_be_deleted_under_its_name(stack):
    stack.up('a = Thing("a", {"force": 1, "delete": "fail"}); Thing("b", {"of": a.id}, ResourceOptions(protect=True))')
    stack.up('a = Thing("a", {"force": 2}); Thing("b", {"of": a.id}, ResourceOptions(protect=True))')
    assert [row.delete for row in stack.snapshot.resources if row.urn.endswith("::a")] == [False, True]
    ran = stack.destroy(look_only=True)
    assert ("delete", "b") in ran.steps
    assert ("delete-replaced", "a") in ran.steps
    assert ("delete", "a") not in ran.steps


def test_a_destroy_that_leaves_everything_takes_no_step(stack):
    stack.up('a = Thing("a"); Thing("b", {"of": a.id}, ResourceOptions(protect=True))')
    before = list(stack.snapshot.resources)
    ran = stack.destroy(exclude_protected=True)
    assert ran.result.succeeded
    assert ran.steps == []
    assert ran.result.resource_changes == {}
    assert list(ran.result.protected) == [row.urn for row in before]
    assert stack.snapshot.resources == before


def test_pending_operations_are_warned_of(stack):
    stack.up('Thing("a")')
    stack.snapshot.pending_operations.append(PendingOperation(stack.row("a"), "creating"))
    ran = stack.up()
    [warning] = [message for severity, message in ran.said if severity == "warning"]
    assert "urn:pulumi:dev::p::scripted:index:Thing::a, interrupted while creating" in warning
    assert [(p.type, p.resource.id) for p in stack.snapshot.pending_operations] == [("creating", "a-0")]


def test_an_interrupt_lets_what_is_under_way_end_and_begins_nothing(stack):
    stack.write('a = Thing("a", {"create": 1.5}); Thing("b", {"of": a.id})')
    log = stack.folder / "calls.jsonl"

    def interrupt():
        while not (log.exists() and '"Create"' in log.read_text()):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Thread(target=interrupt)
    timer.start()
    ran = stack.up()
    timer.join()
    assert not ran.result.succeeded
    assert ran.errors == ["update canceled"]
    assert stack.row("a").id == "a-0"
    assert ran.did("Create") == ["a"]
    assert any(call["call"] == "Cancel" for call in ran.calls)


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from conftest import Stack
from pathlib import Path
import pickle
stack = Stack(Path({folder!r}))
def save(snapshot):
    path = Path({folder!r}) / "state"
    path.with_suffix(".new").write_bytes(pickle.dumps(snapshot))
    path.with_suffix(".new").rename(path)
stack.up(save=save)
"""


def run_until_b_is_under_way(stack):
    stack.write(
        'import atexit, time; atexit.register(time.sleep, 60)\na = Thing("a"); Thing("b", {"of": a.id, "create": 60.0})'
    )
    script = KILLED.format(tests=str(Path(__file__).parent), folder=str(stack.folder))
    process = subprocess.Popen([sys.executable, "-c", script], start_new_session=True, stderr=subprocess.DEVNULL)
    log, deadline = stack.folder / "calls.jsonl", time.monotonic() + 30
    while not (log.exists() and log.read_text().count('"Create"') == 2):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def wait_for_the_end_of_all(stack):
    deadline = time.monotonic() + 10
    while (
        str(stack.folder) in subprocess.run(["ps", "-wweo", "args"], capture_output=True, text=True, check=True).stdout
    ):
        assert time.monotonic() < deadline, "a process has outlived its engine"
        time.sleep(0.1)


def kept(stack):
    snapshot = pickle.loads((stack.folder / "state").read_bytes())  # noqa: S301 - the test's own file
    rows = [row.id for row in snapshot.resources if "Thing" in row.type]
    return rows, [(p.type, p.resource.urn.rsplit("::", 1)[-1]) for p in snapshot.pending_operations]


def test_a_kill_leaves_a_state_that_is_true(stack):
    process = run_until_b_is_under_way(stack)
    process.kill()
    process.wait()
    assert kept(stack) == (["a-0"], [("creating", "b")])
    wait_for_the_end_of_all(stack)


def test_a_second_interrupt_does_not_wait(stack):
    process = run_until_b_is_under_way(stack)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=4) == -signal.SIGINT
    wait_for_the_end_of_all(stack)
    assert kept(stack) == (["a-0"], [("creating", "b")])


def test_a_state_that_cannot_be_saved_ends_the_update(stack):
    def save(snapshot: Snapshot) -> None:
        raise OSError(28, "No space left on device")

    ran = stack.up('a = Thing("a"); Thing("b", {"of": a.id})', save=save)
    assert not ran.result.succeeded
    assert any("the state cannot be saved" in message for message in ran.errors)
    assert ran.did("Create") == []


REMOTE = """
class Remote(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("scripted:index:Remote", "r", {}, ResourceOptions(transforms=[lambda args: None]), True)
Remote()
"""


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ('Thing("a", {}, ResourceOptions(import_="x"))', "the option import_"),
        ('pulumi.StackReference("organization/p/other")', "stack references"),
        ('Thing("a", {"file": pulumi.StringAsset("text")})', "an asset"),
        ('a = Thing("a"); Thing("b", {}, ResourceOptions(replace_with=[a]))', "the option replace_with"),
        ('Thing("a", {}, ResourceOptions(replacement_trigger=1))', "the option replacement_trigger"),
        ('Thing("a", type_="random:index/randomPet:RandomPet")', "no provider for package random"),
        (REMOTE, "transforms of remote components"),
    ],
)
def test_what_the_engine_does_not_do_is_refused_by_name(stack, program, words):
    ran = stack.preview(program)
    assert not ran.result.succeeded
    assert words in ran.errors[0]
    assert "official" in ran.errors[0]
    assert len(ran.errors) == 1
