"""The list of seeded defects: one change of one file each, and the tests that must notice it.

The lists are in `defects/`, a file for each part of the project. An entry is

    id of the defect:
      file: where it is, from the root of the project
      replace: the text as it stands there, exactly once
      by: what takes its place; left out, the text goes
      means: what a user's network would come to
      caught_by: the tests, each of which must fail: a file, or a name in it
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

DEFECTS = Path(__file__).parent / "defects"
_KEYS = {"file", "replace", "means", "caught_by"}


class Stale(Exception):  # noqa: N818 - what the entry is
    """An entry whose text does not stand in its file exactly once: the code has changed, and the entry has to."""


@dataclass(frozen=True)
class Defect:
    """A mistake that somebody could make."""

    id: str
    file: str
    replace: str
    by: str
    means: str
    caught_by: tuple[str, ...]

    @contextmanager
    def seeded(self, copy: Path) -> Iterator[None]:
        """Have the defect in a copy of the project, for as long as this lasts. Raises `Stale`."""
        place = copy / self.file
        sound = place.read_text(encoding="utf-8")
        if (found := sound.count(self.replace)) != 1:
            raise Stale(f"{self.id}: its text stands {found} times in {self.file}:\n{self.replace}")
        try:
            place.write_text(sound.replace(self.replace, self.by), encoding="utf-8")
            yield
        finally:
            place.write_text(sound, encoding="utf-8")


def read(folder: Path = DEFECTS) -> list[Defect]:
    """Return all defects of the list. Raises `ValueError` where an entry is not as it must be."""
    return [
        _defect(f"{file.stem}/{key}", entry)
        for file in sorted(folder.glob("*.yaml"))
        for key, entry in yaml.safe_load(file.read_text(encoding="utf-8")).items()
    ]


def _defect(key: str, entry: dict[str, object]) -> Defect:
    by, caught_by = str(entry.get("by", "")), entry.get("caught_by")
    if set(entry) - {"by"} != _KEYS or not isinstance(caught_by, list) or not caught_by:
        raise ValueError(f"{key}: an entry has the keys {', '.join(sorted(_KEYS))}, by where text is put, and a test")
    if by == entry["replace"]:
        raise ValueError(f"{key}: nothing changes")
    return Defect(key, str(entry["file"]), str(entry["replace"]), by, str(entry["means"]), tuple(map(str, caught_by)))
