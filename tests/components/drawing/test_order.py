from __future__ import annotations

import pytest
from nat_egress.drawing.order import by_range, natural, stem


def test_names_come_as_people_count():
    names = ["web-10", "web-2", "Web-1", "api", "web", "web-2b", f"web-{'9' * 5000}"]
    assert sorted(names, key=natural)[:6] == ["api", "web", "Web-1", "web-2", "web-2b", "web-10"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("web-1", "web-10", True),
        ("web1-1", "web1-2", True),
        ("web1-1", "web2-1", False),
        ("web", "web", True),
        ("web", "web-1", False),
        ("1a", "2a", True),
        ("1", "2", True),
        ("web-1", "web-1b", False),
    ],
)
def test_what_is_alike_but_for_a_number(one, other, alike):
    assert (stem(one) == stem(other)) is alike


def test_ranges_come_by_where_they_begin():
    ranges = [(None,), ("10.0.9.0/24",), ("fd00::/64",), ("10.0.10.0/24",), ("nonsense",), (None, "10.0.0.0/16")]
    assert sorted(ranges, key=by_range) == [
        (None, "10.0.0.0/16"),
        ("10.0.9.0/24",),
        ("10.0.10.0/24",),
        ("fd00::/64",),
        (None,),
        ("nonsense",),
    ]
