"""Measure: `python -m benchmarks [--rounds N] [--json] [NAME …]`. Each figure is a ratio of medians from one run."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable

from benchmarks import policies, preview, recording, simulator, sizing, unit
from benchmarks.measure import Figure
from benchmarks.preview import Ratio

BENCHMARKS: dict[str, Callable[[int], list[Ratio]]] = {
    "cures": preview.cures,
    "growth": preview.growth,
    "machines": preview.machines,
    "prod": preview.prod,
    "engines": preview.engines,
    "policies": policies.policies,
    "graph-test": recording.graph_test,
    "recording": recording.recording,
    "simulator": simulator.simulator,
    "sizing": sizing.sizing,
    "unit": unit.unit,
}


def _line(ratio: Ratio) -> str:
    bound = "" if ratio.at_most is None else f", at most {ratio.at_most:.2f}: {'kept' if _kept(ratio) else 'NOT KEPT'}"
    figures, peer = _figures(ratio.ours), _figures(ratio.theirs)
    return f"{ratio.what} ({figures})\n  against {ratio.peer} ({peer}): {ratio.ratio:.2f}{bound}"


def _figures(figure: Figure) -> str:
    return f"{figure.seconds:.2f} s" + (f", {figure.peak_mib:.0f} MiB" if figure.peak_mib else "")


def _kept(ratio: Ratio) -> bool:
    return ratio.at_most is None or ratio.ratio <= ratio.at_most


def main() -> int:
    """Run the benchmarks that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all when none is given")
    parser.add_argument("--rounds", type=int, default=3, help="counted runs of each command (default 3)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is named {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    ratios: list[Ratio] = []
    for name in arguments.names or BENCHMARKS:
        print(f"{name}:", file=sys.stderr)
        found = BENCHMARKS[name](arguments.rounds)
        if not found:
            print(f"  skipped: {name} needs the official pulumi CLI on PATH", file=sys.stderr)
        ratios += found
    if arguments.json:
        print(json.dumps([dataclasses.asdict(ratio) for ratio in ratios], indent=2))
    else:
        print("\n".join(map(_line, ratios)))
    return 0 if all(map(_kept, ratios)) else 1


if __name__ == "__main__":
    sys.exit(main())
