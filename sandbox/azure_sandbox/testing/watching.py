"""Follows what an update prints while it runs, until a step has ended."""

from __future__ import annotations

from pathlib import Path

from . import events
from .moments import AfterStep


class StepWatch:
    """Looks for the end of a step in the file that an update prints its events into."""

    def __init__(self, file: Path, moment: AfterStep) -> None:
        self._file = file
        self._moment = moment
        self._size = 0

    def has_come(self) -> bool:
        """Tell whether the step has ended."""
        size = self._file.stat().st_size
        if size == self._size:
            return False
        self._size = size
        ended = [
            step
            for step in events.read(self._file.read_text(encoding="utf-8", errors="replace")).steps
            if step.ended is not None and not step.failed and step.matches(self._moment.step)
        ]
        return len(ended) >= self._moment.nth
