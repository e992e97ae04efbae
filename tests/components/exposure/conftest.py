from __future__ import annotations

import pytest
from nat_egress.exposure.finding import Finding, Verdict


@pytest.fixture
def finding():
    """Make a finding, by its differences from one of a machine with a public address."""

    def made(name="web", policy="vm-no-public-ip", stack="dev", **fields):
        given = {
            "verdict": Verdict.DENY,
            "path": ("internet", "public address"),
            "what": "The machine has a public address.",
            "remedy": "Remove it.",
            "kind": "azure-native:network:NetworkInterface",
            **fields,
        }
        urn = given.pop("urn", f"urn:pulumi:{stack}::shop::{given['kind']}::{name}")
        del given["kind"]
        return Finding(policy, urn=urn, **given)

    return made
