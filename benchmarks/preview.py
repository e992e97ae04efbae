"""How long a preview takes: the cures, growth with the number of subnets, machines, and the two engines."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.measure import Figure, in_turn, planned, preview

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).parents[1]
MACHINES = 40
RESOURCES_A_MACHINE = 2
"""The network interface and the virtual machine."""
ONE_SUBNET = """config:
  azure-native:location: westeurope
  private-egress:network: { addressSpace: [10.0.0.0/16], subnets: { one: { addressPrefix: 10.0.0.0/24 } } }
  private-egress:egress: { addresses: { one: {} } }
"""


@dataclass(frozen=True)
class Ratio:
    """One figure against its peer, and the bound that it must keep."""

    what: str
    peer: str
    ours: Figure
    theirs: Figure
    ratio: float
    at_most: float | None


def _project(folder: Path, program: str, counts: Iterable[int]) -> Path:
    """Make a project of `program` in `folder`, with a stack `n<count>` for each number of what it declares."""
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(
        f"name: bench\nruntime:\n  name: python\n  options: {{toolchain: pip, virtualenv: {sys.prefix}}}\n",
        encoding="utf-8",
    )
    for count in counts:
        (folder / f"Pulumi.n{count}.yaml").write_text(
            f"config:\n  azure-native:location: westeurope\n  bench:count: {count}\n", encoding="utf-8"
        )
    shutil.copyfile(PROGRAMS / f"{program}.py", folder / "__main__.py")
    return folder


@dataclass(frozen=True)
class Case:
    """A preview that is measured: which program, how many of what it declares, which engine."""

    program: str
    count: int
    engine: str = "embedded"


def _measure(cases: Mapping[str, Case], rounds: int) -> dict[str, Figure]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for program in {case.program for case in cases.values()}:
            _project(folder / program, program, {case.count for case in cases.values() if case.program == program})
        return in_turn(
            {
                name: preview(folder / case.program, f"n{case.count}", folder / case.engine, engine=case.engine)
                for name, case in cases.items()
            },
            rounds,
        )


def _net_of_start_up(
    what: str, ours: Case, peers: Mapping[str, tuple[Case, float]], *, start: int, resources: int, rounds: int
) -> list[Ratio]:
    """Compare with each of `peers`, given with its bound: `resources` more than the same program makes for `start`."""
    programs = {"ours": ours, **{peer: case for peer, (case, _) in peers.items()}}
    cases: dict[str, Case] = {}
    for name, case in programs.items():
        cases |= {f"{name}, start-up": replace(case, count=start), name: case}
    figures = _measure(cases, rounds)
    net = {name: figures[name].seconds - figures[f"{name}, start-up"].seconds for name in programs}
    each = {name: f"{1000 * seconds / resources:.1f} ms a resource" for name, seconds in net.items()}
    return [
        Ratio(
            f"{what}, net of start-up: {each['ours']}",
            f"{peer}: {each[peer]}",
            figures["ours"],
            figures[peer],
            net["ours"] / net[peer],
            bound,
        )
        for peer, (_, bound) in peers.items()
    ]


def cures(rounds: int) -> list[Ratio]:
    """Preview 200 subnets with the components, and written without the cures; the start-up is that of one subnet."""
    return _net_of_start_up(
        "preview of 200 subnets",
        Case("component", 200),
        {"the same resources in a plain program": (Case("plain", 200), 1 / 4)},
        start=1,
        resources=199,
        rounds=rounds,
    )


def growth(rounds: int) -> list[Ratio]:
    """Preview 100, 400 and 800 subnets, with the start-up (one subnet) taken off."""
    figures = _measure({f"{count} subnets": Case("component", count) for count in (1, 100, 400, 800)}, rounds)
    start, hundred = figures["1 subnets"], figures["100 subnets"]
    return [
        Ratio(
            f"preview of {count} subnets, net of start-up",
            "100 subnets, net of start-up",
            figures[f"{count} subnets"],
            hundred,
            (figures[f"{count} subnets"].seconds - start.seconds) / (hundred.seconds - start.seconds),
            bound,
        )
        for count, bound in ((400, 4.8), (800, None))
    ]


def machines(rounds: int) -> list[Ratio]:
    """Preview 40 machines with the component, against a plain program and, where it is on PATH, the official CLI."""
    ours = Case("machines", MACHINES)
    peers = {"the same resources in a plain program": (Case("plain_machines", MACHINES), 1 / 2)}
    if shutil.which("pulumi") is not None:
        peers["the official CLI"] = (replace(ours, engine="official"), 1.0)
    return _net_of_start_up(
        f"preview of {MACHINES} machines",
        ours,
        peers,
        start=0,
        resources=MACHINES * RESOURCES_A_MACHINE,
        rounds=rounds,
    )


def program_with(folder: Path, stack: str) -> Path:
    """Copy the stack program, with a stack of one subnet beside its own: what a preview of anything costs."""
    folder.mkdir()
    for name in ("Pulumi.yaml", "__main__.py", "outputs.py"):
        shutil.copyfile(ROOT / name, folder / name)
    for name in ("settings", "stacks"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "stacks" / f"Pulumi.{stack}.yaml").write_text(ONE_SUBNET, encoding="utf-8")
    return folder


def prod(rounds: int) -> list[Ratio]:
    """Preview `prod`, its start-up taken off, against a plain program and, where it is on PATH, the official CLI."""
    plain = Case("plain_machines", MACHINES)
    on_path = ["official"] if shutil.which("pulumi") is not None else []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        program = program_with(folder / "program", "start")
        other = _project(folder / "plain", plain.program, (0, plain.count))
        commands = {"plain, start-up": preview(other, "n0", folder / "sandbox")}
        commands["plain"] = preview(other, f"n{plain.count}", folder / "sandbox")
        for engine in ("embedded", *on_path):
            for stack in ("start", "prod"):
                commands[f"{engine} {stack}"] = preview(program, stack, folder / engine, engine=engine)
        figures = in_turn(commands, rounds)
        resources = planned(program, "prod", folder / "embedded") - planned(program, "start", folder / "embedded")

    def each(whole: str, start: str, count: int) -> float:
        return 1000 * (figures[whole].seconds - figures[start].seconds) / count

    ours = each("embedded prod", "embedded start", resources)
    peers = {
        "40 machines in a plain program": ("plain", each("plain", "plain, start-up", RESOURCES_A_MACHINE * plain.count))
    }
    if on_path:
        peers["the official CLI"] = ("official prod", each("official prod", "official start", resources))
    return [
        Ratio(
            f"preview of prod, net of start-up: {ours:.1f} ms a resource",
            f"{peer}: {theirs:.1f} ms a resource",
            figures["embedded prod"],
            figures[whole],
            ours / theirs,
            1.0,
        )
        for peer, (whole, theirs) in peers.items()
    ]


def engines(rounds: int) -> list[Ratio]:
    """Preview `prod` with the embedded engine and with the official CLI; nothing where no CLI is on PATH."""
    if shutil.which("pulumi") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            engine: preview(ROOT, "prod", Path(folder) / engine, engine=engine) for engine in ("embedded", "official")
        }
        figures = in_turn(commands, rounds)
    ours, theirs = figures["embedded"], figures["official"]
    return [
        Ratio("preview of prod, embedded engine", "the official CLI", ours, theirs, ours.seconds / theirs.seconds, 1.0)
    ]
