"""A container on Azure Blob Storage. Needs the extra `azblob`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.blob import BlobProperties

from .azblob_client import client
from .azblob_credentials import Credentials
from .azblob_errors import code_of, explain
from .azblob_names import escape, unescape
from .azblob_url import SCHEME, AzblobUrl
from .bucket import Entry
from .errors import StateError

_MISSING: Final = ("BlobNotFound", "CannotVerifyCopySource")
"""The second where the source of a copy is not there; with a status other than 404 it may not be read."""
_PENDING: Final = "pending"
_COPIED: Final = "success"
_POLL_SECONDS: Final = 0.5


class AzblobBucket:
    """The objects of a backend in a container, below the folder that its URL names."""

    def __init__(self, url: AzblobUrl, credentials: Credentials) -> None:
        """StateError where the credentials can't be used; nothing is asked of the service yet."""
        self._url = url
        self._credentials = credentials
        with self._explained("", "opened"):
            self._client = client(url, credentials)

    @property
    def url(self) -> str:
        """The backend as PULUMI_BACKEND_URL names it."""
        return self._url.text

    def place(self, key: str) -> str:
        """Return the URL of an object."""
        return f"{SCHEME}{self._url.container}/{self._url.folder}{key}"

    def read(self, key: str) -> bytes | None:
        """Return an object; None where there is none."""
        with self._explained(key, "read"):
            try:
                return self._client.download_blob(self._name(key)).readall()
            except ResourceNotFoundError as error:
                if code_of(error) in _MISSING:
                    return None
                raise

    def write(self, key: str, content: bytes) -> None:
        """Replace an object, whole or not at all."""
        with self._explained(key, "written"):
            self._client.upload_blob(self._name(key), content, overwrite=True)

    def copy(self, source: str, target: str) -> None:
        """Make `target` what `source` is, inside the service; nothing where there is no `source`."""
        with self._explained(target, "written"):
            blob = self._client.get_blob_client(self._name(target))
            try:
                begun = blob.start_copy_from_url(self._client.get_blob_client(self._name(source)).url)
            except ResourceNotFoundError as error:
                if code_of(error) in _MISSING:
                    return
                raise
            status: object = begun["copy_status"]
            while status == _PENDING:
                time.sleep(_POLL_SECONDS)
                status = blob.get_blob_properties().copy.status
        if status != _COPIED:
            raise StateError(f"{self.place(target)}: can't be written: the copy from {source} has ended as {status!r}")

    def delete(self, key: str) -> None:
        """Take an object away; nothing where there is none."""
        with self._explained(key, "deleted"):
            try:
                self._client.delete_blob(self._name(key))
            except ResourceNotFoundError as error:
                if code_of(error) not in _MISSING:
                    raise

    def list(self, prefix: str) -> list[Entry]:
        """Return the objects whose key begins with `prefix` and has no further `/`, sorted by key."""
        with self._explained(prefix, "listed"):
            blobs = self._client.walk_blobs(name_starts_with=self._name(prefix), delimiter="/")
            found = [
                Entry(unescape(blob.name).removeprefix(self._url.folder), blob.last_modified)
                for blob in blobs
                if isinstance(blob, BlobProperties)
            ]
        # Where a slash is escaped, the service takes what follows for the same name.
        return sorted(
            (entry for entry in found if "/" not in entry.key.removeprefix(prefix)), key=lambda entry: entry.key
        )

    def _name(self, key: str) -> str:
        return escape(f"{self._url.folder}{key}")

    @contextmanager
    def _explained(self, key: str, done: str) -> Iterator[None]:
        try:
            yield
        except (AzureError, ValueError) as error:
            raise explain(error, self._url, self._credentials, self.place(key), done) from None
