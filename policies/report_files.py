"""Reports that the pack leaves behind for CI, in files that environment variables name: one for each format.

Every engine hands its environment to the pack, while a setting of a policy would be one of nineteen.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from nat_egress.exposure.reports import Report
from nat_egress.exposure.reports.formats import Format, written
from nat_egress.exposure.reports.sarif import Program
from nat_egress.problems import Problem, report

PREFIX: Final = "NAT_EGRESS_REPORT"
VARIABLES: Final = {f"{PREFIX}_{form.name}": form for form in Format}
PROGRAM: Final = f"{PREFIX}_PROGRAM"
"""The file below the root of the repository at which SARIF shows findings."""
DEFAULT_PROGRAM: Final = "Pulumi.yaml"


class InvalidReports(Exception):  # noqa: N818 - says what is wrong
    """Reports that can't be written, with everything that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(report("The environment of the policies", tuple(problems)))


class ReportFiles:
    """The reports that an environment asks for. Raises `InvalidReports`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        given = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value}
        if problems := list(_problems(given)):
            raise InvalidReports(problems)
        self._program = Program(given.pop(PROGRAM, DEFAULT_PROGRAM))
        self._files = {name: Path(value) for name, value in given.items()}

    @property
    def wanted(self) -> bool:
        """Whether there is any."""
        return bool(self._files)

    def write(self, found: Report) -> None:
        """Write each file anew. Raises `InvalidReports`."""
        for name, file in self._files.items():
            try:
                file.write_text(written(found, VARIABLES[name], self._program), encoding="utf-8", newline="\n")
            except OSError as error:
                raise InvalidReports([_unwritable(name, file, f"{error.strerror}")]) from None


def _problems(given: Mapping[str, str]) -> Iterator[Problem]:
    for name, value in given.items():
        file = Path(value)
        if name == PROGRAM:
            continue
        if name not in VARIABLES:
            yield Problem(name, value, "there is no such variable", f"Known: {', '.join([*VARIABLES, PROGRAM])}.")
        elif not file.is_absolute():
            rule = "the pack runs in a folder of its own, so the path of a report is a full one"
            yield Problem(name, value, rule, f"Write $PWD/{value}, or what stands for it in your CI.")
        elif file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
            yield _unwritable(name, file, "no file can be written there")


def _unwritable(name: str, file: Path, why: str) -> Problem:
    return Problem(name, str(file), why, "Name a file in a folder that is there.")
