"""What holds for every program and every operation, whatever they are.

Each operation starts processes, half a second of processor, so a run takes few seeds: RANDOM_PROGRAMS=200 takes more.
"""

import os
from dataclasses import replace

import pytest
from azure_sandbox.engine.graph import dependencies_but_parent
from nat_egress.state.integrity import verify
from nat_egress.state.model import Snapshot
from nat_egress.state.values import contains_unknown

from tests.sandbox.engine.operations import run
from tests.sandbox.engine.random_programs import sequence

SEEDS = range(int(os.environ.get("RANDOM_PROGRAMS", "4")))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_holds_for_any_program(stack, seed):
    todo = sequence(seed)
    if todo.accept_secrets:
        stack.environment["SCRIPTED_SECRETS"] = "1"
    foreseen = None
    last_up = max(number for number, operation in enumerate(todo.operations) if operation.kind == "up")
    for number, operation in enumerate(todo.operations):
        before = stack.snapshot
        ran = run(stack, operation, serial=todo.serial)
        for snapshot in (*ran.saves, stack.snapshot):
            verify(snapshot, f"the state of seed {seed}")
        if operation.preview:
            nothing_was_touched(ran, before, stack.snapshot)
        elif operation.kind != "refresh" and not operation.refresh:
            what_is_protected_stays(ran, before, stack.snapshot)
            dependents_go_first(ran, before)
        if operation.kind == "up" and ran.result.succeeded:
            assert foreseen is None or steps(ran) == foreseen
        if number == last_up and ran.result.succeeded:
            again = run(stack, replace(operation, refresh=False), serial=todo.serial)
            assert {op for op, _ in again.steps} <= {"same", "read"}
        foreseen = steps(ran) if operation.kind == "preview" and knows_all(ran) else None


def steps(ran):
    return sorted(ran.steps)


def knows_all(ran):
    """Tell whether a preview knew the inputs of whatever is there already: else it can only guess what they will be."""
    started = [event.step for event in ran.events if type(event).__name__ == "StepStarted"]
    return ran.result.succeeded and not any(
        contains_unknown(step.new.inputs) for step in started if step.old is not None and step.new is not None
    )


def nothing_was_touched(ran, before, after):
    assert after is before
    assert ran.saves == []
    assert not [call for call in ran.calls if call["call"] in {"Delete", "Created", "Deleted"}]
    assert not [call for call in ran.calls if call["call"] in {"Create", "Update"} and not call["preview"]]


def what_is_protected_stays(ran, before: Snapshot, after: Snapshot):
    """A program may take the protection away; a resource that it does not mention, or protects, is left."""
    released = {
        urn
        for event in ran.events
        if type(event).__name__ == "StepStarted" and event.step.new is not None and not event.step.new.protect
        for urn in (event.step.urn, event.step.old.urn if event.step.old else "")
    }
    kept = {(row.type, row.id) for row in after.resources}
    protected = [row for row in before.resources if row.protect and not row.delete and row.urn not in released]
    assert [row.urn for row in protected if (row.type, row.id) not in kept] == []


def dependents_go_first(ran, before: Snapshot):
    """What is deleted is gone before anything that it depends on is deleted; replacements go their own ways."""
    replaced = {event.step.urn for event in ran.events if "replace" in getattr(getattr(event, "step", None), "op", "")}
    began = {(call["urn"], call["id"]): index for index, call in enumerate(ran.calls) if call["call"] == "Delete"}
    ended = {(call["urn"], call["id"]): index for index, call in enumerate(ran.calls) if call["call"] == "Deleted"}
    rows = {row.urn: row for row in before.resources if not row.delete and row.urn not in replaced}
    for row in rows.values():
        needs = {row.parent, *dependencies_but_parent(row)}
        for needed in (rows[urn] for urn in needs if urn in rows):
            if (row.urn, row.id) in began and (needed.urn, needed.id) in began:
                assert ended.get((row.urn, row.id), len(ran.calls)) < began[needed.urn, needed.id]
