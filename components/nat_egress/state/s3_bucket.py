"""A bucket on S3, or on a service that speaks its protocol. Needs the extra `s3`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from .bucket import Entry
from .s3_client import client
from .s3_errors import explain
from .s3_url import SCHEME, S3Url

_MISSING: Final = "NoSuchKey"


class S3Bucket:
    """The objects of a backend in a bucket, below the folder that its URL names."""

    def __init__(self, url: S3Url) -> None:
        """StateError where the URL or the AWS configuration can't be used; nothing is asked of the service yet."""
        self._url = url
        with self._explained("", "opened"):
            self._client = client(url)
        self._encryption = encryption(url)

    @property
    def url(self) -> str:
        """The backend as PULUMI_BACKEND_URL names it."""
        return self._url.text

    def place(self, key: str) -> str:
        """Return the URL of an object."""
        return f"{SCHEME}{self._url.bucket}/{self._url.folder}{key}"

    def read(self, key: str) -> bytes | None:
        """Return an object; None where there is none."""
        with self._explained(key, "read"):
            try:
                return self._client.get_object(Bucket=self._url.bucket, Key=self._key(key))["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] == _MISSING:
                    return None
                raise

    def write(self, key: str, content: bytes) -> None:
        """Replace an object, whole or not at all."""
        with self._explained(key, "written"):
            self._client.put_object(Bucket=self._url.bucket, Key=self._key(key), Body=content, **self._encryption)

    def copy(self, source: str, target: str) -> None:
        """Make `target` what `source` is, inside the service; nothing where there is no `source`."""
        with self._explained(target, "written"):
            try:
                self._client.copy_object(
                    Bucket=self._url.bucket,
                    Key=self._key(target),
                    CopySource={"Bucket": self._url.bucket, "Key": self._key(source)},
                    **self._encryption,
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != _MISSING:
                    raise

    def delete(self, key: str) -> None:
        """Take an object away; nothing where there is none."""
        with self._explained(key, "deleted"):
            self._client.delete_object(Bucket=self._url.bucket, Key=self._key(key))

    def list(self, prefix: str) -> list[Entry]:
        """Return the objects whose key begins with `prefix` and has no further `/`, sorted by key."""
        with self._explained(prefix, "listed"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._url.bucket, Prefix=self._key(prefix), Delimiter="/"
            )
            return [
                Entry(each["Key"].removeprefix(self._url.folder), each["LastModified"])
                for page in pages
                for each in page.get("Contents", ())
            ]

    def _key(self, key: str) -> str:
        return f"{self._url.folder}{key}"

    @contextmanager
    def _explained(self, key: str, done: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError, ResponseParserError, ValueError) as error:
            raise explain(error, self._url, self.place(key), done) from None


def encryption(url: S3Url) -> dict[str, Any]:
    """Return how objects are to be encrypted, in the words of `put_object`."""
    wanted = {"ServerSideEncryption": url.encryption, "SSEKMSKeyId": url.kms_key}
    return {name: value for name, value in wanted.items() if value}
