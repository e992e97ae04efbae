"""`python -m azure_sandbox.testing.watched …`: the command line, for as long as the process that started it lives.

A test process that is killed takes the update that it was running along, with all that the update has started.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Final

from ..__main__ import main
from ..provider.settings import SANDBOX_VARIABLE

CHECK_SECONDS: Final = 0.5


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(CHECK_SECONDS)
    from . import processes  # noqa: PLC0415 - only a command that is left alone needs it

    processes.kill(Path(os.environ[SANDBOX_VARIABLE]))
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    sys.exit(main())
