"""What goes wrong with a stack's state, in sentences for the person who has to mend it."""

from __future__ import annotations


class StateError(Exception):
    """State that can't be read, written or trusted: where, what, and what to do."""


class SecretsError(StateError):
    """A secret that can't be encrypted or decrypted."""


class LockedError(StateError):
    """Another update holds the stack."""
