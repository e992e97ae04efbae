from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from azure_sandbox.__main__ import main
from azure_sandbox.engine.events import Diagnostic, Step, StepStarted, StepSucceeded, Summary
from azure_sandbox.engine.request import UpdateResult
from nat_egress.state.model import ResourceState, Snapshot
from nat_egress.state.values import UNKNOWN, Secret

PROJECT = f"""\
name: shop
runtime:
  name: python
  options: {{ toolchain: pip, virtualenv: {sys.prefix} }}
main: program
stackConfigDir: stacks
config:
  size: {{ type: integer, default: 3 }}
"""
STACK = """\
# Written by hand: a rehearsal must not touch it.
config:
  azure-native:location: westeurope
  label: hello
"""


@pytest.fixture
def root(tmp_path):
    """A project as a user has it, in a folder of its own."""
    folder = tmp_path / "shop"
    (folder / "program").mkdir(parents=True)
    (folder / "stacks").mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "program" / "__main__.py").write_text(
        "import pulumi\n\npulumi.export('made', pulumi.Config().get('label'))\n"
    )
    (folder / "stacks" / "Pulumi.dev.yaml").write_text(STACK)
    return folder


def urn(kind, name):
    return f"urn:pulumi:dev::shop::{kind}::{name}"


ROOT = urn("pulumi:pulumi:Stack", "shop-dev")
NETWORK = urn("azure-native:network:VirtualNetwork", "net")


@pytest.fixture
def resources():
    """A stack with one network, and what it is outside."""
    return [
        ResourceState(ROOT, "pulumi:pulumi:Stack", outputs={"made": "yes"}),
        ResourceState(
            NETWORK,
            "azure-native:network:VirtualNetwork",
            custom=True,
            id="/net",
            parent=ROOT,
            outputs={"name": "net1"},
        ),
    ]


@pytest.fixture
def secret_output(resources):
    """An output that is secret; for few tests only, as its key takes 0.3 s for each process."""
    resources[0].outputs = {**resources[0].outputs, "key": Secret("s3cret")}


class Engine:
    """Stands in for the engine: creates what it is told to, or finds it unchanged; a refresh finds it gone if told."""

    def __init__(self, resources):
        self.resources = resources
        self.requests = []
        self.fails = None
        self.refuses = ""
        """The kind of request that does not succeed."""
        self.gone = ()
        self.left = ()
        """What a destroy leaves."""

    def __call__(self, request, emit):
        self.requests.append(request)
        if self.fails:
            raise self.fails
        if request.kind == "refresh":
            return self.refresh(request, emit)
        preview = request.preview
        known = {resource.urn: resource for resource in request.snapshot.resources}
        wanted = self.left if request.kind == "destroy" else self.resources
        counts = {}
        for resource in self.resources:
            old = known.get(resource.urn)
            op = "delete" if request.kind == "destroy" else "same" if old else "create"
            if op == "delete" and not old:
                continue
            counts[op] = counts.get(op, 0) + 1
            step = Step(op, resource.urn, resource.type, old=old, new=None if op == "delete" else resource)
            emit(StepStarted(step))
            emit(StepSucceeded(step))
        emit(Diagnostic("warning", "careful", ROOT))
        emit(Summary(preview=preview, duration_seconds=1.2, resource_changes=counts))
        snapshot = Snapshot(resources=list(wanted))
        if not preview:
            request.save(snapshot)
        outputs = self.resources[0].outputs if wanted else {}
        shown = {**outputs, "made": UNKNOWN} if preview and not known else outputs
        done = request.kind != self.refuses
        return UpdateResult(succeeded=done, snapshot=snapshot, outputs=shown, resource_changes=counts)

    def refresh(self, request, emit):
        left = [row for row in request.snapshot.resources if row.urn not in self.gone]
        counts = {}
        for row in request.snapshot.resources:
            new = row if row in left else None
            op = "refresh" if request.goes_on else "same" if new else "delete"
            counts[op] = counts.get(op, 0) + 1
            emit(StepStarted(Step("refresh", row.urn, row.type, old=row, new=row, refresh=True)))
            emit(StepSucceeded(Step(op, row.urn, row.type, old=row, new=new, refresh=True)))
        if not request.goes_on:
            emit(Summary(preview=request.preview, duration_seconds=1.2, resource_changes=counts))
        snapshot = replace(request.snapshot, resources=left)
        if not request.preview:
            request.save(snapshot)
        outputs = left[0].outputs if left else {}
        counts = {} if request.goes_on else counts
        return UpdateResult(succeeded=True, snapshot=snapshot, outputs=outputs, resource_changes=counts)


@pytest.fixture
def engine(monkeypatch, resources):
    fake = Engine(resources)
    monkeypatch.setitem(sys.modules, "azure_sandbox.engine.update", SimpleNamespace(run_update=fake))
    return fake


@pytest.fixture
def run(root, capsys):
    """Runs a command line on the project and returns status, standard output and standard error."""

    def run(*arguments):
        status = main([*arguments[:1], "--cwd", str(root), *arguments[1:]])
        return (status, *capsys.readouterr())

    return run
