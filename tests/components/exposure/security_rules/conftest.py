from __future__ import annotations

import pytest
from nat_egress.exposure.security_rules import Accepted, openings, read_rule, rule_findings

URN = "urn:pulumi:dev::shop::azure-native:network:NetworkSecurityGroup::web"
OPEN = {
    "access": "Allow",
    "direction": "Inbound",
    "priority": 200,
    "protocol": "Tcp",
    "sourceAddressPrefix": "*",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "22",
}


@pytest.fixture
def judge():
    """Judge rules, each given by its differences from one that opens port 22 to everyone: verdicts, names, messages."""

    def judged(*changes, **accepted):
        rules = [
            read_rule(URN, f"r{number}", {key: value for key, value in {**OPEN, **one}.items() if value != "absent"})
            for number, one in enumerate(changes)
        ]
        found = rule_findings(openings(rules), Accepted(**accepted))
        return [(finding.verdict.value, finding.path[-1].split()[-1], str(finding)) for finding in found]

    return judged
