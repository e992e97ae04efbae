from __future__ import annotations

import json

import pytest
from nat_egress.state import CheckpointWriter, Passphrase, checkpoint
from nat_egress.state.model import ResourceState, Snapshot
from nat_egress.state.values import Secret


class Counting:
    """A crypter that counts, in place of one that takes 0.3 s to start."""

    def __init__(self):
        self.count = 0

    @property
    def provider(self):
        return {"type": "passphrase", "state": {"salt": "s"}} if self.count else None

    def encrypt(self, plaintext):
        self.count += 1
        return f"{self.count}:{plaintext[::-1]}"

    def decrypt(self, ciphertext):
        return ciphertext.partition(":")[2][::-1]


@pytest.fixture
def snapshot(deployment):
    return checkpoint.load(checkpoint.Checkpoint("x", "", 3, (), deployment), Passphrase(None).crypter(None))


def test_the_file_holds_what_the_snapshot_holds(deployment, snapshot):
    written = json.loads(CheckpointWriter("organization/shop/dev", Counting()).render(snapshot))
    assert written == {"version": 3, "checkpoint": {"stack": "organization/shop/dev", "latest": deployment}}


def test_the_same_snapshot_is_the_same_file(snapshot):
    snapshot.resources[0].outputs = {"key": Secret("s3cret")}
    writer = CheckpointWriter("o/p/s", Counting())
    assert writer.render(snapshot) == writer.render(snapshot)


def test_a_change_of_any_field_reaches_the_file(snapshot):
    writer = CheckpointWriter("o/p/s", Counting())
    before = writer.render(snapshot)
    for change in ({"modified": "later"}, {"protect": False}, {"outputs": {"a": 1}}, {"outputs": {"a": True}}):
        for name, value in change.items():
            setattr(snapshot.resources[2], name, value)
        after = writer.render(snapshot)
        assert after != before
        before = after


def test_a_resource_that_took_the_place_of_another_is_written(snapshot):
    writer = CheckpointWriter("o/p/s", Counting())
    writer.render(snapshot)
    for index in range(200):
        snapshot.resources[3] = ResourceState(urn=f"urn:{index}", type="t")
        assert f'"urn:{index}"' in writer.render(snapshot).decode()


def test_an_unchanged_secret_keeps_its_ciphertext(snapshot):
    crypter = Counting()
    writer = CheckpointWriter("o/p/s", crypter)
    root = snapshot.resources[0]
    root.outputs = {"key": Secret("s3cret")}
    writer.render(snapshot)
    root.outputs = {**root.outputs, "more": 1}
    assert b"s3cret" not in writer.render(snapshot)
    assert crypter.count == 1


def test_the_secrets_provider_is_written_once_there_is_a_secret(snapshot):
    writer = CheckpointWriter("o/p/s", Counting())
    assert "secrets_providers" not in json.loads(writer.render(snapshot))["checkpoint"]["latest"]
    snapshot.resources[0].outputs = {"key": Secret("s3cret")}
    assert json.loads(writer.render(snapshot))["checkpoint"]["latest"]["secrets_providers"]["type"] == "passphrase"


def test_only_what_changed_is_made_into_json_again(monkeypatch):
    dumped = []
    dump = checkpoint.dump_resource
    monkeypatch.setattr(checkpoint, "dump_resource", lambda *given: dumped.append(given[0].urn) or dump(*given))
    resources = [ResourceState(urn=f"urn:{index}", type="t", inputs={"a": index}) for index in range(100)]
    writer = CheckpointWriter("o/p/s", Counting())
    writer.render(Snapshot(resources=resources))
    resources[42].outputs = {"b": 1}
    writer.render(Snapshot(resources=list(resources)))
    assert dumped[100:] == ["urn:42"]
