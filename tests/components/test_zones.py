from __future__ import annotations

import pytest
from nat_egress.zones import zone_problems


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        ([], []),
        (["2"], []),
        (["3", "1", "2"], []),
        (["4"], ["zones is 4: a zone is one of 1, 2, 3. Use one of these, or none and Azure picks a place."]),
        (["1", "0"], ["zones is 0: a zone is one of 1, 2, 3"]),
        (["1", "2", "1"], ['zones is ["1", "2", "1"]: zone 1 stands there twice. Remove one.']),
        (["", "westeurope-1"], ["zones is", "zones is westeurope-1: a zone"]),
    ],
)
def test_zones(zones, expected):
    said = [str(problem) for problem in zone_problems(zones)]
    assert len(said) == len(expected)
    for line, part in zip(said, expected, strict=True):
        assert line.startswith(part)
