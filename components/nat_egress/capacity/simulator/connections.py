"""Connections as columns: what the machines ask of the gateway, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from .errors import CannotSimulate
from .settings import LONGEST_S, MICROSECONDS

TCP: Final = 0
UDP: Final = 1
PROTOCOLS: Final = ("tcp", "udp")

FIN: Final = 0
RST: Final = 1
CLOSED: Final = 2
"""The end of a UDP exchange: no packet says so."""
ABANDONED: Final = 3
"""The machine goes silent: only the idle timeout ends the entry."""
UNANSWERED: Final = 4
"""No answer to the first packet: half-open."""
ENDS: Final = ("fin", "rst", "closed", "abandoned", "unanswered")

Times: TypeAlias = npt.NDArray[np.int64]
Column: TypeAlias = npt.NDArray[np.integer]


@dataclass(frozen=True, kw_only=True)
class Connections:
    """A column a field, a row a connection. Times are whole microseconds, starts in order."""

    start: Times
    life: Times
    """From the first packet to the last."""
    spacing: Times
    """Between packets; 0 where the connection is never silent for as long as an idle timeout."""
    source: npt.NDArray[np.uint32]
    """The private IPv4 address, as a number."""
    source_port: npt.NDArray[np.uint16]
    destination: npt.NDArray[np.int32]
    """The row in the list of destinations."""
    protocol: npt.NDArray[np.uint8]
    end: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, rows: slice | npt.NDArray[np.integer]) -> Connections:
        return Connections(**{name: getattr(self, name)[rows] for name in COLUMNS})

    def check(self, destinations: int, *, not_before: int = 0) -> None:
        """Raise `CannotSimulate` naming the first row that is out of order or holds what cannot be."""
        starts = np.concatenate(([not_before], self.start))
        for found, what in (
            (starts[1:] < starts[:-1], "starts before the one above it: sort the connections by their start"),
            (self.start > LONGEST_S * MICROSECONDS, f"starts after {LONGEST_S:g} s, which is as far as times go"),
            ((self.life < 0) | (self.life > LONGEST_S * MICROSECONDS), f"has a life below 0 or above {LONGEST_S:g} s"),
            (self.spacing < 0, "has a spacing below 0"),
            (
                (self.destination < 0) | (self.destination >= destinations),
                f"has none of the {destinations} destinations",
            ),
            (self.protocol >= len(PROTOCOLS), "has a protocol that is neither TCP nor UDP"),
            (self.end >= len(ENDS), "has an end that is not known"),
            (
                (self.protocol == UDP) & (self.end != CLOSED) & (self.end != ABANDONED),
                "is UDP, which knows no FIN, no RST and no handshake: its end is `closed` or `abandoned`",
            ),
            (
                (self.protocol == TCP) & (self.end == CLOSED),
                "is TCP: its end is `fin`, `rst`, `abandoned` or `unanswered`",
            ),
        ):
            rows = np.flatnonzero(found)
            if len(rows):
                raise CannotSimulate(f"connection {rows[0]} (counted from 0) {what}")


@dataclass(frozen=True, kw_only=True)
class Probes:
    """Packets from outside, in order of time: from a destination to a translated address and port."""

    time: Times
    destination: npt.NDArray[np.int32]
    protocol: npt.NDArray[np.uint8]
    address: npt.NDArray[np.uint8]
    port: npt.NDArray[np.uint16]
    """As it stands in the packet, so at least 1,024 where it can be the gateway's."""

    def __len__(self) -> int:
        return len(self.time)


COLUMNS: Final = ("start", "life", "spacing", "source", "source_port", "destination", "protocol", "end")
TYPES: Final[dict[str, type[np.generic]]] = {
    "start": np.int64,
    "life": np.int64,
    "spacing": np.int64,
    "source": np.uint32,
    "source_port": np.uint16,
    "destination": np.int32,
    "protocol": np.uint8,
    "end": np.uint8,
}


def no_probes() -> Probes:
    """Return the packets of an outside that sends none."""
    return Probes(
        time=np.zeros(0, np.int64),
        destination=np.zeros(0, np.int32),
        protocol=np.zeros(0, np.uint8),
        address=np.zeros(0, np.uint8),
        port=np.zeros(0, np.uint16),
    )


def merge(parts: list[Connections]) -> Connections:
    """Put `parts` into one, in order of their starts; those that start together stay in the order of the parts."""
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts]) if parts else np.zeros(0, TYPES[name])
        for name in COLUMNS
    }
    order = np.argsort(columns["start"], kind="stable")
    return Connections(**{name: column[order] for name, column in columns.items()})
