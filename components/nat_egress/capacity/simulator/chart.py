"""Line charts over time, one below the other, as SVG or PNG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

Kind = Literal["svg", "png"]

WIDTH_IN: Final = 8.2
HEIGHT_IN: Final = 2.7
"""Of each chart."""
PIXELS_PER_INCH: Final = 150
MOST_POINTS: Final = 2_000
"""More points than pixels show nothing: of each group, the highest is drawn."""
_UNNAMED: Final[dict[Kind, dict[str, None]]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}
"""Leaves out when and with what a picture was drawn: the same run gives the same file."""


@dataclass(frozen=True)
class Line:
    """One line of a chart."""

    title: str
    y_axis: str
    values: Sequence[float]
    limit: float | None = None
    """Drawn as a dashed line, and named."""
    limit_name: str = ""


def charts(end_s: Sequence[float], lines: Sequence[Line], kind: Kind) -> bytes:
    """Draw `lines` one below the other, over the same time."""
    # Text of an SVG stays text, in its reader's font; ids in it are random without a salt.
    with rc_context({"font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "nat-egress", "text.parse_math": False}):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN * len(lines)), layout="constrained")
        for axes, line in zip(figure.subplots(len(lines), squeeze=False).flat, lines, strict=True):
            _draw(axes, end_s, line)
        picture = BytesIO()
        figure.savefig(picture, format=kind, dpi=PIXELS_PER_INCH, metadata=_UNNAMED[kind])
    return picture.getvalue()


def _draw(axes: Axes, end_s: Sequence[float], line: Line) -> None:
    axes.set_title(line.title, loc="left", fontweight="bold")
    axes.set_xlabel("time (s)")
    axes.set_ylabel(line.y_axis)
    axes.grid(color="#ddd")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: _number(value)))
    if line.limit is not None:
        axes.axhline(line.limit, color="#c0392b", linestyle="--", linewidth=1)
        axes.annotate(
            line.limit_name,
            (1, line.limit),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            horizontalalignment="right",
            color="#c0392b",
        )
    axes.plot(*_thinned(end_s, line.values), color="#1f5fa8", linewidth=1.2)
    axes.set_xlim(0, end_s[-1] if end_s else 1)
    axes.set_ylim(0, 1.1 * max([*line.values, line.limit or 0]) or 1)


def _thinned(end_s: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    group = math.ceil(len(values) / MOST_POINTS) or 1
    firsts = range(0, len(values), group)
    return [end_s[first] for first in firsts], [max(values[first : first + group]) for first in firsts]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"
