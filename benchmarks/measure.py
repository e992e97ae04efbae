"""Whole processes, timed in turn so that a drift of the machine's speed falls on all of them alike."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """The medians of a command's runs."""

    seconds: float
    peak_mib: float = 0.0
    """Of the largest process among all that the command started; 0 where nobody has looked."""
    processor: float = 0.0
    """Seconds of the processor, of all processes that the command started; 0 where nobody has looked."""


@dataclass(frozen=True)
class Command:
    """A command that is measured, with what it takes from the environment."""

    arguments: Sequence[str]
    environment: Mapping[str, str]


def run(command: Command) -> Figure:
    """Run once; a command that fails ends the benchmark with what it printed."""
    with tempfile.TemporaryFile("w+") as printed:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            printed.seek(0)
            sys.exit(f"benchmark: {' '.join(command.arguments)} failed:\n{printed.read()[-4000:]}")
    return Figure(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def median(figures: Sequence[Figure]) -> Figure:
    """Return the medians of runs."""
    return Figure(
        statistics.median(figure.seconds for figure in figures),
        statistics.median(figure.peak_mib for figure in figures),
        statistics.median(figure.processor for figure in figures),
    )


def in_turn(commands: Mapping[str, Command], rounds: int) -> dict[str, Figure]:
    """Run all commands once to warm up the caches of the file system, then `rounds` times in turn; return medians."""
    return {name: median(figures) for name, figures in runs_in_turn(commands, rounds).items()}


def runs_in_turn(commands: Mapping[str, Command], rounds: int) -> dict[str, list[Figure]]:
    """Run all commands as `in_turn` does, and return every counted run: those of a round are one after the other."""
    runs: dict[str, list[Figure]] = {name: [] for name in commands}
    for index in range(rounds + 1):
        for name, command in commands.items():
            print(f"  {name}: run {index} of {rounds}", file=sys.stderr, flush=True)
            figure = run(command)
            if index:
                runs[name].append(figure)
    return runs


def preview(program: Path, stack: str, sandbox: Path, *, engine: str = "embedded") -> Command:
    """Build the command that previews a stack of `program` in a sandbox of its own."""
    arguments = [sys.executable, "-m", "azure_sandbox", "preview", "--cwd", str(program), "--stack", stack]
    return Command([*arguments, "--sandbox", str(sandbox), "--engine", engine], {})


def planned(program: Path, stack: str, sandbox: Path) -> int:
    """Count the resources that a preview of a stack would make."""
    command = preview(program, stack, sandbox)
    told = subprocess.run([*command.arguments, "--json"], capture_output=True, text=True, check=True).stdout
    return len(json.loads(told)["steps"])
