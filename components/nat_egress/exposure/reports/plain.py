"""Text that any report can hold: in one line, and nothing that a terminal, a log or XML would take for its own."""

from __future__ import annotations

import re
from typing import Final

_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, line ends, marks that turn the direction of writing, halves of characters, and what XML 1.0
forbids (its section 2.2)."""


def plain(text: str) -> str:
    """Return `text` with every unfit character as a blank where it parts lines or words, and as U+FFFD elsewhere.

    Text that hides itself when it is formatted stays hidden.
    """
    return _UNFIT.sub(lambda found: " " if found.group().isspace() else "\ufffd", f"{text}")
