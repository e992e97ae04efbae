"""A folder as a bucket: each object a file."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from .bucket import Entry
from .errors import StateError


class Folder:
    """The objects of a backend as files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    @property
    def url(self) -> str:
        """The folder as PULUMI_BACKEND_URL names it."""
        return f"file://{self._folder}"

    def place(self, key: str) -> str:
        """Return the path of an object."""
        return str(self._folder / key)

    def read(self, key: str) -> bytes | None:
        """Return an object; None where there is none."""
        path = self._folder / key
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateError(f"{path}: can't be read: {error.strerror}") from None

    def write(self, key: str, content: bytes) -> None:
        """Replace an object, whole or not at all."""
        path = self._folder / key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{path.name}.{uuid.uuid4()}.tmp")
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            raise StateError(f"{path}: can't be written: {error.strerror}") from None

    def copy(self, source: str, target: str) -> None:
        """Make `target` what `source` is; nothing where there is no `source`."""
        path = self._folder / target
        spare = path.with_name(f"{path.name}.{uuid.uuid4()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                _link_or_copy(self._folder / source, spare)
                spare.replace(path)
        except OSError as error:
            raise StateError(f"{path}: can't be written: {error.strerror}") from None

    def delete(self, key: str) -> None:
        """Take an object away; nothing where there is none."""
        path = self._folder / key
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StateError(f"{path}: can't be deleted: {error.strerror}") from None

    def list(self, prefix: str) -> list[Entry]:
        """Return the objects whose key begins with `prefix` and has no further `/`, sorted by key."""
        folder, _, beginning = prefix.rpartition("/")
        found = []
        try:
            with suppress(FileNotFoundError), os.scandir(self._folder / folder) as entries:
                for entry in entries:
                    if entry.name.startswith(beginning) and entry.is_file():
                        with suppress(FileNotFoundError):  # gone meanwhile, which says nothing of the others
                            modified = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
                            found.append(Entry(f"{folder}/{entry.name}", modified))
        except OSError as error:
            raise StateError(f"{self._folder / folder}: can't be read: {error.strerror}") from None
        return sorted(found, key=lambda entry: entry.key)


def _link_or_copy(path: Path, spare: Path) -> None:
    try:
        # A second name for the old file costs nothing, whatever its size.
        os.link(path, spare)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, spare)
