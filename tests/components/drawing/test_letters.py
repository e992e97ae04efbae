from __future__ import annotations

import time

import pytest
from nat_egress.drawing.letters import shortened, width


def test_letters_are_as_wide_as_they_are():
    assert width("iii", 12) < width("mmm", 12) < width("名名名", 12)
    assert width("web", 24) == pytest.approx(2 * width("web", 12))
    assert width("web", 12, bold=True) > width("web", 12)


@pytest.mark.parametrize("text", ["web", "a-name-that-is-much-too-long-for-its-box", "W" * 300, "名" * 80, ""])
@pytest.mark.parametrize("room", [30, 60, 192])
def test_what_is_left_fits(text, room):
    left = shortened(text, 12, room)
    assert width(left, 12) <= room
    assert left == text or "…" in left
    if width(text, 12) <= room:
        assert left == text


def test_both_ends_are_left():
    left = shortened("Microsoft.DBforPostgreSQL/flexibleServers", 11, 150)
    assert left.startswith("Microsoft.")
    assert left.endswith("rvers")


def test_a_very_long_name_costs_no_time():
    begun = time.process_time()
    shortened("m" * 1_000_000, 12, 150)
    assert time.process_time() - begun < 2
