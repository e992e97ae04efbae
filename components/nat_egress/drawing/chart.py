"""A chart of boxes in boxes with arrows: what DOT and Mermaid both know. They are written from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Style(StrEnum):
    """How a box or an arrow looks, by what it is."""

    PLAIN = "plain"
    OUT = "out"
    """The way out, or what stands in it."""
    WARNED = "warned"
    """What leaves by addresses that nobody controls, or by its own."""
    IN = "in"
    """A way in from the internet."""
    UNKNOWN = "unknown"


COLOURS: Final = {
    Style.PLAIN: "#57606a",
    Style.OUT: "#0b7285",
    Style.WARNED: "#b35900",
    Style.IN: "#c92a2a",
    Style.UNKNOWN: "#868e96",
}
"""Legible on white and on black."""


@dataclass(frozen=True)
class Box:
    """A box, with other boxes in it or none."""

    key: str
    """Letters, digits and underscores."""
    lines: tuple[str, ...]
    style: Style = Style.PLAIN
    boxes: tuple[Box, ...] = ()
    encloses: bool = False
    """Whether it is drawn around others, also where there are none."""

    def __iter__(self) -> Iterator[Box]:
        """Yield the box and all in it."""
        yield self
        for one in self.boxes:
            yield from one


@dataclass(frozen=True)
class Arrow:
    """An arrow from one box to another."""

    source: str
    target: str
    style: Style = Style.PLAIN
    label: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
