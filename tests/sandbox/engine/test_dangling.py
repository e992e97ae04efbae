"""Rows of which some are gone: nobody may mention them any more."""

import pytest
from azure_sandbox.engine.dangling import without_dangling
from nat_egress.state.model import ResourceState


def row(urn, **fields):
    return ResourceState(urn, "t", **fields)


def test_rows_that_mention_what_is_there_stay_the_same_objects():
    rows = [row("a"), row("b", parent="a", dependencies=["a"], property_dependencies={"x": ["a"]}, deleted_with="a")]
    assert all(one is other for one, other in zip(without_dangling(rows), rows, strict=True))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"parent": "gone"}, {"parent": ""}),
        ({"deleted_with": "gone"}, {"deleted_with": ""}),
        ({"dependencies": ["gone", "a"]}, {"dependencies": ["a"]}),
        ({"dependencies": ["gone"]}, {"dependencies": []}),
        (
            {"property_dependencies": {"x": ["gone"], "y": ["a", "gone"], "z": []}},
            {"property_dependencies": {"y": ["a"]}},
        ),
        ({"extra": {"replaceWith": ["a", "gone"], "taint": True}}, {"extra": {"replaceWith": ["a"], "taint": True}}),
        ({"extra": {"replaceWith": ["gone"], "taint": True}}, {"extra": {"taint": True}}),
    ],
)
def test_what_is_gone_is_mentioned_no_more(before, after):
    given = row("b", **before)
    assert without_dangling([row("a"), given]) == [row("a"), row("b", **after)]
    assert given == row("b", **before), "the row that was given is the caller's"


def test_of_rows_that_share_a_urn_only_those_before_count():
    """The example of the CLI's own source: (A, B needs A, A, C needs A), whose first A is gone."""
    rows = [row("B", dependencies=["A"]), row("A", id="1"), row("C", dependencies=["A"])]
    assert [each.dependencies for each in without_dangling(rows)] == [[], [], ["A"]]


def test_the_child_of_what_is_gone_has_no_parent_and_its_own_children_keep_theirs():
    rows = [row("stack"), row("child", parent="gone"), row("grandchild", parent="child")]
    assert [each.parent for each in without_dangling(rows)] == ["", "", "child"]
