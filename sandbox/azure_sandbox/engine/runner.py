"""Runs a Pulumi program in this process, as `pulumi-language-python-exec` of the official CLI does.

A script of its own: it needs the `pulumi` package of the project's environment and nothing else. Its one argument is
a JSON object with the names of `pulumi.runtime.Settings`, and `program`, what is to be run.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import runpy
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

STOPPED = 130
"""Exit status of a program that SIGINT ends, as shells have it."""
SHOWN = 32
"""The exit status that says: the user has been told (pulumi/pulumi `sdk/python/cmd/pulumi-language-python/main.go`)."""


PARENT_CHECK_SECONDS = 1.0
ALLOCATIONS_A_COLLECTION = 50_000
"""Python's own figure is 700, and 2,000 in 3.13. At 700 a program that has loaded azure-native, some 300,000 objects of
which none is garbage, spends a third of its time in looking through them."""


def end_with_parent() -> None:
    """End this process as soon as the engine is gone: a program may wait for ever for one that was killed."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def end_at_once() -> None:
    """End on SIGINT without a word: the engine, which sends it, has ended the update and told why."""

    def stop(_number: int, _frame: object) -> None:
        # Threads that still wait for the engine are not waited for.
        os._exit(STOPPED)

    signal.signal(signal.SIGINT, stop)


def module_path(filename: str) -> str:
    """Return the path of a module without its extension; a folder stands for its `__main__`."""
    path = Path(filename)
    return os.path.abspath(path.with_suffix("") if path.suffix else path / "__main__")  # noqa: PTH100 - links stay as they are


def user_traceback(program: str) -> str:
    """Return the current exception's traceback, from the user's program on."""
    _, error, trace = sys.exc_info()
    frames = traceback.extract_tb(trace)
    main = module_path(program)
    for index, frame in enumerate(frames):
        if module_path(frame.filename) == main:
            return "".join(traceback.format_exception(error, limit=index - len(frames)))
    return traceback.format_exc()


def _unheard(*_message: object, **_details: object) -> None:
    """Take the place of `pulumi.log.debug`."""


def main() -> int:
    """Run the program and return the exit status."""
    try:
        import pulumi  # noqa: PLC0415 - its absence is told in words
        import pulumi.runtime  # noqa: PLC0415
    except ImportError:
        traceback.print_exc()
        sys.stderr.write(
            "\nIt looks like the Pulumi SDK has not been installed in the project's virtual environment.\n"
            "If you are running in a virtualenv, you must run pip install -r requirements.txt from inside it.\n"
        )
        return 1

    arguments: dict[str, Any] = json.loads(sys.argv[1])
    program = arguments.pop("program")
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(pulumi.runtime.Settings(**arguments))
    # The SDK tells of every registration four times, and waits each time; this engine has no use for any of it.
    pulumi.log.debug = _unheard
    sys.argv = [program]
    absolute = os.path.abspath(program)  # noqa: PTH100 - links stay as they are

    # Futures that nobody waits for any more are no news: when one resource fails, others never come to be.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=max(arguments["parallel"], 1) * 4)
    loop.set_default_executor(executor)

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception:  # noqa: BLE001 - whatever the program raises is for its user to read
        pulumi.log.error(f"Program failed with an unhandled exception:\n{user_traceback(absolute)}")
        return SHOWN
    finally:
        executor.shutdown(wait=True)
        loop.close()
    return 0


if __name__ == "__main__":
    end_with_parent()
    end_at_once()
    gc.set_threshold(ALLOCATIONS_A_COLLECTION)
    sys.exit(main())
