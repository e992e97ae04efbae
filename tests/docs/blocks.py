"""The fenced blocks of README.md and docs/*.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))
_FENCE = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")


@dataclass(frozen=True)
class Block:
    """A fenced block as it stands in a page."""

    page: str
    line: int
    """That of its opening fence."""
    language: str
    """Empty where none is given."""
    text: str

    @property
    def first(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0]

    @property
    def file(self) -> str | None:
        """The name of the file that it is, where its first line says one, as in `# infra/Pulumi.yaml`."""
        found = re.fullmatch(r"# ((?:[\w.-]+/)*[\w-]+(?:\.[\w-]+)+)", self.first)
        return found[1] if found else None

    @property
    def body(self) -> str:
        """What it has besides that line."""
        return self.text.partition("\n")[2] if self.file else self.text

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_in(page: str, text: str) -> Iterator[Block]:
    """Yield the blocks of a page. ValueError where one does not end."""
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        opening = _FENCE.fullmatch(line)
        if opening is None:
            continue
        closing = re.compile(rf" *{re.escape(opening['fence'])}{opening['fence'][0]}* *")
        inside = []
        for _, each in lines:
            if closing.fullmatch(each):
                break
            inside.append(each.removeprefix(opening["indent"]))
        else:
            raise ValueError(f"{page}:{number}: the block does not end")
        yield Block(page, number, opening["info"].strip(), "".join(f"{each}\n" for each in inside))


def all_blocks() -> list[Block]:
    """Return the blocks of all pages."""
    return [block for page in PAGES for block in blocks_in(page, (ROOT / page).read_text())]
