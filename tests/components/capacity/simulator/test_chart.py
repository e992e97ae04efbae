"""Charts as SVG and PNG: what is drawn where, to scale, and the same every time."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from nat_egress.capacity.simulator.chart import Line, charts
from PIL import Image

SVG = "{http://www.w3.org/2000/svg}"
BLUE, RED = "#1f5fa8", "#c0392b"
PORTS = Line("Ports & more", "ports $a$", [0, 50, 100, 0], 100, "the limit")


def axes_of(picture):
    """Return the group of each chart in an SVG."""
    return [each for each in ET.fromstring(picture).iter(f"{SVG}g") if each.get("id", "").startswith("axes_")]  # noqa: S314 - our own


def words(group):
    return [found.text for found in group.iter(f"{SVG}text")]


def drawn(group, colour):
    """Return the points of the line of a colour."""
    (path,) = [each for each in group.iter(f"{SVG}path") if f"stroke: {colour}" in each.get("style", "")]
    return [tuple(map(float, point)) for point in re.findall(r"[ML] (\S+) (\S+)", path.get("d"))]


def test_draws_each_line_to_scale_with_names_and_limit():
    first, second = axes_of(charts([1, 2, 3, 4], [PORTS, Line("b", "c", [0, 0, 0, 1])], "svg"))
    assert {"Ports & more", "ports $a$", "time (s)", "the limit", "100"} <= set(words(first))
    assert {"b", "c"} <= set(words(second))
    points = drawn(first, BLUE)
    bottom, limit = points[0][1], drawn(first, RED)[0][1]
    assert [round((bottom - y) / (bottom - limit), 2) for _, y in points] == [0, 0.5, 1, 0]
    assert points[1][0] - points[0][0] == pytest.approx(points[3][0] - points[2][0], abs=0.2)


@pytest.mark.parametrize(
    ("highest", "labels"),
    [(1, ["0", "0.5", "1"]), (64_512, ["0", "20,000", "40,000", "60,000"]), (3_000_000, ["0", "1,000,000"])],
)
def test_numbers_are_round_and_readable(highest, labels):
    (only,) = axes_of(charts([1, 2], [Line("a", "b", [0, highest])], "svg"))
    shown = [text.replace("0.50", "0.5").replace("1.0", "1") for text in words(only)]
    assert [label for label in labels if label not in shown] == []


def test_a_peak_is_not_thinned_out():
    values = [0.0] * 100_000
    values[77_777] = 5.0
    (only,) = axes_of(charts([float(second) for second in range(100_000)], [Line("a", "b", values, 5.0)], "svg"))
    points = drawn(only, BLUE)
    assert len(points) <= 2000
    assert min(y for _, y in points) == pytest.approx(drawn(only, RED)[0][1])


def test_a_png_shows_line_and_limit():
    picture = Image.open(BytesIO(charts([1, 2, 3, 4], [PORTS, PORTS], "png"))).convert("RGB")
    assert picture.size == (1230, 810)
    upper = picture.crop((0, 0, 1230, 405))
    for colour in (BLUE, RED):
        wanted = tuple(bytes.fromhex(colour[1:]))
        for half in (upper, picture.crop((0, 405, 1230, 810))):
            assert wanted in {found for _, found in half.getcolors(1 << 24)}


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_chart_is_the_same_file(kind):
    assert charts([1, 2, 3, 4], [PORTS], kind) == charts([1, 2, 3, 4], [PORTS], kind)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", [[], [0.0, 0.0]])
def test_a_chart_of_nothing_is_drawn(values):
    (only,) = axes_of(charts([1.0, 2.0][: len(values)], [Line("nothing", "b", values)], "svg"))
    assert "nothing" in words(only)
