"""Two line charts over time as SVG: the ports in use, and the attempts that found none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 820
HEIGHT: Final = 250
LEFT: Final = 90
RIGHT: Final = 20
TOP: Final = 36
BOTTOM: Final = 46
TICKS: Final = 5
MOST_POINTS: Final = 2_000
"""More points than pixels show nothing: of each group, the highest is drawn."""


@dataclass(frozen=True)
class Line:
    """One line of a chart."""

    title: str
    y_axis: str
    values: Sequence[float]
    limit: float | None = None
    """Drawn as a dashed line, and named."""
    limit_name: str = ""


def charts(end_s: Sequence[float], lines: Sequence[Line]) -> str:
    """Draw `lines` one below the other, over the same time."""
    drawn = "\n".join(
        f'<g transform="translate(0 {index * HEIGHT})">\n{_chart(end_s, line)}\n</g>'
        for index, line in enumerate(lines)
    )
    size = f'width="{WIDTH}" height="{len(lines) * HEIGHT}" viewBox="0 0 {WIDTH} {len(lines) * HEIGHT}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{drawn}\n</svg>\n'
    )


def ticks(highest: float) -> list[float]:
    """Return round numbers from 0 to at least `highest`, about five."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return [index * step for index in range(math.ceil(highest / step - 1e-9) + 1)]


def _chart(end_s: Sequence[float], line: Line) -> str:
    xs = ticks(end_s[-1] if end_s else 0)
    ys = ticks(max([*line.values, line.limit or 0]))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(value: float) -> float:
        return LEFT + (right - LEFT) * value / xs[-1]

    def y(value: float) -> float:
        return bottom - (bottom - TOP) * value / ys[-1]

    parts = [f'<text x="{LEFT}" y="22" font-size="14" font-weight="bold">{escape(line.title)}</text>']
    for value in ys:
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{right}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{_number(value)}</text>')
    parts += [
        f'<text x="{x(value):.1f}" y="{bottom + 16}" text-anchor="middle">{_number(value)}</text>' for value in xs
    ]
    middle = (TOP + bottom) / 2
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{bottom + 36}" text-anchor="middle">time (s)</text>')
    parts.append(
        f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(line.y_axis)}</text>'
    )
    parts.append(f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="#333"/>')
    if line.limit is not None:
        parts.append(f'<path d="M{LEFT} {y(line.limit):.1f}H{right}" stroke="#c0392b" stroke-dasharray="5 4"/>')
        name = escape(line.limit_name)
        parts.append(f'<text x="{right}" y="{y(line.limit) - 5:.1f}" text-anchor="end" fill="#c0392b">{name}</text>')
    points = " ".join(f"{x(time):.1f},{y(value):.1f}" for time, value in _thinned(end_s, line.values))
    parts.append(f'<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>')
    return "\n".join(parts)


def _thinned(end_s: Sequence[float], values: Sequence[float]) -> list[tuple[float, float]]:
    group = math.ceil(len(values) / MOST_POINTS) or 1
    return [(end_s[first], max(values[first : first + group])) for first in range(0, len(values), group)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"
