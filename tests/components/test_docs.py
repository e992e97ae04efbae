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
    for page in ("README.md", "docs/components.md", "docs/lifecycle.md", "docs/machines.md", "docs/alerts.md")
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL))
]


@pytest.mark.parametrize("code", EXAMPLES)
def test_examples_run(run, code):
    subnets = {
        "edge": {"natGateway": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/n"}}
    }
    done = run(lambda: exec(code, {}), existing=subnets)  # noqa: S102 - the documentation of this project
    assert len(done.names("NatGateway")) == 1
    assert [warning for warning in done.warnings if not warning.startswith("By an exception until")] == []


def test_there_are_examples():
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize(
    "kind",
    [
        nat_egress.NatEgressArgs,
        nat_egress.PrefixArgs,
        nat_egress.AddressArgs,
        nat_egress.SizingArgs,
        nat_egress.PrivateNetworkArgs,
        nat_egress.SubnetArgs,
        nat_egress.RouteArgs,
        nat_egress.NatEgress,
        nat_egress.PrivateNetwork,
        nat_egress.PrivateMachineArgs,
        nat_egress.OsDiskArgs,
        nat_egress.InboundException,
        nat_egress.PrivateMachine,
        nat_egress.BastionHostArgs,
        nat_egress.BastionHost,
        nat_egress.EgressAlertsArgs,
        nat_egress.MuteArgs,
        nat_egress.EgressAlerts,
    ],
)
def test_every_argument_and_output_stands_in_the_reference(kind):
    reference = "".join((DOCS / page).read_text() for page in ("components.md", "machines.md", "alerts.md"))
    named = set(re.findall(r"`(\w+)`", reference))
    assert set(kind.__annotations__) - named == set()
