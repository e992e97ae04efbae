"""Who holds a stack: the lock files of the official CLI (`pkg/backend/diy/lock.go`), and what is said of them."""

from __future__ import annotations

import getpass
import json
import os
import socket
from datetime import UTC, datetime

from .backend import Lock


def own() -> bytes:
    """Return the lock file of this process."""
    holder = {
        "pid": os.getpid(),
        "username": getpass.getuser(),
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return json.dumps(holder).encode()


def parse(content: bytes, place: str) -> Lock:
    """Return who holds a stack by the lock file at `place`."""
    try:
        raw = json.loads(content)
        # Go writes nanoseconds; Python reads six digits at most before 3.11 and any number since.
        moment = datetime.fromisoformat(raw["timestamp"])
        return Lock(place, int(raw["pid"]), str(raw["username"]), str(raw["hostname"]), moment)
    except (ValueError, KeyError, TypeError):
        # Half written by a process that died, or being written now: held, by whom nobody can say.
        return Lock(place, 0, "unknown", "unknown", datetime.fromtimestamp(0, UTC))


def refusal(locks: list[Lock], cancel_command: str) -> str:
    """Return what is said to who wants a stack that others hold."""
    head = (
        f"the stack is currently locked by {len(locks)} lock(s). Either wait for the other process(es) to end or "
        f"take the locks away with: {cancel_command}"
    )
    holders = [
        f"  {lock.place}: created by {lock.username}@{lock.hostname} (pid {lock.pid}) at "
        f"{lock.timestamp.isoformat(timespec='seconds')}{'; that process is gone' if _is_gone(lock) else ''}"
        for lock in locks
    ]
    return "\n".join([head, *holders])


def _is_gone(lock: Lock) -> bool:
    if lock.hostname != socket.gethostname() or lock.pid <= 0:
        return False
    try:
        os.kill(lock.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
