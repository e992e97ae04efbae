"""A manifest in S3 as a place to publish to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ..state.s3_url import S3Url
from . import manifest
from .manifest import Manifest
from .manifest_object import ManifestObject, Stored
from .outcome import Outcome
from .publication import Publication


@dataclass
class ManifestTarget:
    """The manifest of one stack."""

    url: S3Url
    publication: Publication
    now: datetime
    _stored: Stored | None = field(default=None, init=False)
    _before: Manifest | None = field(default=None, init=False)

    @cached_property
    def object(self) -> ManifestObject:
        """Return the object; PublishingError where the AWS configuration can't be used."""
        return ManifestObject(self.url)

    def plan(self) -> Outcome:
        """Read the manifest that is there, and say what would be written."""
        self._stored = self.object.read()
        if self._stored:
            self._before = manifest.parse(self._stored.content, self.object.place, self.publication)
        return self._outcome(self._stored)

    def publish(self) -> Outcome:
        """Write the manifest where anything in it changes, in place of the one that was read alone."""
        after = self._after()
        if after == self._before:
            return self._outcome(self._stored)
        return self._outcome(self.object.write(manifest.text_of(after).encode(), self._stored))

    def _after(self) -> Manifest:
        return manifest.following(self._before, self.publication, self.now)

    def _outcome(self, stored: Stored | None) -> Outcome:
        after = self._after()
        details = {
            "url": self.object.place,
            "serial": after.serial,
            "etag": stored.etag if stored else None,
            "versionId": stored.version if stored else None,
        }
        words = [f"serial {after.serial}"]
        if stored and (after == self._before or stored is not self._stored):
            words += [f"ETag {stored.etag}", f"version {stored.version}" if stored.version else "no versions are kept"]
        return Outcome(
            self.object.place,
            ", ".join(words),
            manifest.change_to(self.publication, self._before),
            changed=after != self._before,
            details=details,
            since=after.retiring,
        )
