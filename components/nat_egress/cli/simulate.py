"""`nat-egress simulate`: a profile's or a trace's connections through a simulated gateway, one by one."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress

from ..capacity import sizing
from ..capacity.reading import InvalidProfile, read_profile
from .errors import CommandError

if TYPE_CHECKING:
    from ..capacity.simulator.chart import Kind
    from ..capacity.simulator.run import Run, Wishes

PARQUET: Final = ".parquet"
TRACES: Final = (".csv", PARQUET)
PICTURES: Final[dict[str, Kind]] = {".svg": "svg", ".png": "png"}


class AddressChoice(StrEnum):
    """Whether another address is tried where the one that was drawn is full."""

    RANDOM = "random"
    FREE = "free"


class Mapping(StrEnum):
    """As RFC 4787 names them."""

    ADDRESS_AND_PORT_DEPENDENT = "address-and-port-dependent"
    ENDPOINT_INDEPENDENT = "endpoint-independent"


Input = Annotated[Path, typer.Argument(metavar="INPUT", help="A traffic profile (YAML), or a trace (.csv, .parquet).")]
Addresses = Annotated[int | None, typer.Option(help="Public addresses; of a profile, as many as `size` says.")]
Seconds = Annotated[float | None, typer.Option(help="How long; 600 for a profile, to the last connection of a trace.")]
WarmUp = Annotated[float | None, typer.Option(help="Seconds that don't count; 300 of a profile, 0 of a trace.")]
Step = Annotated[float, typer.Option(help="Seconds between two rows of the series.")]
Restart = Annotated[float | None, typer.Option(help="When all that have a restart in the profile restart, in seconds.")]
OutageAt = Annotated[float | None, typer.Option(help="When destinations of a profile stop to answer, in seconds.")]
OutageFor = Annotated[float | None, typer.Option(help="For how many seconds; 60.")]
OutageOf = Annotated[str | None, typer.Option(help="Which destination, or address of one as in api[0]; all of them.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same run.")]
Choice = Annotated[AddressChoice, typer.Option(help="What Azure does is not documented.")]
Behaviour = Annotated[Mapping, typer.Option(help="Azure's is address-and-port-dependent.")]
Skip = Annotated[bool, typer.Option("--skip-broken-lines", help="Leave out broken lines of a trace, and count them.")]
Plot = Annotated[Path | None, typer.Option(help="Draw ports in use and failures over time: .svg or .png.")]
Table = Annotated[float | None, typer.Option(help="Show the translation table at this second; for small runs.")]
Json = Annotated[bool, typer.Option("--json", "-j", help="Print JSON and nothing else.")]


def simulate(
    source: Input,
    *,
    addresses: Addresses = None,
    seconds: Seconds = None,
    warm_up: WarmUp = None,
    step: Step = 1.0,
    restart_at: Restart = None,
    outage_at: OutageAt = None,
    outage_for: OutageFor = None,
    outage_of: OutageOf = None,
    seed: Seed = 1,
    address_choice: Choice = AddressChoice.RANDOM,
    mapping: Behaviour = Mapping.ADDRESS_AND_PORT_DEPENDENT,
    skip_broken_lines: Skip = False,
    plot: Plot = None,
    table_at: Table = None,
    json: Json = False,
) -> None:
    """Send a profile's or a trace's connections through a simulated gateway, and count those without a port."""
    needed = {"numpy": True, "numba": True, "duckdb": source.suffix.lower() == PARQUET, "matplotlib": plot is not None}
    for module, wanted in needed.items():
        if wanted and find_spec(module) is None:
            raise CommandError(f"the simulator needs {module}: pip install 'nat-egress[simulate]'")
    from ..capacity.simulator.errors import CannotSimulate  # noqa: PLC0415 - numba loads for this verb alone
    from ..capacity.simulator.run import Wishes  # noqa: PLC0415

    if plot is not None and plot.suffix.lower() not in PICTURES:
        raise CommandError(f"--plot is {plot}: give the file a name that ends with {' or '.join(PICTURES)}.")
    try:
        wishes = Wishes(
            seconds=seconds,
            warm_up_s=warm_up,
            step_s=step,
            seed=seed,
            address_choice=address_choice.value,
            mapping=mapping.value,
            restart_at_s=restart_at,
            outage_at_s=outage_at,
            outage_for_s=outage_for,
            outage_of=outage_of,
            table_at_s=table_at,
        )
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=json or not console.is_terminal) as bar:
            run = _run(source, addresses, wishes, bar, skip_broken_lines=skip_broken_lines)
    except (CannotSimulate, InvalidProfile) as error:
        raise CommandError(str(error)) from None
    _show(run, plot, json=json)


def _run(source: Path, addresses: int | None, wishes: Wishes, bar: Progress, *, skip_broken_lines: bool) -> Run:
    from ..capacity.simulator.run import run_profile, run_trace  # noqa: PLC0415

    task = bar.add_task("simulating", total=1.0, visible=False)

    def progress(share: float) -> None:
        bar.update(task, completed=share, visible=True)

    if source.suffix.lower() in TRACES:
        return run_trace(source, 1 if addresses is None else addresses, wishes, progress, skip_broken=skip_broken_lines)
    profile = read_profile(source)
    return run_profile(profile, sizing.size(profile).deployed if addresses is None else addresses, wishes, progress)


def _show(run: Run, plot: Path | None, *, json: bool) -> None:
    from ..capacity.simulator.report import as_json, as_picture, as_text  # noqa: PLC0415

    if plot is not None:
        try:
            plot.write_bytes(as_picture(run, PICTURES[plot.suffix.lower()]))
        except OSError as error:
            raise CommandError(f"--plot is {plot}, which can't be written: {error.strerror}") from None
    typer.echo(as_json(run) if json else as_text(run))
