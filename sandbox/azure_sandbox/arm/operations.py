"""Writes that take their time: while one runs on a virtual network, another one to it is refused as ARM does."""

from __future__ import annotations

import re
import sqlite3
import time
import uuid

from .errors import Refusal

_NETWORK = re.compile(r"(.*/providers/microsoft\.network/virtualnetworks/[^/]+)(/subnets/[^/]+)?")


class Operations:
    """The writes to virtual networks that are under way, in all processes."""

    def __init__(self, connection: sqlite3.Connection, latency: float) -> None:
        self._connection = connection
        self.latency = latency
        """How long a write takes, in seconds."""

    def begin(self, id_: str) -> str | None:
        """Mark a write to a network or a subnet as under way and return its token; None where writes take no time."""
        match = _NETWORK.fullmatch(id_.lower())
        if match is None or self.latency <= 0:
            return None
        network, now = match[1], time.time()
        running = self._connection.execute("SELECT token, ends FROM operation WHERE network = ?", (network,)).fetchone()
        # The end also frees the network of a process that was killed on the way.
        if running and running[1] > now:
            raise Refusal(
                "AnotherOperationInProgress",
                "Another operation on this or dependent resource is in progress. To retrieve status of the operation "
                "use uri: "
                f"https://management.azure.com/{id_.strip('/').partition('/resource')[0]}/providers/Microsoft.Network/locations/"
                f"sandbox/operations/{running[0]}.",
            )
        token = str(uuid.uuid4())
        self._connection.execute(
            "INSERT OR REPLACE INTO operation VALUES (?, ?, ?)", (network, token, now + self.latency)
        )
        return token

    def end(self, token: str) -> None:
        """Mark a write as done."""
        self._connection.execute("DELETE FROM operation WHERE token = ?", (token,))
