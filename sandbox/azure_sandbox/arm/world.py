"""The resources that exist, as one request sees and changes them inside its transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from .asynchronous import Asynchronous, Ending, provisioning_state
from .ids import ResourceId, parse
from .limits import Quotas
from .schema import Body, Reference


@dataclass(frozen=True)
class Resource:
    """A resource as it is stored: what was asked for, with what Azure has added for good."""

    id: ResourceId
    type: str
    location: str
    body: Body
    revision: int
    """Writes so far, those to its children included."""
    api_version: str
    """The API version of the PUT that created it."""

    @property
    def properties(self) -> Body:
        """`properties` of the body."""
        properties: Body = self.body["properties"]
        return properties

    @property
    def etag(self) -> str:
        """Changes with each write, and is the same for the same requests."""
        digest = hashlib.sha256(f"{self.id.key} {self.revision} {json.dumps(self.body, sort_keys=True)}".encode())
        return f'W/"{uuid.UUID(bytes=digest.digest()[:16])}"'


@dataclass(frozen=True)
class Referrer:
    """Something that refers to a resource."""

    id: str
    """The resource that refers."""
    type: str
    element: str
    """The id of the part of it that does: the resource itself, or an IP configuration."""
    path: str


_COLUMNS = "id, type, location, body, revision, api_version"


class World:
    """Reads and writes resources over one open transaction."""

    def __init__(self, connection: sqlite3.Connection, quotas: Quotas) -> None:
        self._connection = connection
        self._asynchronous = Asynchronous(connection)
        self.quotas = quotas

    def get(self, id_: ResourceId) -> Resource | None:
        """Return the resource with this id."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM resource WHERE key = ?", (id_.key,)).fetchone()  # noqa: S608 - the column list is a constant
        return _resource(row) if row else None

    def provisioning_state(self, id_: ResourceId) -> str:
        """Return whether what was asked for last is done: Succeeded, Updating or Failed."""
        return provisioning_state(self._asynchronous.of_resource(id_.key), time.time())

    def begin_operation(self, token: str, id_: ResourceId, ending: Ending) -> None:
        """Keep the operation that goes on for a resource."""
        self._asynchronous.begin(token, id_.key, ending)

    def operation(self, id_: str) -> Ending | None:
        """Return how the operation with this id ends, or None where there is none."""
        return self._asynchronous.find(id_)

    def children(self, id_: ResourceId, type_: str | None = None) -> list[Resource]:
        """Return the direct children of a resource in the order of their creation."""
        children = self._select("parent = ? ORDER BY position", id_.key)
        return [child for child in children if type_ is None or child.type == type_]

    def follow(self, reference: Body | None) -> Resource | None:
        """Return the resource that `{"id": …}` refers to."""
        return self.get(parse(reference["id"])) if reference else None

    def in_group(self, group: ResourceId) -> list[Resource]:
        """Return everything in a resource group."""
        return self._select("scope = ? ORDER BY position", group.key)

    def of_type(self, type_: str, subscription: str | None = None) -> list[Resource]:
        """Return the resources of a type, all or those of one subscription."""
        if subscription is None:
            return self._select("type = ? ORDER BY position", type_)
        prefix = f"/subscriptions/{subscription.lower()}/"
        return self._select("type = ? AND substr(key, 1, ?) = ? ORDER BY position", type_, len(prefix), prefix)

    def referrers(self, id_: ResourceId, type_: str | None = None) -> list[Referrer]:
        """Return what refers to a resource, each time it does so."""
        rows = self._connection.execute(
            "SELECT resource.id, resource.type, reference.element, reference.path FROM reference"
            " JOIN resource ON resource.key = reference.source WHERE reference.target = ?"
            " ORDER BY resource.position, reference.rowid",
            (id_.key,),
        )
        return [Referrer(*row) for row in rows if type_ is None or row[1] == type_]

    def referring_children(self, id_: ResourceId, type_: str) -> dict[str, int]:
        """Return how many children of each parent refer to a resource, by the parent's id."""
        rows = self._connection.execute(
            "SELECT parent.id, count(DISTINCT child.key) FROM reference"
            " JOIN resource AS child ON child.key = reference.source"
            " JOIN resource AS parent ON parent.key = child.parent"
            " WHERE reference.target = ? AND child.type = ? GROUP BY parent.key ORDER BY parent.key",
            (id_.key, type_),
        )
        return dict(rows.fetchall())

    def put(self, resource: Resource, references: Iterable[Reference]) -> None:
        """Store a resource, new or changed, and a write to all its parents."""
        id_, parent = resource.id, resource.id.parent
        self._connection.execute(
            "INSERT INTO resource (key, id, type, scope, parent, location, body, revision, api_version)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE"
            " SET body = excluded.body, location = excluded.location, revision = excluded.revision",
            (
                id_.key,
                str(id_),
                resource.type,
                id_.resource_group.key if id_.segments else "",
                parent.key if parent else None,
                resource.location,
                json.dumps(resource.body),
                resource.revision,
                resource.api_version,
            ),
        )
        self._connection.execute("DELETE FROM reference WHERE source = ?", (id_.key,))
        self._connection.executemany(
            "INSERT INTO reference VALUES (?, ?, ?, ?)",
            [(id_.key, found.element, found.path, found.target.key) for found in references],
        )
        self._asynchronous.forget(id_.key)
        self._touch_parent(id_)

    def remove(self, id_: ResourceId) -> None:
        """Remove a resource and what it refers with; its children must be gone."""
        self._connection.execute("DELETE FROM resource WHERE key = ?", (id_.key,))
        self._asynchronous.forget(id_.key)
        self._touch_parent(id_)

    def _touch_parent(self, id_: ResourceId) -> None:
        if id_.parent:
            self._connection.execute("UPDATE resource SET revision = revision + 1 WHERE key = ?", (id_.parent.key,))

    def _select(self, condition: str, *values: str | int) -> list[Resource]:
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM resource WHERE {condition}", values)  # noqa: S608 - conditions are constants of this class
        return [_resource(row) for row in rows]


def _resource(row: tuple[str, str, str, str, int, str]) -> Resource:
    id_, type_, location, body, revision, api_version = row
    return Resource(parse(id_), type_, location, json.loads(body), revision, api_version)
