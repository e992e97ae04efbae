"""Writes that take their time: while one runs, another one to the same resource or network is refused as ARM does."""

from __future__ import annotations

import re
import sqlite3
import time
import uuid

from .errors import Refusal

_NETWORK = re.compile(r"(.*/providers/microsoft\.network/virtualnetworks/[^/]+)(/subnets/[^/]+)?")


class Operations:
    """The writes that are under way, in all processes."""

    def __init__(self, connection: sqlite3.Connection, latency: float, time_scale: float = 1.0) -> None:
        self._connection = connection
        self.latency = latency
        """How long a write takes, in seconds."""
        self.time_scale = time_scale
        """How long a second of Azure's is here, in seconds."""

    def begin(self, id_: str, seconds: float | None = None) -> str | None:
        """Mark a write as under way and return its token; None where it takes no time.

        A write to a network or its subnets takes the latency, another one no time, unless real `seconds` are given.
        """
        network, now = _NETWORK.fullmatch(id_.lower()), time.time()
        held = network[1] if network else id_.lower()
        running = self._connection.execute("SELECT token, ends FROM operation WHERE network = ?", (held,)).fetchone()
        # The end also frees the network of a process that was killed on the way.
        if running and running[1] > now:
            raise Refusal(
                "AnotherOperationInProgress",
                "Another operation on this or dependent resource is in progress. To retrieve status of the operation "
                "use uri: "
                f"https://management.azure.com/{id_.strip('/').partition('/resource')[0]}/providers/Microsoft.Network/locations/"
                f"sandbox/operations/{running[0]}.",
            )
        lasts = seconds if seconds is not None else self.latency if network else 0
        if lasts <= 0:
            return None
        token = str(uuid.uuid4())
        self._connection.execute("INSERT OR REPLACE INTO operation VALUES (?, ?, ?)", (held, token, now + lasts))
        return token

    def end(self, token: str) -> None:
        """Mark a write as done."""
        self._connection.execute("DELETE FROM operation WHERE token = ?", (token,))
