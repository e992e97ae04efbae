"""What both implementations count."""

from __future__ import annotations

from enum import IntEnum


class Count(IntEnum):
    """A counter of the run; the last four are levels, which go up and down."""

    CALLS = 0
    """Connections that a machine wanted."""
    LOST_CALLS = 1
    """Calls that found no port in any of their attempts."""
    ATTEMPTS = 2
    FAILURES = 3
    """Attempts that found no port."""
    SILENT_DROPS = 4
    """Entries that an idle timeout ended."""
    LATE_PACKETS = 5
    """Packets of a connection that such a timeout had ended; each is answered with an RST."""
    UNSOLICITED = 6
    """Packets from outside that no entry matched; each is dropped."""
    REPLIES = 7
    """Packets from outside that an entry matched."""
    OPEN = 8
    HALF_OPEN = 9
    HELD = 10
    """Closed, with the port not free yet for the same destination."""
    WAITING = 11
    """Calls between a failed attempt and the next."""


LEVELS = (Count.OPEN, Count.HALF_OPEN, Count.HELD, Count.WAITING)
