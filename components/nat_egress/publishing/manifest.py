"""The manifest: what a stack publishes, as JSON that anyone can read. docs/publishing.md says what each key means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from .change import Change, change_of
from .errors import PublishingError
from .prefixes import in_order, normal
from .publication import Publication
from .serving import Egress, Gateway

SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is published of one stack."""

    project: str
    stack: str
    serial: int
    """One more each time that something changes."""
    updated: str
    """When that was, in UTC."""
    egress: Egress
    retiring: Mapping[str, str]
    """What has left the stack, with when that was first seen, in order."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Return all that has to be allowed, in order."""
        return in_order([*self.egress.prefixes, *self.retiring])


def change_to(publication: Publication, before: Manifest | None) -> Change:
    """Return what becomes of the published ranges."""
    return change_of(publication.egress.prefixes, before.prefixes if before else (), publication.named)


def following(before: Manifest | None, publication: Publication, now: datetime) -> Manifest:
    """Return the manifest after `before`, which it is itself where nothing changes."""
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    seen = before.retiring if before else {}
    held = change_to(publication, before).hold
    after = Manifest(
        project=publication.project,
        stack=publication.stack,
        serial=before.serial if before else 0,
        updated=before.updated if before else "",
        egress=publication.egress,
        retiring={one: seen.get(one, moment) for one in held},
    )
    return after if after == before else replace(after, serial=after.serial + 1, updated=moment)


def text_of(manifest: Manifest) -> str:
    """Write a manifest."""
    document = {
        "schemaVersion": SCHEMA_VERSION,
        "project": manifest.project,
        "stack": manifest.stack,
        "serial": manifest.serial,
        "updated": manifest.updated,
        "prefixes": manifest.prefixes,
        "gateways": [{"name": one.name, "prefixes": one.prefixes} for one in manifest.egress.gateways],
        "reserved": manifest.egress.reserved,
        "retiring": [{"prefix": prefix, "since": since} for prefix, since in manifest.retiring.items()],
    }
    return f"{json.dumps(document, indent=2)}\n"


def parse(content: bytes, place: str, publication: Publication) -> Manifest:
    """Read the manifest of a stack. PublishingError where it is none, or another's: it is not ours to replace."""
    try:
        document = json.loads(content)
        version, owner = document["schemaVersion"], (document["project"], document["stack"])
    except (ValueError, KeyError, TypeError):
        raise PublishingError(
            f"{place}: what is there is not a manifest of egress addresses, and is not replaced: give another place"
        ) from None
    if version != SCHEMA_VERSION:
        raise PublishingError(
            f"{place}: has schemaVersion {version!r}, and this release knows {SCHEMA_VERSION}: use a newer one"
        )
    if owner != (publication.project, publication.stack):
        raise PublishingError(
            f"{place}: is the manifest of {'/'.join(map(str, owner))}, and this is {publication.owner}: each stack has "
            "a manifest of its own"
        )
    try:
        return _read(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublishingError(
            f"{place}: is damaged ({type(error).__name__}: {error}), and is not replaced: bring back an earlier version"
        ) from None


def _read(document: Mapping[str, Any]) -> Manifest:
    gateways = tuple(Gateway(str(one["name"]), _ranges(one["prefixes"])) for one in document["gateways"])
    manifest = Manifest(
        project=document["project"],
        stack=document["stack"],
        serial=int(document["serial"]),
        updated=str(document["updated"]),
        egress=Egress(gateways, _ranges(document["reserved"])),
        retiring={normal(one["prefix"]): str(one["since"]) for one in document["retiring"]},
    )
    if manifest.prefixes != _ranges(document["prefixes"]):
        raise ValueError("prefixes are not those of gateways, reserved and retiring together")
    return manifest


def _ranges(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON of anyone
    return tuple(map(normal, value))
