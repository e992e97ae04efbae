"""A chart in DOT, the language of Graphviz (graphviz.org/doc/info/lang.html, 2026-08)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from .chart import COLOURS, Box, Chart

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def dot(chart: Chart) -> str:
    """Write a chart; `dot -Tsvg` draws it."""
    lines = [
        f"digraph {_quoted(chart.title)} {{",
        '  graph [rankdir=LR, compound=true, fontname="Helvetica", fontsize=12, labeljust=l]',
        '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11]',
        '  edge [fontname="Helvetica", fontsize=10]',
        *_boxes(chart.boxes, "  "),
        *_arrows(chart),
        "}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _boxes(boxes: Iterable[Box], indent: str) -> Iterator[str]:
    for one in boxes:
        colour = _quoted(COLOURS[one.style])
        if not one.encloses:
            yield f"{indent}{one.key} [label={_label(one.lines)}, color={colour}]"
            continue
        yield f"{indent}subgraph cluster_{one.key} {{"
        yield f"{indent}  graph [label={_label(one.lines)}, color={colour}, style=rounded]"
        # An arrow begins and ends at a node: one that is not seen stands for the cluster.
        yield f"{indent}  {one.key} [shape=point, style=invis]"
        yield from _boxes(one.boxes, f"{indent}  ")
        yield f"{indent}}}"


def _arrows(chart: Chart) -> Iterator[str]:
    clusters = {one.key for box in chart.boxes for one in box if one.encloses}
    for arrow in chart.arrows:
        given = {
            "color": _quoted(COLOURS[arrow.style]),
            "label": _label([arrow.label]) if arrow.label else "",
            "style": "dashed" if arrow.dashed else "",
            "ltail": f"cluster_{arrow.source}" if arrow.source in clusters else "",
            "lhead": f"cluster_{arrow.target}" if arrow.target in clusters else "",
        }
        attributes = ", ".join(f"{key}={value}" for key, value in given.items() if value)
        yield f"  {arrow.source} -> {arrow.target} [{attributes}]"


def _label(lines: Iterable[str]) -> str:
    # A label is read for entities of HTML, and for escapes such as \N.
    return '"' + "\\n".join(_escaped(line.replace("&", "&amp;")) for line in lines) + '"'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return _CONTROL.sub("�", text).replace("\\", "\\\\").replace('"', '\\"')
