"""docs/testing.md names all that a test can use."""

import re
from pathlib import Path

from azure_sandbox import testing
from azure_sandbox.testing import Sandbox, State, Step, Update
from azure_sandbox.testing.compared import difference

from tests.sandbox.testing.conftest import step, update

PAGE = (Path(__file__).parents[3] / "docs" / "testing.md").read_text()
WORDS = set(re.findall(r"\w+", PAGE))


def public(kind):
    return {name for name in {*vars(kind), *kind.__annotations__} if not name.startswith("_")}


def test_the_page_names_all_that_there_is():
    assert set(testing.__all__) - WORDS == set()
    for kind in (Sandbox, Update, State):
        assert public(kind) - WORDS == set(), kind


def test_the_page_names_what_a_step_tells():
    plain = {"op", "urn", "label", "change", "is_a", "matches", "failed"}
    assert public(Step) - plain - WORDS == set()


def test_the_page_shows_a_comparison_that_fails():
    (shown,) = re.findall(r"```\n(up of shop/prod did something else:\n.*?)```", PAGE, re.DOTALL)
    same = [step("same", "network:Subnet", f"s{number}") for number in range(6)]
    done = update(*same, step("update", "network:PublicIPPrefix", "partners", 1, 2, diffs=("prefixLength",)))
    told = "\n".join(difference(done.changes, {}))
    assert told.replace("shop/dev", "shop/prod").startswith(shown)
