"""Each seeded defect is noticed by the tests that are meant to, and by a test that fails: not by a program that breaks.

A defect that survives shows a test that is missing.
"""

import pytest

from tests.mutation.listing import read
from tests.mutation.trial import tried

DEFECTS = read()
TESTS = sorted({test for defect in DEFECTS for test in defect.caught_by})


def test_without_a_defect_these_tests_pass(copy):
    trial = tried(copy, TESTS, seconds=300)
    assert not (why := trial.not_passed(TESTS)), f"{why}\n{trial.told}"


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.id)
def test_it_is_caught(defect, copy):
    with defect.seeded(copy):
        trial = tried(copy, defect.caught_by)
    assert not (why := trial.not_caught(defect.caught_by)), f"{defect.means} {why}\n{trial.told}"


def test_there_are_enough_and_each_stands_there_once():
    changes = {(defect.file, defect.replace, defect.by) for defect in DEFECTS}
    assert len(changes) == len(DEFECTS) >= 200
