"""The examples of the documentation run, and its tables name every argument and output."""

from __future__ import annotations

import re
from pathlib import Path

import nat_egress
import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLES = [
    pytest.param(code, id=f"{page}-{number}")
    for page in ("README.md", "docs/components.md", "docs/lifecycle.md")
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL))
]


@pytest.mark.parametrize("code", EXAMPLES)
def test_examples_run(run, code):
    done = run(lambda: exec(code, {}))  # noqa: S102 - the documentation of this project
    assert len(done.names("NatGateway")) == 1
    assert done.warnings == []


def test_there_are_examples():
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize(
    "kind",
    [
        nat_egress.NatEgressArgs,
        nat_egress.PrefixArgs,
        nat_egress.AddressArgs,
        nat_egress.PrivateNetworkArgs,
        nat_egress.SubnetArgs,
        nat_egress.RouteArgs,
        nat_egress.NatEgress,
        nat_egress.PrivateNetwork,
    ],
)
def test_every_argument_and_output_stands_in_the_reference(kind):
    named = set(re.findall(r"`(\w+)`", (DOCS / "components.md").read_text()))
    assert set(kind.__annotations__) - named == set()
