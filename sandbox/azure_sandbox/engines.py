"""Which engine runs, and why."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from .errors import CommandError

MAJOR: Final = 3
"""The Python SDK 3.x refuses a CLI of another major version (`_parse_and_validate_pulumi_version`)."""
OLDEST: Final = (3, 182, 0)
"""The first release whose engine has the SDK's resource hooks (pulumi/pulumi CHANGELOG, 2025-07-14).

The SDK itself asks for 3.1.0 at least (`pulumi.automation._minimum_version`)."""
PATIENCE: Final = 20.0
"""Seconds that `pulumi version` may take."""


class Wanted(StrEnum):
    """What --engine can be."""

    AUTO = "auto"
    EMBEDDED = "embedded"
    OFFICIAL = "official"


@dataclass(frozen=True)
class Choice:
    """The engine that runs."""

    reason: str
    command: Path | None = None
    """The official CLI; None for the embedded engine."""

    def __str__(self) -> str:
        name = f"official CLI ({self.command})" if self.command else "embedded"
        return f"Engine: {name}: {self.reason}"


def local_folder(root: Path) -> Path:
    """Return the folder of a project that `install-cli` puts the official CLI into."""
    return root / ".cli"


def choose(wanted: Wanted, root: Path, environment: Mapping[str, str]) -> Choice:
    """Return the engine to run; CommandError where the official CLI is asked for and can't be used."""
    if wanted is Wanted.EMBEDDED:
        return Choice("asked for with --engine embedded")
    command = _find(root, environment)
    if command is None:
        return _without(wanted, f"no `pulumi` on PATH or in {local_folder(root) / 'bin'}")
    said = _version_of(command, environment)
    version = parse_version(said)
    if version is None:
        return _without(wanted, f"{command} does not tell its version ({said or 'no output'})")
    text = ".".join(map(str, version))
    if not is_supported(version):
        return _without(
            wanted, f"{command} is {text}, and the Python SDK needs {'.'.join(map(str, OLDEST))} or a later 3.x"
        )
    asked = "asked for with --engine official" if wanted is Wanted.OFFICIAL else "it is there"
    return Choice(f"version {text}, {asked}", command)


def for_outside(wanted: Wanted) -> Choice:
    """Return the engine for a stack that is kept outside the sandbox, which is never the official CLI."""
    if wanted is Wanted.OFFICIAL:
        raise CommandError(
            "--engine official does not go with --backend: the CLI would hand the backend's credentials on to the "
            "program and its providers, which a rehearsal keeps from them. The embedded engine reads and writes the "
            "same state"
        )
    return Choice("--backend is for this one, which keeps the backend's credentials to itself")


def parse_version(text: str) -> tuple[int, int, int] | None:
    """Return the version that `pulumi version` prints."""
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text.strip())
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def is_supported(version: tuple[int, int, int]) -> bool:
    """Tell whether the SDK works with the CLI of that version."""
    return version[0] == MAJOR and version >= OLDEST


def _find(root: Path, environment: Mapping[str, str]) -> Path | None:
    found = shutil.which("pulumi", path=environment.get("PATH")) or shutil.which(
        "pulumi", path=str(local_folder(root) / "bin")
    )
    return Path(found) if found else None


def _version_of(command: Path, environment: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            [str(command), "version"],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout.strip() or done.stderr.strip()


def _without(wanted: Wanted, why: str) -> Choice:
    if wanted is Wanted.OFFICIAL:
        raise CommandError(
            f"--engine official: {why}. Install it with: python -m azure_sandbox install-cli (or: make cli)"
        )
    return Choice(why)
