"""The state of a Pulumi stack as its backends keep it: checkpoints, secrets and file layout."""

from .backend import Backend, Lock, StackReference, UpdateRecord
from .errors import LockedError, SecretsError, StateError
from .file_backend import FileBackend
from .secrets import Passphrase
from .store import StackStore, outputs_of
from .writer import CheckpointWriter

__all__ = [
    "Backend",
    "CheckpointWriter",
    "FileBackend",
    "Lock",
    "LockedError",
    "Passphrase",
    "SecretsError",
    "StackReference",
    "StackStore",
    "StateError",
    "UpdateRecord",
    "outputs_of",
]
