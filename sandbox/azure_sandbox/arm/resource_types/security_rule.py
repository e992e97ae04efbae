"""Rules of a network security group."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..errors import Refusal
from ..limits import SECURITY_RULE_PRIORITY
from ..rules import Put, required
from ..schema import OneOf
from ..world import Resource, World
from . import names
from .base import ResourceType


def _priority(put: Put, _world: World) -> None:
    low, high = SECURITY_RULE_PRIORITY
    priority = put.properties["priority"]
    if not low <= priority <= high:
        raise Refusal(
            "SecurityRuleInvalidPriority",
            f"Security rule has invalid Priority. Value provided: {priority} Allowed range {low}-{high}.",
        )


def _one_rule_a_priority(_group: Resource, rules: Sequence[Resource], written: Collection[str]) -> None:
    seen: dict[tuple[str, int], Resource] = {}
    # The rules just written come last, so that the message names one of them first.
    for rule in sorted(rules, key=lambda rule: rule.id.key in written):
        other = seen.setdefault((rule.properties["direction"], rule.properties["priority"]), rule)
        if other is not rule:
            raise Refusal(
                "SecurityRuleConflict",
                f"Security rule {rule.id.name} conflicts with rule {other.id.name}. Rules cannot have the same "
                "Priority and Direction. To learn more, see aka.ms/nsgrules.",
            )


_REQUIRED = (("priority", "200"), ("direction", "'Inbound'"), ("access", "'Allow'"), ("protocol", "'Tcp'"))

SECURITY_RULE = ResourceType(
    name=names.SECURITY_RULE,
    schema={
        "properties": {
            "priority": int,
            "direction": OneOf(("Inbound", "Outbound")),
            "access": OneOf(("Allow", "Deny")),
            "protocol": OneOf(("*", "Tcp", "Udp", "Icmp", "Esp", "Ah")),
            "sourcePortRange": str,
            "destinationPortRange": str,
            "sourceAddressPrefix": str,
            "destinationAddressPrefix": str,
            "sourcePortRanges": [str],
            "destinationPortRanges": [str],
            "sourceAddressPrefixes": [str],
            "destinationAddressPrefixes": [str],
        }
    },
    rules=(
        *(required(f"properties.{name}", "InvalidRequestFormat", example) for name, example in _REQUIRED),
        _priority,
    ),
    sibling_rules=(_one_rule_a_priority,),
)
