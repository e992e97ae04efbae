"""One request to the control plane, in its transaction: what it meets, what is done of it, and its line in the log."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from .asynchronous import Ending, operation_id
from .errors import Refusal
from .faults import Happening, OperationFailed, Refused, Slow
from .ids import parse
from .injection import Injection
from .limits import Quotas
from .operations import Operations
from .response import Response
from .world import World

TIME_SCALE: Final = 0.001
"""What Azure takes 20 s for takes 20 ms here, where nobody sets another scale."""

Work: TypeAlias = Callable[[World], Response]


@dataclass(frozen=True)
class Settings:
    """What the file keeps for all who use it."""

    latency: float
    """Real seconds that a write to a virtual network takes."""
    time_scale: float
    """Real seconds that a second of Azure's takes."""
    quotas: Quotas

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Settings:
        """Read them."""
        values = dict(connection.execute("SELECT name, value FROM setting"))
        latency, time_scale = values.pop("latency", 0.0), values.pop("time_scale", TIME_SCALE)
        return cls(latency, time_scale, Quotas(**{name: int(value) for name, value in values.items()}))


@dataclass(frozen=True)
class Answer:
    """What a request comes to."""

    response: Response
    token: str | None
    """Of the write that holds a virtual network until its latency is over."""
    latency: float
    happens: Happening | None
    """Of the rule that the request met."""


def answer(connection: sqlite3.Connection, method: str, id_: str, work: Work) -> Answer:
    """Do what is asked for, or what a rule says instead, and log it; a refusal leaves nothing else behind."""
    at = time.time()
    settings = Settings.of(connection)
    operations = Operations(connection, settings.latency, settings.time_scale)
    world = World(connection, settings.quotas)
    met = Injection(connection).strike(method, id_)
    happens = met.fault.happens if met else None
    token = None
    connection.execute("SAVEPOINT work")
    try:
        if isinstance(happens, Refused):
            response = _refused(happens, method, id_)
        elif isinstance(happens, Slow | OperationFailed):
            response = _accepted(method, id_, work, happens=happens, world=world, operations=operations)
        else:
            token = operations.begin(id_) if method != "GET" else None
            response = work(world)
    except Refusal as refusal:
        connection.execute("ROLLBACK TO work")
        response, token = Response.refused(refusal), None
    connection.execute(
        "INSERT INTO request (method, id, status, error_code, at, retry_after, fault) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            method,
            id_,
            response.status,
            response.error.code if response.error else None,
            at,
            response.retry_after,
            met.number if met else None,
        ),
    )
    return Answer(response, token, settings.latency, happens)


def _refused(refused: Refused, method: str, id_: str) -> Response:
    error = {"code": refused.code, "message": refused.told(method, id_)}
    return Response(refused.status, {"error": error}, refused.retry_after)


def _accepted(
    method: str,
    id_: str,
    work: Work,
    *,
    happens: Slow | OperationFailed,
    world: World,
    operations: Operations,
) -> Response:
    """Do it, except for a deletion that is going to fail, and say where to ask how it ends."""
    error = (happens.code, happens.message) if isinstance(happens, OperationFailed) else None
    seconds = happens.seconds * operations.time_scale
    token = operations.begin(id_, seconds) or str(uuid.uuid4())
    stays = method == "DELETE" and error and world.get(parse(id_))
    response = Response(202) if stays else work(world)
    if response.status == 204:  # noqa: PLR2004 - ARM's answer to the deletion of what is not there
        operations.end(token)
        return response
    where = parse(id_)
    world.begin_operation(token, where, Ending(time.time() + seconds, error))
    operation = operation_id(where.subscription, token)
    if response.body is None:
        return Response(202, operation=operation)
    body = {**response.body, "properties": {**response.body["properties"], "provisioningState": "Updating"}}
    return Response(response.status, body, operation=operation)
