"""A stack of its own for each test: a program of a few lines, the scripted provider, and the state in memory."""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from azure_sandbox.engine.events import Diagnostic, PolicyViolation, StepStarted, StepSucceeded
from azure_sandbox.engine.request import ConfigValue, Plugin, Project, UpdateRequest
from azure_sandbox.engine.update import run_update
from nat_egress.state.model import Snapshot

from tests.sandbox.engine.official import Cli

PRELUDE = """
import pulumi
from pulumi import Output, ResourceOptions

class Thing(pulumi.CustomResource):
    computed: Output[str]
    tag: Output[str]
    def __init__(self, name, props=None, opts=None, type_="scripted:index:Thing"):
        props = {"computed": None, "tag": None, **(props or {})}
        opts = ResourceOptions.merge(ResourceOptions(version="1.0.0"), opts)
        super().__init__(type_, name, props, opts)

class Group(pulumi.ComponentResource):
    def __init__(self, name, props=None, opts=None):
        super().__init__("scripted:index:Group", name, props or {}, opts)

class Provider(pulumi.ProviderResource):
    def __init__(self, name, props=None, opts=None):
        super().__init__("scripted", name, props or {}, ResourceOptions.merge(ResourceOptions(version="1.0.0"), opts))
"""


def short(urn):
    return urn.rsplit("::", 1)[-1]


@dataclass
class Ran:
    result: object
    events: list
    saves: list
    calls: list

    @property
    def steps(self):
        """Op and name of every step in the order of their beginnings, the root stack's left out."""
        return [
            (e.step.op, short(e.step.urn))
            for e in self.events
            if isinstance(e, StepStarted) and "Stack::" not in e.step.urn
        ]

    @property
    def found(self):
        """Op and name of every step that ended in anything but `same`."""
        ended = [e.step for e in self.events if isinstance(e, StepSucceeded)]
        return [(step.op, short(step.urn)) for step in ended if step.op != "same"]

    def ended(self, name):
        [step] = [e.step for e in self.events if isinstance(e, StepSucceeded) and short(e.step.urn) == name]
        return step

    @property
    def errors(self):
        return [e.message for e in self.events if isinstance(e, Diagnostic) and e.severity == "error"]

    @property
    def said(self):
        return [(e.severity, e.message) for e in self.events if isinstance(e, Diagnostic)]

    @property
    def violations(self):
        return [e for e in self.events if isinstance(e, PolicyViolation)]

    def did(self, call):
        return [short(c["urn"]) for c in self.calls if c["call"] == call]


@dataclass
class Stack:
    folder: Path
    snapshot: Snapshot = field(default_factory=Snapshot)
    config: dict = field(default_factory=dict)
    environment: dict = field(default_factory=dict)
    saved: list = field(default_factory=list)
    policy_packs: tuple = ()
    parallel: int = 16

    def write(self, program):
        (self.folder / "__main__.py").write_text(PRELUDE + program)

    def request(self, kind, **changes):
        log = self.folder / "calls.jsonl"
        log.unlink(missing_ok=True)
        settings = {
            "kind": kind,
            "project": Project("p", self.folder, self.folder, Path(sys.executable)),
            "stack": "dev",
            "config": {k: v if isinstance(v, ConfigValue) else ConfigValue(v) for k, v in self.config.items()},
            "snapshot": self.snapshot,
            "save": self.saved.append,
            "plugins": (
                Plugin("scripted", "1.0.0", (sys.executable, str(Path(__file__).with_name("scripted_provider.py")))),
            ),
            # A program that changes within a second, and not in length, would be taken from its bytecode of before.
            "environment": {
                **os.environ,
                "PYTHONDONTWRITEBYTECODE": "1",
                "SCRIPTED_LOG": str(log),
                **self.environment,
            },
            "policy_packs": self.policy_packs,
            "parallel": self.parallel,
        }
        return UpdateRequest(**{**settings, **changes})

    def run(self, kind, program=None, **changes):
        if program is not None:
            self.write(program)
        self.saved.clear()
        events = []
        request = self.request(kind, **changes)
        result = run_update(request, events.append)
        if not request.preview:
            self.snapshot = result.snapshot
        log = self.folder / "calls.jsonl"
        calls = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return Ran(result, events, list(self.saved), calls)

    def preview(self, program=None, **changes):
        return self.run("preview", program, **changes)

    def up(self, program=None, **changes):
        return self.run("update", program, **changes)

    def refresh(self, cloud=None, **changes):
        """Refresh from a cloud that differs by `cloud` from what the state has (scripted_provider.py)."""
        file = self.folder / "cloud.json"
        file.write_text(json.dumps(cloud or {}))
        self.environment["SCRIPTED_CLOUD"] = str(file)
        return self.run("refresh", **changes)

    def destroy(self, **changes):
        return self.run("destroy", **changes)

    def row(self, name):
        [row] = [row for row in self.snapshot.resources if short(row.urn) == name]
        return row


@pytest.fixture
def stack(tmp_path):
    return Stack(tmp_path)


@pytest.fixture
def cli(stack, tmp_path_factory):
    """The official CLI, with the program of the stack."""
    return Cli(stack.folder, tmp_path_factory.mktemp("home"))
