"""A network's drawing as a chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from . import words
from .chart import Arrow, Box, Chart, Style
from .model import Drawing, Group, Hop, HopKind, Leg, Net, Out, Subnet

INTERNET: Final = "internet"

_STYLES: Final = {
    HopKind.NAT_GATEWAY: Style.OUT,
    HopKind.VIRTUAL_APPLIANCE: Style.OUT,
    HopKind.VIRTUAL_NETWORK_GATEWAY: Style.OUT,
    HopKind.SEVERAL_ROUTES: Style.OUT,
    HopKind.FIREWALL: Style.OUT,
    HopKind.BASTION: Style.PLAIN,
    HopKind.APPLICATION_GATEWAY: Style.IN,
    HopKind.ROUTE_TABLE: Style.UNKNOWN,
    HopKind.UNKNOWN: Style.UNKNOWN,
}


def network_chart(drawing: Drawing) -> Chart:
    """Return the chart: boxes from left to right, each way out by way of its hop."""
    nets = tuple(_net(drawing, one) for one in drawing.nets)
    hops = tuple(_hop(drawing, one) for one in drawing.hops)
    arrows = tuple(dict.fromkeys(_arrows(drawing)))
    boxes = (*nets, *hops, *([Box(INTERNET, ("internet",))] if drawing.hops else []))
    return Chart(drawing.stack, boxes, arrows)


def _key(key: str) -> str:
    return key.replace("-", "_")


def _net(drawing: Drawing, one: Net) -> Box:
    inside = [*map(_group, one.groups), *(_subnet(drawing, subnet) for subnet in one.subnets)]
    named = (words.net(drawing, one), *words.lines(drawing, one.ranges))
    return Box(_key(one.key), named, boxes=tuple(inside), encloses=True)


def _subnet(drawing: Drawing, one: Subnet) -> Box:
    facts = (", ".join(words.lines(drawing, one.ranges)), words.privacy(drawing, one), *one.delegations)
    # Where there is something in it, its heading is short, and an arrow shows the way.
    told = () if one.groups and one.out and one.out.hops else (words.way_out(drawing, one.out),)
    named = (words.subnet(drawing, one), *filter(None, facts), *told)
    return Box(_key(one.key), named, boxes=tuple(map(_group, one.groups)), encloses=bool(one.groups))


def _group(one: Group) -> Box:
    exposed = any(into for into in one.ins) and one.kind != "Bastion host"
    return Box(_key(one.key), (words.group(one),), Style.IN if exposed else Style.PLAIN)


def _hop(drawing: Drawing, one: Hop) -> Box:
    named = (words.hop(drawing, one), *words.hop_addresses(drawing, one))
    return Box(_key(one.key), named, _STYLES.get(one.kind, Style.WARNED))


def _arrows(drawing: Drawing) -> Iterator[Arrow]:
    for net in drawing.nets:
        for group in net.groups:
            yield from _of_group(drawing, group, None)
        for subnet in net.subnets:
            yield from _out(drawing, subnet.key, subnet.out)
            for group in subnet.groups:
                yield from _of_group(drawing, group, subnet)


def _of_group(drawing: Drawing, group: Group, subnet: Subnet | None) -> Iterator[Arrow]:
    if subnet is None or not same_way(group.out, subnet.out):
        yield from _out(drawing, group.key, group.out)
    for into in group.ins:
        style = Style.PLAIN if drawing.hop(into.hop).kind is HopKind.BASTION else Style.IN
        yield Arrow(INTERNET, _key(into.hop), style, "way in", dashed=not into.certain)
        yield Arrow(_key(into.hop), _key(group.key), style, "way in", dashed=not into.certain)


def _out(drawing: Drawing, source: str, out: Out | None) -> Iterator[Arrow]:
    if out is None:
        return
    yield from _leg(drawing, source, out.leg)
    for part in out.parts:
        yield from _leg(drawing, source, part.leg, words.shown(drawing, part.destination), dashed=True)


def _leg(drawing: Drawing, source: str, leg: Leg, label: str = "", *, dashed: bool = False) -> Iterator[Arrow]:
    if leg.hop:
        style = _STYLES.get(drawing.hop(leg.hop).kind, Style.WARNED)
        yield Arrow(_key(source), _key(leg.hop), style, label, dashed)
        yield Arrow(_key(leg.hop), INTERNET, style)


def same_way(mine: Out | None, subnets: Out | None) -> bool:
    """Tell whether something leaves as its subnet does, or has no way of its own to tell of."""
    if mine is None:
        return True
    return subnets is not None and _ways(mine) == _ways(subnets)


def _ways(out: Out) -> tuple[object, ...]:
    return out.leg.way, out.leg.hop, tuple((part.destination, part.leg.way, part.leg.hop) for part in out.parts)
