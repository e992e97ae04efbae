"""docs/testing.md names all that a test can use."""

import re
from pathlib import Path

from azure_sandbox import testing
from azure_sandbox.testing import Sandbox, State, Step, Update

WORDS = set(re.findall(r"\w+", (Path(__file__).parents[3] / "docs" / "testing.md").read_text()))


def public(kind):
    return {name for name in {*vars(kind), *kind.__annotations__} if not name.startswith("_")}


def test_the_page_names_all_that_there_is():
    assert set(testing.__all__) - WORDS == set()
    for kind in (Sandbox, Update, State):
        assert public(kind) - WORDS == set(), kind


def test_the_page_names_what_a_step_tells():
    plain = {"op", "urn", "label", "change", "is_a", "matches", "failed"}
    assert public(Step) - plain - WORDS == set()
