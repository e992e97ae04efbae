"""`refresh`, and the refresh before another operation: what is asked of the engine, what is shown and what is kept."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from azure_sandbox import session
from azure_sandbox.commands import _arguments
from azure_sandbox.embedded import Options
from azure_sandbox.engine.refusals import EngineError
from azure_sandbox.errors import Exit
from nat_egress.state.model import PendingOperation

from .conftest import NETWORK

EMBEDDED = ("--stack", "dev", "--engine", "embedded")


@pytest.fixture
def up(run, engine):
    """A stack that is up; what was asked of the engine for it is forgotten."""
    assert run("up", "--yes", "--skip-preview", *EMBEDDED)[0] == 0
    engine.requests.clear()


def asked(engine):
    return [(request.kind, request.preview, request.goes_on) for request in engine.requests]


def history(root):
    folder = root / ".sandbox/backend/.pulumi/history/shop/dev"
    return [json.loads(path.read_text())["kind"] for path in sorted(folder.glob("*.history.json"))]


def rows(root):
    store = session.start(root, "dev", None).store
    return [row.urn for row in store.load().resources]


@pytest.mark.usefixtures("up")
def test_a_refresh_previews_refreshes_and_keeps_a_record(run, engine, root):
    engine.gone = (NETWORK,)
    status, out, _ = run("refresh", "--yes", *EMBEDDED)
    assert status == 0
    assert asked(engine) == [("refresh", True, False), ("refresh", False, False)]
    assert out.index("Previewing refresh (dev):") < out.index("Refreshing (dev):")
    assert re.search(r" - +└─ azure-native:network:VirtualNetwork +net +delete\n", out)
    assert " -  azure-native:network:VirtualNetwork net deleted" in out
    assert "    - 1 to delete\n    1 unchanged\n" in out
    assert "    - 1 deleted\n    1 unchanged\n" in out
    assert NETWORK not in rows(root)
    assert history(root) == ["update", "refresh"]


@pytest.mark.parametrize("how", ["--preview-only", "--skip-preview"])
def test_a_destroy_that_is_refused_for_its_hooks_refreshes_nothing_first(run, engine, resources, how):
    for hooks, kinds in (({}, ["refresh", "destroy"]), ({"BeforeDelete": ["guard"]}, ["destroy"])):
        resources[1].resource_hooks = hooks
        run("up", "--yes", *EMBEDDED)
        engine.requests.clear()
        run("destroy", how, "--refresh", *EMBEDDED)
        assert [kind for kind, _, _ in asked(engine)] == kinds


@pytest.mark.usefixtures("up")
def test_without_a_preview_it_is_done_at_once(run, engine):
    assert run("refresh", "--skip-preview", *EMBEDDED)[0] == 0
    assert asked(engine) == [("refresh", False, False)]


@pytest.mark.usefixtures("up")
def test_only_a_preview_changes_nothing(run, engine, root):
    engine.gone = (NETWORK,)
    status, out, _ = run("refresh", "--preview-only", *EMBEDDED)
    assert status == 0
    assert asked(engine) == [("refresh", True, False)]
    assert "Previewing refresh (dev):" in out
    assert "Refreshing" not in out
    assert NETWORK in rows(root)
    assert history(root) == ["update"]


@pytest.mark.usefixtures("up")
@pytest.mark.parametrize("how", ["--preview-only", "--skip-preview"])
def test_drift_is_an_error_where_none_was_expected(run, engine, how):
    assert run("refresh", how, "--expect-no-changes", *EMBEDDED)[0] == 0
    engine.gone = (NETWORK,)
    status, _, err = run("refresh", how, "--expect-no-changes", *EMBEDDED)
    assert status == Exit.NO_CHANGES
    assert err == "error: no changes were expected for refresh but changes were proposed\n"


@pytest.mark.parametrize("how", ["--preview-only", "--yes"])
def test_there_must_be_a_stack(run, engine, how):
    status, _, err = run("refresh", how, *EMBEDDED)
    assert status == Exit.STACK_NOT_FOUND
    assert err == "error: no stack named 'dev' found\n"
    assert engine.requests == []


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ((), "--yes or --skip-preview or --preview-only must be passed in to proceed when running in non-interactive"),
        (("--yes", "--preview-only"), "--yes and --preview-only cannot be used together"),
        (("--skip-preview", "--preview-only"), "--skip-preview and --preview-only cannot be used together"),
        (("--yes", "--run-program"), "--run-program: the embedded engine refreshes with the providers as they are"),
    ],
)
@pytest.mark.usefixtures("up")
def test_what_cannot_be_is_refused_before_anything_is_done(run, engine, arguments, refusal):
    status, _, err = run("refresh", *arguments, *EMBEDDED)
    assert status != 0
    assert err.startswith(f"error: {refusal}")
    assert engine.requests == []


@pytest.mark.usefixtures("up")
def test_the_question_says_that_only_the_state_changes(run, engine, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    questions = []
    monkeypatch.setattr("azure_sandbox.commands._ask", lambda question: bool(questions.append(question)))
    status, _, err = run("refresh", *EMBEDDED)
    assert status == Exit.ERROR
    [question] = questions
    assert question.splitlines() == [
        "Do you want to perform this refresh?",
        "No resources will be modified as part of this refresh; just your stack's state will be.",
    ]
    assert "confirmation declined, not proceeding with the refresh" in err
    assert asked(engine) == [("refresh", True, False)]


@pytest.mark.usefixtures("up")
def test_a_stack_file_that_has_gone_is_no_hindrance(run, engine, root):
    (root / "stacks/Pulumi.dev.yaml").unlink()
    assert run("refresh", "--yes", *EMBEDDED)[0] == 0
    assert engine.requests[-1].config == {}


@pytest.mark.usefixtures("up")
def test_what_is_gone_is_not_said_to_be_kept(run, engine, resources):
    resources[1].retain_on_delete = True
    run("up", "--yes", "--skip-preview", *EMBEDDED)
    engine.gone = (NETWORK,)
    _, out, _ = run("refresh", "--yes", *EMBEDDED)
    assert "Kept" not in out
    run("up", "--yes", "--skip-preview", *EMBEDDED)
    _, out, _ = run("destroy", "--yes", "--refresh", *EMBEDDED)
    assert "Kept" not in out
    engine.gone = ()
    run("up", "--yes", "--skip-preview", *EMBEDDED)
    _, out, _ = run("destroy", "--yes", "--refresh", *EMBEDDED)
    assert f"Kept, because retained (out of the stack's state, still in the cloud):\n    {NETWORK}" in out


@pytest.mark.usefixtures("up")
def test_interrupted_creates_are_cleared_where_that_is_asked_for(run, engine, root):
    current = session.start(root, "dev", None)
    snapshot = current.store.load()
    pending = [PendingOperation(snapshot.resources[1], kind) for kind in ("creating", "updating")]
    interrupted = replace(snapshot, pending_operations=pending)
    store = current.store
    store.backend.write(store.reference, store.writer(snapshot).render(interrupted))
    run("refresh", "--preview-only", *EMBEDDED)
    run("refresh", "--yes", *EMBEDDED)
    assert {tuple(each.type for each in request.snapshot.pending_operations) for request in engine.requests} == {
        ("creating", "updating")
    }
    engine.requests.clear()
    engine.fails = EngineError("no provider")
    run("refresh", "--skip-preview", "--clear-pending-creates", *EMBEDDED)
    [request] = engine.requests
    assert [each.type for each in request.snapshot.pending_operations] == ["updating"]
    assert [each.type for each in store.load().pending_operations] == ["updating"], "whatever becomes of the refresh"


@pytest.mark.parametrize(
    ("verb", "kinds"),
    [
        (("preview",), [("refresh", True, True), ("preview", True, False)]),
        (
            ("up", "--yes"),
            [
                ("refresh", True, True),
                ("preview", True, False),
                ("refresh", False, True),
                ("update", False, False),
            ],
        ),
        (
            ("destroy", "--yes"),
            [
                ("refresh", True, True),
                ("destroy", True, False),
                ("refresh", False, True),
                ("destroy", False, False),
            ],
        ),
    ],
)
@pytest.mark.usefixtures("up")
def test_any_operation_can_begin_with_a_refresh(run, engine, verb, kinds):
    engine.gone = (NETWORK,)
    status, _, _ = run(*verb, "--refresh", *EMBEDDED)
    assert status == 0
    assert asked(engine) == kinds
    for request in engine.requests:
        there = NETWORK in [row.urn for row in request.snapshot.resources]
        assert there == (request.kind == "refresh"), "what comes after goes out from what the refresh found"


@pytest.mark.usefixtures("up")
def test_a_project_can_ask_for_it_always(run, engine, root):
    (root / "Pulumi.yaml").write_text((root / "Pulumi.yaml").read_text() + "options: {refresh: always}\n")
    run("preview", *EMBEDDED)
    assert asked(engine) == [("refresh", True, True), ("preview", True, False)]
    engine.requests.clear()
    run("refresh", "--yes", *EMBEDDED)
    assert asked(engine) == [("refresh", True, False), ("refresh", False, False)]


@pytest.mark.usefixtures("up")
def test_what_goes_wrong_in_the_refresh_ends_it(run, engine, monkeypatch):
    look = engine.refresh
    monkeypatch.setattr(engine, "refresh", lambda request, emit: replace(look(request, emit), succeeded=False))
    for verb in ("preview",), ("up", "--yes"), ("destroy", "--yes"):
        engine.requests.clear()
        status, out, _ = run(*verb, "--refresh", *EMBEDDED)
        assert status == Exit.ERROR
        assert "to delete" not in out, "nothing is foreseen of what is not known"
        assert [kind for kind, _, _ in asked(engine)] == ["refresh"]


@pytest.mark.usefixtures("up")
def test_a_destroy_that_refreshes_shows_what_is_left_to_delete(run, engine):
    engine.gone = (NETWORK,)
    _, out, _ = run("destroy", "--yes", "--refresh", *EMBEDDED)
    assert "    - 1 to delete\n" in out


@pytest.mark.usefixtures("up")
def test_as_json_a_preview_is_a_document_and_a_refresh_events(run, engine):
    engine.gone = (NETWORK,)
    _, out, _ = run("refresh", "--preview-only", "--json", *EMBEDDED)
    document = json.loads(out)
    assert {step["urn"]: step["op"] for step in document["steps"]}[NETWORK] == "delete"
    assert document["changeSummary"] == {"same": 1, "delete": 1}
    _, out, _ = run("refresh", "--skip-preview", "--json", *EMBEDDED)
    events = [json.loads(line) for line in out.splitlines()]
    [found] = [
        event["resOutputsEvent"]["metadata"]
        for event in events
        if event.get("resOutputsEvent", {}).get("metadata", {}).get("urn") == NETWORK
    ]
    assert (found["op"], found["new"]) == ("delete", None)
    assert "logical" not in found


def test_the_official_cli_is_asked_the_same():
    options = Options(yes=True, refresh=True, run_program=True, clear_pending_creates=True, expect_no_changes=True)
    assert _arguments(options, "refresh") == [
        "--yes",
        "--expect-no-changes",
        "--refresh",
        "--run-program",
        "--clear-pending-creates",
        "--parallel=16",
    ]
    assert _arguments(Options(preview_only=True, json=True), "refresh") == ["--json", "--preview-only", "--parallel=16"]
