"""One command of the sandbox's command line: a process of its own, with a time limit, that may be killed on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..provider.settings import SANDBOX_VARIABLE
from ..rehearsal import FOREIGN, PASSPHRASE
from . import processes

CHECK_SECONDS: Final = 0.02
"""How often it is looked whether the moment of a kill has come."""
_LEFT_OUT: Final = (*FOREIGN, "PYTEST_")


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    """The exit status; the negative number of the signal that ended it."""
    seconds: float
    files: Path
    killed: bool = False
    """Whether its moment came."""
    too_long: bool = False
    """Whether it was killed at its time limit."""

    @property
    def stdout(self) -> str:
        """What it printed."""
        return self.files.with_suffix(".stdout").read_text(encoding="utf-8", errors="replace")

    @property
    def stderr(self) -> str:
        """What it printed as errors."""
        return self.files.with_suffix(".stderr").read_text(encoding="utf-8", errors="replace")


def run(
    arguments: Sequence[str],
    *,
    sandbox: Path,
    files: Path,
    limit: float,
    moment: Callable[[], bool] | None = None,
) -> Ran:
    """Run a command on the sandbox in a folder and wait for its end, `limit` seconds at most.

    All its processes are killed once `moment` tells that it has come, at the limit, and where this is interrupted.
    """
    begun = time.monotonic()
    files.parent.mkdir(parents=True, exist_ok=True)
    line = [sys.executable, "-m", "azure_sandbox.testing.watched", *arguments]
    with files.with_suffix(".stdout").open("wb") as stdout, files.with_suffix(".stderr").open("wb") as stderr:
        process = subprocess.Popen(
            line,
            env=environment(os.environ, sandbox),
            cwd=sandbox,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    ended, killed = False, False
    try:
        ended, killed = _wait(process, begun + limit, moment)
    finally:
        if not ended:
            processes.kill(sandbox)
            process.wait()
    return Ran(process.returncode, time.monotonic() - begun, files, killed=killed, too_long=not ended and not killed)


def environment(inherited: Mapping[str, str], sandbox: Path) -> dict[str, str]:
    """Return the environment of a command: nothing that leads to a real cloud, and the tests' own Python first."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(_LEFT_OUT)}
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)]),
        SANDBOX_VARIABLE: str(sandbox),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "NO_COLOR": "1",
        "COLUMNS": "160",
        "PYTHONUNBUFFERED": "1",
    }


def _wait(process: subprocess.Popen[bytes], deadline: float, moment: Callable[[], bool] | None) -> tuple[bool, bool]:
    """Return whether the process has ended, and whether its moment has come."""
    while (left := deadline - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            process.wait(left if moment is None else min(left, CHECK_SECONDS))
            return True, False
        if moment is not None and moment():
            return False, True
    return False, False
