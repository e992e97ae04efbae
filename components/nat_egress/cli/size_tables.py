"""The answer of `nat-egress size` for people: lines and tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from .. import limits
from ..capacity.answer import Answer, Limit, Sized
from ..capacity.layouts import Layout

MOST_ROWS = 20
"""Destinations that a table shows; the JSON has all."""


def size_tables(answer: Answer) -> Iterator[Table | Text]:
    """Write an answer as what a console prints, from the number of addresses on down."""
    yield Text(_headline(answer), style="bold")
    yield Text(_bounds(answer))
    for layout in answer.layouts:
        yield Text(f"  {layout_text(layout)}: USD {layout.usd_per_month:,.2f} a month")
    if answer.processing_usd_per_month is not None:
        yield Text(f"  and USD {answer.processing_usd_per_month:,.2f} a month for the data that is processed")
    yield limits_table(answer)
    yield from destination_tables(answer)
    if answer.zones:
        yield _zones(answer)
    yield from advice_lines(answer)


def advice_lines(answer: Answer) -> Iterator[Text]:
    """Write what helps where a gateway is not enough."""
    if answer.advice:
        yield Text("What helps, best first:", style="bold")
    for number, one in enumerate(answer.advice, 1):
        yield Text(f"  {number}. {one.how} That leaves {addresses_text(one.addresses)}.")


def _headline(answer: Answer) -> str:
    what = binding_text(answer)
    if answer.addresses > limits.MAX_IPV4_ADDRESSES:
        most = limits.MAX_IPV4_ADDRESSES
        needed = addresses_text(answer.addresses)
        return f"{needed} needed, and a gateway has at most {most}. The limit that binds: {what}."
    enough = "" if answer.enough else " That is not enough: a limit is broken that addresses can't move."
    return f"{addresses_text(answer.addresses)} needed on one gateway. The limit that binds: {what}.{enough}"


def binding_text(answer: Answer) -> str:
    """Write the limit that binds, and how far it is used."""
    binding = answer.binding
    of = f" ({binding.destination})" if binding.destination else ""
    return f"{binding.name}{of} at {binding.share or 0:.1%} of what can be used"


def _bounds(answer: Answer) -> str:
    most = limits.MAX_IPV4_ADDRESSES
    pooled = f"more than {most}" if answer.addresses_pooled is None else f"{answer.addresses_pooled:,}"
    return (
        f"At best {pooled}, if Azure tried other addresses where one has no port left; "
        f"{answer.addresses_no_reuse:,} if no port served two destinations at once."
    )


def limits_table(answer: Answer) -> Table:
    """Write each limit with what is used of it and the room that is left."""
    table = _table(
        f"Limits, with {addresses_text(answer.deployed)}", "limit", "nearest to it", ">used", ">usable", ">room"
    )
    for limit in answer.limits:
        used = "not given" if limit.used is None else _number(limit.used)
        table.add_row(limit.name, limit.destination or "", used, _number(limit.usable), _room(limit))
    return table


def _room(limit: Limit) -> str:
    return "" if limit.room is None else f"{limit.room:.1%}"


def destination_tables(answer: Answer) -> Iterator[Table | Text]:
    """Write the destinations, those that need most first."""
    table = _table(
        "Destinations, each at the busiest of its addresses",
        "destination",
        ">opened/s",
        ">open",
        ">ports",
        ">fail at most",
        ">needed",
        ">in a restart",
        ">in an outage",
    )
    ranked = sorted(answer.destinations, key=lambda one: (-one.addresses, -one.load.ports))
    for one in ranked[:MOST_ROWS]:
        table.add_row(*_row(one))
    yield table
    if len(ranked) > MOST_ROWS:
        yield Text(f"... and {len(ranked) - MOST_ROWS:,} destinations that need no more; --json has all.")


def _row(one: Sized) -> tuple[str, ...]:
    return (
        one.name,
        _number(one.rate_per_s),
        _number(one.load.open),
        _number(one.load.ports),
        f"{one.retries.calls:.2g}",
        f"{one.addresses:,}",
        f"{one.restart.addresses:,}" if one.restart else "",
        f"{one.outage.addresses:,}",
    )


def _zones(answer: Answer) -> Table:
    table = _table("A gateway in each zone", "zone", ">share", ">addresses", ">with another zone lost", ">USD a month")
    for zone in answer.zones:
        price = f"{zone.layouts[0].usd_per_month:,.2f}" if zone.layouts else ""
        table.add_row(zone.zone, f"{zone.share:.1%}", f"{zone.addresses:,}", f"{zone.addresses_one_lost:,}", price)
    return table


def layout_text(layout: Layout) -> str:
    """Write what gives a number of addresses."""
    parts = [f"{layout.prefix_lengths.count(length)} x /{length}" for length in sorted(set(layout.prefix_lengths))]
    parts += [f"{layout.single_addresses} single"] if layout.single_addresses else []
    gateways = f" on {layout.gateways:,} gateways" if layout.gateways > 1 else ""
    return f"{' + '.join(parts)}, {addresses_text(layout.addresses)}{gateways}"


def addresses_text(number: int) -> str:
    """Write a number of addresses."""
    return "1 address" if number == 1 else f"{number:,} addresses"


def _number(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:,.3g}"  # noqa: PLR2004 - digits


def _table(title: str, *columns: str) -> Table:
    """Make a table; a column whose name begins with > is one of numbers."""
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name.removeprefix(">"), justify="right" if name.startswith(">") else "left")
    return table
