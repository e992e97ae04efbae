"""The manifest as an object in S3, replaced only as it was read. Needs boto3, the extra `publish`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ..state.errors import StateError
from ..state.s3_bucket import encryption
from ..state.s3_client import client
from ..state.s3_errors import explain
from ..state.s3_url import SCHEME, S3Url
from .errors import ChangedMeanwhileError, PublishingError

CACHE_SECONDS: Final = 300
"""For how long a reader, or what stands between, may keep the manifest without asking again."""
_MISSING: Final = "NoSuchKey"
_CHANGED: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", _MISSING})
"""Of a conditional write (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html, 2026-11-25)."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A manifest as S3 has it."""

    content: bytes
    etag: str
    version: str | None
    """None where the bucket keeps no versions."""


class ManifestObject:
    """One object of a bucket."""

    def __init__(self, url: S3Url) -> None:
        """PublishingError where the URL or the AWS configuration can't be used; nothing is asked of S3 yet."""
        self._url = url
        self._key = url.folder.rstrip("/")
        self.place = f"{SCHEME}{url.bucket}/{self._key}"
        with self._explained("opened"):
            self._client = client(url)

    def read(self) -> Stored | None:
        """Return what is there; None where nothing is."""
        with self._explained("read"):
            try:
                found = self._client.get_object(Bucket=self._url.bucket, Key=self._key)
            except ClientError as error:
                if _code(error) == _MISSING:
                    return None
                raise
            return Stored(found["Body"].read(), found["ETag"], _version(found.get("VersionId")))

    def write(self, content: bytes, replacing: Stored | None) -> Stored:
        """Replace what was read. ChangedMeanwhileError where it is not there any more as it was read."""
        condition: dict[str, Any] = {"IfMatch": replacing.etag} if replacing else {"IfNoneMatch": "*"}
        with self._explained("written"):
            try:
                done = self._client.put_object(
                    Bucket=self._url.bucket,
                    Key=self._key,
                    Body=content,
                    ContentType="application/json",
                    CacheControl=f"max-age={CACHE_SECONDS}",
                    **condition,
                    **encryption(self._url),
                )
            except ClientError as error:
                if _code(error) not in _CHANGED:
                    raise
            else:
                return Stored(content, done["ETag"], _version(done.get("VersionId")))
        # A write whose answer was lost is sent again, and then meets itself.
        present = self.read()
        if present is None or present.content != content:
            raise ChangedMeanwhileError(
                f"{self.place}: somebody else has published since it was read; nothing is overwritten: run it again"
            )
        return present

    @contextmanager
    def _explained(self, done: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError, ResponseParserError, ValueError) as error:
            raise PublishingError(
                str(explain(error, self._url, self.place, done, f"{self._url.bucket}/{self._key}"))
            ) from None
        except StateError as error:
            raise PublishingError(str(error)) from None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _version(version: str | None) -> str | None:
    """Return a version's id; S3 calls that of an object without versions `null`."""
    return None if version in (None, "null") else version
