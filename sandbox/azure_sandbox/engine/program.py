"""The program, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Final

from .processes import GRACE_SECONDS, Process, start
from .reporting import Reporter
from .request import UpdateRequest
from .runner import SHOWN

_RUNNER: Final = Path(__file__).with_name("runner.py")


async def start_program(request: UpdateRequest, address: str, reporter: Reporter) -> Process:
    """Start the program; what it prints is told as information."""
    project = request.project
    arguments = {
        "monitor": address,
        "engine": address,
        "project": project.name,
        "stack": request.stack,
        "parallel": request.parallel,
        "dry_run": request.kind == "preview",
        "organization": request.organization,
        "root_directory": str(project.root),
        "program": ".",
    }
    environment = {
        **request.environment,
        "PULUMI_CONFIG": json.dumps({key: value.text for key, value in request.config.items()}),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps([key for key, value in request.config.items() if value.secret]),
    }
    # -P: the runner's own folder is no place to import the program's modules from.
    command = (str(project.python), "-u", "-P", str(_RUNNER), json.dumps(arguments))
    process = await start("the program", command, environment, project.program)
    process.follow(lambda line: reporter.say("info", line), lambda line: reporter.say("info#err", line))
    return process


def complaint(code: int) -> str:
    """Return what is to be said of a program's exit status; nothing where it was said already."""
    if code in {0, SHOWN}:
        return ""
    return f"an unhandled error occurred: program exited with non-zero exit code: {code}"


async def end_program(process: Process, *, hurry: bool = False) -> None:
    """Let the program end by itself, then ask it to, then make it; in a hurry, make it at once."""
    if not hurry and not await _ends(process):
        process.interrupt()
        await _ends(process)
    await process.kill()


async def _ends(process: Process) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE_SECONDS):
            await process.wait()
    return not process.running
