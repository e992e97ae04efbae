"""Checkpoints, locks and history in a folder, on S3 and on Azure: the same layout, and the same refusals."""

from __future__ import annotations

import gzip
import json
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from nat_egress.state import (
    LockedError,
    Passphrase,
    StackReference,
    StackStore,
    StateError,
    UpdateRecord,
    azblob_url,
    checkpoint,
    s3_url,
)
from nat_egress.state.azblob_bucket import AzblobBucket
from nat_egress.state.azblob_credentials import credentials
from nat_egress.state.bucket_backend import BucketBackend
from nat_egress.state.folder import Folder
from nat_egress.state.s3_bucket import S3Bucket

REFERENCE = StackReference("shop", "dev")
STATE = ".pulumi/stacks/shop/dev.json"
LOCKS = ".pulumi/locks/organization/shop/dev/"


@pytest.fixture(params=["folder", *(pytest.param(name, marks=pytest.mark.process) for name in ("s3", "azblob"))])
def bucket(request, tmp_path):
    if request.param == "folder":
        return Folder(tmp_path / "states")
    url = request.getfixturevalue(request.param).url("states/of/team")
    if request.param == "s3":
        return S3Bucket(s3_url.parse(url))
    return AzblobBucket(azblob_url.parse(url, os.environ), credentials(os.environ))


@pytest.fixture
def everything(bucket, tmp_path, request):
    """What is in the bucket, by its keys, seen from outside."""

    def look():
        if isinstance(bucket, Folder):
            folder = tmp_path / "states"
            found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        else:
            objects = request.getfixturevalue("s3" if isinstance(bucket, S3Bucket) else "azblob").objects()
            assert all(key.startswith("of/team/") for key in objects)
            found = {key.removeprefix("of/team/"): content for key, content in objects.items()}
        return dict(sorted(found.items()))

    return look


@pytest.fixture
def backend(bucket):
    return BucketBackend(bucket)


def test_the_layout_is_the_clis(backend, everything):
    backend.write(REFERENCE, b"one")
    backend.write(REFERENCE, b"two")
    assert everything() == {".pulumi/meta.yaml": b"version: 1\n", STATE: b"two", f"{STATE}.bak": b"one"}
    assert backend.read(REFERENCE) == b"two"
    assert backend.place(REFERENCE).endswith(STATE)


def test_a_bucket_keeps_lists_copies_and_deletes(bucket):
    for key in ("a/b.json", "a/bc.json", "a/b/d", "ab.json", "a/c"):
        bucket.write(key, key.encode())
    assert [entry.key for entry in bucket.list("a/b")] == ["a/b.json", "a/bc.json"]
    assert [entry.key for entry in bucket.list("a/")] == ["a/b.json", "a/bc.json", "a/c"]
    assert bucket.list("none/") == []
    assert all(entry.modified.tzinfo for entry in bucket.list("a/"))
    bucket.copy("a/c", "x/y")
    bucket.copy("a/none", "x/z")
    assert (bucket.read("x/y"), bucket.read("x/z")) == (b"a/c", None)
    bucket.write("a/c", b"other")
    assert bucket.read("x/y") == b"a/c"
    bucket.delete("a/c")
    bucket.delete("a/c")
    assert bucket.read("a/c") is None


def test_stacks_are_listed_by_project(backend, bucket):
    for project, stack in (("shop", "b"), ("shop", "a.json"), ("shopping", "c")):
        backend.write(StackReference(project, stack), b"{}")
    backend.write(StackReference("shop", "b"), b"{ }")
    bucket.write(".pulumi/stacks/shop/packed.json.gz", b"")
    assert backend.stacks("shop") == ["a.json", "b", "packed"]
    assert backend.stacks("none") == []


def test_a_stack_is_not_taken_for_one_whose_name_begins_the_same(backend):
    backend.write(StackReference("shop", "dev.json"), b"other")
    assert backend.read(REFERENCE) is None


def test_of_several_variants_the_last_written_is_the_state(backend, bucket, monkeypatch):
    bucket.write(STATE, b"old")
    bucket.write(f"{STATE}.gz", gzip.compress(b"new"))
    real = bucket.list
    later = {f"{STATE}.gz": 2, STATE: 1}

    def dated(prefix):
        return [type(e)(e.key, e.modified.replace(year=2020 + later[e.key])) for e in real(prefix) if e.key in later]

    monkeypatch.setattr(bucket, "list", dated)
    assert backend.read(REFERENCE) == b"new"
    later[STATE] = 3
    assert backend.read(REFERENCE) == b"old"


def test_a_compressed_stack_stays_compressed(backend, bucket, everything):
    bucket.write(f"{STATE}.gz", gzip.compress(b"one"))
    assert backend.read(REFERENCE) == b"one"
    backend.write(REFERENCE, b"two")
    assert backend.read(REFERENCE) == b"two"
    backend.record(REFERENCE, UpdateRecord("update", 1, 2, succeeded=True, resource_changes={}))
    found = everything()
    assert STATE not in found
    assert gzip.decompress(found[f"{STATE}.gz"]) == b"two"
    assert gzip.decompress(found[f"{STATE}.gz.bak"]) == b"one"
    copies = [key for key in found if key.endswith(".json.gz") and key != f"{STATE}.gz"]
    assert [key.split("/")[1] for key in copies] == ["backups", "history"]
    assert [gzip.decompress(found[key]) for key in copies] == [b"two"] * 2
    assert backend.place(REFERENCE).endswith(".json.gz")


def test_what_is_compressed_under_the_plain_name_is_read_as_the_cli_reads_it(backend, bucket):
    bucket.write(STATE, gzip.compress(b"state"))
    assert backend.read(REFERENCE) == b"state"


@pytest.mark.parametrize(
    ("suffix", "content", "said"),
    [
        (".gz", b"", "the compressed checkpoint is empty"),
        (".gz", b"not gzip", "can't be unpacked"),
        (".gz", gzip.compress(b"x" * 1000, mtime=0)[:-9], "can't be unpacked"),
        (".zst", b"", "PULUMI_DIY_BACKEND_GZIP=true"),
        ("", b"\x28\xb5\x2f\xfd", "Zstandard"),
    ],
)
def test_what_can_not_be_unpacked_is_refused_by_name(backend, bucket, suffix, content, said):
    bucket.write(f"{STATE}{suffix}", content)
    with pytest.raises(StateError) as refused:
        backend.read(REFERENCE)
    assert said in str(refused.value)
    assert f"{STATE}{suffix}" in str(refused.value)


def test_zstandard_is_not_written_either(backend, bucket, everything):
    bucket.write(f"{STATE}.zst", b"\x28\xb5\x2f\xfd")
    before = everything()
    with pytest.raises(StateError, match="Zstandard"):
        backend.write(REFERENCE, b"state")
    assert everything() == before


def test_the_lock_is_the_clis_and_goes_with_the_update(backend, everything):
    with backend.lock(REFERENCE):
        (key,) = [key for key in everything() if key.startswith(LOCKS)]
        assert json.loads(everything()[key]).keys() == {"pid", "username", "hostname", "timestamp"}
        (held,) = backend.locks(REFERENCE)
        assert (held.pid, held.place.endswith(key)) == (os.getpid(), True)
        assert backend.locks(StackReference("shop", "de")) == []
    assert backend.locks(REFERENCE) == []


def test_a_second_update_is_refused_and_told_who_holds_the_stack(backend):
    with backend.lock(REFERENCE):
        (held,) = backend.locks(REFERENCE)
        with pytest.raises(LockedError) as refused, backend.lock(REFERENCE):
            pass
        assert backend.locks(REFERENCE) == [held]
        with backend.lock(StackReference("shop", "prod")):
            pass
    assert f"{held.place}: created by {held.username}@{held.hostname} (pid {os.getpid()})" in str(refused.value)
    assert "pulumi cancel --stack dev" in str(refused.value)


def test_a_refused_update_writes_nothing(backend, bucket, monkeypatch):
    def write(key, _content):
        pytest.fail(f"{key} was written")

    with backend.lock(REFERENCE):
        monkeypatch.setattr(bucket, "write", write)
        with pytest.raises(LockedError), backend.lock(REFERENCE):
            pass


def test_the_lock_goes_when_the_update_fails(backend):
    with pytest.raises(ZeroDivisionError), backend.lock(REFERENCE):
        raise ZeroDivisionError
    assert backend.locks(REFERENCE) == []


def test_a_lock_that_can_not_be_taken_back_does_not_hide_why_the_update_failed(backend, bucket, monkeypatch):
    def refuse(key):
        raise StateError("access denied")

    monkeypatch.setattr(bucket, "delete", refuse)
    with pytest.raises(ZeroDivisionError), backend.lock(REFERENCE):
        raise ZeroDivisionError
    monkeypatch.undo()
    assert backend.unlock(REFERENCE) == 1
    monkeypatch.setattr(bucket, "delete", refuse)
    with pytest.raises(StateError, match="access denied"), backend.lock(REFERENCE):
        pass


def test_a_lock_whose_answer_was_lost_goes_too(backend, bucket, monkeypatch):
    real = bucket.write

    def write(key, content):
        real(key, content)
        if key.startswith(LOCKS):
            raise StateError("the answer was lost")

    monkeypatch.setattr(bucket, "write", write)
    with pytest.raises(StateError, match="the answer was lost"), backend.lock(REFERENCE):
        pass
    assert backend.locks(REFERENCE) == []


def test_of_those_that_start_at_once_at_most_one_goes_on(bucket):
    starters, inside, lost = 4, [], []
    barrier, together = Barrier(starters), Barrier(starters)

    def start(_):
        class Slow:
            """Lets all look before any writes, and all write before any looks again."""

            def __getattr__(self, name):
                return getattr(bucket, name)

            def write(self, key, content):
                if key.startswith(LOCKS):
                    barrier.wait(10)
                bucket.write(key, content)
                if key.startswith(LOCKS):
                    together.wait(10)

        backend = BucketBackend(Slow())
        try:
            with backend.lock(REFERENCE):
                inside.append(1)
        except LockedError as error:
            lost.append(error)

    with ThreadPoolExecutor(starters) as pool:
        list(pool.map(start, range(starters)))
    assert len(inside) <= 1
    assert len(inside) + len(lost) == starters
    assert BucketBackend(bucket).locks(REFERENCE) == []


def test_history_and_backups_are_the_clis(backend, everything):
    backend.write(REFERENCE, b"state")
    update = UpdateRecord("destroy", 10.5, 12.0, succeeded=False, resource_changes={"delete": 4})
    backend.record(REFERENCE, update)
    written = {key: content for key, content in everything().items() if "/history/" in key or "/backups/" in key}
    (backup, checkpoint_, entry) = written
    assert backup.startswith(".pulumi/backups/shop/dev/dev.")
    assert checkpoint_.startswith(".pulumi/history/shop/dev/dev-")
    assert checkpoint_.endswith(".checkpoint.json")
    assert entry == checkpoint_.replace(".checkpoint.", ".history.")
    assert written[backup] == written[checkpoint_] == b"state"
    said = json.loads(written[entry])
    assert (said["kind"], said["result"], said["startTime"], said["endTime"]) == ("destroy", "failed", 10, 12)
    assert said["resourceChanges"] == {"delete": 4}


def test_an_update_of_a_stack_that_has_gone_is_not_recorded(backend, everything):
    with pytest.raises(StateError, match=r"dev\.json: the update can't be recorded"):
        backend.record(REFERENCE, UpdateRecord("update", 1, 2, succeeded=True, resource_changes={}))
    assert everything() == {}


def test_another_layout_is_refused_by_name(backend, bucket):
    bucket.write(".pulumi/meta.yaml", b"version: 2\n")
    for use in (lambda: backend.read(REFERENCE), lambda: backend.write(REFERENCE, b"x")):
        with pytest.raises(StateError, match=r"meta\.yaml: must say 'version: 1' and says 2"):
            use()


def test_the_layout_without_projects_is_not_made_into_the_new_one(backend, bucket, everything):
    bucket.write(".pulumi/stacks/old.json", b"{}")
    before = everything()
    for use in (lambda: backend.read(REFERENCE), lambda: backend.write(REFERENCE, b"x")):
        with pytest.raises(StateError, match=r"without projects \(old\); the official CLI upgrades it"):
            use()
    assert everything() == before


def test_a_state_is_whole_on_its_way_through_a_backend(backend, deployment):
    store = StackStore(backend, REFERENCE, Passphrase("correct horse"))
    content = {"version": 3, "checkpoint": {"stack": REFERENCE.qualified, "latest": deployment}}
    backend.write(REFERENCE, json.dumps(content).encode())
    snapshot = store.load()
    backend.write(REFERENCE, store.writer(snapshot).render(snapshot))
    again = store.load()
    assert [row.urn for row in again.resources] == [row["urn"] for row in deployment["resources"]]
    assert checkpoint.dump(again, lambda *_: {}) == checkpoint.dump(snapshot, lambda *_: {})


def test_a_state_that_does_not_hold_together_points_to_the_one_before(backend, deployment):
    deployment["resources"].pop(2)
    content = {"version": 3, "checkpoint": {"stack": REFERENCE.qualified, "latest": deployment}}
    backend.write(REFERENCE, json.dumps(content).encode())
    with pytest.raises(StateError) as refused:
        StackStore(backend, REFERENCE, Passphrase(None)).load()
    assert "is missing" in str(refused.value)
    assert str(refused.value).endswith(f"{backend.place(REFERENCE)}.bak")
