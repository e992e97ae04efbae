"""The official CLI, run on a rehearsal's project; what it prints and its exit status are passed on."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .errors import CommandError
from .session import Session, write_project

ENCODING = "utf-8"


@dataclass(frozen=True)
class OfficialCli:
    """One official CLI on one session."""

    command: Path
    session: Session

    def run(self, *arguments: str) -> int:
        """Run `pulumi <arguments> --stack <stack>` on the terminal that we have, and return its exit status."""
        with subprocess.Popen(
            self._line(*arguments), cwd=self.session.rehearsal.project, env=self._environment()
        ) as process:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    # The terminal has told the CLI too, which cancels politely; a second time it stops at once.
                    continue

    def prepare(self, *, create: bool) -> None:
        """Write the rehearsal's project; with `create`, where its program runs, make a stack that is not there yet."""
        self.session.rehearsal.prepare()
        write_project(self.session, checked=create)
        if not create or self.session.store.exists():
            return
        done = subprocess.run(
            self._line("stack", "init", "--non-interactive"),
            cwd=self.session.rehearsal.project,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding=ENCODING,
            check=False,
        )
        if done.returncode != 0:
            raise CommandError(f"the stack can't be made: {done.stderr.strip() or done.stdout.strip()}")
        sys.stderr.write(f"Created stack '{self.session.stack}'\n")

    def _line(self, *arguments: str) -> list[str]:
        return [str(self.command), *arguments, "--stack", self.session.stack]

    def _environment(self) -> dict[str, str]:
        environment = self.session.rehearsal.environment(self.session.environment)
        # The language host is looked for on PATH and beside the CLI.
        return {**environment, "PATH": os.pathsep.join([str(self.command.parent), environment.get("PATH", os.defpath)])}
