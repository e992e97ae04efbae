"""A folder that others write to."""

import os
from contextlib import contextmanager

from nat_egress.state import folder
from nat_egress.state.folder import Folder


def test_what_goes_while_a_folder_is_listed_hides_nothing_else(tmp_path, monkeypatch):
    """A lock that somebody lets go of hid those of others: two could hold a stack."""
    bucket, listed = Folder(tmp_path), os.scandir
    for name in "abc":
        bucket.write(f"locks/{name}.json", b"{}")

    @contextmanager
    def scandir(path):
        with listed(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        bucket.delete("locks/a.json")
        yield entries

    monkeypatch.setattr(folder.os, "scandir", scandir)
    assert [entry.key for entry in bucket.list("locks/")] == ["locks/b.json", "locks/c.json"]


def test_a_folder_that_is_not_there_has_nothing(tmp_path):
    assert Folder(tmp_path).list("locks/") == []
