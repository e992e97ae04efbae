"""Whole runs: a profile or a trace through a gateway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...problems import Problem
from ..profile import Profile
from .connections import Connections
from .engine import Progress, Simulation, simulate
from .errors import CannotSimulate, out_of_bounds, refuse
from .of_profile import Incidents, demand_of, gateway_of
from .settings import LONGEST_S, MICROSECONDS, AddressChoice, Gateway, Mapping, Retry, microseconds
from .trace import read_trace
from .traffic import pieces

PROFILE_SECONDS: Final = 600.0
PROFILE_WARM_UP_S: Final = 300.0
"""Longer than the default idle timeout and any hold: an abandoned connection of the first second is gone by then."""
OUTAGE_S: Final = 60.0
LARGEST_TABLE: Final = 1_000
MOST_STEPS: Final = 1_000_000


Table = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is asked of a run."""

    seconds: float | None = None
    warm_up_s: float | None = None
    step_s: float = 1.0
    seed: int = 1
    address_choice: AddressChoice = "random"
    mapping: Mapping = "address-and-port-dependent"
    restart_at_s: float | None = None
    outage_at_s: float | None = None
    outage_for_s: float | None = None
    outage_of: str | None = None
    table_at_s: float | None = None

    def __post_init__(self) -> None:
        bounds = [
            ("seconds", self.seconds, 1e-3, LONGEST_S),
            ("warm_up", self.warm_up_s, 0, LONGEST_S),
            ("step", self.step_s, 1e-3, LONGEST_S),
            ("seed", self.seed, 0, 2**63),
            ("restart_at", self.restart_at_s, 0, LONGEST_S),
            ("outage_at", self.outage_at_s, 0, LONGEST_S),
            ("outage_for", self.outage_for_s, 1e-3, LONGEST_S),
            ("table_at", self.table_at_s, 0, LONGEST_S),
        ]
        refuse("the run", [*out_of_bounds(bounds), *self._without_outage()])

    def _without_outage(self) -> Iterator[Problem]:
        for name, value in (("outage_for", self.outage_for_s), ("outage_of", self.outage_of)):
            if self.outage_at_s is None and value is not None:
                yield Problem(name, value, "it says more of an outage, and outage_at is not set", "Say when it begins.")


@dataclass(frozen=True)
class Run:
    """A run that is over, with the names of its destinations and what has to be said with it."""

    simulation: Simulation
    destinations: Sequence[str]
    warm_up_s: float
    notes: Sequence[str]
    table: Table | None
    """At the second that was asked for."""


def run_profile(profile: Profile, addresses: int, wishes: Wishes, progress: Progress | None = None) -> Run:
    """Simulate a profile's traffic."""
    seconds = wishes.seconds or PROFILE_SECONDS
    incidents = _incidents(wishes, seconds)
    demand = demand_of(profile, incidents=incidents)
    gateway = gateway_of(profile, addresses, address_choice=wishes.address_choice, mapping=wishes.mapping)
    warm_up = min(PROFILE_WARM_UP_S, seconds / 2) if wishes.warm_up_s is None else wishes.warm_up_s
    begin, length = incidents.outage_at_s, incidents.outage_for_s
    notes = [f"{name}: no answer for {length:g} s from {begin:g} s on; each try is a call" for name in demand.out]
    traffic = pieces(demand.kinds, seconds=seconds, seed=wishes.seed)
    scene = Scene(gateway, traffic, demand.names, demand.retries, seconds, warm_up, notes)
    return _run(scene, wishes, progress)


def _incidents(wishes: Wishes, seconds: float) -> Incidents:
    for name, moment in (("restart", wishes.restart_at_s), ("outage", wishes.outage_at_s)):
        if moment is not None and moment >= seconds:
            raise CannotSimulate(f"the {name} is at {moment:g} s, and the run ends at {seconds:g} s")
    return Incidents(
        restart_at_s=wishes.restart_at_s,
        outage_at_s=wishes.outage_at_s,
        outage_for_s=OUTAGE_S if wishes.outage_for_s is None else wishes.outage_for_s,
        outage_of=wishes.outage_of,
    )


def run_trace(
    path: Path, addresses: int, wishes: Wishes, progress: Progress | None = None, *, skip_broken: bool = False
) -> Run:
    """Simulate the connections of a trace, which has its own restarts and outages."""
    if wishes.restart_at_s is not None or wishes.outage_at_s is not None:
        raise CannotSimulate(
            "a restart and an outage are of a profile; in a trace, connections have the end `unanswered` in an outage"
        )
    gateway = Gateway(addresses=addresses, address_choice=wishes.address_choice, mapping=wishes.mapping)
    trace = read_trace(path, skip_broken=skip_broken)
    last = int(trace.connections.start[-1]) / MICROSECONDS if len(trace.connections) else 0.0
    seconds = wishes.seconds or last + wishes.step_s
    within = trace.connections[: int(trace.connections.start.searchsorted(microseconds(seconds), "right"))]
    left_out = "a broken line is" if len(trace.skipped) == 1 else f"{len(trace.skipped)} broken lines are"
    notes = [f"{left_out} left out", *trace.skipped[:10]] if trace.skipped else []
    names = [f"{address}:{port}" for address, port in trace.destinations] or ["none"]
    return _run(Scene(gateway, [within], names, (), seconds, wishes.warm_up_s or 0.0, notes), wishes, progress)


@dataclass(frozen=True)
class Scene:
    """What is simulated."""

    gateway: Gateway
    traffic: Iterable[Connections]
    destinations: Sequence[str]
    retries: Sequence[Retry]
    seconds: float
    warm_up_s: float
    notes: Sequence[str]


def _run(scene: Scene, wishes: Wishes, progress: Progress | None) -> Run:
    seconds, step, moment = scene.seconds, wishes.step_s, wishes.table_at_s
    if seconds / step > MOST_STEPS:
        raise CannotSimulate(f"{seconds:g} s in steps of {step:g} s are too many rows: take longer steps")
    if scene.warm_up_s >= seconds:
        raise CannotSimulate(
            f"the warm-up of {scene.warm_up_s:g} s leaves nothing of {seconds:g} s: take a shorter one"
        )
    if moment is not None and moment > seconds:
        raise CannotSimulate(f"the table at {moment:g} s is asked for, and the run ends at {seconds:g} s")
    tables: list[Table] = []
    simulation = simulate(
        scene.gateway,
        scene.traffic,
        destinations=len(scene.destinations),
        seed=wishes.seed,
        seconds=seconds,
        retries=scene.retries,
        step_s=step,
        progress=progress,
        moment_s=moment,
        look=lambda found: tables.append(_table(found)),
    )
    return Run(simulation, scene.destinations, scene.warm_up_s, scene.notes, tables[0] if tables else None)


def _table(simulation: Simulation) -> Table:
    if simulation.live > LARGEST_TABLE:
        rule = f"at most {LARGEST_TABLE:,} are shown"
        raise CannotSimulate(
            f"the table has {simulation.live:,} entries at that second, and {rule}: take a smaller run"
        )
    return simulation.table()
