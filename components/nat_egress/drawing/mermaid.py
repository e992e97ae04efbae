"""A chart in Mermaid, as READMEs and pull requests show it (mermaid.js.org/syntax/flowchart.html, 2026-08)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from .chart import COLOURS, Box, Chart, Style

_SPECIAL: Final = re.compile(r"[^A-Za-z0-9 ._:/,()-]|:(?=\S)")
"""What is written by its number: quotes, the words of Mermaid's own entities, Markdown, directives, all that is not
ASCII, and the colon of what would be an icon (fa:fa-bell)."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def mermaid(chart: Chart) -> str:
    """Write a chart."""
    lines = [
        "flowchart LR",
        *_boxes(chart.boxes, "  "),
        *_arrows(chart),
        *_styles(chart),
    ]
    return "".join(f"{line}\n" for line in lines)


def _boxes(boxes: Iterable[Box], indent: str) -> Iterator[str]:
    for one in boxes:
        if not one.encloses:
            yield f"{indent}{one.key}[{_label(one.lines)}]"
            continue
        # There is room for one line above what is in it.
        yield f"{indent}subgraph {one.key}[{_label([', '.join(one.lines)])}]"
        yield from _boxes(one.boxes, f"{indent}  ")
        yield f"{indent}end"


def _arrows(chart: Chart) -> Iterator[str]:
    for arrow in chart.arrows:
        line = "-.->" if arrow.dashed else "-->"
        label = f"|{_label([arrow.label])}|" if arrow.label else ""
        yield f"  {arrow.source} {line}{label} {arrow.target}"


def _styles(chart: Chart) -> Iterator[str]:
    for style in Style:
        keys = [one.key for box in chart.boxes for one in box if one.style is style]
        numbers = [f"{number}" for number, arrow in enumerate(chart.arrows) if arrow.style is style]
        if style is not Style.PLAIN and keys:
            yield f"  classDef {style} stroke:{COLOURS[style]},stroke-width:2px"
            yield f"  class {','.join(keys)} {style}"
        if style is not Style.PLAIN and numbers:
            yield f"  linkStyle {','.join(numbers)} stroke:{COLOURS[style]}"


def _label(lines: Iterable[str]) -> str:
    return '"' + "<br>".join(map(_escaped, lines)) + '"'


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", _CONTROL.sub("�", text))
