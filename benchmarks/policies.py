"""What the policy pack costs: in a preview of `prod`, for each resource as a stack grows, and against checkov."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from nat_egress.exposure.configuration import Configuration
from nat_egress.exposure.evaluate import of_stack
from nat_egress.graph.declare import declare
from nat_egress.graph.of_analyzer import decode
from nat_egress.graph.resource import Declared

from benchmarks import checkov
from benchmarks.estate import Resource, estate
from benchmarks.measure import Command, Figure, median, preview, run, runs_in_turn
from benchmarks.preview import Ratio, program_with
from benchmarks.running_pack import PACK, Questions, RunningPack, questions, running_pack

FEW: Final = 100
MANY: Final = 2_000
GROWTH: Final = 1.25
"""The most that a resource among many may cost against one among few."""
ADDED: Final = 1.15
"""The most that the preview of `prod` may take with the pack, its start taken off, against without."""
AGAINST_CHECKOV: Final = 1 / 10
IN_PREVIEW: Final = 3
"""Times the rounds asked for: the pack is a small part of a preview."""
A_ROUND: Final = 3
"""Times that both stacks are judged in a round, in turn."""
SHAPES: Final = {"a network for every 20": False, "one network": True}


def policies(rounds: int) -> list[Ratio]:
    """Preview `prod` with the pack and without, judge a large stack and a small one, and let checkov scan the same."""
    return [*_added(IN_PREVIEW * rounds), *_growth(rounds), *_against_checkov(rounds)]


def _added(rounds: int) -> list[Ratio]:
    """Preview `prod` with the pack and without; its start is what it adds to a preview of one subnet."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # A copy has no policies/ beside it, so that no pack runs that is not named.
        program = program_with(folder / "program", "start")
        commands: dict[str, Command] = {}
        for stack in ("start", "prod"):
            commands[stack] = preview(program, stack, folder / "sandbox")
            commands[f"{stack}, judged"] = _with_pack(commands[stack])
        runs = runs_in_turn(commands, rounds)
    alone = Figure(statistics.median(_start_of_the_pack() for _ in range(rounds)))
    start, start_judged, prod, prod_judged = (median(runs[name]) for name in commands)

    def added(figure: Callable[[Figure], float], stack: str) -> float:
        pairs = zip(runs[stack], runs[f"{stack}, judged"], strict=True)
        return statistics.median(figure(with_pack) - figure(without) for without, with_pack in pairs)

    def ratio(figure: Callable[[Figure], float], whole: float) -> float:
        return 1 + (added(figure, "prod") - added(figure, "start")) / whole

    started = added(_seconds, "start")
    what = f"preview of prod with the policy pack, its start of {started:.2f} s taken off"
    net = f"{what}, and that of the program too"
    used = f"{what}, in seconds of the processor"
    return [
        Ratio(what, "without", prod_judged, prod, ratio(_seconds, prod.seconds), ADDED),
        Ratio(used, "without", prod_judged, prod, ratio(_processor, prod.processor), ADDED),
        Ratio(net, "without", prod_judged, prod, ratio(_seconds, prod.seconds - start.seconds), None),
        Ratio("what its start adds to a preview", "its start alone", start_judged, alone, started / alone.seconds, 1.0),
    ]


def _with_pack(command: Command) -> Command:
    return Command([*command.arguments, "--policy-pack", str(PACK)], command.environment)


def _seconds(figure: Figure) -> float:
    return figure.seconds


def _processor(figure: Figure) -> float:
    return figure.processor


def _start_of_the_pack() -> float:
    begun = time.perf_counter()
    with running_pack():
        return time.perf_counter() - begun


def _growth(rounds: int) -> list[Ratio]:
    """Judge 100 and 2,000 resources as in a preview: by the rules alone, and as the pack is asked over gRPC."""
    found: list[Ratio] = []
    for shape, one_network in SHAPES.items():
        few, many = (estate(count, one_network=one_network) for count in (FEW, MANY))
        found += [
            _grown(f"judging one of {MANY:,} resources, {shape}", *_by_the_rules(few, many, rounds)),
            _grown(f"asking the pack about one of {MANY:,}, {shape}", *_over_grpc(few, many, rounds)),
        ]
    return found


def _grown(what: str, few: float, many: float) -> Ratio:
    each = [seconds / count for seconds, count in ((few, FEW), (many, MANY))]
    return Ratio(
        f"{what}: {1e6 * each[1]:.0f} µs",
        f"one of {FEW}: {1e6 * each[0]:.0f} µs",
        Figure(many),
        Figure(few),
        each[1] / each[0],
        GROWTH,
    )


def _by_the_rules(few: list[Resource], many: list[Resource], rounds: int) -> tuple[float, float]:
    """Return the seconds of the processor for both stacks, judged in turn; the small one as often as it takes."""
    stacks = [_declared(questions(one)) for one in (few, many)]
    seconds: list[list[float]] = [[], []]
    for _ in range(A_ROUND * rounds):
        for stack, found in zip(stacks, seconds, strict=True):
            times = MANY // len(stack)
            begun = time.process_time()
            for _ in range(times):
                of_stack(stack, Configuration())
            found.append((time.process_time() - begun) / times)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _declared(asked: Questions) -> list[Declared]:
    return [
        declare(
            one.urn,
            one.type,
            decode(one.properties),
            dependencies=one.dependencies,
            property_dependencies={key: found.urns for key, found in one.propertyDependencies.items()},
        )
        for one in asked.stack.resources
    ]


def _over_grpc(few: list[Resource], many: list[Resource], rounds: int) -> tuple[float, float]:
    """Return the seconds of two processes, one for each stack, that are asked in turn."""
    of_few: list[float] = []
    of_many: list[float] = []
    with running_pack() as first, running_pack() as second:
        small, large = questions(few), questions(many)
        for pack in (first, second):
            pack.ask(small)
        for _ in range(A_ROUND * rounds):
            of_few += [first.ask(small) for _ in range(MANY // FEW)]
            of_many.append(second.ask(large))
    return statistics.median(of_few), statistics.median(of_many)


def _against_checkov(rounds: int) -> list[Ratio]:
    """Judge 2,000 resources, and let checkov scan them with its rules for ARM; its start-up is that of one resource."""
    resources = estate(MANY)
    asked = questions(resources)
    at_once = Questions((), asked.stack)
    starts, scans, wholes, singles = [], [], [], []
    with tempfile.TemporaryDirectory() as temporary:
        one = checkov.scan(resources[:1], Path(temporary) / "one")
        every = checkov.scan(resources, Path(temporary) / "every")
        if checkov.scanned(every) != MANY:
            raise AssertionError("checkov has not read all resources of the template")
        for _ in range(rounds):
            starts.append(run(one))
            scans.append(run(every))
            with running_pack() as pack:
                _warm_up(pack)
                wholes.append(pack.ask(at_once))
                singles.append(pack.ask(asked))
    start, scan = median(starts), median(scans)
    theirs = (scan.seconds - start.seconds) / (MANY - 1)
    peer = f"checkov {checkov.VERSION}, its start of {start.seconds:.2f} s taken off: {1e6 * theirs:.0f} µs"
    ways = (("all at once", wholes, AGAINST_CHECKOV), ("one by one, then all", singles, None))
    found = []
    for how, seconds, bound in ways:
        ours = statistics.median(seconds)
        what = f"asking the pack about one of {MANY:,}, shown {how}: {1e6 * ours / MANY:.0f} µs"
        found.append(Ratio(what, peer, Figure(ours), scan, ours / MANY / theirs, bound))
    return found


def _warm_up(pack: RunningPack) -> None:
    pack.ask(questions(estate(FEW)))
