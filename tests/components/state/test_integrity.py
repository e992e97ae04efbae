from __future__ import annotations

import dataclasses
import hashlib

import pytest
from nat_egress.state import Passphrase, StateError, checkpoint
from nat_egress.state.integrity import magic, verify


@pytest.fixture
def snapshot(deployment):
    parsed = checkpoint.Checkpoint("dev.json", "", 3, (), deployment)
    return checkpoint.load(parsed, Passphrase(None).crypter(None))


def test_a_whole_snapshot_passes(snapshot):
    verify(snapshot, "dev.json")


def test_the_magic_is_a_digest_of_the_version(snapshot):
    snapshot.manifest = {"version": "v3.259.0", "magic": hashlib.sha256(b"v3.259.0").hexdigest()}
    verify(snapshot, "dev.json")
    assert magic("") == ""
    snapshot.manifest["magic"] = "changed"
    with pytest.raises(StateError, match="magic cookie mismatch"):
        verify(snapshot, "dev.json")


@pytest.mark.parametrize(
    ("field", "value", "role"),
    [
        ("parent", "urn:gone", "parent"),
        ("dependencies", ["urn:gone"], "dependency"),
        ("property_dependencies", {"a": ["urn:gone"]}, "property dependency"),
        ("deleted_with", "urn:gone", "deletedWith"),
    ],
)
def test_what_a_resource_needs_must_be_there(snapshot, field, value, role):
    setattr(snapshot.resources[3], field, value)
    with pytest.raises(StateError, match=f"dev.json: resource .*Subnet::web: its {role} urn:gone is missing"):
        verify(snapshot, "dev.json")


def test_what_a_resource_needs_must_come_before_it(snapshot):
    snapshot.resources[2], snapshot.resources[3] = snapshot.resources[3], snapshot.resources[2]
    with pytest.raises(StateError, match="comes after it"):
        verify(snapshot, "dev.json")


def test_an_unknown_provider_is_told(snapshot):
    del snapshot.resources[1]
    with pytest.raises(StateError, match="refers to unknown provider"):
        verify(snapshot, "dev.json")


def test_a_component_has_no_id(snapshot):
    snapshot.resources[0].id = "x"
    with pytest.raises(StateError, match="non-empty ID"):
        verify(snapshot, "dev.json")


def test_only_what_is_marked_for_deletion_may_share_a_urn(snapshot):
    twin = dataclasses.replace(snapshot.resources[3], delete=True)
    snapshot.resources.append(twin)
    verify(snapshot, "dev.json")
    twin.delete = False
    with pytest.raises(StateError, match="duplicate resource"):
        verify(snapshot, "dev.json")
