"""The program rehearsed with its state in a folder, on S3 and on Azure Blob Storage, and what the official CLI says."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass

import pytest
from nat_egress.state import Passphrase, StackReference, StackStore
from nat_egress.state.workspace import open_backend

PASSPHRASE = "correct horse"
REFERENCE = StackReference("private-egress", "sandbox")


@dataclass(frozen=True)
class Kept:
    """A project whose stack is kept at a URL."""

    project: object
    url: str

    def run(self, verb, *arguments):
        return self.project.try_run(verb, *arguments, "--backend", self.url)

    def does(self, verb, *arguments):
        ran = self.run(verb, *arguments)
        assert ran.status == 0, ran.said
        assert "Traceback" not in ran.said
        return ran.stdout

    @property
    def store(self):
        return StackStore(open_backend(self.url), REFERENCE, Passphrase(PASSPHRASE))

    def cli(self, *arguments, **environment):
        """Run the official CLI as whoever it is that looks into the backend."""
        given = {
            **os.environ,
            "PULUMI_BACKEND_URL": self.url,
            "PULUMI_HOME": str(self.project.root / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            **environment,
        }
        command = ["pulumi", *arguments, "--stack", "sandbox", "--non-interactive"]
        return subprocess.run(
            command, cwd=self.project.root, env=given, capture_output=True, text=True, check=False, timeout=120
        )

    def said_by_cli(self, *arguments):
        done = self.cli(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(params=["file", "s3", "azblob"])
def kept(request, project, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", PASSPHRASE)
    project.settings(
        "sandbox",
        {
            "network": {"addressSpace": ["10.0.0.0/16"], "subnets": {"web": {"addressPrefix": "10.0.0.0/24"}}},
            "egress": {"prefixes": {"one": {"length": 31}}},
        },
    )
    if request.param == "file":
        return Kept(project, f"file://{tmp_path_factory.mktemp('states')}")
    return Kept(project, request.getfixturevalue(request.param).url("states/of/team"))


def writes(project):
    """How often ARM was asked to change something."""
    return sum(request.method in {"PUT", "DELETE"} for request in project.cloud().requests())


def test_a_rehearsal_from_beginning_to_end(kept):
    assert f"Backend: {kept.url}" in kept.does("up", "--yes")
    assert len(json.loads(kept.does("output", "--json"))["addresses"]) == 2
    made = writes(kept.project)
    assert made > 0
    kept.does("refresh", "--yes")
    kept.does("up", "--yes", "--expect-no-changes")
    with kept.store.backend.lock(REFERENCE):
        (lock,) = kept.store.backend.locks(REFERENCE)
        for verb in ("up", "destroy"):
            held = kept.run(verb, "--yes")
            assert held.status == 1, held.said
            assert f"{lock.place}: created by {lock.username}@{lock.hostname} (pid {os.getpid()})" in held.said
            assert f"python -m azure_sandbox cancel --backend {shlex.quote(kept.url)} --stack sandbox" in held.said
    assert writes(kept.project) == made
    kept.does("destroy", "--yes")
    assert writes(kept.project) > made
    assert kept.store.load().resources == []
    assert kept.store.backend.locks(REFERENCE) == []
    assert not (kept.project.root / ".sandbox" / "backend" / ".pulumi").exists()


@pytest.mark.parametrize("kept", ["s3", "azblob"], indirect=True)
def test_a_stack_that_is_meant_for_azure_is_not_touched(kept):
    kept.store.create()
    before = kept.store.backend.read(REFERENCE)
    for arguments in (("up", "--yes"), ("preview",), ("destroy", "--yes")):
        ran = kept.run(*arguments)
        assert (ran.status, "is not this sandbox's" in ran.said) == (1, True), ran.said
    assert kept.store.backend.read(REFERENCE) == before
    assert not (kept.project.root / ".sandbox" / "azure.sqlite").exists()


@pytest.mark.parametrize("kept", ["file"], indirect=True)
def test_a_subscription_that_the_program_names_itself_is_refused(kept):
    """Before anything is made: what the state would hold could be taken for resources of that subscription."""
    main = kept.project.root / "__main__.py"
    provider = "pulumi_azure_native.Provider('p', subscription_id='5f0e0000-0000-4000-8000-000000000001')"
    made = f"pulumi_azure_native.resources.ResourceGroup('g', opts=pulumi.ResourceOptions(provider={provider}))"
    main.write_text(f"import pulumi\nimport pulumi_azure_native\nimport pulumi_azure_native.resources\n{made}\n")
    ran = kept.run("up", "--yes", "--skip-preview")
    assert ran.status == 1, ran.said
    assert "the program puts resources into the subscription 5f0e0000-0000-4000-8000-000000000001" in ran.said
    assert "Traceback" not in ran.said
    assert "5f0e0000" not in str(kept.store.backend.read(REFERENCE))
    assert not any(request.method == "PUT" for request in kept.project.cloud().requests())


def rows(exported):
    """What an export says of each resource; the CLI writes times in its own way."""
    resources = json.loads(exported)["deployment"]["resources"]
    return [{key: value for key, value in each.items() if key not in {"created", "modified"}} for each in resources]


@pytest.mark.cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH")
def test_the_cli_reads_what_is_rehearsed_there_and_can_not_change_it_in_the_sandbox(kept):
    kept.does("up", "--yes")
    outputs = json.loads(kept.does("output", "--json"))
    assert json.loads(kept.said_by_cli("stack", "output", "--json")) == outputs
    assert rows(kept.said_by_cli("stack", "export")) == rows(kept.does("export"))
    assert "Pulumi version used: azure-sandbox/" in kept.said_by_cli("stack")
    (update,) = json.loads(kept.said_by_cli("stack", "history", "--json"))
    assert (update["kind"], update["result"]) == ("update", "succeeded")

    # With all that the sandbox has, but for its backend: no provider of the sandbox's serves it.
    sandbox = kept.project.root / ".sandbox"
    made = writes(kept.project)
    done = kept.cli("destroy", "--yes", "--skip-preview", PULUMI_HOME=str(sandbox / "home"), AZURE_SANDBOX=str(sandbox))
    assert done.returncode != 0
    assert "this provider never serves a stack that is kept outside the sandbox" in done.stdout + done.stderr
    assert writes(kept.project) == made

    # What the CLI has written is somebody's: it is read, and no more.
    assert json.loads(kept.does("output", "--json")) == outputs
    ran = kept.run("destroy", "--yes")
    assert (ran.status, "it was last written by Pulumi v3." in ran.said) == (1, True), ran.said
    assert writes(kept.project) == made
