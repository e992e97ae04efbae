"""A backend in a bucket, laid out as the official CLI does (`pkg/backend/diy`, layout version 1)."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from . import locks, packing
from .backend import Lock, StackReference, UpdateRecord
from .bucket import Bucket
from .errors import LockedError, StateError

LAYOUT_VERSION: Final = 1
ROOT: Final = ".pulumi"
META: Final = f"{ROOT}/meta.yaml"
_CHECKPOINT: Final = re.compile(r"(?P<stack>.+)\.json(\.gz|\.zst)?")


def cancel_of_cli(reference: StackReference) -> str:
    """Return the official CLI's command that clears a stack's locks."""
    return f"pulumi cancel --stack {reference.stack}"


class BucketBackend:
    """Checkpoints, locks, history and backups below `.pulumi/`."""

    def __init__(self, bucket: Bucket, cancel_command: Callable[[StackReference], str] = cancel_of_cli) -> None:
        """`cancel_command` names the command that clears a stack's locks, for messages."""
        self._bucket = bucket
        self._cancel_command = cancel_command

    @property
    def url(self) -> str:
        """The backend as PULUMI_BACKEND_URL names it."""
        return self._bucket.url

    def stacks(self, project: str) -> list[str]:
        """Return the names of the stacks of a project, sorted."""
        return sorted(set(self._stacks_in(f"{ROOT}/stacks/{project}/")))

    def place(self, reference: StackReference) -> str:
        """Return where a stack's checkpoint is, for messages."""
        return self._bucket.place(self._current(reference) or _plain(reference))

    def read(self, reference: StackReference) -> bytes | None:
        """Return a stack's checkpoint, unpacked; None where there is no such stack."""
        self._check_layout()
        key = self._current(reference)
        content = self._bucket.read(key) if key else None
        return None if key is None or content is None else packing.unpack(content, self._bucket.place(key))

    def write(self, reference: StackReference, checkpoint: bytes) -> None:
        """Replace a stack's checkpoint, whole or not at all, and keep the one before as `.bak`.

        A stack that is compressed stays so.
        """
        present = self._current(reference)
        key = present or _plain(reference)
        content = packing.pack(checkpoint, self._bucket.place(key))
        if present:
            self._bucket.copy(key, f"{key}.bak")
        else:
            self._prepare()
        self._bucket.write(key, content)

    @contextmanager
    def lock(self, reference: StackReference) -> Iterator[None]:
        """Hold a stack for one update; LockedError where somebody else holds it.

        Written first and checked after as well, as the CLI does: of two that start at once at least one gives way.
        """
        self._refuse_if_held(reference, self.locks(reference))
        self._prepare()
        key = f"{_lock_folder(reference)}{uuid.uuid4()}.json"
        try:
            self._bucket.write(key, locks.own())
            held = self.locks(reference)
            self._refuse_if_held(reference, [lock for lock in held if lock.place != self._bucket.place(key)])
            yield
        except BaseException:
            # What went wrong first is what has to be said; a lock that stays names itself to the next update.
            with suppress(StateError):
                self._bucket.delete(key)
            raise
        self._bucket.delete(key)

    def locks(self, reference: StackReference) -> list[Lock]:
        """Return who holds a stack."""
        return [self._read_lock(key) for key in self._lock_keys(reference)]

    def unlock(self, reference: StackReference) -> int:
        """Take all locks of a stack away, whoever holds them, and return how many there were."""
        keys = self._lock_keys(reference)
        for key in keys:
            self._bucket.delete(key)
        return len(keys)

    def record(self, reference: StackReference, update: UpdateRecord) -> None:
        """Add an update to a stack's history, with a copy of its checkpoint, and to its backups."""
        key = self._current(reference)
        checkpoint = self._bucket.read(key) if key else None
        if key is None or checkpoint is None:
            raise StateError(f"{self.place(reference)}: the update can't be recorded: the stack's state has gone")
        moment = time.time_ns()
        _, _, suffix = key.rpartition(f"/{reference.stack}.")
        history = f"{ROOT}/history/{reference.project}/{reference.stack}/{reference.stack}-{moment}"
        entry = json.dumps(_history_entry(update), separators=(",", ":")).encode()
        self._bucket.write(f"{history}.history.json", entry)
        self._bucket.write(f"{history}.checkpoint.{suffix}", checkpoint)
        backups = f"{ROOT}/backups/{reference.project}/{reference.stack}"
        self._bucket.write(f"{backups}/{reference.stack}.{moment}.{suffix}", checkpoint)

    def _current(self, reference: StackReference) -> str | None:
        """Return the key of a stack's checkpoint; of several variants the one written last, as for the CLI."""
        plain = _plain(reference)
        variants = {f"{plain}{suffix}" for suffix in packing.SUFFIXES}
        found = [entry for entry in self._bucket.list(plain) if entry.key in variants]
        return max(found, key=lambda entry: (entry.modified, entry.key)).key if found else None

    def _stacks_in(self, folder: str) -> list[str]:
        names = [entry.key.removeprefix(folder) for entry in self._bucket.list(folder)]
        return [found["stack"] for name in names if (found := _CHECKPOINT.fullmatch(name))]

    def _prepare(self) -> None:
        if not self._check_layout():
            self._bucket.write(META, f"version: {LAYOUT_VERSION}\n".encode())

    def _check_layout(self) -> bool:
        """Return whether the backend says its layout; StateError where it is another one than the CLI's present one."""
        meta = self._bucket.read(META)
        if meta is None:
            if unscoped := self._stacks_in(f"{ROOT}/stacks/"):
                raise StateError(
                    f"{self.url} has stacks of the older layout without projects ({', '.join(unscoped)}); "
                    "the official CLI upgrades it with: pulumi state upgrade"
                )
            return False
        said = re.search(rb"^version: *(\d+)", meta, re.MULTILINE)
        version = int(said[1]) if said else None
        if version != LAYOUT_VERSION:
            raise StateError(
                f"{self._bucket.place(META)}: must say 'version: {LAYOUT_VERSION}' and says {version!r}; "
                "the official CLI upgrades an older layout with: pulumi state upgrade"
            )
        return True

    def _lock_keys(self, reference: StackReference) -> list[str]:
        return [entry.key for entry in self._bucket.list(_lock_folder(reference)) if entry.key.endswith(".json")]

    def _read_lock(self, key: str) -> Lock:
        place = self._bucket.place(key)
        content = self._bucket.read(key)
        if content is None:
            raise LockedError(f"{place}: another process has just let go of the stack: try again")
        return locks.parse(content, place)

    def _refuse_if_held(self, reference: StackReference, held: list[Lock]) -> None:
        if held:
            raise LockedError(locks.refusal(held, self._cancel_command(reference)))


def _plain(reference: StackReference) -> str:
    return f"{ROOT}/stacks/{reference.project}/{reference.stack}.json"


def _lock_folder(reference: StackReference) -> str:
    return f"{ROOT}/locks/{reference.qualified}/"


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
