"""The official CLI with a home, a backend and the scripted provider of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from nat_egress.state import FileBackend, Passphrase, StackReference, StackStore
from nat_egress.state.model import Snapshot

PASSPHRASE = Passphrase("x")


class Cli:
    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        plugin = home / "plugins" / "resource-scripted-v1.0.0"
        plugin.mkdir(parents=True)
        script = plugin / "pulumi-resource-scripted"
        provider = Path(__file__).with_name("scripted_provider.py")
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{provider}" "$@"\n')
        script.chmod(0o755)
        (home / "state").mkdir()
        self.environment = {
            **os.environ,
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": f"file://{home}/state",
            "PULUMI_CONFIG_PASSPHRASE": "x",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        (folder / "Pulumi.yaml").write_text(
            f"name: p\nruntime:\n  name: python\n  options:\n    toolchain: pip\n    virtualenv: {sys.prefix}\n"
        )
        self("stack", "init", "organization/p/dev")

    def __call__(self, *arguments: str, check: bool = True) -> str:
        command = ["pulumi", *arguments, "--non-interactive"]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def preview(self):
        document = json.loads(self("preview", "--json", "--stack", "dev", "--show-sames", "--show-replacement-steps"))
        return document["steps"]

    def refresh(self, *arguments, check=True):
        """What each resource came to, and how it differs; an event a line."""
        said = self("refresh", "--yes", "--skip-preview", "--stack", "dev", "--json", *arguments, check=check)
        return [event for line in said.splitlines() if "resOutputsEvent" in (event := json.loads(line))]

    def up(self):
        said = self("up", "--yes", "--skip-preview", "--stack", "dev", "--json")
        events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        metadata = [e["resourcePreEvent"]["metadata"] for e in events if "resourcePreEvent" in e]
        return [(m["op"], m["urn"]) for m in metadata if "default_1" not in m["urn"]]

    def rows(self):
        deployment = json.loads(self("stack", "export", "--show-secrets", "--stack", "dev"))["deployment"]
        return deployment.get("resources", [])

    def run(self, operation, *packs):
        """Do an operation of random_programs.py, with policy packs in folders.

        Return whether it succeeded, the events, and the provider's calls.
        """
        events, calls = self.folder / "events.jsonl", self.folder / "calls.jsonl"
        for file in (events, calls):
            file.unlink(missing_ok=True)
        how = ["--preview-only"] if operation.look_only else ["--yes", "--skip-preview"]
        arguments = [operation.kind] if operation.kind == "preview" else [operation.kind, *how]
        if operation.exclude_protected:
            arguments.append("--exclude-protected")
        if operation.refresh:
            arguments.append("--refresh")
        for pack in packs:
            arguments += ["--policy-pack", str(pack)]
        self.environment.update(SCRIPTED_LOG=str(calls), PULUMI_DEBUG_COMMANDS="true", PYTHONDONTWRITEBYTECODE="1")
        self.environment.pop("SCRIPTED_CLOUD", None)
        if operation.kind == "refresh" or operation.refresh:
            self.environment["SCRIPTED_CLOUD"] = str(self.folder / "cloud.json")
        command = ["pulumi", *arguments, "--stack", "dev", "--non-interactive", "--event-log", str(events)]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        return done.returncode == 0, _lines(events), _lines(calls)

    def snapshot(self) -> Snapshot:
        """Return the state as the CLI has written it."""
        folder = Path(self.environment["PULUMI_HOME"]) / "state"
        return StackStore(FileBackend(folder), StackReference("p", "dev"), PASSPHRASE).load() or Snapshot()


def _lines(file: Path):
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
