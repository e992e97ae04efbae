"""What a stack's state holds, as it is kept between two updates."""

from __future__ import annotations

from functools import cached_property

from nat_egress.graph.values import listed
from nat_egress.state import Passphrase, StateError, outputs_of
from nat_egress.state import checkpoint as checkpoints
from nat_egress.state.integrity import verify
from nat_egress.state.model import ResourceState, Snapshot
from nat_egress.state.values import Properties
from nat_egress.testing.failures import Failure

from . import names


class State:
    """One checkpoint; it is read when it is first looked at."""

    def __init__(self, content: bytes | None, place: str, passphrase: Passphrase) -> None:
        self._content = content
        self._place = place
        self._passphrase = passphrase

    @cached_property
    def snapshot(self) -> Snapshot:
        """All of it, verified as an engine does; an empty one where there is no stack."""
        if self._content is None:
            return Snapshot()
        try:
            parsed = checkpoints.parse(self._content, self._place)
            crypter = self._passphrase.crypter(parsed.deployment.get("secrets_providers"))
            snapshot = checkpoints.load(parsed, crypter)
            verify(snapshot, self._place)
        except StateError as error:
            raise Failure(f"The state of the stack is damaged: {error}") from None
        return snapshot

    @property
    def outputs(self) -> Properties:
        """The outputs of the stack; secret ones are `nat_egress.state.values.Secret`."""
        return outputs_of(self.snapshot)

    @property
    def resources(self) -> dict[str, ResourceState]:
        """What is in the stack, as `NatGateway egress`, in an order in which each comes after all that it needs."""
        return {names.label(each.urn): each for each in self._present if not each.delete}

    @property
    def left_over(self) -> list[str]:
        """What replacements have left to be deleted still."""
        return sorted(names.label(each.urn) for each in self._present if each.delete)

    @property
    def pending(self) -> list[str]:
        """What was under way when the state was last written, as `creating Subnet web`, sorted."""
        return sorted(f"{each.type} {names.label(each.resource.urn)}" for each in self.snapshot.pending_operations)

    def one(self, kind: str, name: str | None = None) -> ResourceState:
        """Return the one resource of a kind, and of a name where one is given."""
        all_ = [each for each in self._present if names.is_a(each.type, kind) and not each.delete]
        found = [each for each in all_ if name is None or names.label(each.urn).partition(" ")[2] == name]
        if len(found) == 1:
            return found[0]
        there = listed(sorted(self.resources)) or "none"
        raise Failure(f"{len(found) or 'No'} resources in the state are {kind} {name or ''}. There are: {there}.")

    @property
    def _present(self) -> list[ResourceState]:
        return [each for each in self.snapshot.resources if not names.is_plumbing(each.type)]

    def __repr__(self) -> str:
        return f"<State of {len(self.resources)} resources>"
