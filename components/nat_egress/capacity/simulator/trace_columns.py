"""The columns of a trace, whatever file it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .errors import CannotSimulate

NEEDED: Final = ("start_s", "source", "source_port", "destination", "port", "protocol", "life_s", "end")
OPTIONAL: Final = ("spacing_s",)

Values = Mapping[str | None, str | list[str] | None]
"""The texts of one connection by their columns; under None, or as None, where a line has too many or too few."""


def check_columns(names: Sequence[str], place: str) -> None:
    """Refuse columns that are missing, not known or named twice; `place` begins the message."""
    missing = [name for name in NEEDED if name not in names]
    unknown = [name for name in names if name not in (*NEEDED, *OPTIONAL)]
    if missing or unknown or len(set(names)) < len(names):
        wrong = [
            f"{word} {', '.join(found)}" for word, found in (("lacks", missing), ("has unknown", unknown)) if found
        ]
        what = " and ".join(wrong) or "names a column twice"
        raise CannotSimulate(f"{place} {what}. The columns are {', '.join(NEEDED)}, and spacing_s if wanted.")
