"""The stack program as a user has it: a folder of its own, run by the command line, in a sandbox of its own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from azure_sandbox.arm import ControlPlane
from azure_sandbox.engine.display_json import plain_outputs
from azure_sandbox.session import start
from azure_sandbox.testing import Sandbox
from nat_egress.state import outputs_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    status: int
    stdout: str
    stderr: str

    @property
    def said(self):
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Project:
    """A copy of the program, and commands on it; `engine` is `embedded` or `official`."""

    root: Path
    engine: str

    def settings(self, stack, settings):
        """Write a stack file; keys without a namespace are the program's own."""
        given = {key: value for key, value in settings.items() if value is not None}
        config = {key if ":" in key else f"private-egress:{key}": value for key, value in given.items()}
        config.setdefault("azure-native:location", "westeurope")
        (self.root / "stacks" / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config}))

    def try_run(self, verb, *arguments, stack="sandbox"):
        engine = () if verb == "export" else ("--engine", self.engine)
        command = [sys.executable, "-m", "azure_sandbox", verb, "--stack", stack, *engine, *arguments]
        environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "160"}
        ran = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def run(self, verb, *arguments, stack="sandbox"):
        ran = self.try_run(verb, *arguments, stack=stack)
        assert ran.status == 0, ran.said
        assert "Traceback" not in ran.said
        return ran

    def up(self, stack="sandbox"):
        return self.run("up", "--yes", stack=stack)

    def refused(self, verb, *arguments, stack="sandbox"):
        """Run what must fail, and return what was said."""
        ran = self.try_run(verb, *arguments, stack=stack)
        assert ran.status != 0, ran.said
        # The CLI's language host interrupts the program, and prints where it was.
        assert self.engine == "official" or "Traceback" not in ran.said
        return ran.said

    def outputs(self, stack="sandbox"):
        """The outputs of the stack, as `output --json` prints them."""
        return plain_outputs(outputs_of(self._store(stack).load()), show_secrets=False)

    def resources(self, stack="sandbox"):
        """The resources in the stack's state, as `export` prints them, by logical name."""
        kept = self._store(stack).checkpoint().deployment.get("resources", [])
        return {resource["urn"].rsplit("::", 1)[1]: resource for resource in kept}

    def steps(self, stack="sandbox"):
        """What a preview would do, without what stays the same: (op, type, logical name)."""
        document = json.loads(self.run("preview", "--json", stack=stack).stdout)
        return {
            (step["op"], step["urn"].split("::")[2].rsplit("$", 1)[-1].rsplit(":", 1)[-1], step["urn"].split("::")[3])
            for step in document["steps"]
            if step["op"] != "same"
        }

    def cloud(self):
        """The sandbox's Azure."""
        return ControlPlane(self.root / ".sandbox" / "azure.sqlite")

    def _store(self, stack):
        return start(self.root, stack, None).store


def make_project(folder, engine):
    for name in ("__main__.py", "outputs.py"):
        shutil.copyfile(ROOT / name, folder / name)
    for name in ("settings", "stacks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    project["runtime"]["options"]["virtualenv"] = sys.prefix
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    return Project(folder, engine)


@pytest.fixture
def project(tmp_path):
    """The program on the embedded engine."""
    return make_project(tmp_path, "embedded")


@pytest.fixture(params=["embedded", pytest.param("official", marks=pytest.mark.cli)])
def engine(request):
    """Each engine; the official CLI's half is skipped by name where there is none."""
    if request.param == "official" and shutil.which("pulumi") is None:
        pytest.skip("pulumi CLI not on PATH")
    return request.param


@pytest.fixture
def either_engine(engine, tmp_path):
    """The program on each engine."""
    return make_project(tmp_path, engine)


def located(settings):
    return {"azure-native:location": "westeurope", **settings}


@pytest.fixture
def started(azure_sandbox):
    """Start a stack that has these settings and no others, in a sandbox of its own, without the policy pack."""

    def sandbox(settings, engine="embedded"):
        return azure_sandbox(ROOT, stack="life", config=located(settings), engine=engine, policy_packs=[])

    return sandbox


def deployed(settings):
    """Make a fixture of a stack that is up with these settings, once for a module; each test gets a copy of it."""

    @pytest.fixture(scope="module")
    def once(tmp_path_factory):
        folder = tmp_path_factory.mktemp("deployed")
        with Sandbox(ROOT, stack="life", config=located(settings), folder=folder, policy_packs=[]) as stack:
            stack.up()
            yield stack

    return once


def settle(stack, settings=None):
    """Bring a stack up, see that a preview finds nothing to do, and return the update."""
    done = stack.up(config=settings)
    assert stack.preview().changes == {}
    return done


def add_policies(project):
    """Give a project its policy pack, which takes its packages from the virtual environment of the tests."""
    folder = project.root / "policies"
    shutil.copytree(ROOT / "policies", folder, ignore=shutil.ignore_patterns("__pycache__"))
    (project.root / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)


@pytest.fixture
def with_policies(either_engine):
    """The program with its policy pack, on each engine."""
    add_policies(either_engine)
    return either_engine
