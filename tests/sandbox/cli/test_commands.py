from __future__ import annotations

import json
import os

import pytest
from azure_sandbox.engine.refusals import EngineError
from azure_sandbox.errors import Exit
from nat_egress.state import FileBackend, StackReference

EMBEDDED = ("--stack", "dev", "--engine", "embedded")


def tree(root):
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file() and ".sandbox" not in path.parts
    }


@pytest.mark.usefixtures("secret_output")
def test_a_preview_says_which_engine_runs_and_why_and_what_would_happen(run, engine):
    status, out, err = run("preview", *EMBEDDED)
    assert (status, err) == (0, "")
    assert out.startswith("Engine: embedded: asked for with --engine embedded\nPreviewing update (dev):\n")
    assert "azure-native:network:VirtualNetwork  net       create" in out
    assert "warning: careful" in out
    assert "key : [secret]" in out
    assert "    + 2 to create\n" in out


def test_a_preview_writes_no_state(run, engine, root):
    run("preview", *EMBEDDED)
    assert engine.requests[0].kind == "preview"
    assert not (root / ".sandbox/backend/.pulumi").exists()


def test_an_update_previews_and_updates_and_a_second_one_changes_nothing(run, engine):
    status, out, _ = run("up", "--yes", *EMBEDDED)
    assert status == 0
    assert [request.kind for request in engine.requests] == ["preview", "update"]
    assert out.index("Previewing update (dev):") < out.index("Updating (dev):")
    assert " +  azure-native:network:VirtualNetwork net created" in out
    assert "    + 2 created\n" in out
    status, out, _ = run("up", "--yes", "--skip-preview", *EMBEDDED)
    assert (status, engine.requests[-1].kind, len(engine.requests)) == (0, "update", 3)
    assert "    2 unchanged\n" in out


def test_a_rehearsal_leaves_the_project_as_it_was(run, engine, root):
    before = tree(root)
    for command in (("preview",), ("up", "--yes"), ("output",), ("destroy", "--yes")):
        assert run(*command, *EMBEDDED)[0] == 0
    assert tree(root) == before


def test_the_sandbox_can_be_elsewhere(run, engine, root, tmp_path):
    assert run("up", "--yes", "--sandbox", str(tmp_path / "else"), *EMBEDDED)[0] == 0
    assert not (root / ".sandbox").exists()
    assert (tmp_path / "else/backend/.pulumi/stacks/shop/dev.json").is_file()


def test_what_the_engine_is_asked(run, engine, root, monkeypatch):
    monkeypatch.setenv("ARM_CLIENT_SECRET", "real")
    monkeypatch.setenv("AWS_PROFILE", "real")
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "real")
    run("preview", "--parallel", "3", *EMBEDDED)
    (request,) = engine.requests
    assert {key: value.text for key, value in request.config.items()} == {
        "azure-native:location": "westeurope",
        "shop:label": "hello",
        "shop:size": "3",
    }
    assert request.parallel == 3
    assert request.environment["PULUMI_BACKEND_URL"] == f"file://{root}/.sandbox/backend"
    assert request.environment["AZURE_SANDBOX"] == str(root / ".sandbox")
    assert "real" not in request.environment.values()
    assert [plugin.name for plugin in request.plugins] == ["azure-native", "random"]
    for plugin in request.plugins:
        assert os.access(plugin.command[0], os.X_OK)
        folder = root / f".sandbox/home/plugins/resource-{plugin.name}-v{plugin.version}"
        assert plugin.command == (str(folder / f"pulumi-resource-{plugin.name}"),)


def test_the_projects_own_policy_pack_runs_where_there_is_one(run, engine, root):
    run("preview", *EMBEDDED)
    (root / "policies").mkdir()
    (root / "policies/PulumiPolicy.yaml").write_text("runtime: python\n")
    run("preview", *EMBEDDED)
    assert [[pack.root for pack in request.policy_packs] for request in engine.requests] == [[], [root / "policies"]]


def test_json_is_all_there_is_on_standard_output(run, engine):
    status, out, err = run("preview", "--json", *EMBEDDED)
    document = json.loads(out)
    assert (status, err) == (0, "Engine: embedded: asked for with --engine embedded\n")
    assert document["changeSummary"] == {"create": 2}
    assert document["config"]["shop:label"] == "hello"
    assert [step["op"] for step in document["steps"]] == ["create", "create"]


@pytest.mark.usefixtures("secret_output")
def test_the_json_of_an_update_is_the_preview_and_then_an_event_a_line(run, engine):
    _, out, _ = run("up", "--yes", "--json", *EMBEDDED)
    document, end = json.JSONDecoder().raw_decode(out)
    events = [json.loads(line) for line in out[end:].strip().splitlines()]
    assert document["changeSummary"] == {"create": 2}
    assert [list(event)[2] for event in events][:3] == ["preludeEvent", "resourcePreEvent", "resOutputsEvent"]
    assert [list(event)[2] for event in events][-2:] == ["summaryEvent", "cancelEvent"]
    assert [event["sequence"] for event in events] == list(range(len(events)))
    assert events[-2]["summaryEvent"]["result"] == "succeeded"
    assert "s3cret" not in out


def test_the_json_of_an_update_that_fails_says_so(run, engine):
    engine.refuses = "update"
    status, out, _ = run("up", "--skip-preview", "--json", *EMBEDDED)
    events = [json.loads(line) for line in out.splitlines()]
    assert (status, events[-2]["summaryEvent"]["result"]) == (1, "failed")


@pytest.mark.usefixtures("secret_output")
def test_outputs(run, engine):
    run("up", "--yes", *EMBEDDED)
    assert run("output", "made", "--stack", "dev")[:2] == (0, "yes\n")
    assert json.loads(run("output", "--json", "--stack", "dev")[1]) == {"key": "[secret]", "made": "yes"}
    assert "    key     s3cret\n" in run("output", "--show-secrets", "--stack", "dev")[1]
    status, _, err = run("output", "nope", "--stack", "dev")
    assert (status, err) == (1, "error: current stack does not have output property 'nope' (it has: key, made)\n")


@pytest.mark.usefixtures("secret_output")
def test_an_export_has_no_secret_in_clear_text_unless_asked_for(run, engine, tmp_path):
    run("up", "--yes", *EMBEDDED)
    _, out, _ = run("export", "--stack", "dev")
    assert "s3cret" not in out
    assert json.loads(out)["version"] == 3
    file = tmp_path / "state.json"
    assert run("export", "--stack", "dev", "--show-secrets", "--file", str(file))[0] == 0
    assert '"plaintext": "\\"s3cret\\""' in file.read_text()


def test_a_destroy_says_what_it_does_and_keeps(run, engine, resources):
    run("up", "--yes", *EMBEDDED)
    status, out, _ = run("destroy", "--yes", *EMBEDDED)
    assert status == 0
    assert out.index("Previewing destroy (dev):") < out.index("    - 2 to delete") < out.index("Destroying (dev):")
    assert " -  azure-native:network:VirtualNetwork net deleted" in out
    assert "    - 2 deleted\n" in out
    assert out.endswith("are still maintained.\n")


def test_outputs_are_held_against_those_before(run, engine, resources):
    assert '\nOutputs:\n    made: "yes"\n' in run("up", "--skip-preview", *EMBEDDED)[1]
    resources[0].outputs = {"made": "no", "stays": 1}
    assert '\nOutputs:\n  ~ made : "yes" => "no"\n  + stays: 1\n' in run("up", "--skip-preview", *EMBEDDED)[1]
    assert "Outputs:" not in run("preview", *EMBEDDED)[1]
    assert '\nOutputs:\n    made : "no"\n    stays: 1\n' in run("up", "--skip-preview", *EMBEDDED)[1]


def test_a_destroy_shows_the_outputs_that_go(run, engine, resources):
    run("up", "--yes", *EMBEDDED)
    engine.left = resources
    assert '\nOutputs:\n    made: "yes"\n' in run("destroy", "--skip-preview", *EMBEDDED)[1]
    engine.refuses = "destroy"
    assert "Outputs:" not in run("destroy", "--skip-preview", *EMBEDDED)[1]
    engine.left, engine.refuses = (), ""
    assert '\nOutputs:\n  - made: "yes"\n' in run("destroy", "--preview-only", *EMBEDDED)[1]
    assert '\nOutputs:\n  - made: "yes"\n' in run("destroy", "--skip-preview", *EMBEDDED)[1]


def test_where_all_is_protected_nothing_is_begun(run, engine, resources):
    resources[1].protect = True
    run("up", "--yes", *EMBEDDED)
    before = len(engine.requests)
    status, out, _ = run("destroy", "--yes", "--exclude-protected", *EMBEDDED)
    assert (status, len(engine.requests)) == (0, before)
    assert "There were no unprotected resources to destroy. There are still 2 protected resources" in out
    assert f"Kept, because protected (still in the stack's state):\n    {resources[1].urn}\n" in out
    engine_line = "Engine: embedded: asked for with --engine embedded\n"
    assert run("destroy", "--yes", "--exclude-protected", "--json", *EMBEDDED) == (0, "", engine_line)
    status, seen, _ = run("destroy", "--preview-only", "--exclude-protected", *EMBEDDED)
    assert (status, seen, len(engine.requests)) == (0, out, before)


def test_what_is_not_protected_is_destroyed_though_protected_ones_are_to_be_left(run, engine):
    run("up", "--yes", *EMBEDDED)
    status, out, _ = run("destroy", "--yes", "--exclude-protected", *EMBEDDED)
    assert status == 0
    assert "    - 2 deleted\n" in out


def test_a_stack_that_is_made_is_told(run, engine):
    assert "Created stack 'dev'\n" in run("up", "--yes", *EMBEDDED)[2]
    assert "Created stack" not in run("up", "--yes", *EMBEDDED)[2]


def test_a_destroy_can_be_looked_at_only(run, engine, root):
    run("up", "--yes", *EMBEDDED)
    before = (root / ".sandbox/backend/.pulumi/stacks/shop/dev.json").read_bytes()
    engine.requests.clear()
    status, out, _ = run("destroy", "--preview-only", *EMBEDDED)
    assert status == 0
    assert "    - 2 to delete\n" in out
    assert "Destroying" not in out
    assert [(request.kind, request.look_only) for request in engine.requests] == [("destroy", True)]
    assert (root / ".sandbox/backend/.pulumi/stacks/shop/dev.json").read_bytes() == before


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_only_a_stack_that_is_there_can_be_looked_at(run, engine, command):
    status, _, err = run(command, "--preview-only", *EMBEDDED)
    assert (status, err) == (Exit.STACK_NOT_FOUND, "error: no stack named 'dev' found\n")


def test_a_destroy_whose_preview_fails_is_not_begun(run, engine):
    run("up", "--yes", *EMBEDDED)
    engine.requests.clear()
    engine.refuses = "destroy"
    for way in "--yes", "--preview-only":
        assert run("destroy", way, *EMBEDDED)[0] == Exit.ERROR
    assert [(request.kind, request.look_only) for request in engine.requests] == [("destroy", True)] * 2


def test_history_tells_the_updates(run, engine, root):
    run("up", "--yes", *EMBEDDED)
    run("destroy", "--yes", *EMBEDDED)
    entries = sorted((root / ".sandbox/backend/.pulumi/history/shop/dev").glob("*.history.json"))
    assert [json.loads(entry.read_text())["kind"] for entry in entries] == ["update", "destroy"]


def test_no_changes_expected(run, engine):
    status, _, err = run("preview", "--expect-no-changes", *EMBEDDED)
    assert (status, err) == (Exit.NO_CHANGES, "error: no changes were expected for preview but changes were proposed\n")
    run("up", "--yes", *EMBEDDED)
    assert run("preview", "--expect-no-changes", *EMBEDDED)[0] == 0


@pytest.mark.parametrize(
    ("command", "ways"),
    [("up", "--yes or --skip-preview"), ("destroy", "--yes or --skip-preview or --preview-only")],
)
def test_nobody_to_ask_and_no_yes_is_refused(run, engine, command, ways):
    status, _, err = run(command, *EMBEDDED)
    assert (status, engine.requests) == (Exit.CONFIGURATION, [])
    assert err == f"error: {ways} must be passed in to proceed when running in non-interactive mode\n"


@pytest.mark.parametrize("command", [("destroy", "--yes"), ("output",), ("export",)])
def test_a_stack_that_is_not_there(run, engine, command):
    status, _, err = run(*command, "--stack", "gone")
    assert (status, err.splitlines()[-1]) == (Exit.STACK_NOT_FOUND, "error: no stack named 'gone' found")


def hold(root):
    return FileBackend(root / ".sandbox/backend").lock(StackReference("shop", "dev"))


def test_a_held_stack_is_refused_and_cancel_frees_it(run, engine, root):
    with hold(root):
        status, _, err = run("up", "--yes", *EMBEDDED)
        assert (status, engine.requests) == (1, [])
        assert "currently locked by 1 lock(s)" in err
        assert "python -m azure_sandbox cancel --stack dev" in err
        assert run("cancel", "--stack", "dev")[:2] == (0, "1 lock(s) of 'dev' taken away\n")
    assert run("up", "--yes", *EMBEDDED)[0] == 0


def test_there_is_nothing_to_cancel_of_a_stack_that_is_not_there(run, engine):
    assert run("cancel", "--stack", "dev")[::2] == (Exit.STACK_NOT_FOUND, "error: no stack named 'dev' found\n")
    run("up", "--yes", *EMBEDDED)
    assert run("cancel", "--stack", "dev")[:2] == (0, "no update of 'dev' holds a lock\n")


def test_what_runs_no_program_asks_for_none_of_its_settings(run, engine, root):
    run("up", "--yes", *EMBEDDED)
    file = root / "Pulumi.yaml"
    file.write_text(file.read_text() + "  needed: { type: string }\n")
    assert "is missing configuration value 'needed'" in run("up", "--yes", *EMBEDDED)[2]
    assert run("refresh", "--yes", *EMBEDDED)[0] == 0
    assert run("destroy", "--yes", *EMBEDDED)[0] == 0


def test_the_lock_is_let_go_after_an_update_whatever_came(run, engine, root):
    engine.fails = RuntimeError("the engine broke")
    status, _, err = run("up", "--yes", *EMBEDDED)
    assert status == Exit.INTERNAL
    assert "unexpected RuntimeError: the engine broke" in err
    assert "Traceback" not in err
    with hold(root):
        pass


def test_what_the_engine_refuses_is_told_as_it_is(run, engine):
    engine.fails = EngineError("gw: the embedded engine does not do imports")
    status, _, err = run("preview", *EMBEDDED)
    assert (status, err) == (Exit.ERROR, "error: gw: the embedded engine does not do imports\n")


def test_a_cancelled_update(run, engine):
    engine.fails = KeyboardInterrupt()
    assert run("up", "--yes", *EMBEDDED)[0] == Exit.CANCELLED


@pytest.fixture
def no_passphrase(monkeypatch):
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)


def damage(root):
    file = root / ".sandbox/backend/.pulumi/stacks/shop/dev.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"version":3,')


BREAKAGES = {
    "a stack file with a mistake": (
        lambda root: (root / "stacks/Pulumi.dev.yaml").write_text("config: [\n"),
        "stacks/Pulumi.dev.yaml: line 2, column 1: invalid YAML",
    ),
    "a missing stack file": (
        lambda root: (root / "stacks/Pulumi.dev.yaml").rename(root / "stacks/Pulumi.other.yaml"),
        "Stacks with a file: other",
    ),
    "a corrupt state": (damage, "dev.json: line 1, column 14: not JSON"),
    "a missing virtual environment": (
        lambda root: (root / "Pulumi.yaml").write_text(
            "name: shop\nmain: program\nstackConfigDir: stacks\nruntime: {name: python, options: {virtualenv: gone}}\n"
        ),
        "there is no virtual environment at",
    ),
    "a policy pack without its virtual environment": (
        lambda root: (
            (root / "policies").mkdir(),
            (root / "policies/PulumiPolicy.yaml").write_text("runtime: {name: python, options: {virtualenv: gone}}\n"),
        ),
        "policies/PulumiPolicy.yaml: runtime.options.virtualenv: there is no virtual environment at",
    ),
    "a secret of a passphrase that is not known": (
        lambda root: (root / "stacks/Pulumi.dev.yaml").write_text(
            "encryptionsalt: v1:AAAAAAAAAAA=:v1:AAAAAAAAAAAAAAAA:AAAA\nconfig: {token: {secure: 'v1:AAAA:AAAA'}}\n"
        ),
        "shop:token: there are secrets and no passphrase: set PULUMI_CONFIG_PASSPHRASE",
    ),
    "a secret of a cloud's key": (
        lambda root: (root / "stacks/Pulumi.dev.yaml").write_text(
            "secretsprovider: azurekeyvault://x\nconfig: {token: {secure: AAAA}}\n"
        ),
        "azurekeyvault://x",
    ),
}


@pytest.mark.parametrize("command", [("preview",), ("up", "--yes")])
@pytest.mark.parametrize("name", BREAKAGES)
@pytest.mark.usefixtures("no_passphrase")
def test_what_is_broken_is_told_in_one_message_and_nothing_is_changed(run, engine, root, name, command):
    break_it, said = BREAKAGES[name]
    break_it(root)
    before = tree(root)
    state = root / ".sandbox/backend/.pulumi/stacks/shop/dev.json"
    content = state.read_bytes() if state.exists() else None
    status, _, err = run(*command, *EMBEDDED)
    assert status in {Exit.ERROR, Exit.CONFIGURATION, Exit.STACK_NOT_FOUND}
    assert err.count("error: ") == 1
    assert "Traceback" not in err
    assert said in err
    assert engine.requests == []
    assert tree(root) == before
    assert (state.read_bytes() if state.exists() else None) == content


def test_a_policy_pack_that_is_not_one(run, engine, tmp_path):
    status, _, err = run("preview", "--policy-pack", str(tmp_path / "none"), *EMBEDDED)
    assert status == Exit.CONFIGURATION
    assert f"--policy-pack {tmp_path}/none: there is no PulumiPolicy.yaml in that folder" in err
