"""Baselines where they are kept."""

from __future__ import annotations

from pathlib import Path

from ..problems import Problem
from .baseline import Entry, InvalidBaseline, parse
from .configuration import Configuration


def read(path: Path) -> list[Entry]:
    """Read a baseline file. Raises `InvalidBaseline`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        remedy = "Name a baseline file; `nat-egress audit --write-baseline` writes one."
        raise InvalidBaseline(str(path), [Problem("the file", "unreadable", f"{why}", remedy)]) from None
    return parse(text, str(path))


def of_configuration(configuration: Configuration, folder: Path) -> list[Entry]:
    """Read what is known of each policy with a baseline; its path starts at `folder`. Raises `InvalidBaseline`."""
    files = {path: read(folder / path) for path in dict.fromkeys(configuration.baselines.values())}
    return [
        entry for policy, path in configuration.baselines.items() for entry in files[path] if entry.policy == policy
    ]
