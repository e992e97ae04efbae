"""Reads a trace: a CSV file with a line for each connection, in order of their starts.

Columns: start_s, source, source_port, destination, port, protocol, life_s, end and, where wanted, spacing_s.
Addresses are IPv4; `protocol` is tcp or udp; `end` is fin, rst, abandoned or unanswered, with udp closed or abandoned.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Final, TextIO

import numpy as np

from ...problems import shown
from .connections import COLUMNS, ENDS, PROTOCOLS, TCP, TYPES, Connections
from .errors import CannotSimulate
from .settings import LONGEST_S, microseconds

NEEDED: Final = ("start_s", "source", "source_port", "destination", "port", "protocol", "life_s", "end")
OPTIONAL: Final = ("spacing_s",)
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
    """Why lines were left out: file, line and reason."""


class BrokenLine(ValueError):  # noqa: N818 - says what is wrong
    """One line that cannot be used, with the reason."""


def read_trace(path: Path, *, skip_broken: bool = False) -> Trace:
    """Read the trace in `path`. Raise `CannotSimulate` for broken lines, or leave them out where asked to."""
    destinations: dict[tuple[str, int], int] = {}
    rows: list[Row] = []
    mistakes: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for line, values in _lines(path, lines):
                try:
                    rows.append(_row(values, destinations, rows[-1][0] if rows else 0))
                except BrokenLine as broken:
                    mistakes.append(f"{path}:{line}: {broken}")
                if len(mistakes) >= MOST_MISTAKES and not skip_broken:
                    break
    except OSError as error:
        raise CannotSimulate(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotSimulate(f"{path} is not a CSV file in UTF-8: {error}") from error
    if mistakes and not skip_broken:
        more = f"\nand perhaps more: {MOST_MISTAKES} are named" if len(mistakes) >= MOST_MISTAKES else ""
        raise CannotSimulate("\n".join(mistakes) + more + "\nPut them right, or ask for broken lines to be skipped.")
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    connections = Connections(
        **{name: np.array(column, TYPES[name]) for name, column in zip(COLUMNS, columns, strict=True)}
    )
    return Trace(connections, list(destinations), mistakes)


def _lines(path: Path, lines: TextIO) -> Iterator[tuple[int, Mapping[str | None, str | list[str] | None]]]:
    reader = csv.DictReader(lines, strict=True)
    names = list(reader.fieldnames or [])
    missing = [name for name in NEEDED if name not in names]
    unknown = [name for name in names if name not in (*NEEDED, *OPTIONAL)]
    if missing or unknown or len(set(names)) < len(names):
        wrong = [
            f"{word} {', '.join(found)}" for word, found in (("lacks", missing), ("has unknown", unknown)) if found
        ]
        what = " and ".join(wrong) or "names a column twice"
        raise CannotSimulate(
            f"{path}:1: the first line {what}. The columns are {', '.join(NEEDED)}, and spacing_s if wanted."
        )
    for values in reader:
        yield reader.line_num, values


def _row(
    values: Mapping[str | None, str | list[str] | None], destinations: dict[tuple[str, int], int], latest: int
) -> Row:
    if None in values or None in values.values():
        raise BrokenLine("it has more or fewer values than the first line has names")
    texts = {str(name): str(value).strip() for name, value in values.items()}
    start = _time(texts, "start_s")
    if start < latest:
        raise BrokenLine(f"start_s {texts['start_s']} lies before that of a line above: sort the trace by start_s")
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
