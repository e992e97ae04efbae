"""Where the boxes of a network's picture are: networks from top to bottom, in them their subnets, in these machines.

All lengths are in pixels of a picture that is shown in its own size; y grows downwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .lanes import Lane, lanes, stands_out
from .model import Group, Net, Subnet

CELL: Final = 222
"""The width of a subnet."""
GAP: Final = 10
PAD: Final = 12
CHIP: Final = 24
"""The height of a machine's box."""
CHIP_GAP: Final = 5
LINE: Final = 15
NET_HEAD: Final = 48
LANE_HEAD: Final = 30
MOST_COLUMNS: Final = 4


@dataclass(frozen=True)
class Rect:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half of its height."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Chip:
    """Where machines are."""

    group: Group
    rect: Rect
    stands_out: bool
    """Whether it has arrows of its own; then nothing is between it and the right edge of its network."""


@dataclass(frozen=True)
class Cell:
    """Where a subnet is."""

    subnet: Subnet
    rect: Rect
    chips: tuple[Chip, ...]


@dataclass(frozen=True)
class LaneBox:
    """Where subnets with one way out are."""

    lane: Lane
    rect: Rect
    cells: tuple[Cell, ...]

    @property
    def way_y(self) -> float:
        """Where its arrow begins, at its right edge."""
        return self.rect.y + LANE_HEAD / 2


@dataclass(frozen=True)
class NetBox:
    """Where a network is."""

    net: Net
    rect: Rect
    chips: tuple[Chip, ...]
    lanes: tuple[LaneBox, ...]


def columns_for(nets: Sequence[Net]) -> int:
    """Return how many subnets there are side by side: a few are no wide row, and many no long column."""
    most = max((len(lane.subnets) for net in nets for lane in lanes(net)), default=1)
    return min(MOST_COLUMNS, max(2, round(math.sqrt(most))))


def net_box(net: Net, x: float, y: float, columns: int) -> NetBox:
    """Place a network with all that is in it."""
    inside = x + PAD
    room = columns * CELL + (columns - 1) * GAP + 2 * PAD
    below = y + NET_HEAD
    chips = list(_rows(net.groups, None, Rect(inside, below, room, 0), columns))
    below = _below(chips, below, GAP)
    found: list[LaneBox] = []
    for lane in lanes(net):
        box = _lane_box(lane, inside, below, room, columns)
        found.append(box)
        below = box.rect.bottom + GAP
    bottom = below - GAP + PAD if found or chips else below
    return NetBox(net, Rect(x, y, room + 2 * PAD, bottom - y), tuple(chips), tuple(found))


def _lane_box(lane: Lane, x: float, y: float, room: float, columns: int) -> LaneBox:
    cells: list[Cell] = []
    row: list[Cell] = []
    below = y + LANE_HEAD
    for subnet in lane.subnets:
        whole = any(stands_out(group, subnet) for group in subnet.groups)
        if row and (whole or len(row) == columns):
            cells, below, row = [*cells, *_level(row)], _next(row), []
        at = x + PAD + len(row) * (CELL + GAP)
        row.append(_cell(subnet, at, below, room - 2 * PAD if whole else CELL, columns if whole else 1))
        if whole:
            cells, below, row = [*cells, *row], _next(row), []
    if row:
        cells, below = [*cells, *_level(row)], _next(row)
    return LaneBox(lane, Rect(x, y, room, below - GAP + PAD - y), tuple(cells))


def _next(row: Sequence[Cell]) -> float:
    return max(one.rect.bottom for one in row) + GAP


def _level(row: Sequence[Cell]) -> Iterator[Cell]:
    """Yield cells as high as the highest of them."""
    height = max(one.rect.height for one in row)
    for one in row:
        yield Cell(one.subnet, Rect(one.rect.x, one.rect.y, one.rect.width, height), one.chips)


def _cell(subnet: Subnet, x: float, y: float, width: float, columns: int) -> Cell:
    head = PAD + LINE * (2 + len(subnet.delegations))
    chips = list(_rows(subnet.groups, subnet, Rect(x + PAD, y + head + CHIP_GAP, width - 2 * PAD, 0), columns))
    bottom = _below(chips, y + head + CHIP_GAP, PAD - CHIP_GAP)
    return Cell(subnet, Rect(x, y, width, bottom - y), tuple(chips))


def _rows(groups: Sequence[Group], subnet: Subnet | None, room: Rect, columns: int) -> Iterator[Chip]:
    """Yield boxes of machines: side by side, and below them, in rows of their own, those with arrows."""
    plain = [one for one in groups if not stands_out(one, subnet)]
    width = (room.width - (columns - 1) * CHIP_GAP) / columns
    step = CHIP + CHIP_GAP
    for number, one in enumerate(plain):
        row, column = divmod(number, columns)
        rect = Rect(room.x + column * (width + CHIP_GAP), room.y + row * step, width, CHIP)
        yield Chip(one, rect, stands_out=False)
    below = room.y + math.ceil(len(plain) / columns) * step
    for number, one in enumerate(one for one in groups if stands_out(one, subnet)):
        yield Chip(one, Rect(room.x, below + number * step, room.width, CHIP), stands_out=True)


def _below(chips: Sequence[Chip], y: float, pad: float) -> float:
    return max((one.rect.bottom + CHIP_GAP for one in chips), default=y) + pad if chips else y + pad
