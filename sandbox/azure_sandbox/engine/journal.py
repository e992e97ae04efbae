"""The record of an update: what has become of each resource so far, and the state that is to be saved for it.

What goes where follows pulumi/pulumi `pkg/engine/journal_snapshot.go` and `pkg/backend/journal.go`: what this update
has made comes first, in the order in which it was made, then what is left of the state before it. An operation that
has begun stands in the state as pending until it has ended.

Each row handed to `save` is a new object whenever it says something new, so whoever serializes rows may keep what it
made of one for as long as the object lives.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from nat_egress.state import StateError
from nat_egress.state.model import PendingOperation, ResourceState, Snapshot

from .aliases import normalize
from .dangling import without_dangling
from .diffing import deep_equal
from .refusals import EngineError
from .steps import PlannedStep

VERSION: Final = "v3.259.0"
"""The release of pulumi/pulumi whose behaviour the engine follows; the manifest of a state names it."""

_Pending: TypeAlias = Literal["creating", "updating", "deleting", "reading"]
_PENDING: Final[dict[str, _Pending]] = {
    "create": "creating",
    "create-replacement": "creating",
    "update": "updating",
    "delete": "deleting",
    "delete-replaced": "deleting",
    "discard": "deleting",
    "discard-replaced": "deleting",
    "read": "reading",
    "read-replacement": "reading",
}
_UNSAVED_FIELDS: Final = frozenset({"init_errors", "source_position", "created", "modified", "extra"})


def new_manifest() -> dict[str, Any]:
    """Return the manifest of a state that is saved now."""
    return {
        "time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "magic": hashlib.sha256(VERSION.encode()).hexdigest(),
        "version": VERSION,
    }


@dataclass
class Ledger:
    """The rows of a state while it changes. Live states are known by identity; rows are copies of them."""

    base: Snapshot
    _base_rows: dict[int, ResourceState] = field(init=False)
    _new_rows: dict[int, ResourceState] = field(init=False, default_factory=dict)
    _pending: dict[int, PendingOperation] = field(init=False, default_factory=dict)
    _kept_alive: list[ResourceState] = field(init=False, default_factory=list)
    _refreshed: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._base_rows = {id(state): state for state in self.base.resources}
        self._kept_alive.extend(self.base.resources)

    def begin(self, step: PlannedStep) -> bool:
        """Record that `step` begins; return whether that must be saved before it does."""
        kind = _PENDING.get(step.op)
        if kind is None:
            return False
        self._pending[id(step)] = PendingOperation(replace(step.state), kind)
        return True

    def fail(self, step: PlannedStep) -> None:
        """Record that `step` has ended and changed nothing."""
        self._pending.pop(id(step), None)

    def succeed(self, step: PlannedStep) -> bool:
        """Record that `step` has ended well, or in part; return whether that must be saved before going on."""
        self._pending.pop(id(step), None)
        old, new = step.old, step.new
        if step.op == "replace":
            return False
        if step.op == "refresh" and old is not None:
            return self._refresh(old, new)
        if new is None:
            if old is not None:
                self._end_deletion(step, old)
            return True
        self._put(new)
        if old is None:
            return True
        if step.op in {"create-replacement", "read-replacement"} and not old.pending_replacement:
            self._change(old)
        else:
            self._remove(old)
        return step.op != "same" or _differs(old, new)

    def outputs_changed(self, state: ResourceState) -> bool:
        """Record new outputs of a component that has a row already; return whether the row says anything new."""
        row = self._new_rows.get(id(state))
        if row is not None and deep_equal(row.outputs, state.outputs):
            return False
        self._put(state)
        return True

    def snapshot(self) -> Snapshot:
        """Return the state as it is now."""
        rows = [*self._new_rows.values(), *self._base_rows.values()]
        creating = [pending for pending in self.base.pending_operations if pending.type == "creating"]
        return replace(
            self.base,
            resources=normalize(without_dangling(rows) if self._refreshed else rows),
            pending_operations=[*self._pending.values(), *creating],
            manifest=new_manifest(),
        )

    def _refresh(self, old: ResourceState, new: ResourceState | None) -> bool:
        """Change a row where it stands: others after it depend on it."""
        self._refreshed = True
        if new is None:
            self._remove(old)
        else:
            self._base_rows[id(old)] = replace(new)
        return new != old

    def _put(self, state: ResourceState) -> None:
        self._kept_alive.append(state)
        self._new_rows[id(state)] = replace(state)

    def _end_deletion(self, step: PlannedStep, old: ResourceState) -> None:
        if step.op != "remove-pending-replace" and old.pending_replacement:
            self._change(old)
        else:
            self._remove(old)

    def _change(self, state: ResourceState) -> None:
        """Change the row of `state`, where it still has one."""
        for rows in (self._base_rows, self._new_rows):
            if id(state) in rows:
                rows[id(state)] = replace(state)

    def _remove(self, state: ResourceState) -> None:
        self._base_rows.pop(id(state), None)
        self._new_rows.pop(id(state), None)


def _differs(old: ResourceState, new: ResourceState) -> bool:
    """Tell whether an unchanged resource has changed in what the engine itself keeps of it."""

    def comparable(state: ResourceState) -> dict[str, Any]:
        dependencies = {key: value for key, value in state.property_dependencies.items() if value}
        return {
            **{key: value for key, value in vars(state).items() if key not in _UNSAVED_FIELDS},
            "dependencies": sorted(state.dependencies),
            "property_dependencies": dependencies,
        }

    return not deep_equal(comparable(old), comparable(new))


class Journal:
    """Saves the ledger whenever it has changed, one save at a time.

    Whatever was recorded while a save was under way is in the next one. A step whose record must be kept waits until a
    save that holds it has returned, so nothing is answered that a later start would not know of.
    """

    def __init__(self, ledger: Ledger, save: Callable[[Snapshot], None]) -> None:
        self._ledger = ledger
        self._save = save
        self._recorded = 0
        self._saved = 0
        self._lock = asyncio.Lock()

    def touch(self) -> None:
        """Note that the ledger has changed in a way that need not be saved at once."""
        self._recorded += 1

    async def commit(self) -> None:
        """Save what is recorded, and return when it is; EngineError where it cannot be saved."""
        self._recorded += 1
        await self._save_up_to(self._recorded)

    async def close(self) -> None:
        """Save what is left to be saved."""
        await self._save_up_to(self._recorded)

    async def _save_up_to(self, wanted: int) -> None:
        async with self._lock:
            if self._saved >= wanted:
                return
            recorded, snapshot = self._recorded, self._ledger.snapshot()
            try:
                await asyncio.shield(asyncio.to_thread(self._save, snapshot))
            except (OSError, StateError) as error:
                raise EngineError(f"the state cannot be saved: {error}") from error
            self._saved = recorded
