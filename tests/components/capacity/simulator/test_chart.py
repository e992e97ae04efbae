from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from nat_egress.capacity.simulator.chart import Line, charts, ticks

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (7, [0, 2, 4, 6, 8]),
        (100, [0, 20, 40, 60, 80, 100]),
        (64_512, [0, 20_000, 40_000, 60_000, 80_000]),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest, expected):
    assert ticks(highest) == pytest.approx(expected)


def test_draws_a_line_to_scale_with_names_and_limit():
    text = charts([1, 2, 3, 4], [Line("Ports & more", "ports", [0, 50, 100, 0], 100, "the limit"), Line("b", "c", [])])
    root = ET.fromstring(text)  # noqa: S314 - our own
    first, second = root.findall(f"{SVG}g")
    words = [found.text for found in first.iter(f"{SVG}text")]
    assert {"Ports & more", "ports", "time (s)", "the limit", "100"} <= set(words)
    points = [tuple(map(float, pair.split(","))) for pair in first.find(f"{SVG}polyline").get("points").split()]
    assert [round((204 - y) / (204 - 36), 2) for _, y in points] == [0, 0.5, 1, 0]
    assert points[1][0] - points[0][0] == pytest.approx(points[3][0] - points[2][0], abs=0.2)
    assert second.find(f"{SVG}polyline").get("points") == ""


def test_a_peak_is_not_thinned_out():
    values = [0.0] * 100_000
    values[77_777] = 5.0
    text = charts([float(second) for second in range(100_000)], [Line("a", "b", values)])
    points = ET.fromstring(text).find(f".//{SVG}polyline").get("points").split()  # noqa: S314 - our own
    assert len(points) <= 2000
    assert min(float(point.split(",")[1]) for point in points) == 36
