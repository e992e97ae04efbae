"""Runs tests of a copy of the project in a process of its own, and tells whether they noticed a defect."""

from __future__ import annotations

import compileall
import multiprocessing
import os
import py_compile
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from unittest.mock import patch

import pytest

ROOT = Path(__file__).parents[2]
COMPILED = ("components", "policies", "settings")
PARTS = (
    *COMPILED,
    "docs",
    "stacks",
    "tests",
    "__main__.py",
    "outputs.py",
    "Pulumi.yaml",
    "pyproject.toml",
    "README.md",
)
WARM = "tests.mutation.warm"
SECONDS = 60
"""How long the tests of one defect may take."""
NO_FAILURES = ("ImportError", "NameError", "SyntaxError")
"""Errors, and what derives from them, by which a program does not run at all: no test has noticed anything."""


@dataclass(frozen=True)
class Ran:
    """One test that ran."""

    test: str
    passed: bool
    errors: tuple[str, ...] = ()
    """The classes of what it failed with, the narrowest first; none where it passed or was skipped."""


@dataclass(frozen=True)
class Trial:
    """What came of a run of tests."""

    ran: tuple[Ran, ...] = ()
    broken: str = ""
    """Why tests could not be run."""
    told: str = ""
    """What pytest wrote."""

    def not_caught(self, tests: Sequence[str]) -> str:
        """Say why a defect does not count as caught by `tests`; "" where each of them failed."""
        if self.broken:
            return f"the tests did not run: {self.broken}"
        for one in self.ran:
            if of_program := [error for error in one.errors if error in NO_FAILURES]:
                return f"{one.test} ends with {one.errors[0]} ({of_program[0]}), which is no failed test"
        passing = [test for test in tests if not any(one.errors for one in self._of(test))]
        return f"it survives {', '.join(passing)}" if passing else ""

    def not_passed(self, tests: Sequence[str]) -> str:
        """Say why `tests` do not all pass; "" where they do, and each has been run."""
        if self.broken:
            return f"the tests did not run: {self.broken}"
        failing = [one.test for one in self.ran if one.errors]
        idle = [test for test in tests if not any(one.passed for one in self._of(test))]
        return f"failing: {', '.join(failing)}" if failing else f"not run: {', '.join(idle)}" if idle else ""

    def _of(self, test: str) -> list[Ran]:
        return [one for one in self.ran if one.test == test or one.test.startswith((f"{test}::", f"{test}["))]


def copied(to: Path, root: Path = ROOT) -> Path:
    """Copy the project to a folder, compiled so that what a defect changes is compiled again, and nothing else."""
    for part in PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, to / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules", ".*"))
        elif (root / part).is_file():
            shutil.copy(root / part, to / part)
    for part in COMPILED:
        # By their content: two changes within a second, of one length, have one date and one size.
        compileall.compile_dir(to / part, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    return to


def tried(copy: Path, tests: Sequence[str], seconds: float = SECONDS) -> Trial:
    """Run tests of a copy."""
    context = _forking()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(copy, list(tests), theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            return Trial(broken=f"they had not ended after {seconds} s")
        ran, broken, told = ours.recv()
        return Trial(tuple(Ran(*one) for one in ran), broken, told)
    except EOFError:
        return Trial(broken="their process broke down")
    finally:
        process.kill()
        process.join()


def _forking() -> ForkServerContext:
    """Return what forks processes from one that has loaded what no defect touches."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([WARM])
    # It looks for modules where a new interpreter does, whatever sys.path is here.
    with patch.dict(os.environ, PYTHONPATH=str(ROOT)):
        forkserver.ensure_running()
    return context


class _Watch:
    def __init__(self) -> None:
        self.ran: list[tuple[str, bool, tuple[str, ...]]] = []
        self.broken: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(f"{report.nodeid} could not be read")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if report.failed and report.when != "call":
            self.broken.append(f"{report.when} of {item.nodeid} failed")
        elif report.when == "call":
            errors = call.excinfo.type.__mro__ if report.failed else ()
            self.ran.append((item.nodeid, report.passed, tuple(error.__name__ for error in errors)))
        return report


def _run(copy: Path, tests: list[str], told: Connection) -> None:
    """Run tests, in a process that has nothing of the project yet; the copy goes before what is installed."""
    if WARM not in sys.modules:
        told.send(([], f"{WARM} was not loaded beforehand", ""))
        return
    places = [str(copy / "components"), str(copy)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    for name in [name for name in os.environ if name.startswith(("PYTEST_", "PULUMI_"))]:
        del os.environ[name]
    # What is compiled of one defect must not be taken for another's, here or in processes that tests start.
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONPATH": os.pathsep.join(places), "PYTHONDONTWRITEBYTECODE": "1"}
    sys.path[:0] = places
    os.chdir(copy)
    log = copy / "told.txt"
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    watch = _Watch()
    arguments = ["-q", "--no-header", "--tb=short", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist"]
    code = pytest.main([*arguments, f"--rootdir={copy}", *tests], plugins=[watch])
    sys.stdout.flush()
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not watch.broken:
        watch.broken.append(f"pytest ended with {code}")
    if elsewhere := _from_elsewhere(copy):
        watch.broken.append(f"{elsewhere} is not that of the copy")
    told.send((watch.ran, "; ".join(watch.broken), log.read_text(errors="replace")))


def _from_elsewhere(copy: Path) -> str:
    """Return a module that the copy has, and that was not loaded from there."""
    places = [place for place in (copy / "components", copy) if place.is_dir()]
    own = {one.stem for place in places for one in place.iterdir()} - {"__main__"}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.partition(".")[0] in own and file and not Path(file).is_relative_to(copy):
            return name
    return ""
