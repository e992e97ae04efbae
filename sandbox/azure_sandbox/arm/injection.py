"""The rules of faults in the sandbox's file: kept for every process, counted in each request's own transaction."""

from __future__ import annotations

import sqlite3

from .faults import Fault, InjectedFault, from_json, to_json


class Injection:
    """The rules that the file keeps, oldest first."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, fault: Fault) -> None:
        """Keep a rule; it counts from the next request on."""
        self._connection.execute("INSERT INTO fault (rule) VALUES (?)", (to_json(fault),))

    def all(self) -> list[InjectedFault]:
        """Return every rule with what came of it."""
        rows = self._connection.execute("SELECT number, rule, matched, struck FROM fault ORDER BY number")
        return [InjectedFault(number, from_json(rule), matched, struck) for number, rule, matched, struck in rows]

    def clear(self) -> None:
        """Drop every rule."""
        self._connection.execute("DELETE FROM fault")

    def strike(self, method: str, id_: str) -> InjectedFault | None:
        """Count a request, and return the rule that it meets."""
        met = None
        for kept in self.all():
            if not kept.fault.matches(method, id_):
                continue
            strikes = met is None and kept.fault.strikes(kept.matched + 1)
            self._connection.execute(
                "UPDATE fault SET matched = matched + 1, struck = struck + ? WHERE number = ?", (strikes, kept.number)
            )
            met = kept if strikes else met
        return met
