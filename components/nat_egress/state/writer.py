"""Checkpoints written after every step: only what has changed since the last one is made into JSON again."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Final

from . import checkpoint
from .model import ResourceState, Snapshot
from .properties import Json
from .secrets import Crypter
from .values import Secret

SEPARATORS: Final = (",", ":")


@dataclass(frozen=True, slots=True)
class _Rendered:
    resource: ResourceState
    held: ResourceState
    """A copy that keeps what the fields held alive, so that no identity is given out again."""
    fields: tuple[int, ...]
    text: str


class CheckpointWriter:
    """Renders the snapshots of one stack.

    A ResourceState may change between two snapshots by having its fields set anew. What a field holds (a dict of
    properties, a list of URNs) is a value and must be replaced, not changed inside: comparing by identity is what makes
    a save after each of 800 resources cheap.
    """

    def __init__(self, stack: str, crypter: Crypter) -> None:
        """`stack` is the fully qualified name."""
        self._stack = stack
        self._crypter = crypter
        self._rendered: dict[int, _Rendered] = {}
        self._ciphertexts: dict[int, tuple[Secret, str, str]] = {}

    def render(self, snapshot: Snapshot) -> bytes:
        """Return the checkpoint file of `snapshot`."""
        resources = [self._render(resource) for resource in snapshot.resources]
        pending = [
            f'{{"resource":{self._render(operation.resource)},"type":{_json(operation.type)}}}'
            for operation in snapshot.pending_operations
        ]
        self._forget_all_but(snapshot)
        frame = checkpoint.assemble(snapshot, [], [])
        if not snapshot.secrets_provider and (provider := self._crypter.provider):
            frame["secrets_providers"] = provider
        parts = [f"{_json(key)}:{_json(value)}" for key, value in frame.items()]
        if resources:
            parts.append(f'"resources":[{",".join(resources)}]')
        if pending:
            parts.append(f'"pending_operations":[{",".join(pending)}]')
        head = _json(checkpoint.versioned(checkpoint.features_of(snapshot)))[:-1]
        return (f'{head},"checkpoint":{{"stack":{_json(self._stack)},"latest":{{{",".join(parts)}}}}}}}').encode()

    def encrypt(self, secret: Secret, plaintext: str) -> dict[str, str]:
        """Return the encrypted form of a secret; the same one as long as the same Secret is in the state."""
        known = self._ciphertexts.get(id(secret))
        if known is None or known[1] != plaintext:
            known = (secret, plaintext, self._crypter.encrypt(plaintext))
            self._ciphertexts[id(secret)] = known
        return {"ciphertext": known[2]}

    def _render(self, resource: ResourceState) -> str:
        known = self._rendered.get(id(resource))
        fields = _identities(resource)
        if known is not None and known.fields == fields:
            return known.text
        text = _json(checkpoint.dump_resource(resource, self.encrypt))
        self._rendered[id(resource)] = _Rendered(resource, copy.copy(resource), fields, text)
        return text

    def _forget_all_but(self, snapshot: Snapshot) -> None:
        living = len(snapshot.resources) + len(snapshot.pending_operations)
        if len(self._rendered) <= 2 * living + 16:
            return
        kept = {id(resource) for resource in snapshot.resources}
        self._rendered = {key: entry for key, entry in self._rendered.items() if key in kept}


def _identities(resource: ResourceState) -> tuple[int, ...]:
    return tuple(map(id, resource.__dict__.values()))


def _json(value: Json) -> str:
    return json.dumps(value, separators=SEPARATORS, ensure_ascii=False)
