"""Steps: what is to be done to one resource."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from nat_egress.state.model import ResourceState

from .diffing import Diff, deep_equal
from .events import Op, Step

INTERNAL_OPS: Final[frozenset[Op]] = frozenset({"remove-pending-replace"})
REPLACEMENT_PARTS: Final[frozenset[Op]] = frozenset(
    {"create-replacement", "delete-replaced", "discard-replaced", "read-replacement"}
)


@dataclass
class Registration:
    """A request of the program that waits for the state that comes of it."""

    done: asyncio.Future[ResourceState]

    def answer(self, state: ResourceState) -> None:
        """Tell the program what has become of its request."""
        if not self.done.done():
            self.done.set_result(state)


@dataclass(eq=False)
class PlannedStep:
    """One step of a chain; the steps of a chain run one after another."""

    op: Op
    old: ResourceState | None = None
    new: ResourceState | None = None
    registration: Registration | None = None
    diff: Diff | None = None
    pending_delete: bool = False
    """With a replacement: the old resource is deleted after its successor was made."""
    pending_replacement: bool = False
    """With a deletion: a successor is made after it."""
    untargeted: bool = False
    """With op `same`: the resource was left out of what this update is about."""
    is_deleted: Callable[[str], bool] = field(default=lambda _: False)
    """With a deletion: whether the resource of a URN is deleted by this update too (deletedWith)."""

    @property
    def state(self) -> ResourceState:
        """The newest state that the step knows."""
        state = self.new or self.old
        if state is None:
            raise ValueError("a step has an old or a new state")
        return state

    @property
    def logical(self) -> bool:
        """Whether the step is one that the user thinks of, rather than a part of a replacement or a look."""
        return self.op not in REPLACEMENT_PARTS and self.op not in INTERNAL_OPS and self.op != "refresh"

    @property
    def result(self) -> Op:
        """What the step comes to: of a refresh what was found, of any other its own operation."""
        if self.op != "refresh" or self.old is None:
            return self.op
        return refresh_result(self.old, self.new, self.diff)

    def describe(self, op: Op | None = None) -> Step:
        """Return the step as events tell it, with `op` instead of its own where that is given."""
        diff = self.diff or Diff("none")
        state = self.state
        return Step(
            op=op or self.op,
            urn=state.urn,
            type=state.type,
            provider=state.provider,
            old=self.old,
            new=self.new,
            diffs=diff.changed_keys,
            replace_keys=diff.replace_keys,
            detailed_diff={
                path: {"diffKind": item.kind, "inputDiff": item.input_diff}
                for path, item in sorted((diff.detailed or {}).items())
            },
            refresh=self.op == "refresh",
        )


def refresh_result(old: ResourceState, new: ResourceState | None, diff: Diff | None) -> Op:
    """Return what a refresh has found: `delete` where the resource is gone, `update` or `same`.

    Of a resource that the stack only reads the outputs count, as there are no inputs to hold it against.
    """
    if new is None:
        return "delete"
    if new is old:
        return "same"
    same = deep_equal(old.outputs, new.outputs) if old.external else diff is None or diff.changes == "none"
    return "same" if same else "update"


def deletion(
    old: ResourceState, is_deleted: Callable[[str], bool], *, replaced: bool = False, pending_replacement: bool = False
) -> PlannedStep:
    """Return the step that deletes `old`; what is only read is let go of instead."""
    op: Op
    if old.external:
        op = "discard-replaced" if replaced else "discard"
    else:
        op = "delete-replaced" if replaced else "delete"
    return PlannedStep(op, old=old, pending_replacement=pending_replacement, is_deleted=is_deleted)


def replacement(
    registration: Registration, old: ResourceState, new: ResourceState, diff: Diff, *, create_first: bool
) -> list[PlannedStep]:
    """Return the steps that make `new` in the place of `old`; the deletion of `old` stands before or after them."""
    create = PlannedStep("create-replacement", old, new, registration, diff, pending_delete=create_first)
    replace = PlannedStep("replace", old, new, diff=diff, pending_delete=create_first)
    return [create, replace] if create_first else [replace, create]
