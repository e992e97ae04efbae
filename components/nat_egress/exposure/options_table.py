"""The options of the pack: in which policies each stands, what it takes, and its JSON schema. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..ports import MANAGEMENT_PORTS
from . import options_read as read
from .policies import POLICIES

Schema = dict[str, Any]

_TEXTS: Final = {"type": "string", "minLength": 1}


@dataclass(frozen=True)
class Option:
    """One option."""

    name: str
    policies: tuple[str, ...]
    """Where it may stand. What stands in several of them is united."""
    description: str
    read: Callable[[object], object]
    """Reads the value, or one item where it is a list. Raises `Unusable`."""
    schema: Mapping[str, Any]
    """Of the value, or of one item."""
    is_list: bool = True
    default: Any = None

    @property
    def fragment(self) -> Schema:
        """The JSON schema of the value, as a policy's configuration schema takes it."""
        kind = {"type": "array", "items": dict(self.schema)} if self.is_list else dict(self.schema)
        default = {} if self.default is None else {"default": self.default}
        return {**kind, "description": self.description, **default}


_EGRESS: Final = ("egress-nat-only", "egress-no-route-override")

OPTIONS: Final = {
    option.name: option
    for option in (
        Option(
            "managementPorts",
            ("nsg-no-internet-inbound",),
            "Ports of administrators, who come in through Bastion: no accepted source may connect to them.",
            read.port,
            {"type": "integer", "minimum": 1, "maximum": 65_535},
            default=sorted(MANAGEMENT_PORTS),
        ),
        Option(
            "allowedSources",
            ("nsg-no-internet-inbound",),
            "Addresses, prefixes, ranges and service tags that may connect from the internet.",
            read.source,
            _TEXTS,
        ),
        Option(
            "excludedSubnets",
            _EGRESS,
            "Names of subnets, as patterns such as legacy-*, whose way out is not looked at.",
            read.subnet_name,
            _TEXTS,
        ),
        Option(
            "approvedSubnets",
            ("egress-nat-only",),
            "Ids of subnets of other stacks, as patterns, that are known to leave through a NAT gateway alone.",
            read.subnet_id,
            _TEXTS,
        ),
        Option(
            "approvedNextHops",
            _EGRESS,
            "Addresses of appliances that connections may leave through, and VirtualNetworkGateway.",
            read.next_hop,
            _TEXTS,
        ),
        Option(
            "hubAndSpoke",
            ("egress-nat-only",),
            "Whether a subnet may leave by a route to an approved next hop, a firewall in a hub that has the gateway, "
            "in place of a gateway of its own.",
            read.flag,
            {"type": "boolean"},
            is_list=False,
            default=False,
        ),
    )
}
"""All options but those of every policy, by name."""

EXEMPTIONS: Final = "exemptions"
BASELINE: Final = "baseline"

OF_EVERY_POLICY: Final[dict[str, Schema]] = {
    EXEMPTIONS: {
        "type": "array",
        "description": "Resources for which the policy does not hold, with a reason, an owner and the last day.",
        "items": {
            "type": "object",
            "properties": {key: dict(_TEXTS) for key in read.EXEMPTION_KEYS},
            "required": list(read.EXEMPTION_KEYS),
            "additionalProperties": False,
        },
    },
    BASELINE: {**_TEXTS, "description": "A file with findings that are there already, and do not count."},
}
"""The schemas of what stands in any policy."""


def options_of(policy: str) -> dict[str, Option]:
    """Return the options of one policy that not every policy has, by name."""
    return {name: option for name, option in OPTIONS.items() if policy in option.policies}


def schema_of(policy: str) -> dict[str, Schema]:
    """Return the properties of a policy's configuration, as pulumi_policy's PolicyConfigSchema takes them."""
    fragments = {name: option.fragment for name, option in options_of(policy).items()}
    return {**fragments, **OF_EVERY_POLICY} if policy in POLICIES else {}
