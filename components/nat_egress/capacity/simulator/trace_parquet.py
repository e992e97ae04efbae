"""The connections of a trace that is a Parquet file, as texts. DuckDB reads it, and loads for such files alone."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from .errors import CannotSimulate
from .trace_columns import Values, check_columns

_SIGNED: Final = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
_WHOLE: Final = {*_SIGNED, *(f"U{name}" for name in _SIGNED)}
_NUMBER: Final = {*_WHOLE, "FLOAT", "DOUBLE", "DECIMAL"}
_TEXT: Final = {"VARCHAR"}
_TYPES: Final = {
    "start_s": ("a number", _NUMBER),
    "source": ("text", _TEXT),
    "source_port": ("a whole number", _WHOLE),
    "destination": ("text", _TEXT),
    "port": ("a whole number", _WHOLE),
    "protocol": ("text", _TEXT),
    "life_s": ("a number", _NUMBER),
    "end": ("text", _TEXT),
    "spacing_s": ("a number", _NUMBER),
}
"""What each column is, and the types of DuckDB that are so."""
_NEVER: Final = '"NULL"'
"""DuckDB's type of a column without any value."""
_OFFLINE: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_AT_ONCE: Final = 10_000


def parquet_rows(path: Path) -> Iterator[tuple[str, Values]]:
    """Yield where each connection stands, file and row, and its texts. Raise `CannotSimulate` for no Parquet."""
    try:
        path.open("rb").close()
        with duckdb.connect(config=_OFFLINE) as connection:
            # A path is a pattern to DuckDB, and folders such as day=1 would be columns.
            query = "SELECT * FROM read_parquet(?, hive_partitioning = false)"
            found = connection.execute(query, [glob.escape(str(path))])
            names = _columns(path, [(name, str(kind)) for name, kind, *_ in found.description or ()])
            row = 0
            while rows := found.fetchmany(_AT_ONCE):
                for values in rows:
                    row += 1
                    yield f"{path}: row {row}", dict(zip(names, map(_text, values), strict=True))
    except OSError as error:
        raise CannotSimulate(f"{path} cannot be read: {error.strerror}") from error
    except duckdb.Error as error:
        raise CannotSimulate(f"{path} is not a Parquet file: {str(error).splitlines()[0]}") from error


def _columns(path: Path, columns: list[tuple[str, str]]) -> list[str]:
    names = [name for name, _ in columns]
    check_columns(names, f"{path}: the file")
    for name, kind in columns:
        what, types = _TYPES[name]
        if kind != _NEVER and kind.partition("(")[0] not in types:
            raise CannotSimulate(f"{path}: the column {name} is of type {kind}: it is {what}")
    return names


def _text(value: object) -> str:
    return "" if value is None else str(value)
