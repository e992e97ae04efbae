from __future__ import annotations

import pytest
from nat_egress.names import NAT_GATEWAY, SUBNET, VIRTUAL_NETWORK, name_problems


@pytest.mark.parametrize("name", [None, "a", "A1", "web-1", "a.b_c", "x_", "0", "a" * 80])
def test_good_names(name):
    assert name_problems("name", name, SUBNET) == []


@pytest.mark.parametrize("name", ["", "-a", "_a", "a-", "a.", "a b", "a/b", "ä", "a" * 81, "a\n"])
def test_bad_names(name):
    (problem,) = name_problems("name", name, NAT_GATEWAY)
    assert problem.value == name
    assert "1 to 80" in problem.rule


def test_a_virtual_network_has_limits_of_its_own():
    assert [bool(name_problems("name", "n" * count, VIRTUAL_NETWORK)) for count in (1, 2, 64, 65)] == [
        True,
        False,
        False,
        True,
    ]
