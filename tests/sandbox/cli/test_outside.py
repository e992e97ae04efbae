"""A stack in a backend outside the sandbox: what may be rehearsed there, and what is never touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azure_sandbox.errors import CommandError, Exit
from azure_sandbox.outside import SUBSCRIPTION_KEY, check_settings, mark_of, refusal, subscriptions
from azure_sandbox.provider.settings import SUBSCRIPTION
from azure_sandbox.rehearsal import Rehearsal
from nat_egress.state import FileBackend, Passphrase, StackReference, StackStore
from nat_egress.state.integrity import magic
from nat_egress.state.model import PendingOperation, ResourceState, Snapshot
from nat_egress.state.values import Secret

REFERENCE = StackReference("shop", "dev")
MINE = mark_of("1")
REAL = "5f0e0000-0000-4000-8000-000000000001"
PASSPHRASE = "correct horse"


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("v3.259.0", "it was last written by Pulumi v3.259.0, and not by the sandbox. It may be meant for Azure"),
        (None, "it was last written by something that does not say what it is"),
        ("", "something that does not say what it is"),
        (7, "something that does not say what it is"),
        (mark_of("2"), "it was rehearsed in another sandbox, or in this one before its folder was removed"),
        (mark_of(""), "it was rehearsed in another sandbox"),
        (f"{MINE} ", "it was rehearsed in another sandbox"),
        (f"x{MINE}", "it was last written by Pulumi x"),
    ],
)
def test_a_stack_without_the_mark_is_not_the_sandboxs(version, said):
    assert said in refusal({"version": version}, MINE)


def test_a_stack_with_the_mark_is_the_sandboxs():
    assert refusal({"version": MINE}, MINE) == ""
    assert "does not say what it is" in refusal({}, MINE)


def row(kind="azure-native:network:NatGateway", subscription=SUBSCRIPTION, **fields):
    id_ = f"/subscriptions/{subscription}/resourceGroups/rg"
    return ResourceState(f"urn:pulumi:dev::shop::{kind}::x", kind, **({"custom": True, "id": id_} | fields))


def provider(**inputs):
    return row("pulumi:providers:azure-native", id="1", inputs=inputs)


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (row(), set()),
        (row(subscription=REAL), {REAL}),
        (row(id=f"/SUBSCRIPTIONS/{REAL}"), {REAL}),
        (row(id="a name"), set()),
        (row(subscription=REAL, external=True), set()),
        (row("my:index:Component", custom=False, id=""), set()),
        (provider(), set()),
        (provider(subscriptionId=""), set()),
        (provider(subscriptionId=SUBSCRIPTION), set()),
        (provider(subscriptionId=REAL), {REAL}),
        (provider(subscriptionId=Secret(REAL)), {REAL}),
    ],
)
def test_subscriptions_that_are_not_the_sandboxs(resource, found):
    assert subscriptions(Snapshot([row(), resource])) == found
    assert subscriptions(Snapshot([row()], [PendingOperation(resource, "creating")])) == found


class Value:
    def __init__(self, text):
        self.text = text


@pytest.mark.parametrize("values", [{}, {SUBSCRIPTION_KEY: Value("")}, {SUBSCRIPTION_KEY: Value(SUBSCRIPTION)}])
def test_settings_without_a_subscription_of_theirs(values):
    check_settings(values)


def test_settings_with_a_subscription_of_theirs_are_refused():
    with pytest.raises(CommandError, match=f"Leave it out .*, or set it to {SUBSCRIPTION}"):
        check_settings({SUBSCRIPTION_KEY: Value(REAL)})


def test_a_sandbox_has_one_identity_and_no_other_has_it(tmp_path):
    mine = Rehearsal(tmp_path / "mine")
    assert mine.identity() == mine.identity() == (tmp_path / "mine" / "identity").read_text()
    assert mine.identity() != Rehearsal(tmp_path / "other").identity()
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["identity"]


def test_a_sandbox_whose_identity_can_not_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError, match="identity: can't be made or read"):
        Rehearsal(tmp_path / "file").identity()


@pytest.fixture
def states(tmp_path, monkeypatch):
    """A folder outside the sandbox that keeps states, and the passphrase of its owner."""
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", PASSPHRASE)
    folder = tmp_path / "states of all"
    folder.mkdir()
    return folder


@pytest.fixture
def run_there(run, states):
    """Run a command line on the stack that is kept there."""

    def run_(command, *arguments):
        return run(command, "--stack", "dev", "--backend", f"file://{states}", *arguments)

    return run_


def kept(states):
    return StackStore(FileBackend(states), REFERENCE, Passphrase(PASSPHRASE))


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def manifest(states):
    return json.loads((states / ".pulumi/stacks/shop/dev.json").read_text())["checkpoint"]["latest"]["manifest"]


def identity(root):
    return (root / ".sandbox" / "identity").read_text()


def test_a_rehearsal_is_kept_there_and_nothing_of_it_in_the_sandboxs_own_backend(run_there, engine, root, states):
    status, out, _ = run_there("up", "--yes")
    assert status == 0
    assert "Engine: embedded: --backend is for this one" in out
    assert f"Backend: file://{states}" in out
    assert manifest(states)["version"] == mark_of(identity(root))
    assert manifest(states)["magic"] == magic(mark_of(identity(root)))
    assert [each.urn for each in kept(states).load().resources] == [each.urn for each in engine.resources]
    assert everything(root / ".sandbox" / "backend") == {}
    again, out, _ = run_there("up", "--yes", "--expect-no-changes")
    assert again == 0, out
    assert run_there("output")[1].endswith("made    yes\n")
    assert "checkpoint" not in json.loads(run_there("export")[1])
    status, _, _ = run_there("destroy", "--yes")
    assert (status, kept(states).load().resources) == (0, [])
    assert manifest(states)["version"] == mark_of(identity(root))
    assert run_there("up", "--yes")[0] == 0
    names = {name.split("/")[1] for name in everything(states)}
    assert names == {"meta.yaml", "stacks", "history", "backups"}
    assert ".pulumi/stacks/shop/dev.json.bak" in everything(states)


def test_what_is_started_learns_nothing_of_it(run_there, engine, root, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("AZURE_STORAGE_KEY", "hush")
    run_there("up", "--yes")
    for request in engine.requests:
        assert request.environment["PULUMI_BACKEND_URL"] == f"file://{root}/.sandbox/backend"
        assert request.environment["PULUMI_CONFIG_PASSPHRASE"] != PASSPHRASE
        assert "hush" not in str(request.environment)


def test_its_secrets_are_under_the_passphrase_of_its_owner(run_there, engine, secret_output, states):
    assert run_there("up", "--yes")[0] == 0
    assert kept(states).load().resources[0].outputs["key"] == Secret("s3cret")
    assert "s3cret" not in str(everything(states))


@pytest.mark.parametrize("command", ["up", "preview", "output", "cancel"])
def test_without_a_passphrase_nothing_begins(run_there, engine, monkeypatch, states, command):
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
    status, _, err = run_there(command, *(["--yes"] if command == "up" else []))
    assert (status, engine.requests, everything(states)) == (Exit.CONFIGURATION, [], {})
    assert "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE" in err


OPERATIONS = [
    ("up", "--yes"),
    ("up", "--skip-preview"),
    ("preview",),
    ("refresh", "--yes"),
    ("refresh", "--preview-only"),
    ("destroy", "--yes"),
    ("cancel",),
]


def of_the_cli(states, resources=(), version="v3.259.0"):
    """Keep a stack as the official CLI does."""
    store = kept(states)
    written = Snapshot(list(resources), manifest={"time": "", "magic": magic(version), "version": version})
    store.backend.write(REFERENCE, store.writer(written).render(written))


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
@pytest.mark.parametrize("held", [False, True])
def test_a_stack_that_may_be_meant_for_azure_is_not_touched(run_there, engine, states, operation, held):
    of_the_cli(states, engine.resources)
    (states / ".pulumi/locks/organization/shop/dev").mkdir(parents=True)
    if held:
        (states / ".pulumi/locks/organization/shop/dev/0b5a.json").write_text("{}")
    before = everything(states)
    status, _, err = run_there(*operation)
    assert (status, engine.requests, everything(states)) == (Exit.ERROR, [], before)
    assert "dev.json: the stack 'dev' is not this sandbox's: it was last written by Pulumi v3.259.0" in err


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_neither_is_an_empty_one(run_there, engine, states, operation):
    """As `pulumi stack init` leaves it: somebody is about to use it."""
    of_the_cli(states)
    before = everything(states)
    assert run_there(*operation)[0] == Exit.ERROR
    assert (engine.requests, everything(states)) == ([], before)


def test_a_stack_that_comes_to_be_meanwhile_is_not_touched(run_there, engine, states, monkeypatch):
    """Between the first look and the lock."""
    lock = FileBackend.lock

    def late(self, reference):
        of_the_cli(states, engine.resources)
        return lock(self, reference)

    monkeypatch.setattr(FileBackend, "lock", late)
    status, _, err = run_there("up", "--yes")
    assert (status, engine.requests) == (Exit.ERROR, [])
    assert "is not this sandbox's" in err
    assert manifest(states)["version"] == "v3.259.0"
    assert kept(states).backend.locks(REFERENCE) == []


def test_a_stack_of_theirs_can_be_read(run_there, engine, states):
    of_the_cli(states, engine.resources)
    assert run_there("output")[1].endswith("made    yes\n")
    assert len(json.loads(run_there("export")[1])["deployment"]["resources"]) == 2


def test_once_the_cli_has_written_it_it_is_the_sandboxs_no_more(run_there, engine, states):
    assert run_there("up", "--yes")[0] == 0
    of_the_cli(states, engine.resources)
    assert run_there("destroy", "--yes")[0] == Exit.ERROR
    assert len(kept(states).load().resources) == 2


def test_another_sandbox_leaves_it_alone(run_there, engine, states, root, tmp_path):
    assert run_there("up", "--yes")[0] == 0
    before, requests = everything(states), list(engine.requests)
    status, _, err = run_there("destroy", "--yes", "--sandbox", str(tmp_path / "other"))
    assert (status, everything(states), engine.requests) == (Exit.ERROR, before, requests)
    assert "it was rehearsed in another sandbox" in err
    (root / ".sandbox" / "identity").unlink()
    assert run_there("up", "--yes")[0] == Exit.ERROR


def test_the_official_cli_is_not_given_it(run_there, engine, states):
    status, _, err = run_there("up", "--yes", "--engine", "official")
    assert (status, engine.requests, everything(states)) == (Exit.ERROR, [], {})
    assert "the CLI would hand the backend's credentials on to the program" in err


def test_a_held_stack_is_told_with_its_owner_and_the_way_out(run_there, engine, states):
    assert run_there("up", "--yes")[0] == 0
    requests = list(engine.requests)
    with kept(states).backend.lock(REFERENCE):
        (lock,) = kept(states).backend.locks(REFERENCE)
        status, _, err = run_there("up", "--yes")
        assert (status, engine.requests) == (Exit.ERROR, requests)
        assert f"created by {lock.username}@{lock.hostname} (pid {lock.pid})" in err
        assert f"python -m azure_sandbox cancel --backend 'file://{states}' --stack dev" in err
        assert run_there("cancel")[:2] == (0, "1 lock(s) of 'dev' taken away\n")
    assert run_there("up", "--yes")[0] == 0


def test_a_subscription_of_theirs_is_refused(run_there, engine, states, root):
    file = root / "stacks" / "Pulumi.dev.yaml"
    file.write_text(file.read_text() + f"  azure-native:subscriptionId: {REAL}\n")
    status, _, err = run_there("up", "--yes")
    assert (status, engine.requests, everything(states)) == (Exit.CONFIGURATION, [], {})
    assert "azure-native:subscriptionId names a subscription, and the stack is kept outside the sandbox" in err
    file.write_text(file.read_text().replace(REAL, f'"{SUBSCRIPTION}"'))
    assert run_there("up", "--yes")[0] == 0


def test_a_resource_of_theirs_is_not_written(run_there, engine, states):
    engine.resources.append(row(subscription=REAL))
    status, _, err = run_there("up", "--yes")
    assert status == Exit.ERROR
    assert f"the program puts resources into the subscription {REAL}" in err
    assert REAL not in str(everything(states))


@pytest.mark.parametrize("url", ["file://{root}/.sandbox/backend", "file://{root}/program/../.sandbox/backend"])
def test_the_sandboxs_own_backend_needs_no_url(run, engine, root, states, url):
    (root / ".sandbox" / "backend").mkdir(parents=True)
    status, _, err = run("up", "--yes", "--stack", "dev", "--backend", url.format(root=root))
    assert (status, engine.requests) == (Exit.CONFIGURATION, [])
    assert "that is the backend of the sandbox itself" in err


@pytest.mark.parametrize("url", ["file:///none", "gs://states", str(Path("states"))])
def test_a_backend_that_can_not_be_opened_is_told(run, engine, states, url):
    status, _, err = run("up", "--yes", "--stack", "dev", "--backend", url)
    assert (status, engine.requests) == (Exit.ERROR, [])
    assert "Traceback" not in err
