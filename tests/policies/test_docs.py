"""The page on the policies names them as they are."""

import re
from pathlib import Path

from nat_egress.exposure.policies import POLICIES

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text()


def test_the_table_has_every_policy_with_its_level_and_title():
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(policy.name, policy.level.value, policy.title) for policy in POLICIES.values()]
