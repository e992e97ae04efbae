"""What counts as caught: a test that fails, and not a program that no longer runs."""

import pytest

from tests.mutation.listing import Defect, Stale, read
from tests.mutation.trial import tried

CODE = "def double(number):\n    return number * 2\n"
TEST = """
import pytest
from outputs import double

def test_of_it():
    assert double(3) == 6

@pytest.mark.parametrize("number", [0, 2])
def test_of_numbers(number):
    assert double(number) == number * 2

@pytest.fixture
def made():
    return double(1)

def test_of_a_fixture(made):
    assert made == 2

def test_that_is_skipped():
    pytest.skip("not here")
"""
FILE = "tests/test_doubles.py"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "outputs.py").write_text(CODE)
    (tmp_path / FILE).write_text(TEST)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\n')
    return tmp_path


def caught(project, by, tests=(FILE,), replace="number * 2", seconds=60):
    defect = Defect("it", "outputs.py", replace, by, "All is lost.", tuple(tests))
    with defect.seeded(project):
        return tried(project, tests, seconds).not_caught(tests)


def test_a_failed_assertion_is_caught(project):
    assert caught(project, "number * 3") == ""


def test_one_that_changes_nothing_survives(project):
    assert caught(project, "2 * number") == f"it survives {FILE}"


def test_each_test_that_is_named_must_fail(project):
    tests = [f"{FILE}::test_of_it", f"{FILE}::test_of_numbers[0]"]
    assert caught(project, "number * 3", tests) == f"it survives {FILE}::test_of_numbers[0]"
    assert caught(project, "number * 3", tests[:1]) == ""
    assert caught(project, "number * 3", [f"{FILE}::test_of_numbers"]) == ""


def test_a_skipped_test_catches_nothing(project):
    assert caught(project, "number * 3", [f"{FILE}::test_that_is_skipped"]).startswith("it survives")


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("number *", "could not be read"),
        ("nummer * 2", "ends with NameError (NameError), which is no failed test"),
        ("number.nothing", ""),
        ("__import__('nothing_of_that_name')", "ends with ModuleNotFoundError (ImportError), which is no failed test"),
        ("__import__('os')._exit(0)", "their process broke down"),
    ],
)
def test_a_program_that_does_not_run_is_not_caught(project, by, said):
    found = caught(project, by, [f"{FILE}::test_of_it"])
    assert said in found
    assert bool(found) is bool(said)


def test_a_fixture_that_fails_is_not_caught(project):
    assert "setup of" in caught(project, "number * 2 if number != 1 else 1 / 0")


def test_what_does_not_end_is_not_caught(project):
    assert "had not ended after 3 s" in caught(project, "__import__('time').sleep(60)", seconds=3)


@pytest.mark.parametrize("test", [f"{FILE}::test_of_nothing", "tests/test_nothing.py"])
def test_a_test_that_is_not_there_is_said(project, test):
    assert "the tests did not run" in caught(project, "number * 3", [test])


def test_without_a_defect_all_that_is_named_has_to_pass(project):
    sound = tried(project, [FILE])
    assert sound.not_passed([FILE]) == ""
    assert sound.not_passed([f"{FILE}::test_that_is_skipped"]) == f"not run: {FILE}::test_that_is_skipped"
    (project / "outputs.py").write_text(CODE.replace("2", "3"))
    assert "failing: " in tried(project, [FILE]).not_passed([FILE])


@pytest.mark.parametrize(("replace", "times"), [("number ** 2", 0), ("number", 2)])
def test_a_text_that_does_not_stand_there_once_is_stale(project, replace, times):
    with pytest.raises(Stale, match=f"stands {times} times in outputs.py"):
        caught(project, "x", replace=replace)
    assert (project / "outputs.py").read_text() == CODE


def test_the_copy_is_sound_again_afterwards(project):
    caught(project, "number * 3")
    assert (project / "outputs.py").read_text() == CODE
    assert tried(project, [FILE]).not_passed([FILE]) == ""


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{file: a, replace: b, by: c, means: d}", "an entry has the keys"),
        ("{file: a, replace: b, by: c, means: d, caught_by: []}", "and a test"),
        ("{file: a, replace: b, with: c, means: d, caught_by: [e]}", "an entry has the keys"),
        ("{file: a, replace: b, by: b, means: d, caught_by: [e]}", "nothing changes"),
    ],
)
def test_an_entry_that_is_not_as_it_must_be(tmp_path, entry, said):
    (tmp_path / "some.yaml").write_text(f"it: {entry}\n")
    with pytest.raises(ValueError, match=said):
        read(tmp_path)
