"""Reads a trace: a CSV or Parquet file with a line or row for each connection, in order of their starts.

Columns: start_s, source, source_port, destination, port, protocol, life_s, end and, where wanted, spacing_s.
Addresses are IPv4; `protocol` is tcp or udp; `end` is fin, rst, abandoned or unanswered, with udp closed or abandoned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Final

import numpy as np

from ...problems import shown
from .connections import COLUMNS, ENDS, PROTOCOLS, TCP, TYPES, Connections
from .errors import CannotSimulate
from .settings import LONGEST_S, microseconds
from .trace_columns import Values
from .trace_csv import csv_rows

PARQUET: Final = ".parquet"
MOST_MISTAKES: Final = 10
"""So many are named before the reader gives up."""
LAST_PORT: Final = 65_535

Row = tuple[int, int, int, int, int, int, int, int]


@dataclass
class Trace:
    """The connections of a trace, and where they go."""

    connections: Connections
    destinations: list[tuple[str, int]]
    """Address and port of each number in `connections.destination`."""
    skipped: list[str] = field(default_factory=list)
    """Why lines or rows were left out: file, line and reason."""


class BrokenLine(ValueError):  # noqa: N818 - says what is wrong
    """One line or row that cannot be used, with the reason."""


def read_trace(path: Path, *, skip_broken: bool = False) -> Trace:
    """Read the trace in `path`. Raise `CannotSimulate` for broken lines, or leave them out where asked to."""
    destinations: dict[tuple[str, int], int] = {}
    rows: list[Row] = []
    mistakes: list[str] = []
    for place, values in _rows(path):
        try:
            rows.append(_row(values, destinations, rows[-1][0] if rows else 0))
        except BrokenLine as broken:
            mistakes.append(f"{place}: {broken}")
        if len(mistakes) >= MOST_MISTAKES and not skip_broken:
            break
    if mistakes and not skip_broken:
        more = f"\nand perhaps more: {MOST_MISTAKES} are named" if len(mistakes) >= MOST_MISTAKES else ""
        raise CannotSimulate("\n".join(mistakes) + more + "\nPut them right, or ask for broken lines to be skipped.")
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    connections = Connections(
        **{name: np.array(column, TYPES[name]) for name, column in zip(COLUMNS, columns, strict=True)}
    )
    return Trace(connections, list(destinations), mistakes)


def _rows(path: Path) -> Iterator[tuple[str, Values]]:
    if path.suffix.lower() != PARQUET:
        return csv_rows(path)
    from .trace_parquet import parquet_rows  # noqa: PLC0415 - its library loads for such files alone

    return parquet_rows(path)


def _row(values: Values, destinations: dict[tuple[str, int], int], latest: int) -> Row:
    if None in values or None in values.values():
        raise BrokenLine("it has more or fewer values than the first line has names")
    texts = {str(name): str(value).strip() for name, value in values.items()}
    start = _time(texts, "start_s")
    if start < latest:
        raise BrokenLine(f"start_s {texts['start_s']} lies before one above: sort the trace by start_s")
    protocol = _word(texts, "protocol", PROTOCOLS)
    end = _word(texts, "end", ENDS)
    ends = ("fin", "rst", "abandoned", "unanswered") if protocol == TCP else ("closed", "abandoned")
    if ENDS[end] not in ends:
        raise BrokenLine(
            f"end {shown(texts['end'])} does not go with {texts['protocol']}: it is one of {', '.join(ends)}"
        )
    life, spacing = _time(texts, "life_s"), _time(texts, "spacing_s") if texts.get("spacing_s") else 0
    source, source_port = _address(texts, "source"), _port(texts, "source_port")
    endpoint = (str(IPv4Address(_address(texts, "destination"))), _port(texts, "port"))
    destination = destinations.setdefault(endpoint, len(destinations))
    return start, life, spacing, source, source_port, destination, protocol, end


def _time(texts: Mapping[str, str], name: str) -> int:
    try:
        seconds = float(texts[name])
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_S:
        raise BrokenLine(f"{name} is {shown(texts[name])}: it is a number of seconds from 0 to {LONGEST_S:.0f}")
    return microseconds(seconds)


def _word(texts: Mapping[str, str], name: str, words: tuple[str, ...]) -> int:
    if texts[name].lower() not in words:
        raise BrokenLine(f"{name} is {shown(texts[name])}: it is one of {', '.join(words)}")
    return words.index(texts[name].lower())


def _address(texts: Mapping[str, str], name: str) -> int:
    try:
        return int(IPv4Address(texts[name]))
    except AddressValueError as error:
        raise BrokenLine(f"{name} is {shown(texts[name])}: it is an IPv4 address") from error


def _port(texts: Mapping[str, str], name: str) -> int:
    text = texts[name]
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PORT)) and 1 <= int(text) <= LAST_PORT):
        raise BrokenLine(f"{name} is {shown(text)}: it is a whole number from 1 to {LAST_PORT}")
    return int(text)
