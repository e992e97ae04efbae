"""How long the unit suite takes: the tests of the components that need no other process, in two workers."""

from __future__ import annotations

import sys

from benchmarks.measure import Command, Figure, in_turn
from benchmarks.preview import ROOT, Ratio

UNIT_SECONDS = 60
"""What the whole of it may take on two cores."""
SUITE = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "not process", "--rootdir", str(ROOT)]


def unit(_rounds: int) -> list[Ratio]:
    """Run it twice, the first time to have all compiled and kept, against the time that it may take."""
    keeping = {"PYTHONDONTWRITEBYTECODE": ""}
    suite = Command([*SUITE, str(ROOT / "tests" / "components")], keeping)
    whole = in_turn({"the unit suite": suite}, 1)["the unit suite"]
    return [
        Ratio(
            "the unit suite (make unit)",
            f"what it may take: {UNIT_SECONDS} s",
            whole,
            Figure(UNIT_SECONDS),
            whole.seconds / UNIT_SECONDS,
            1.0,
        )
    ]
