"""A backend in a folder, laid out as the official CLI does for `file://` (`pkg/backend/diy`, layout version 1)."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from .backend import Lock, StackReference, UpdateRecord
from .errors import LockedError, StateError

LAYOUT_VERSION: Final = 1


class FileBackend:
    """Checkpoints, locks, history and backups below `<folder>/.pulumi`."""

    def __init__(
        self,
        folder: Path,
        cancel_command: Callable[[StackReference], str] = lambda reference: f"pulumi cancel --stack {reference.stack}",
    ) -> None:
        """`cancel_command` names the command that clears a stack's locks, for messages."""
        self._folder = folder.absolute()
        self._root = self._folder / ".pulumi"
        self._cancel_command = cancel_command

    @property
    def url(self) -> str:
        """The backend as PULUMI_BACKEND_URL names it."""
        return f"file://{self._folder}"

    def stacks(self, project: str) -> list[str]:
        """Return the names of the stacks of a project, sorted."""
        return sorted(path.stem for path in (self._root / "stacks" / project).glob("*.json"))

    def place(self, reference: StackReference) -> str:
        """Return where a stack's checkpoint is, for messages."""
        return str(self._path(reference))

    def read(self, reference: StackReference) -> bytes | None:
        """Return a stack's checkpoint; None where there is no such stack."""
        self._check_layout()
        path = self._path(reference)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            self._refuse_compressed(path)
            return None
        except OSError as error:
            raise StateError(f"{path}: can't be read: {error.strerror}") from None

    def write(self, reference: StackReference, checkpoint: bytes) -> None:
        """Replace a stack's checkpoint, whole or not at all, and keep the one before as `.bak`."""
        path = self._path(reference)
        try:
            if not path.exists():
                self._prepare()
                path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
            _write_durably(fresh, checkpoint)
            _keep_backup(path)
            fresh.replace(path)
        except OSError as error:
            raise StateError(f"{path}: can't be written: {error.strerror}") from None

    @contextmanager
    def lock(self, reference: StackReference) -> Iterator[None]:
        """Hold a stack for one update; LockedError where somebody else holds it.

        Written first and checked after as well, as the CLI does: of two that start at once at least one gives way.
        """
        self._refuse_if_held(self.locks(reference))
        own = self._lock_folder(reference) / f"{uuid.uuid4()}.json"
        try:
            self._prepare()
            own.parent.mkdir(parents=True, exist_ok=True)
            _write_durably(own, json.dumps(_own_lock()).encode())
        except OSError as error:
            raise StateError(f"{own}: can't be written: {error.strerror}") from None
        try:
            self._refuse_if_held([lock for lock in self.locks(reference) if lock.place != str(own)])
            yield
        finally:
            own.unlink(missing_ok=True)

    def locks(self, reference: StackReference) -> list[Lock]:
        """Return who holds a stack."""
        return [_read_lock(path) for path in sorted(self._lock_folder(reference).glob("*.json"))]

    def unlock(self, reference: StackReference) -> int:
        """Take all locks of a stack away, whoever holds them, and return how many there were."""
        paths = list(self._lock_folder(reference).glob("*.json"))
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)

    def record(self, reference: StackReference, update: UpdateRecord) -> None:
        """Add an update to a stack's history, with a copy of its checkpoint, and to its backups."""
        source = self._path(reference)
        moment = time.time_ns()
        history = self._root / "history" / reference.project / reference.stack
        backups = self._root / "backups" / reference.project / reference.stack
        try:
            for folder in (history, backups):
                folder.mkdir(parents=True, exist_ok=True)
            entry = history / f"{reference.stack}-{moment}.history.json"
            entry.write_text(json.dumps(_history_entry(update), separators=(",", ":")))
            shutil.copyfile(source, history / f"{reference.stack}-{moment}.checkpoint.json")
            shutil.copyfile(source, backups / f"{reference.stack}.{moment}.json")
        except OSError as error:
            raise StateError(f"{history}: the update can't be recorded: {error.strerror}") from None

    def _path(self, reference: StackReference) -> Path:
        return self._root / "stacks" / reference.project / f"{reference.stack}.json"

    def _lock_folder(self, reference: StackReference) -> Path:
        return self._root / "locks" / reference.qualified

    def _prepare(self) -> None:
        meta = self._root / "meta.yaml"
        if not meta.exists():
            self._root.mkdir(parents=True, exist_ok=True)
            _write_durably(meta, f"version: {LAYOUT_VERSION}\n".encode())

    def _check_layout(self) -> None:
        meta = self._root / "meta.yaml"
        if not meta.exists():
            return
        said = re.search(rb"^version: *(\d+)", meta.read_bytes(), re.MULTILINE)
        version = int(said[1]) if said else None
        if version != LAYOUT_VERSION:
            raise StateError(
                f"{meta}: must say 'version: {LAYOUT_VERSION}' and says {version!r}; "
                "the official CLI upgrades an older layout with: pulumi state upgrade"
            )

    def _refuse_compressed(self, path: Path) -> None:
        for suffix in (".gz", ".zst"):
            packed = path.with_name(path.name + suffix)
            if packed.exists():
                raise StateError(f"{packed}: compressed checkpoints are not read here; unpack it to {path.name}")

    def _refuse_if_held(self, locks: list[Lock]) -> None:
        if not locks:
            return
        head = (
            f"the stack is currently locked by {len(locks)} lock(s). Either wait for the other process(es) to end or "
            f"take the locks away with: {self._cancel_command(self._reference_of(locks[0]))}"
        )
        holders = [
            f"  {lock.place}: created by {lock.username}@{lock.hostname} (pid {lock.pid}) at "
            f"{lock.timestamp.isoformat(timespec='seconds')}{'; that process is gone' if _is_gone(lock) else ''}"
            for lock in locks
        ]
        raise LockedError("\n".join([head, *holders]))

    @staticmethod
    def _reference_of(lock: Lock) -> StackReference:
        project, stack = Path(lock.place).parts[-3:-1]
        return StackReference(project, stack)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _keep_backup(path: Path) -> None:
    backup = path.with_name(f"{path.name}.bak")
    spare = path.with_name(f"{path.name}.bak.{os.getpid()}.tmp")
    with suppress(FileNotFoundError):
        try:
            # A second name for the old file costs nothing, whatever its size.
            os.link(path, spare)
        except FileNotFoundError:
            raise
        except OSError:
            shutil.copyfile(path, spare)
        spare.replace(backup)


def _own_lock() -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "username": getpass.getuser(),
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }


def _read_lock(path: Path) -> Lock:
    try:
        raw = json.loads(path.read_bytes())
        # Go writes nanoseconds; Python reads six digits at most before 3.11 and any number since.
        moment = datetime.fromisoformat(raw["timestamp"])
        return Lock(str(path), int(raw["pid"]), str(raw["username"]), str(raw["hostname"]), moment)
    except FileNotFoundError:
        raise LockedError(f"{path}: another process has just let go of the stack: try again") from None
    except (OSError, ValueError, KeyError, TypeError):
        # Half written by a process that died, or being written now: held, by whom nobody can say.
        return Lock(str(path), 0, "unknown", "unknown", datetime.fromtimestamp(0, UTC))


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


def _history_entry(update: UpdateRecord) -> dict[str, Any]:
    return {
        "kind": update.kind,
        "startTime": int(update.start),
        "message": "",
        "environment": update.environment,
        "config": update.config,
        "version": 0,
        "result": "succeeded" if update.succeeded else "failed",
        "endTime": int(update.end),
        "resourceChanges": update.resource_changes,
    }
