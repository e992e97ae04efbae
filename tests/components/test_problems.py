from __future__ import annotations

import pytest
from nat_egress import InvalidArguments, Problem
from nat_egress.errors import refuse
from nat_egress.problems import SHOWN_CHARACTERS, report, shown
from pulumi import RunError


def test_says_argument_value_rule_and_remedy():
    assert str(Problem("zone", "4", "there are three", "Use 1.")) == "zone is 4: there are three. Use 1."


@pytest.mark.parametrize(
    ("value", "text"), [(None, "not set"), ("", '""'), ("web", "web"), (True, "true"), (["1"], '["1"]'), (3, "3")]
)
def test_shows_values(value, text):
    assert shown(value) == text


def test_shortens_what_is_long():
    assert len(shown("x" * 500)) == SHOWN_CHARACTERS


def test_reports_all_of_them():
    problems = [Problem("a", 1, "r", "R."), Problem("b", 2, "s", "S.")]
    assert report("NatEgress 'n'", problems).splitlines() == [
        "NatEgress 'n' has 2 problems:",
        "  - a is 1: r. R.",
        "  - b is 2: s. S.",
    ]


def test_refuses_without_a_traceback_for_users():
    refuse("x", [])
    with pytest.raises(RunError, match="x has a problem") as caught:
        refuse("x", [Problem("a", 1, "r", "R.")])
    assert isinstance(caught.value, InvalidArguments)
    assert caught.value.problems == (Problem("a", 1, "r", "R."),)
