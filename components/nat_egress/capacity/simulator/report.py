"""A run as text, as JSON, and as a picture. The same run gives the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from .run import Run, Table
from .settings import MICROSECONDS
from .summary import Summary, series, summarise

if TYPE_CHECKING:
    from .chart import Kind


def as_text(run: Run) -> str:
    """Write the figures, one a line, the notes, and the table where one was asked for."""
    summary = summarise(run.simulation, warm_up_s=run.warm_up_s)
    gateway = run.simulation.gateway
    pool = f"{gateway.addresses} of {gateway.ports_per_address:,} ports, address choice {gateway.address_choice}"
    lines = [
        f"addresses: {pool}, {gateway.mapping} mapping",
        f"time: {summary.seconds:g} s after a warm-up of {run.warm_up_s:g} s",
        *(f"  {field.name.replace('_', ' '):<22}{_figure(summary, field.name)}" for field in fields(summary)),
        *(f"note: {note}" for note in run.notes),
    ]
    if run.table is not None:
        lines += ["", *_rows(run.table, run.destinations)]
    return "\n".join(lines)


def as_json(run: Run) -> str:
    """Write summary and series, and the table where one was asked for."""
    found: dict[str, object] = {
        "gateway": asdict(run.simulation.gateway),
        "destinations": list(run.destinations),
        "warm_up_s": run.warm_up_s,
        "notes": list(run.notes),
        "summary": asdict(summarise(run.simulation, warm_up_s=run.warm_up_s)),
        "series": series(run.simulation),
    }
    if run.table is not None:
        found["table"] = run.table
    return json.dumps(found, indent=2, allow_nan=False)


def as_picture(run: Run, kind: Kind) -> bytes:
    """Draw, as SVG or PNG, the ports in use on the fullest address, and the attempts that found none, over time."""
    from .chart import Line, charts  # noqa: PLC0415 - its library loads for pictures alone

    columns = series(run.simulation)
    gateway = run.simulation.gateway
    limit = f"{gateway.ports_per_address:,} ports of an address"
    step = f"{run.simulation.step_s:g} s"
    return charts(
        columns["end_s"],
        [
            Line(
                "Ports in use for one destination, on the fullest address",
                "ports",
                columns["ports_of_fullest_address"],
                gateway.ports_per_address,
                limit,
            ),
            Line("Attempts that found no port", f"attempts in {step}", columns["failures"]),
        ],
        kind,
    )


def _figure(summary: Summary, name: str) -> str:
    value = getattr(summary, name)
    if isinstance(value, list):
        return " ".join(f"{part:,}" for part in value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def _rows(table: Table, destinations: Sequence[str]) -> list[str]:
    rows = [("inside", "outside", "destination", "protocol", "state", "until (s)")]
    rows += [
        (
            f"{row['source']}:{row['source_port']}",
            f"[{row['address']}]:{row['port']}",
            destinations[int(str(row["destination"]))],
            str(row["protocol"]),
            str(row["state"]),
            f"{int(str(row['timer'])) / MICROSECONDS:.6f}",
        )
        for row in table
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows]
