"""The SQLite file that holds one sandbox's Azure: opening it, and one transaction a request."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

APPLICATION_ID = 0x61524D31
"""Marks the file as this application's (SQLite header, offset 68)."""
BUSY_SECONDS = 60.0
"""How long a request waits for those of other processes."""

_TABLES = """
CREATE TABLE resource (
    position INTEGER PRIMARY KEY,    -- order of creation
    key TEXT NOT NULL UNIQUE,        -- the id in lower case
    id TEXT NOT NULL,                -- the id in the casing of its first PUT
    type TEXT NOT NULL,
    scope TEXT NOT NULL,             -- the resource group's key
    parent TEXT,
    location TEXT NOT NULL,          -- a child has its parent's
    body TEXT NOT NULL,
    revision INTEGER NOT NULL,
    api_version TEXT NOT NULL        -- of the PUT that created it
);
CREATE INDEX resource_parent ON resource (parent);
CREATE INDEX resource_type ON resource (type, scope);
CREATE TABLE reference (
    source TEXT NOT NULL REFERENCES resource (key) ON DELETE CASCADE,
    element TEXT NOT NULL,           -- the id of the part of the source that holds the reference
    path TEXT NOT NULL,
    target TEXT NOT NULL REFERENCES resource (key) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX reference_source ON reference (source);
CREATE INDEX reference_target ON reference (target);
CREATE TABLE request (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    method TEXT NOT NULL,
    id TEXT NOT NULL,
    status INTEGER NOT NULL,
    error_code TEXT
);
CREATE TABLE operation (network TEXT PRIMARY KEY, token TEXT NOT NULL, ends REAL NOT NULL);
CREATE TABLE setting (name TEXT PRIMARY KEY, value REAL NOT NULL);
"""

_FAULTS = """
CREATE TABLE fault (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    rule TEXT NOT NULL,              -- JSON
    matched INTEGER NOT NULL DEFAULT 0,
    struck INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE asynchronous (
    token TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,        -- of the resource
    ends REAL NOT NULL,              -- seconds since the epoch
    error_code TEXT,
    error_message TEXT
);
ALTER TABLE request ADD COLUMN at REAL NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN retry_after REAL;
ALTER TABLE request ADD COLUMN fault INTEGER
"""

_SCHEMAS = (_TABLES, _FAULTS)
"""What each version of the file adds to the one before it."""
SCHEMA_VERSION = len(_SCHEMAS)


class StoreError(Exception):
    """The sandbox's file can't be used. The message names the file, what is wrong and what to do."""


class Store:
    """One connection to the file. Not to be used by two threads at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            raise StoreError(f"{path} is a directory; the sandbox needs a file there. Remove it or name another path.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._open()
        except sqlite3.OperationalError as error:
            raise StoreError(f"{path} can't be opened: {error}. Check that you may read and write it.") from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error
        except OSError as error:
            raise StoreError(
                f"{path} can't be created: {error.strerror}. Name a path that you may write to."
            ) from error

    def close(self) -> None:
        """Close the connection; the file stays."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection with a write transaction, committed at the end, undone by any exception."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise StoreError(f"{self.path} can't be written: {error}. Check the disk and other users of it.") from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self._check(connection)
            _use_write_ahead_log(connection)
            # A killed process loses nothing with NORMAL; only a failing machine may lose the last requests.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._create(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> None:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID and (tables or application or version):
            raise StoreError(
                f"{self.path} is a SQLite file of another application. Name another path; this file was not touched."
            )
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{self.path} was written by a newer azure-sandbox (schema {version}, this one knows "
                f"{SCHEMA_VERSION}). Upgrade azure-sandbox, or remove the file to start with an empty Azure."
            )
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise self._damaged(verdict)

    def _create(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version < SCHEMA_VERSION:
                for statement in ";".join(_SCHEMAS[version:]).split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _damaged(self, reason: str) -> StoreError:
        return StoreError(
            f"{self.path} is damaged or not a SQLite file ({reason}). Restore it from a copy, or remove it to start "
            "with an empty Azure."
        )


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Readers and the writer don't block each other.

    SQLite doesn't wait by itself while several processes switch the mode of a new file (sqlite.org/wal.html).
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
