"""What the policy pack costs: for each resource as a stack grows, and on the preview of `prod`."""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from nat_egress.exposure.configuration import Configuration
from nat_egress.exposure.evaluate import of_stack
from nat_egress.graph.declare import declare
from nat_egress.graph.resource import Declared
from nat_egress.graph.values import UNKNOWN

from benchmarks.measure import Command, Figure, in_turn, preview
from benchmarks.preview import ROOT, Ratio, program_with

FEW, MANY = 100, 2_000
MACHINES_A_SUBNET = 4
GROWTH = 1.25
"""The most that a resource among many may cost against one among few."""
ADDED = 1.15
"""The most that the preview of `prod` may take with the pack, its start taken off, against without."""


def policies(rounds: int) -> list[Ratio]:
    """Judge a large stack against a small one, and preview `prod` with the pack against without."""
    return [_growth(rounds), _added(rounds)]


def _growth(rounds: int) -> Ratio:
    few, many = (_for_each(list(_stack())[:count], rounds) for count in (FEW, MANY))
    what = f"judging one of {MANY:,} resources, {many.seconds * 1e6:.0f} µs"
    peer = f"one of {FEW}, {few.seconds * 1e6:.0f} µs"
    return Ratio(what, peer, many, few, many.seconds / few.seconds, GROWTH)


def _added(rounds: int) -> Ratio:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        program = program_with(folder / "program", "start")
        bare = {stack: preview(program, stack, folder / "sandbox") for stack in ("start", "prod")}
        judged = {f"{stack}, judged": _with_pack(command) for stack, command in bare.items()}
        figures = in_turn({**bare, **judged}, rounds)
    start = figures["start, judged"].seconds - figures["start"].seconds
    ours = replace(figures["prod, judged"], seconds=figures["prod, judged"].seconds - start)
    theirs = figures["prod"]
    what = f"preview of prod with the policy pack, its start of {start:.2f} s taken off"
    return Ratio(what, "without", ours, theirs, ours.seconds / theirs.seconds, ADDED)


def _with_pack(command: Command) -> Command:
    return replace(command, arguments=[*command.arguments, "--policy-pack", str(ROOT / "policies")])


def _for_each(resources: list[Declared], rounds: int) -> Figure:
    """Return the seconds of the processor for each resource; small stacks are judged as often as it takes."""
    times = MANY // len(resources)
    seconds = []
    for _ in range(rounds + 1):
        started = time.process_time()
        for _ in range(times):
            of_stack(resources, Configuration())
        seconds.append((time.process_time() - started) / (times * len(resources)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figure(statistics.median(seconds[1:]), peak)


def _stack() -> Iterator[Declared]:
    """Yield a stack of subnets with machines, their ids not known, as in a preview."""
    gateway = _declared("NatGateway", "gateway", {"publicIpPrefixes": [{"id": UNKNOWN}]}, {})
    yield gateway
    for number in range(MANY):
        place = {"natGateway": {"id": UNKNOWN}, "defaultOutboundAccess": False, "subnetName": f"subnet-{number}"}
        subnet = _declared("Subnet", f"subnet-{number}", place, {"natGateway": gateway})
        yield subnet
        for machine in range(MACHINES_A_SUBNET):
            name = f"machine-{number}-{machine}"
            configurations = [{"name": "primary", "subnet": {"id": UNKNOWN}}]
            interface = _declared(
                "NetworkInterface", name, {"ipConfigurations": configurations}, {"ipConfigurations": subnet}
            )
            yield interface
            profile = {"networkProfile": {"networkInterfaces": [{"id": UNKNOWN}]}}
            yield _declared("VirtualMachine", name, profile, {"networkProfile": interface})


def _declared(kind: str, name: str, inputs: Mapping[str, object], depends: Mapping[str, Declared]) -> Declared:
    module = "compute" if kind == "VirtualMachine" else "network"
    token = f"azure-native:{module}:{kind}"
    urn = f"urn:pulumi:bench::bench::{token}::{name}"
    return declare(urn, token, inputs, property_dependencies={key: [one.urn] for key, one in depends.items()})
