import asyncio
import threading
import time

import pytest
from azure_sandbox.engine.journal import Journal, Ledger
from azure_sandbox.engine.refusals import EngineError
from azure_sandbox.engine.steps import PlannedStep, deletion
from nat_egress.state import StateError
from nat_egress.state.model import PendingOperation, ResourceState, Snapshot


def row(name, **fields):
    return ResourceState(f"urn:pulumi:dev::p::a:b:T::{name}", "a:b:T", custom=True, **fields)


def names(snapshot):
    return [(r.urn.rsplit("::", 1)[-1], r.id) for r in snapshot.resources]


def ledger(*rows):
    return Ledger(Snapshot(list(rows)))


def test_an_operation_stands_as_pending_until_it_has_ended():
    book, step = ledger(), PlannedStep("create", new=row("a"))
    assert book.begin(step)
    assert [(p.type, p.resource.urn[-1]) for p in book.snapshot().pending_operations] == [("creating", "a")]
    step.new.id = "1"
    book.succeed(step)
    assert book.snapshot().pending_operations == []
    assert names(book.snapshot()) == [("a", "1")]


def test_what_has_failed_changes_nothing():
    old = row("a", id="1")
    book, step = ledger(old), PlannedStep("update", old, row("a"))
    book.begin(step)
    book.fail(step)
    assert names(book.snapshot()) == [("a", "1")]


def test_new_rows_come_before_what_is_left_of_the_old_ones():
    a, b = row("a", id="1"), row("b", id="2")
    book = ledger(a, b)
    book.succeed(PlannedStep("same", b, row("b", id="2")))
    book.succeed(PlannedStep("create", new=row("c", id="3")))
    assert names(book.snapshot()) == [("b", "2"), ("c", "3"), ("a", "1")]


def test_the_old_half_of_a_replacement_stays_until_it_is_deleted():
    old, new = row("a", id="1"), row("a", id="2")
    book = ledger(old)
    old.delete = True
    book.succeed(PlannedStep("create-replacement", old, new, pending_delete=True))
    assert [(r.id, r.delete) for r in book.snapshot().resources] == [("2", False), ("1", True)]
    book.succeed(deletion(old, lambda _: False, replaced=True))
    assert names(book.snapshot()) == [("a", "2")]


def test_a_deletion_before_a_replacement_leaves_a_mark():
    old = row("a", id="1")
    book = ledger(old)
    old.pending_replacement = True
    book.succeed(deletion(old, lambda _: False, replaced=True, pending_replacement=True))
    assert [r.pending_replacement for r in book.snapshot().resources] == [True]
    book.succeed(PlannedStep("create-replacement", old, row("a", id="2")))
    assert names(book.snapshot()) == [("a", "2")]


def test_a_row_is_a_new_object_when_it_says_something_new_and_else_the_same():
    state = row("a", id="1")
    book = ledger()
    book.succeed(PlannedStep("create", new=state))
    first = book.snapshot().resources[0]
    assert book.snapshot().resources[0] is first
    state.outputs = {"x": 1}
    assert first.outputs == {}
    assert book.outputs_changed(state)
    assert book.snapshot().resources[0].outputs == {"x": 1}
    assert not book.outputs_changed(state)


@pytest.mark.parametrize(
    ("change", "said"),
    [({}, False), ({"protect": True}, True), ({"inputs": {"x": 2}}, True), ({"modified": "t"}, False)],
)
def test_an_unchanged_resource_is_saved_at_once_only_if_the_engine_keeps_something_new(change, said):
    old = row("a", id="1", inputs={"x": 1})
    new = row("a", id="1", **{"inputs": {"x": 1}, **change})
    assert ledger(old).succeed(PlannedStep("same", old, new)) is said


def test_creations_that_were_pending_before_stay_so():
    pending = [PendingOperation(row("x"), "creating"), PendingOperation(row("y"), "updating")]
    assert [p.type for p in Ledger(Snapshot(pending_operations=pending)).snapshot().pending_operations] == ["creating"]


def test_the_manifest_is_that_of_the_cli():
    manifest = ledger().snapshot().manifest
    assert manifest["version"] == "v3.259.0"
    assert manifest["magic"] == "ab35920a3077459b09dd1a3f7ddc28df4e3efc81b3240013bb6906688abc684d"
    assert manifest["time"].endswith("Z")


def test_what_is_recorded_while_a_save_runs_is_in_the_next_one_and_nobody_goes_on_before():
    saves, book = [], ledger()

    def save(snapshot):
        time.sleep(0.05)
        saves.append(names(snapshot))

    async def create(journal, name):
        book.succeed(PlannedStep("create", new=row(name, id=name)))
        await journal.commit()
        assert any((name, name) in saved for saved in saves)

    async def run():
        journal = Journal(book, save)
        await asyncio.gather(*(create(journal, str(i)) for i in range(20)))

    asyncio.run(run())
    assert len(saves) <= 3


def test_saves_never_overlap():
    busy, overlaps, book = threading.Lock(), [], ledger()

    def save(_):
        overlaps.append(not busy.acquire(blocking=False))
        time.sleep(0.01)
        busy.release()

    async def run():
        journal = Journal(book, save)
        for _ in range(3):
            await asyncio.gather(*(journal.commit() for _ in range(5)))

    asyncio.run(run())
    assert overlaps
    assert not any(overlaps)


def test_close_saves_what_is_left_and_only_that():
    saves = []

    async def run():
        journal = Journal(ledger(), lambda snapshot: saves.append(names(snapshot)))
        await journal.close()
        journal.touch()
        await journal.close()
        await journal.close()

    asyncio.run(run())
    assert len(saves) == 1


@pytest.mark.parametrize("why", [OSError(28, "No space left on device"), StateError("s3://states: access denied")])
def test_a_failed_save_is_an_error_for_people(why):
    def save(_):
        raise why

    async def run():
        await Journal(ledger(), save).commit()

    with pytest.raises(EngineError, match=rf"the state cannot be saved: .*{str(why)[-6:]}"):
        asyncio.run(run())
