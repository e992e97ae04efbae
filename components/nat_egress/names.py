"""Azure's rules for the names of network resources.

Source: learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork. The rule of
virtual networks was checked against Azure/PSRule.Rules.Azure docs/en/rules/Azure.VNET.Name.md (2023-12-01).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .problems import Problem

_PATTERN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?")


@dataclass(frozen=True)
class NameRule:
    """How a resource of one type may be named."""

    resource: str
    shortest: int
    longest: int


NAT_GATEWAY: Final = NameRule("a NAT gateway", 1, 80)
PUBLIC_IP_PREFIX: Final = NameRule("a public IP prefix", 1, 80)
PUBLIC_IP_ADDRESS: Final = NameRule("a public IP address", 1, 80)
VIRTUAL_NETWORK: Final = NameRule("a virtual network", 2, 64)
SUBNET: Final = NameRule("a subnet", 1, 80)
ROUTE: Final = NameRule("a route", 1, 80)
BASTION_HOST: Final = NameRule("a Bastion host", 1, 80)


def name_problems(argument: str, name: str | None, rule: NameRule) -> list[Problem]:
    """Check `name`; a name that is not given is generated and always right."""
    if name is None or (rule.shortest <= len(name) <= rule.longest and _PATTERN.fullmatch(name)):
        return []
    return [
        Problem(
            argument,
            name,
            f"the name of {rule.resource} has {rule.shortest} to {rule.longest} letters, digits, underscores, periods "
            "and hyphens, begins with a letter or digit and ends with a letter, digit or underscore",
            "Choose another name.",
        )
    ]
