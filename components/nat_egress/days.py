"""Days on which an exception ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

LONGEST_EXCEPTION: Final = timedelta(days=366)
"""How far ahead an exception may end: a rule of this package, so that someone looks at it once a year."""


def day(text: str) -> date | None:
    """Read a day that is written as in 2027-01-31; None where it is written otherwise, or is no day."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None
