"""What a backend needs of the place that keeps its files: a folder or a bucket of objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Entry:
    """One object of a bucket."""

    key: str
    modified: datetime
    """With a time zone."""


class Bucket(Protocol):
    """Objects by their keys, as in `.pulumi/meta.yaml`; whatever fails is a StateError that names the place."""

    @property
    def url(self) -> str:
        """The bucket as PULUMI_BACKEND_URL names it."""

    def place(self, key: str) -> str:
        """Return where an object is, for messages."""

    def read(self, key: str) -> bytes | None:
        """Return an object; None where there is none."""

    def write(self, key: str, content: bytes) -> None:
        """Replace an object, whole or not at all."""

    def copy(self, source: str, target: str) -> None:
        """Make `target` what `source` is; nothing where there is no `source`."""

    def delete(self, key: str) -> None:
        """Take an object away; nothing where there is none."""

    def list(self, prefix: str) -> list[Entry]:
        """Return the objects whose key begins with `prefix` and has no further `/`, sorted by key."""
