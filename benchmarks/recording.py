"""How long the test harness takes: against Pulumi's own mocks, and for a test of the graph of `prod`."""

from __future__ import annotations

import sys

from benchmarks.measure import Command, Figure, in_turn
from benchmarks.preview import PROGRAMS, ROOT, Ratio

SUBNETS = 200
TESTS = 5
GRAPH_TEST_SECONDS = 0.5
"""What a test of a stack's graph may take, once imports are warm."""
GRAPH_TEST = """
import sys
from nat_egress.testing import assert_private, assert_serialised, record
for _ in range(int(sys.argv[2])):
    graph = record(sys.argv[1], stack="prod")
    assert_private(graph)
    assert_serialised(graph)
"""


def recording(rounds: int) -> list[Ratio]:
    """Record 200 subnets, against Pulumi's own mocks; the start-up is that of one subnet."""
    counts = {"start-up": 1, f"{SUBNETS} subnets": SUBNETS}
    figures = in_turn(
        {
            f"{how}, {name}": Command([sys.executable, str(PROGRAMS / "recorded.py"), how, str(count)], {})
            for how in ("recorded", "plain")
            for name, count in counts.items()
        },
        rounds,
    )
    ours, theirs = figures[f"recorded, {SUBNETS} subnets"], figures[f"plain, {SUBNETS} subnets"]
    net = {
        how: figures[f"{how}, {SUBNETS} subnets"].seconds - figures[f"{how}, start-up"].seconds
        for how in ("recorded", "plain")
    }
    return [
        Ratio(
            f"recording {SUBNETS} subnets, net of start-up: {net['recorded']:.2f} s",
            f"Pulumi's own mocks: {net['plain']:.2f} s",
            ours,
            theirs,
            net["recorded"] / net["plain"],
            1.1,
        )
    ]


def graph_test(rounds: int) -> list[Ratio]:
    """Test the graph of `prod`, net of the process and its first run, against the time that such a test may take."""
    figures = in_turn(
        {
            f"{count} tests": Command([sys.executable, "-c", GRAPH_TEST, str(ROOT), str(count)], {})
            for count in (1, 1 + TESTS)
        },
        rounds,
    )
    first, whole = figures["1 tests"], figures[f"{1 + TESTS} tests"]
    each = (whole.seconds - first.seconds) / TESTS
    return [
        Ratio(
            f"a test of the graph of prod, imports warm: {each:.2f} s",
            f"what it may take: {GRAPH_TEST_SECONDS} s",
            whole,
            Figure(GRAPH_TEST_SECONDS, first.peak_mib),
            each / GRAPH_TEST_SECONDS,
            1.0,
        )
    ]
