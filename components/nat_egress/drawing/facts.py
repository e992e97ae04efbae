"""What a picture shows, as tables: for screen readers, for printing, and to be searched."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from . import words
from .model import Drawing, Group, HopKind, Subnet
from .tree import add


def summary(drawing: Drawing) -> str:
    """Say in a few lines what there is."""
    machines = sum(len(one.members) for one in _groups(drawing) if one.kind == "virtual machine")
    counted = [
        _counted(len(drawing.nets), "network"),
        _counted(sum(1 for _ in drawing.subnets), "subnet"),
        _counted(machines, "machine"),
        _counted(sum(one.kind is HopKind.NAT_GATEWAY for one in drawing.hops), "NAT gateway"),
    ]
    return f"{', '.join(counted)}; {_reached(drawing)}."


def _reached(drawing: Drawing) -> str:
    public = {one.key for one in drawing.hops if one.kind is not HopKind.BASTION}
    opened = [(one, {way.certain for way in one.ins if way.hop in public}) for one in _groups(drawing)]
    certain = {member.urn for one, ways in opened if True in ways for member in one.members}
    perhaps = {member.urn for one, ways in opened if ways == {False} for member in one.members} - certain
    if certain or perhaps:
        more = f"{len(perhaps):,} perhaps reached" if perhaps else ""
        known = f"{len(certain):,} reached from the internet, if security groups let it" if certain else ""
        return ", ".join(filter(None, (known, more)))
    bastion = any(one.kind == "Bastion host" for one in _groups(drawing))
    return "no way in but Bastion" if bastion else "no way in"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _groups(drawing: Drawing) -> Iterator[Group]:
    for net in drawing.nets:
        yield from net.groups
        for subnet in net.subnets:
            yield from subnet.groups


def subnets_table(parent: Element, drawing: Drawing) -> None:
    """Add the table of the subnets, and of what is in each."""
    body = _table(
        parent,
        "Subnets, and what is in them",
        ("Name", "Network", "Addresses", "Access", "Way out", "The other side sees", "Way in"),
    )
    for net in drawing.nets:
        name = words.net_name(drawing, net)
        for group in net.groups:
            _group_row(body, drawing, group, name, None)
        for subnet in net.subnets:
            _subnet_row(body, drawing, subnet, name)
            for group in subnet.groups:
                _group_row(body, drawing, group, name, subnet)


def hops_table(parent: Element, drawing: Drawing) -> None:
    """Add the table of the hops."""
    body = _table(parent, "Gateways, and other hops to the internet", ("Name", "Kind", "The internet sees", "About"))
    for hop in drawing.hops:
        row = add(body, "tr", data_key=hop.key)
        add(row, "th", words.hop(drawing, hop), scope="row")
        add(row, "td", words.KINDS[hop.kind])
        add(row, "td", ", ".join(words.hop_addresses(drawing, hop)))
        add(row, "td", ", ".join(words.about(hop)))


def _table(parent: Element, title: str, columns: tuple[str, ...]) -> Element:
    add(parent, "h2", title)
    # A table that is wider than its reader's screen is scrolled by itself.
    table = add(add(parent, "div", class_="wide"), "table")
    row = add(add(table, "thead"), "tr")
    for column in columns:
        add(row, "th", column, scope="col")
    return add(table, "tbody")


def _subnet_row(body: Element, drawing: Drawing, subnet: Subnet, net: str) -> None:
    row = add(body, "tr", data_key=subnet.key)
    add(row, "th", words.subnet(drawing, subnet), scope="row")
    add(row, "td", net)
    add(row, "td", ", ".join(words.lines(drawing, subnet.ranges)))
    access = (words.privacy(drawing, subnet), *(f"for {one}" for one in subnet.delegations))
    add(row, "td", ", ".join(filter(None, access)))
    add(row, "td", words.path(subnet.out.leg.path[1:]) if subnet.out else words.BY_ITSELF)
    _parts(row[-1], drawing, subnet)
    add(row, "td", words.seen(drawing, subnet.out))
    add(row, "td")


def _parts(cell: Element, drawing: Drawing, one: Subnet | Group) -> None:
    if one.out and one.out.parts:
        parts = add(cell, "ul")
        for part in one.out.parts:
            said = f"{words.shown(drawing, part.destination)}: {words.path(part.leg.path[1:])}"
            add(parts, "li", said)


def _group_row(body: Element, drawing: Drawing, group: Group, net: str, subnet: Subnet | None) -> None:
    row = add(body, "tr", class_="inside", data_key=group.key, data_in=subnet.key if subnet else None)
    _names(add(row, "th", scope="row"), drawing, group)
    add(row, "td", net)
    first = group.members[0].private_addresses
    add(row, "td", ", ".join(words.lines(drawing, first)) if len(group.members) == 1 else "")
    add(row, "td", group.kind)
    # The first step is the group itself.
    add(row, "td", words.path(group.out.leg.path[1:]) if group.out else "")
    _parts(row[-1], drawing, group)
    add(row, "td", words.seen(drawing, group.out) if group.out else "")
    add(row, "td", "; ".join(f"{words.path(one.path)}{'' if one.certain else ', perhaps'}" for one in group.ins))


def _names(cell: Element, drawing: Drawing, group: Group) -> None:
    if len(group.members) == 1:
        cell.text = None
        add(cell, "span", words.group(group))
        return
    details = add(cell, "details")
    add(details, "summary", words.group(group))
    names = add(details, "ul")
    for one in group.members:
        add(names, "li", f"{one.name}: {', '.join(words.lines(drawing, one.private_addresses))}")
