"""The processes of one sandbox, whoever started them and in whatever group or session they are."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from ..provider.settings import SANDBOX_VARIABLE

PATIENCE_SECONDS: Final = 10.0
"""How long the system may take to be done with processes that were killed."""
CHECK_SECONDS: Final = 0.01
BEGINNING_SECONDS: Final = 1.0
"""How long a process may take to begin, on a machine that has much to do."""
_KERNEL: Final = 2
"""The process whose children are Linux's own, and have no environment at all."""


def of(folder: Path) -> Iterator[psutil.Process]:
    """Return the processes that carry the folder of a sandbox in their environment, but for the one that asks."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and _environment(process).get(SANDBOX_VARIABLE) == str(folder):
                yield process


def _environment(process: psutil.Process) -> dict[str, str]:
    """Return the environment of a process.

    Whoever starts a process goes on before Linux has given it its environment (`begin_new_exec` in `fs/exec.c`, 6.12:
    files are closed first): it is waited for.
    """
    found = process.environ()
    while not found and time.time() - process.create_time() < BEGINNING_SECONDS and process.ppid() != _KERNEL:
        time.sleep(CHECK_SECONDS)
        found = process.environ()
    return found


def kill(folder: Path) -> int:
    """Kill all processes of a sandbox at once, and return how many there were.

    Each is stopped before the first is killed, so that none has the time to notice the end of another.
    """
    stopped: set[psutil.Process] = set()
    while fresh := set(of(folder)) - stopped:
        for process in fresh:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        stopped |= fresh
    for process in stopped:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(map(_runs, stopped)) and time.monotonic() < deadline:
        time.sleep(CHECK_SECONDS)
    return len(stopped)


def _runs(process: psutil.Process) -> bool:
    """Tell whether a process is there, and is not merely waiting for whoever started it to take note of its end."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
