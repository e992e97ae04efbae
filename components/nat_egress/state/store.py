"""One stack of a backend: its snapshot read, and written after every step."""

from __future__ import annotations

import json
from dataclasses import dataclass

from . import checkpoint, integrity
from .backend import Backend, StackReference
from .errors import StateError
from .model import ResourceState, Snapshot
from .secrets import Crypter, Passphrase
from .values import Properties
from .writer import CheckpointWriter

ROOT_TYPE = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class StackStore:
    """Reads and writes the state of one stack."""

    backend: Backend
    reference: StackReference
    passphrase: Passphrase

    def exists(self) -> bool:
        """Tell whether the backend has the stack."""
        return self.backend.read(self.reference) is not None

    def create(self) -> None:
        """Write the empty state of a new stack."""
        self.backend.write(self.reference, self.writer(Snapshot()).render(Snapshot()))

    def checkpoint(self) -> checkpoint.Checkpoint | None:
        """Return the parsed checkpoint, secrets encrypted; None where there is no such stack."""
        content = self.backend.read(self.reference)
        place = self.backend.place(self.reference)
        if content is None:
            return None
        try:
            return checkpoint.parse(content, place)
        except StateError as error:
            raise _with_backup(error, place) from None

    def load(self) -> Snapshot | None:
        """Return the snapshot, verified; None where there is no such stack."""
        parsed = self.checkpoint()
        if parsed is None:
            return None
        snapshot = checkpoint.load(parsed, self._crypter(parsed.deployment.get("secrets_providers")))
        try:
            integrity.verify(snapshot, parsed.source)
        except StateError as error:
            raise _with_backup(error, parsed.source) from None
        return snapshot

    def writer(self, snapshot: Snapshot) -> CheckpointWriter:
        """Return the writer of the checkpoints that follow `snapshot`."""
        return CheckpointWriter(self.reference.qualified, self._crypter(snapshot.secrets_provider))

    def export(self, *, show_secrets: bool) -> str:
        """Return the stack's deployment as `pulumi stack export` prints it."""
        parsed = self.checkpoint()
        if parsed is None:
            raise StateError(f"no stack named '{self.reference.stack}' found")
        deployment = parsed.deployment
        if show_secrets:
            deployment = checkpoint.dump(self.load() or Snapshot(), lambda _secret, plaintext: {"plaintext": plaintext})
        head = checkpoint.versioned(list(parsed.features))
        return json.dumps({**head, "deployment": deployment}, indent=4, ensure_ascii=False)

    def _crypter(self, provider: dict[str, object] | None) -> Crypter:
        return self.passphrase.crypter(provider)


def root_of(snapshot: Snapshot) -> ResourceState | None:
    """Return the root resource of a stack."""
    return next((each for each in snapshot.resources if each.type == ROOT_TYPE and not each.parent), None)


def outputs_of(snapshot: Snapshot) -> Properties:
    """Return the outputs of a stack."""
    root = root_of(snapshot)
    return root.outputs if root else {}


def _with_backup(error: StateError, place: str) -> StateError:
    return StateError(f"{error}\nThe state before the last write is beside it: {place}.bak")
