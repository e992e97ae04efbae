"""A rehearsal's stack in a backend outside the sandbox, which may also keep stacks that are meant for Azure.

What the sandbox writes there bears its mark, in the checkpoint's manifest where the official CLI has its version: who
writes the stack next replaces it. A stack without the mark is not locked, written or served. A stack with it holds
nothing of any subscription but the sandbox's own, so that nobody's CLI deletes something real by it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from nat_egress.state import CheckpointWriter, Passphrase, StackReference, StackStore, StateError
from nat_egress.state.integrity import magic
from nat_egress.state.model import Snapshot
from nat_egress.state.secrets import Crypter
from nat_egress.state.values import Value, reveal
from nat_egress.state.workspace import open_backend, passphrase

from .engine.request import ConfigValue
from .engine.urn import is_provider_type
from .errors import CommandError, Exit
from .provider.settings import SUBSCRIPTION
from .rehearsal import Rehearsal

SUBSCRIPTION_KEY: Final = "azure-native:subscriptionId"
_MARK: Final = "azure-sandbox/"
_IN_ID: Final = re.compile(r"^/subscriptions/([^/]+)", re.IGNORECASE)


def mark_of(identity: str) -> str:
    """Return the mark of the sandbox of that identity."""
    return f"{_MARK}{identity}"


def refusal(manifest: Mapping[str, Any], mark: str) -> str:
    """Return why a stack with that manifest is not the one of the sandbox with that mark; empty where it is."""
    writer = manifest.get("version")
    if writer == mark:
        return ""
    if isinstance(writer, str) and writer.startswith(_MARK):
        return (
            "it was rehearsed in another sandbox, or in this one before its folder was removed, and what it holds is "
            "not in this one. Rehearse under another stack name, or delete that file (pulumi stack rm --force)"
        )
    who = f"Pulumi {writer}" if isinstance(writer, str) and writer else "something that does not say what it is"
    return (
        f"it was last written by {who}, and not by the sandbox. It may be meant for Azure, and a rehearsal never "
        "touches such a stack. Rehearse under another stack name, or in a backend without it; without --backend the "
        "sandbox keeps its own"
    )


def subscriptions(snapshot: Snapshot) -> set[str]:
    """Return the subscriptions, but for the sandbox's own, that resources of a state are in, or will be."""
    rows = [*snapshot.resources, *(pending.resource for pending in snapshot.pending_operations)]
    ids = (_IN_ID.match(row.id) for row in rows if row.custom and not row.external)
    found = {match[1] for match in ids if match}
    configured = {_plain(row.inputs.get("subscriptionId")) for row in rows if is_provider_type(row.type)}
    return (found | configured) - {"", SUBSCRIPTION}


def check_settings(values: Mapping[str, ConfigValue]) -> None:
    """Refuse a stack file that puts its resources into a subscription other than the sandbox's own."""
    if SUBSCRIPTION_KEY in values and values[SUBSCRIPTION_KEY].text not in {"", SUBSCRIPTION}:
        raise CommandError(
            f"{SUBSCRIPTION_KEY} names a subscription, and the stack is kept outside the sandbox: an official CLI that "
            "is pointed at that backend would take what was rehearsed for resources of that subscription, and could "
            f"delete them. Leave it out of the stack file that you rehearse, or set it to {SUBSCRIPTION}",
            Exit.CONFIGURATION,
        )


@dataclass(frozen=True)
class OutsideStore(StackStore):
    """The state of one stack outside the sandbox."""

    mark: str

    def check(self) -> None:
        """Refuse a stack that is there and is not this sandbox's; CommandError says why."""
        parsed = self.checkpoint()
        why = refusal(parsed.deployment.get("manifest") or {}, self.mark) if parsed else ""
        if parsed and why:
            raise CommandError(f"{parsed.source}: the stack '{self.reference.stack}' is not this sandbox's: {why}")

    def load_own(self) -> Snapshot | None:
        """Return the snapshot of a stack that is this sandbox's, verified; None where there is no such stack."""
        self.check()
        return self.load()

    def writer(self, snapshot: Snapshot) -> CheckpointWriter:
        """Return the writer of the checkpoints that follow `snapshot`, which marks them."""
        return _MarkingWriter(self.reference.qualified, self._crypter(snapshot.secrets_provider), self.mark)


def store(url: str, reference: StackReference, rehearsal: Rehearsal, environment: Mapping[str, str]) -> OutsideStore:
    """Return the store of a stack in the backend of a URL; its secrets are under the user's own passphrase.

    Raises:
        CommandError: the URL is the sandbox's own backend, or no passphrase is set.
        StateError: the backend can't be opened.

    """
    word = passphrase(environment)
    if word is None:
        raise CommandError(
            "--backend: secrets that leave the sandbox need a passphrase of yours: set PULUMI_CONFIG_PASSPHRASE, or "
            "PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it",
            Exit.CONFIGURATION,
        )
    cancel = f"python -m azure_sandbox cancel --backend {shlex.quote(url)} --stack {reference.stack}"
    backend = open_backend(url, lambda _: cancel)
    if rehearsal.keeps(backend.url):
        raise CommandError(
            f"--backend {url}: that is the backend of the sandbox itself, which it takes without --backend",
            Exit.CONFIGURATION,
        )
    return OutsideStore(backend, reference, Passphrase(word), mark_of(rehearsal.identity()))


class _MarkingWriter(CheckpointWriter):
    def __init__(self, stack: str, crypter: Crypter, mark: str) -> None:
        super().__init__(stack, crypter)
        self._mark = mark

    def render(self, snapshot: Snapshot) -> bytes:
        """Return the checkpoint file of `snapshot`, marked; StateError where it would name somebody's resources."""
        if others := subscriptions(snapshot):
            raise StateError(
                f"the program puts resources into the subscription {', '.join(sorted(others))}: outside the sandbox a "
                f"rehearsal keeps those of its own ({SUBSCRIPTION}) only; leave out subscription_id of its providers"
            )
        manifest = {**snapshot.manifest, "version": self._mark, "magic": magic(self._mark)}
        return super().render(replace(snapshot, manifest=manifest))


def _plain(value: Value) -> str:
    revealed = reveal(value)
    return revealed if isinstance(revealed, str) else ""
