from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from nat_egress.state import FileBackend, LockedError, Passphrase, StackReference, StackStore, StateError, UpdateRecord

REFERENCE = StackReference("shop", "dev")


@pytest.fixture
def backend(tmp_path):
    return FileBackend(tmp_path)


def files(tmp_path):
    return sorted(str(path.relative_to(tmp_path / ".pulumi")) for path in tmp_path.rglob("*") if path.is_file())


def test_the_layout_is_the_clis(backend, tmp_path):
    backend.write(REFERENCE, b"one")
    backend.write(REFERENCE, b"two")
    assert files(tmp_path) == ["meta.yaml", "stacks/shop/dev.json", "stacks/shop/dev.json.bak"]
    assert (tmp_path / ".pulumi/meta.yaml").read_text() == "version: 1\n"
    assert (backend.read(REFERENCE), (tmp_path / ".pulumi/stacks/shop/dev.json.bak").read_bytes()) == (b"two", b"one")


def test_stacks_are_listed_by_project(backend):
    for project, stack in (("shop", "b"), ("shop", "a"), ("other", "c")):
        backend.write(StackReference(project, stack), b"{}")
    assert backend.stacks("shop") == ["a", "b"]
    assert backend.stacks("none") == []


def test_a_stack_that_is_not_there_reads_as_none(backend):
    assert backend.read(REFERENCE) is None


def test_a_write_that_fails_leaves_the_state_before(backend, tmp_path, monkeypatch):
    backend.write(REFERENCE, b"one")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateError, match="No space left on device"):
        backend.write(REFERENCE, b"two")
    assert backend.read(REFERENCE) == b"one"


def test_a_filesystem_without_links_still_keeps_a_backup(backend, tmp_path, monkeypatch):
    def refuse(*_paths):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    backend.write(REFERENCE, b"one")
    backend.write(REFERENCE, b"two")
    assert (tmp_path / ".pulumi/stacks/shop/dev.json.bak").read_bytes() == b"one"


def test_the_lock_is_the_clis_and_goes_with_the_update(backend, tmp_path):
    with backend.lock(REFERENCE):
        (held,) = (tmp_path / ".pulumi/locks/organization/shop/dev").glob("*.json")
        assert json.loads(held.read_text()).keys() == {"pid", "username", "hostname", "timestamp"}
        assert backend.locks(REFERENCE)[0].pid == os.getpid()
    assert backend.locks(REFERENCE) == []


def test_the_lock_goes_when_the_update_fails(backend):
    with pytest.raises(ZeroDivisionError), backend.lock(REFERENCE):
        raise ZeroDivisionError
    assert backend.locks(REFERENCE) == []


def test_a_second_update_is_refused_and_told_who_holds_the_stack(backend):
    with backend.lock(REFERENCE):
        with pytest.raises(LockedError) as refused, backend.lock(REFERENCE):
            pass
        assert len(backend.locks(REFERENCE)) == 1
    assert f"(pid {os.getpid()})" in str(refused.value)
    assert "pulumi cancel --stack dev" in str(refused.value)
    assert "that process is gone" not in str(refused.value)


@pytest.mark.process
def test_the_lock_of_a_dead_process_is_told_as_such_and_cleared_by_hand(backend, tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with backend.lock(REFERENCE):
        (held,) = (tmp_path / ".pulumi/locks/organization/shop/dev").glob("*.json")
        stale = {**json.loads(held.read_text()), "pid": dead.pid, "timestamp": "2026-08-01T10:00:00.123456789Z"}
    held.write_text(json.dumps(stale))
    with pytest.raises(LockedError, match=r"2026-08-01T10:00:00.*that process is gone"), backend.lock(REFERENCE):
        pass
    assert backend.unlock(REFERENCE) == 1
    with backend.lock(REFERENCE):
        pass


def test_a_lock_that_can_not_be_read_still_holds(backend, tmp_path):
    folder = tmp_path / ".pulumi/locks/organization/shop/dev"
    folder.mkdir(parents=True)
    (folder / "x.json").write_text("{")
    with pytest.raises(LockedError, match=r"unknown@unknown"), backend.lock(REFERENCE):
        pass


def test_history_and_backups_are_the_clis(backend, tmp_path):
    backend.write(REFERENCE, b"state")
    backend.record(REFERENCE, UpdateRecord("update", 10.5, 12.0, succeeded=True, resource_changes={"create": 4}))
    names = [name for name in files(tmp_path) if name.startswith(("history", "backups"))]
    assert len(names) == 3
    (entry,) = (tmp_path / ".pulumi/history/shop/dev").glob("dev-*.history.json")
    written = json.loads(entry.read_text())
    assert (written["kind"], written["result"], written["startTime"], written["endTime"]) == (
        "update",
        "succeeded",
        10,
        12,
    )
    assert written["resourceChanges"] == {"create": 4}
    (copy,) = (tmp_path / ".pulumi/history/shop/dev").glob("dev-*.checkpoint.json")
    assert copy.read_bytes() == b"state"


@pytest.mark.parametrize(
    ("project", "stack"), [("shop", ""), ("shop", "a/b"), ("shop", ".."), ("a b", "dev"), ("shop", "x" * 101)]
)
def test_names_that_would_leave_the_folder_are_refused(project, stack):
    with pytest.raises(StateError, match="name"):
        StackReference(project, stack)


def test_another_layout_is_refused_by_name(backend, tmp_path):
    (tmp_path / ".pulumi").mkdir()
    (tmp_path / ".pulumi/meta.yaml").write_text("version: 0\n")
    with pytest.raises(StateError, match="pulumi state upgrade"):
        backend.read(REFERENCE)


def test_a_compressed_checkpoint_is_refused_by_name(backend, tmp_path):
    folder = tmp_path / ".pulumi/stacks/shop"
    folder.mkdir(parents=True)
    (folder / "dev.json.gz").write_bytes(b"")
    with pytest.raises(StateError, match="compressed"):
        backend.read(REFERENCE)


def test_a_corrupt_state_points_to_the_backup(backend):
    backend.write(REFERENCE, b'{"version":3,"checkpoint":{"sta')
    store = StackStore(backend, REFERENCE, Passphrase(None))
    with pytest.raises(StateError) as refused:
        store.load()
    assert "line 1" in str(refused.value)
    assert str(refused.value).endswith("dev.json.bak")


def test_a_new_stack_is_empty_and_loads(backend):
    store = StackStore(backend, REFERENCE, Passphrase(None))
    assert not store.exists()
    store.create()
    assert store.exists()
    assert store.load().resources == []


def test_a_lock_has_the_time_of_its_making(backend):
    with backend.lock(REFERENCE):
        age = datetime.now(UTC) - backend.locks(REFERENCE)[0].timestamp
    assert 0 <= age.total_seconds() < 60
