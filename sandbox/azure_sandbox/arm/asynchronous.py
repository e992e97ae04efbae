"""Operations that go on after ARM has accepted them: what a client polls for, and what the resource shows meanwhile.

Azure-AsyncOperation of learn.microsoft.com/azure/azure-resource-manager/management/async-operations, 2024.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

_OPERATION = re.compile(r"/subscriptions/[^/]+/providers/Microsoft\.Network/locations/sandbox/operations/([^/]+)")


@dataclass(frozen=True)
class Ending:
    """How an operation ends: when, in seconds since the epoch, and why it fails if it does."""

    at: float
    error: tuple[str, str] | None = None
    """Code and message."""


def operation_id(subscription: str, token: str) -> str:
    """Return where the state of an operation is asked for, from the host on."""
    return f"/subscriptions/{subscription}/providers/Microsoft.Network/locations/sandbox/operations/{token}"


class Asynchronous:
    """The operations of all processes, the last one of each resource."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self, token: str, key: str, ending: Ending) -> None:
        """Keep an operation on the resource with this key."""
        code, message = ending.error or (None, None)
        self.forget(key)
        self._connection.execute(
            "INSERT INTO asynchronous VALUES (?, ?, ?, ?, ?)", (token, key, ending.at, code, message)
        )

    def forget(self, key: str) -> None:
        """Drop what is known of a resource: it has been written anew."""
        self._connection.execute("DELETE FROM asynchronous WHERE key = ?", (key,))

    def find(self, id_: str) -> Ending | None:
        """Return how the operation with this id ends, or None where there is none."""
        match = _OPERATION.fullmatch(id_)
        return self._one("token", match[1]) if match else None

    def of_resource(self, key: str) -> Ending | None:
        """Return how the last operation on a resource ends, or None where it is over and all is well."""
        return self._one("key", key)

    def _one(self, column: str, value: str) -> Ending | None:
        row = self._connection.execute(
            f"SELECT ends, error_code, error_message FROM asynchronous WHERE {column} = ?",  # noqa: S608 - one of two constants
            (value,),
        ).fetchone()
        return row and Ending(row[0], (row[1], row[2]) if row[1] else None)


def provisioning_state(ending: Ending | None, now: float) -> str:
    """Return what a resource shows as its provisioning state."""
    if ending is None:
        return "Succeeded"
    if now < ending.at:
        return "Updating"
    return "Failed" if ending.error else "Succeeded"


def polled(ending: Ending, now: float) -> dict[str, object]:
    """Return the body that a client polls."""
    if now < ending.at:
        return {"status": "InProgress"}
    if ending.error:
        code, message = ending.error
        return {"status": "Failed", "error": {"code": code, "message": message}}
    return {"status": "Succeeded"}
