"""Where the hops of a network's picture are, and the arrows to and from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from . import words
from .boxes import Chip, NetBox, Rect
from .model import Drawing, Hop, HopKind, Out

WIDTH: Final = 232
"""The width of a hop."""
GAP: Final = 18
LINE: Final = 15
PAD: Final = 11
MOST_LINES: Final = 6
"""Addresses of a hop that are shown; the table has all."""
_PORT_GAP: Final = 9
"""Between the ends of two arrows."""
_MOST_PORTS: Final = 12
"""Arrows that a hop is high enough for; more come closer to each other."""


@dataclass(frozen=True)
class End:
    """What an arrow leads from or to, on the side of the networks."""

    key: str
    x: float
    y: float
    hop: str
    leads_in: bool
    dashed: bool
    kind: HopKind


@dataclass(frozen=True)
class HopBox:
    """Where a hop is."""

    hop: Hop
    rect: Rect
    lines: tuple[str, ...]
    """What is said of it, below its name."""
    used: bool


@dataclass(frozen=True)
class Arrow:
    """An arrow between two points, from left to right or, where it leads in, from right to left."""

    key: str
    ends: tuple[str, str]
    """The keys of what it connects, that on the left first."""
    kind: HopKind
    leads_in: bool
    dashed: bool
    left: tuple[float, float]
    right: tuple[float, float]


def ends_of(drawing: Drawing, boxes: Iterable[NetBox]) -> list[End]:
    """Return where arrows begin and end at the networks, from top to bottom."""
    kinds = {one.key: one.kind for one in drawing.hops}
    found: list[End] = []
    for box in boxes:
        chips = [*box.chips]
        for number, lane in enumerate(box.lanes):
            key = f"{box.net.key}-lane-{number}"
            found += _of_out(lane.lane.out, key, lane.rect.right, lane.way_y, kinds)
            chips += [chip for cell in lane.cells for chip in cell.chips]
        found += [end for chip in chips if chip.stands_out for end in _of_chip(chip, kinds)]
    return sorted(found, key=lambda one: (one.y, one.leads_in))


def _of_chip(chip: Chip, kinds: dict[str, HopKind]) -> Iterator[End]:
    group, rect = chip.group, chip.rect
    out = list(_of_out(group.out, group.key, rect.right, rect.middle - (5 if group.ins else 0), kinds))
    yield from out
    certain = {hop: any(one.certain for one in group.ins if one.hop == hop) for hop in (one.hop for one in group.ins)}
    for number, (hop, known) in enumerate(certain.items()):
        y = rect.middle + (5 if out else 0) + 3 * number
        yield End(group.key, rect.right, y, hop, leads_in=True, dashed=not known, kind=kinds[hop])


def _of_out(out: Out | None, key: str, x: float, y: float, kinds: dict[str, HopKind]) -> Iterator[End]:
    if out is None:
        return
    legs = {out.leg.hop: False, **{part.leg.hop: True for part in out.parts if part.leg.hop != out.leg.hop}}
    for number, (hop, dashed) in enumerate((hop, dashed) for hop, dashed in legs.items() if hop):
        yield End(key, x, y + 5 * number, hop, leads_in=False, dashed=dashed, kind=kinds[hop])


def hop_boxes(drawing: Drawing, ends: Sequence[End], x: float, y: float) -> list[HopBox]:
    """Place the hops below each other, each as near to what leads to it as there is room."""
    leading: defaultdict[str, list[End]] = defaultdict(list)
    for end in ends:
        leading[end.hop].append(end)
    middle = {key: sum(end.y for end in found) / len(found) for key, found in leading.items()}
    found: list[HopBox] = []
    for hop in sorted(drawing.hops, key=lambda one: (middle.get(one.key, float("inf")), drawing.hops.index(one))):
        to_it = leading[hop.key]
        said = _lines(drawing, hop, used=bool(to_it))
        height = max(2 * PAD + LINE * (2 + len(said)), 2 * PAD + _PORT_GAP * min(_MOST_PORTS, len(to_it)))
        wanted = to_it[0].y - height / 2 if to_it else y
        top = max(wanted, found[-1].rect.bottom + GAP if found else y)
        found.append(HopBox(hop, Rect(x, top, WIDTH, height), said, bool(to_it)))
    return found


def _lines(drawing: Drawing, hop: Hop, *, used: bool) -> tuple[str, ...]:
    about = ", ".join(words.about(hop))
    seen = words.hop_addresses(drawing, hop)
    left = len(seen) - MOST_LINES
    shown = [*seen[:MOST_LINES], f"and {left:,} more"] if left > 0 else seen
    unused = () if used else ("nothing leaves through it",)
    return tuple(one for one in (about, *shown, *unused) if one)


def arrows(ends: Sequence[End], boxes: Sequence[HopBox], internet: Rect) -> list[Arrow]:
    """Return the arrows between the networks and the hops, and between the hops and the internet."""
    rects = {box.hop.key: box.rect for box in boxes}
    at: defaultdict[str, list[End]] = defaultdict(list)
    for end in ends:
        at[end.hop].append(end)
    found: list[Arrow] = []
    for box in boxes:
        own, rect = at[box.hop.key], rects[box.hop.key]
        gap = (rect.height - 2 * PAD) / max(1, len(own))
        for number, end in enumerate(own):
            y = rect.y + PAD + gap * (number + 0.5)
            key = f"arrow-{len(found) + 1}"
            ends_at = (end.key, end.hop)
            found.append(Arrow(key, ends_at, end.kind, end.leads_in, end.dashed, (end.x, end.y), (rect.x, y)))
        for leads_in in sorted({end.leads_in for end in own}):
            dashed = leads_in and all(end.dashed for end in own if end.leads_in)
            both = len({end.leads_in for end in own}) > 1
            y = rect.middle + ((6 if leads_in else -6) if both else 0)
            key = f"arrow-{len(found) + 1}"
            left, right = (rect.right, y), (internet.x, y)
            found.append(Arrow(key, (box.hop.key, "internet"), box.hop.kind, leads_in, dashed, left, right))
    return found
