"""How events name a policy pack, with the folder that it is in, and back again.

As the CLI has it (pulumi/pulumi `pkg/engine/update.go`, 3.260).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_LOCAL: Final = "|local|"
_LONG: Final = 75
"""How long a folder may be before its middle is left out."""
_ENDS: Final = 2
"""How many parts of it are kept at each end."""


def pack_name(name: str, folder: Path) -> str:
    """Return the name of a pack in events."""
    return f"{name}{_LOCAL}{_short(folder)}"


def name_and_folder(pack: str) -> tuple[str, str]:
    """Return the name of a pack by itself, and its folder."""
    name, _, folder = pack.partition(_LOCAL)
    return name, folder


def _short(folder: Path) -> str:
    parts = f"{folder}".split("/")
    if len(f"{folder}") <= _LONG or len(parts) <= 2 * _ENDS:
        return f"{folder}"
    return "/".join([*parts[:_ENDS], "...", *parts[-_ENDS:]])
