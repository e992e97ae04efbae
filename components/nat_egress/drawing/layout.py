"""A network's picture, before it is drawn: where everything is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .arrows import WIDTH as HOP_WIDTH
from .arrows import Arrow, HopBox, arrows, ends_of, hop_boxes
from .boxes import NetBox, Rect, columns_for, net_box
from .model import Drawing

MARGIN: Final = 16
NET_GAP: Final = 24
TO_HOPS: Final = 110
TO_INTERNET: Final = 84
INTERNET_WIDTH: Final = 88
INTERNET_HEIGHT: Final = 96
"""At least."""
LEGEND: Final = 34


@dataclass(frozen=True)
class Layout:
    """Where everything is."""

    width: float
    height: float
    nets: tuple[NetBox, ...]
    hops: tuple[HopBox, ...]
    internet: Rect
    arrows: tuple[Arrow, ...]


def layout(drawing: Drawing) -> Layout:
    """Place what is drawn: networks at the left, hops right of them, the internet at the far right."""
    columns = columns_for(drawing.nets)
    nets: list[NetBox] = []
    y: float = MARGIN
    for net in drawing.nets:
        nets.append(net_box(net, MARGIN, y, columns))
        y = nets[-1].rect.bottom + NET_GAP
    right = nets[0].rect.right if nets else MARGIN
    ends = ends_of(drawing, nets)
    hops = hop_boxes(drawing, ends, right + TO_HOPS, MARGIN)
    internet = _internet(hops, right + TO_HOPS + HOP_WIDTH + TO_INTERNET)
    bottom = max([internet.bottom, *(box.rect.bottom for box in nets)])
    return Layout(
        internet.right + MARGIN,
        bottom + MARGIN + LEGEND,
        tuple(nets),
        tuple(hops),
        internet,
        tuple(arrows(ends, hops, internet)),
    )


def _internet(hops: list[HopBox], x: float) -> Rect:
    top = hops[0].rect.y if hops else MARGIN
    bottom = hops[-1].rect.bottom if hops else top
    grown = max(0, INTERNET_HEIGHT - (bottom - top))
    top = max(MARGIN, top - grown / 2)
    return Rect(x, top, INTERNET_WIDTH, max(bottom - top, INTERNET_HEIGHT))
