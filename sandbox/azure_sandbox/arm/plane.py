"""The control plane: answers PUT, GET, DELETE and list requests on ARM ids."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeAlias

from .answering import TIME_SCALE, Settings, Work, answer
from .asynchronous import polled
from .errors import Refusal
from .faults import ConnectionLostError, Fault, InjectedFault, LostReply
from .ids import RESOURCE_GROUPS, CollectionId, ResourceId, parse, parse_collection
from .injection import Injection
from .limits import Quotas
from .machines import ways_out_of
from .operations import Operations
from .render import render
from .response import Request, Response
from .store import Store
from .ways_out import WayOut
from .world import Resource, World
from .writes import delete_group, delete_resource, put_resource, type_of

Ids: TypeAlias = list[str]
Requests: TypeAlias = list[Request]
WaysOut: TypeAlias = list[WayOut]
Faults: TypeAlias = list[InjectedFault]

_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")


class ControlPlane:
    """One sandbox's Azure. Threads and processes may use one file at once; each request is one transaction."""

    def __init__(
        self,
        path: Path,
        *,
        latency: float | None = None,
        quotas: Quotas | None = None,
        time_scale: float | None = None,
    ) -> None:
        """Open the file or create it.

        `latency` is how long, in seconds, a write to a virtual network or its subnets takes; while it runs, another one
        to the same network is refused as ARM does. `time_scale`, 0 to 1, is how long a second of Azure's is here: of
        slow operations, and of what the provider waits for. They and `quotas` are kept in the file, for all who use it;
        None leaves what is there (at first no latency, a scale of `TIME_SCALE`, and the defaults of `Quotas`).
        StoreError where the file can't be used; ValueError for another scale.
        """
        if time_scale is not None and not 0 <= time_scale <= 1:
            raise ValueError(f"time_scale is {time_scale}: give a number from 0 to 1, such as {TIME_SCALE}")
        self._store = Store(path)
        self._lock = threading.Lock()
        settings = {} if latency is None else {"latency": latency}
        settings |= {} if time_scale is None else {"time_scale": time_scale}
        settings |= {} if quotas is None else {field.name: getattr(quotas, field.name) for field in fields(quotas)}
        if settings:
            with self._store.transaction() as connection:
                connection.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", settings.items())

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def put(self, id: str, body: Any, *, api_version: str) -> Response:  # noqa: A002, ANN401 - ARM's word; any JSON
        """Create a resource (201) or replace it (200)."""

        def work(world: World) -> Response:
            _check_api_version(api_version)
            where = self._locate(id, api_version, world)
            created = world.get(where) is None
            resource = put_resource(where, body, api_version, world)
            return Response(201 if created else 200, render(resource, world))

        return self._answer("PUT", id, work)

    def get(self, id: str, *, api_version: str) -> Response:  # noqa: A002 - ARM's word
        """Return a resource (200) or say that it is not there (404)."""

        def work(world: World) -> Response:
            _check_api_version(api_version)
            where = self._locate(id, api_version, world)
            return Response(200, render(_existing(where, world), world))

        return self._answer("GET", id, work)

    def delete(self, id: str, *, api_version: str) -> Response:  # noqa: A002 - ARM's word
        """Delete a resource (200); 204 where it is not there."""

        def work(world: World) -> Response:
            _check_api_version(api_version)
            where = self._locate(id, api_version, world)
            resource = world.get(where)
            if resource is None:
                return Response(204)
            remove = delete_group if resource.type == RESOURCE_GROUPS else delete_resource
            remove(resource, world)
            return Response(200)

        return self._answer("DELETE", id, work)

    def list(self, collection_id: str) -> Response:
        """Return the resources of a subscription, a group or a parent, of one type, as `{"value": […]}`."""

        def work(world: World) -> Response:
            collection = parse_collection(collection_id)
            return Response(200, {"value": [render(resource, world) for resource in _members(collection, world)]})

        return self._answer("GET", collection_id, work)

    def ways_out(self, subscription: str | None = None) -> WaysOut:
        """Return how each machine reaches the internet, an interface at a time, of one subscription or of all.

        The verdict follows Azure's order of precedence. It is no request to ARM, and the log has nothing of it.
        """
        with self._lock, self._store.transaction() as connection:
            return list(ways_out_of(World(connection, Quotas()), subscription))

    def resources(self) -> Ids:
        """Return the ids of all that there is, in the order of creation. It is no request to ARM either."""
        with self._lock, self._store.transaction() as connection:
            return [id_ for (id_,) in connection.execute("SELECT id FROM resource ORDER BY position")]

    def operation(self, id: str) -> Response:  # noqa: A002 - ARM's word
        """Return how an operation stands that `Response.operation` names: `{"status": …}`, and why it failed."""

        def work(world: World) -> Response:
            ending = world.operation(id)
            if ending is None:
                raise Refusal("NotFound", f"Operation {id} not found.")
            return Response(200, polled(ending, time.time()))

        return self._answer("GET", id, work)

    def inject(self, fault: Fault) -> None:
        """Keep a rule for every process that uses the file, from the next request on."""
        with self._lock, self._store.transaction() as connection:
            Injection(connection).add(fault)

    def faults(self) -> Faults:
        """Return every rule that is kept, oldest first, with how many requests it was about and how many it struck."""
        with self._lock, self._store.transaction() as connection:
            return Injection(connection).all()

    def clear_faults(self) -> None:
        """Drop every rule; operations that are under way go on."""
        with self._lock, self._store.transaction() as connection:
            Injection(connection).clear()

    @property
    def time_scale(self) -> float:
        """How long a second of Azure's is here, in seconds."""
        with self._lock, self._store.transaction() as connection:
            return Settings.of(connection).time_scale

    def requests(self) -> Requests:
        """Return every request so far, by whichever process, in the order of the answers, lost ones too."""
        with self._lock, self._store.transaction() as connection:
            return [Request(*row) for row in connection.execute("SELECT * FROM request ORDER BY sequence")]

    def _locate(self, id_: str, api_version: str, world: World) -> ResourceId:
        where = parse(id_)
        type_of(where.type, api_version)
        if where.segments:
            _existing(where.resource_group, world)
        return where

    def _answer(self, method: str, id_: str, work: Work) -> Response:
        with self._lock, self._store.transaction() as connection:
            found = answer(connection, method, id_, work)
        if found.token:
            time.sleep(found.latency)
            with self._lock, self._store.transaction() as connection:
                Operations(connection, found.latency).end(found.token)
        if isinstance(found.happens, LostReply):
            raise ConnectionLostError(f"the connection ended before the answer to {method} {id_} came")
        return found.response


def _check_api_version(api_version: str) -> None:
    if not api_version:
        raise Refusal(
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not _API_VERSION.fullmatch(api_version):
        raise Refusal(
            "InvalidApiVersionParameter",
            f"The api-version '{api_version}' is invalid. It is a date, for example 2024-05-01.",
        )


def _existing(where: ResourceId, world: World) -> Resource:
    resource = world.get(where)
    if resource is not None:
        return resource
    if not where.segments:
        raise Refusal("ResourceGroupNotFound", f"Resource group '{where.group}' could not be found.")
    if where.parent and world.get(where.parent):
        raise Refusal("NotFound", f"Resource {where} not found.")
    missing = where.parent or where
    raise Refusal(
        "ResourceNotFound",
        f"The Resource '{missing.type}/{missing.name}' under resource group '{where.group}' was not found. For more "
        "details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def _members(collection: CollectionId, world: World) -> list[Resource]:
    type_ = type_of(collection.type, "")
    if collection.parent:
        return world.children(_existing(collection.parent, world).id, type_.name)
    if collection.group:
        group = _existing(ResourceId(collection.subscription, collection.group), world)
        return [resource for resource in world.in_group(group.id) if resource.type == type_.name]
    return world.of_type(type_.name, collection.subscription)
