"""A network's picture as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final
from xml.etree.ElementTree import Element, tostring

from . import words
from .arrows import PAD as HOP_PAD
from .arrows import Arrow, HopBox
from .boxes import GAP, PAD, Cell, Chip, LaneBox, NetBox, Rect
from .layout import LEGEND, MARGIN, Layout, layout
from .letters import shortened, width
from .model import Drawing, Group, HopKind, Subnet
from .network_chart import same_way
from .trails import Trails
from .tree import add, number, root

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_SMALL: Final = 11
_NORMAL: Final = 12
_LARGE: Final = 13
_BEND: Final = 46
_HEAD: Final = 8
"""The length of an arrow's head."""


def svg(drawing: Drawing) -> str:
    """Write a picture that stands alone."""
    picture = picture_of(drawing)
    picture.set("xmlns", _NAMESPACE)
    style = Element("style")
    style.text = styles()
    picture.insert(1, style)
    return tostring(picture, encoding="unicode") + "\n"


def styles() -> str:
    """Return the styles of a picture."""
    return files(__package__).joinpath("picture.css").read_text(encoding="utf-8")


def picture_of(drawing: Drawing) -> Element:
    """Return a picture, without its styles."""
    return _Picture(drawing).whole


class _Picture:
    """Draws a picture once."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._layout = layout(drawing)
        self._trails = Trails(self._layout)
        size = {"width": self._layout.width, "height": self._layout.height}
        box = f"0 0 {number(size['width'])} {number(size['height'])}"
        self.whole = root("svg", class_="picture", viewBox=box, role="group", aria_label=_title(drawing), **size)
        add(self.whole, "title", _title(drawing))
        self._draw()

    def _draw(self) -> None:
        drawn = self._layout
        add(self.whole, "rect", class_="paper", width=drawn.width, height=drawn.height)
        for box in drawn.nets:
            self._net(box)
        for arrow in drawn.arrows:
            self._arrow(arrow)
        for hop in drawn.hops:
            self._hop(hop)
        self._internet(drawn)
        self._legend(drawn)

    def _net(self, box: NetBox) -> None:
        drawing, rect = self._drawing, box.rect
        part = add(self.whole, "g", class_="part net", id=box.net.key)
        _rect(part, box.rect, 10)
        room = rect.width - 2 * PAD
        _Line(rect.x + PAD, rect.y + 21, 15, room).write(part, words.net_name(drawing, box.net), "strong")
        ranges = ", ".join(words.lines(drawing, box.net.ranges))
        about = " · ".join(filter(None, ("virtual network", ranges)))
        _Line(rect.x + PAD, rect.y + 38, _SMALL, room).write(part, about, "fact")
        for chip in box.chips:
            self._chip(chip)
        for number_, lane in enumerate(box.lanes):
            self._lane(lane, f"{box.net.key}-lane-{number_}", box.net.key)

    def _lane(self, box: LaneBox, key: str, net: str) -> None:
        out, rect = box.lane.out, box.rect
        kind = self._drawing.hop(out.leg.hop).kind if out and out.leg.hop else None
        part = add(self.whole, "g", class_=f"part lane {_kind(kind)}", id=key)
        _rect(part, rect, 8)
        said = words.way_out(self._drawing, out)
        _Line(rect.x + PAD, rect.y + 19, _NORMAL, rect.width - 2 * PAD).write(
            part, said[0].upper() + said[1:], "strong"
        )
        if out and not out.hops:
            # A bar across the way out.
            add(part, "path", class_="stop", d=f"M{number(rect.right)} {number(box.way_y - 9)}v18")
        for cell in box.cells:
            self._cell(cell, key, net)

    def _cell(self, cell: Cell, lane: str, net: str) -> None:
        drawing, subnet, rect = self._drawing, cell.subnet, cell.rect
        trail = self._trails.of(lane, subnet.key, net, *(one.key for one in subnet.groups))
        part = add(self.whole, "g", class_="part subnet", id=subnet.key, tabindex="0", role="img", data_trail=trail)
        add(part, "title", words.subnet_in_full(drawing, subnet))
        _rect(part, rect, 6)
        room, x, y = rect.width - 2 * PAD, rect.x + PAD, rect.y + 19
        _Line(x, y, _LARGE, room).write(part, words.subnet_name(drawing, subnet), "strong")
        facts = [", ".join(words.lines(drawing, subnet.ranges)), words.privacy(drawing, subnet)]
        lines = [" · ".join(filter(None, facts)), *(f"for {one}" for one in subnet.delegations)]
        for line, text in enumerate(lines, 1):
            warned = " warned" if line == 1 and subnet.private is False else ""
            _Line(x, y + 15 * line, _SMALL, room).write(part, text, f"fact{warned}")
        for chip in cell.chips:
            self._chip(chip, subnet, lane, net)

    def _chip(self, chip: Chip, subnet: Subnet | None = None, *around: str) -> None:
        """Draw machines; `around` are the keys of the lane and the network that their subnet is in."""
        group, rect = chip.group, chip.rect
        inside = (subnet.key, *around) if subnet else ()
        # Those that leave another way than their subnet don't light up its way out.
        alike = around[:1] if subnet and same_way(group.out, subnet.out) else ()
        trail = self._trails.of(group.key, *alike)
        exposed = self._exposed(group)
        part = add(
            self.whole,
            "g",
            class_=f"part machines{exposed}{'' if group.certain else ' unsure'}",
            id=group.key,
            tabindex="0",
            role="img",
            data_trail=" ".join((trail, *inside)),
        )
        add(part, "title", words.group_in_full(self._drawing, group))
        _rect(part, rect, 4)
        name, seen = words.group(group), self._private_address(group)
        beside = width(seen, _SMALL) + GAP
        room = rect.width - 16
        if seen and width(name, _NORMAL) + beside <= room:
            at = {"x": rect.right - 8, "y": rect.y + 16, "font_size": _SMALL}
            add(part, "text", seen, class_="fact", text_anchor="end", **at)
            room -= beside
        _Line(rect.x + 8, rect.y + 16, _NORMAL, room).write(part, name)

    def _private_address(self, group: Group) -> str:
        """Return the private address of one machine, "" for several."""
        seen = group.members[0].private_addresses if len(group.members) == 1 else ()
        return words.shown(self._drawing, seen[0]) if len(seen) == 1 and seen[0] else ""

    def _exposed(self, group: Group) -> str:
        ways = {one.certain for one in group.ins if self._drawing.hop(one.hop).kind is not HopKind.BASTION}
        return "" if not ways else " exposed" if True in ways else " exposed unsure"

    def _arrow(self, arrow: Arrow) -> None:
        (x1, y1), (x2, y2) = arrow.left, arrow.right
        tip, back = (arrow.left, 1) if arrow.leads_in else (arrow.right, -1)
        start, end = (x1 + _HEAD, x2) if arrow.leads_in else (x1, x2 - _HEAD)
        dashed = " dashed" if arrow.dashed or arrow.kind is HopKind.UNKNOWN else ""
        leads = " in" if arrow.leads_in else ""
        part = add(self.whole, "g", class_=f"part arrow {_kind(arrow.kind)}{leads}{dashed}", id=arrow.key)
        bend = min(_BEND, (end - start) / 2)
        line = (start, y1, start + bend, y1, end - bend, y2, end, y2)
        points = [number(one) for one in line]
        add(part, "path", class_="line", d=f"M{points[0]} {points[1]}C{' '.join(points[2:])}")
        head = f"M{number(tip[0])} {number(tip[1])}l{back * _HEAD} -4.5v9z"
        add(part, "path", class_="head", d=head)

    def _hop(self, box: HopBox) -> None:
        drawing, hop, rect = self._drawing, box.hop, box.rect
        unused = "" if box.used else " unused"
        part = add(
            self.whole,
            "g",
            class_=f"part hop {_kind(hop.kind)}{unused}",
            id=hop.key,
            tabindex="0",
            role="img",
            data_trail=hop.key,
        )
        add(part, "title", words.hop_in_full(drawing, hop))
        _rect(part, rect, 6)
        add(part, "rect", class_="stripe", x=rect.x, y=rect.y, width=5, height=rect.height, rx=2)
        x, y, room = rect.x + 16, rect.y + HOP_PAD + 10, rect.width - 28
        _Line(x, y, _SMALL, room).write(part, words.KINDS[hop.kind], "fact")
        name = words.hop_name(drawing, hop)
        _Line(x, y + 16, _LARGE, room).write(part, name, "strong")
        for line, text in enumerate(box.lines, 2 if name else 1):
            _Line(x, y + 15 * line + (1 if name else 0), _NORMAL, room).write(part, text)

    def _internet(self, drawn: Layout) -> None:
        rect = drawn.internet
        part = add(self.whole, "g", class_="part internet", id="internet")
        _rect(part, rect, 12)
        add(
            part,
            "text",
            "internet",
            class_="strong",
            x=rect.x + rect.width / 2,
            y=rect.middle + 4,
            text_anchor="middle",
        )

    def _legend(self, drawn: Layout) -> None:
        y = drawn.height - LEGEND / 2 - 4
        x: float = MARGIN + PAD
        part = add(self.whole, "g", class_="legend")
        for said, look in self._meant(drawn):
            add(part, "path", class_=f"line {look}", d=f"M{number(x)} {number(y)}h28")
            _Line(x + 36, y + 4, _SMALL, 600).write(part, said)
            x += 36 + width(said, _SMALL) + 24

    def _meant(self, drawn: Layout) -> list[tuple[str, str]]:
        arrows = drawn.arrows
        outward = [one for one in arrows if not one.leads_in]
        inward = [one for one in arrows if one.leads_in]
        meant = {
            ("way out", "out"): bool(outward),
            ("of some destinations only, or not known", "out dashed"): any(one.dashed for one in outward),
            ("way in, if security groups let it", "in"): any(one.kind is not HopKind.BASTION for one in inward),
            ("administrators, by Bastion", "k-Bastion"): any(one.kind is HopKind.BASTION for one in inward),
        }
        return [what for what, there in meant.items() if there]


def _title(drawing: Drawing) -> str:
    return f"Network of {drawing.stack}"


def _kind(kind: HopKind | None) -> str:
    return f"k-{kind}" if kind else "k-none"


def _rect(parent: Element, rect: Rect, radius: float) -> None:
    add(parent, "rect", class_="box", x=rect.x, y=rect.y, width=rect.width, height=rect.height, rx=radius)


@dataclass(frozen=True)
class _Line:
    """Where a line of text begins, its size, and how much room it has."""

    x: float
    y: float
    size: float
    room: float

    def write(self, parent: Element, text: str, class_: str = "") -> None:
        """Write a text, or what there is room for; `strong` is the class of bold ones."""
        if text:
            shown = shortened(text, self.size, self.room, bold="strong" in class_)
            add(parent, "text", shown, class_=class_ or None, x=self.x, y=self.y, font_size=self.size)
