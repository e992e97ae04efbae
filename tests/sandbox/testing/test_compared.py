"""Comparisons that fail show how, and the update beneath; those of other values are left to pytest."""

import pytest
from azure_sandbox.testing.compared import difference

from tests.sandbox.testing.conftest import step, update

DONE = update(step("update", "network:Subnet", "web", 1, 2), step("create", "network:NatGateway", "egress", 3, 4))


@pytest.mark.parametrize(
    ("actual", "expected", "shown"),
    [
        (
            DONE.changes,
            {"Subnet web": "replace", "Disk a": "create"},
            [
                "  Disk a: expected create, was no change",
                "  NatGateway egress: expected no change, was create",
                "  Subnet web: expected replace, was update",
            ],
        ),
        (DONE.steps_of("Subnet"), ["same", "update"], ["expected: same, update", "actual:   update"]),
        (DONE.steps_of("Subnet"), [], ["expected: none", "actual:   update"]),
        (
            DONE.created,
            {"Subnet web"},
            ["  only expected: Subnet web", "  only actual: NatGateway egress"],
        ),
    ],
)
def test_what_differs_and_the_update(actual, expected, shown):
    lines = difference(actual, expected)
    assert lines[0] == "up of shop/dev did something else:"
    assert lines[1 : len(shown) + 1] == shown
    assert "Its steps:" in lines
    assert "  update             Subnet web" in lines


@pytest.mark.parametrize("actual", [{"a": 1}, ["update"], {"Subnet web"}, DONE])
def test_other_values_are_pytests_own(actual):
    assert difference(actual, {}) is None
    assert difference(DONE.changes, []) is None


def test_they_are_equal_to_plain_values():
    assert DONE.changes == {"Subnet web": "update", "NatGateway egress": "create"}
    assert DONE.steps_of("Subnet") == ["update"]
    assert DONE.created == {"NatGateway egress"}
