"""The state that a command line means: that of a stack in a backend, or a file.

Whoever reads it says how its secrets are opened: by a crypter for the checkpoint that was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..state import checkpoint, workspace
from ..state.backend import stack_in
from ..state.checkpoint import Checkpoint
from ..state.errors import StateError
from ..state.model import ResourceState
from ..state.secrets import BestEffort, Crypter, Sealed

Opener = Callable[[Checkpoint], Crypter]


@dataclass(frozen=True)
class StackState:
    """The resources of a stack."""

    stack: str
    """As in `organization/project/stack`; the file where it does not tell."""
    resources: list[ResourceState]
    unfinished: bool = False
    """Whether an update was interrupted, so that Azure may have what is not in the state, and the other way round."""


def sealed(_checkpoint: Checkpoint) -> Crypter:
    """Leave all secrets closed."""
    return Sealed()


def best_effort(environment: Mapping[str, str]) -> Opener:
    """Open the secrets that the passphrase of the environment opens; any other is a value that is not known."""
    passphrase = workspace.passphrase(environment)
    return lambda found: BestEffort(passphrase, found.deployment.get("secrets_providers"))


def of_file(path: Path, opener: Opener) -> StackState:
    """Read a checkpoint, or what `pulumi stack export` has written; StateError where it is neither."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StateError(f"{path}: can't be read: {error.strerror}") from None
    return _opened(checkpoint.parse(content, str(path)), opener)


def of_stack(
    stack: str, backend: str | None, environment: Mapping[str, str], folder: Path, opener: Opener
) -> StackState:
    """Read a stack of the backend that is given, or that the environment, the project or the login names."""
    project = workspace.find_project(folder)
    kept = workspace.open_backend(backend or workspace.backend_url(environment, project))
    reference = workspace.reference_of(stack, project)
    content = kept.read(reference)
    if content is None:
        known = ", ".join(kept.stacks(reference.project)) or "none"
        raise StateError(f"{kept.url} has no stack {reference.qualified}; of this project it has: {known}")
    return _opened(checkpoint.parse(content, kept.place(reference)), opener)


def _opened(parsed: Checkpoint, opener: Opener) -> StackState:
    snapshot = checkpoint.load(parsed, opener(parsed))
    resources = snapshot.resources
    named = stack_in(resources[0].urn) if resources else ""
    return StackState(parsed.stack or named or parsed.source, resources, unfinished=bool(snapshot.pending_operations))
