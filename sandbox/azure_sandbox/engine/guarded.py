"""Runs a module as `python -m` does, or a folder as `python` does, and ends as soon as who started it is gone.

A script of its own: it needs nothing but Python.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
import time

PARENT_CHECK_SECONDS = 1.0


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    end_with_parent()
    sys.argv = sys.argv[1:]
    if os.path.isdir(sys.argv[0]):  # noqa: PTH112 - a script of its own
        del sys.path[0]
        runpy.run_path(sys.argv[0], run_name="__main__")
        sys.exit()
    sys.path[0] = os.getcwd()  # noqa: PTH109 - what `-m` puts there
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
