"""What is said of operations that were interrupted."""

from azure_sandbox.engine import pending
from nat_egress.state.model import PendingOperation, ResourceState, Snapshot

CREATE = PendingOperation(ResourceState("urn:a", "t"), "creating")
UPDATE = PendingOperation(ResourceState("urn:b", "t"), "updating")


def test_an_update_warns_of_all_of_them():
    said = pending.before_update([CREATE, UPDATE])
    assert said.startswith("Attempting to deploy or update resources with 2 pending operations")
    assert "  * urn:a, interrupted while creating\n  * urn:b, interrupted while updating\n" in said
    assert pending.before_update([]) == ""


def test_a_refresh_warns_of_those_that_it_cannot_clear():
    said = pending.before_refresh([UPDATE, CREATE])
    assert said.startswith("1 pending creates from previous deployment stay in the state")
    assert "urn:a" in said
    assert "urn:b" not in said
    assert pending.before_refresh([UPDATE]) == ""


def test_creates_are_taken_out_of_a_copy():
    snapshot = Snapshot(pending_operations=[CREATE, UPDATE])
    assert pending.without_creates(snapshot).pending_operations == [UPDATE]
    assert snapshot.pending_operations == [CREATE, UPDATE]
