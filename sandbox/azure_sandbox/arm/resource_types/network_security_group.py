"""Network security groups. Their rules are children of their own, however they were written."""

from __future__ import annotations

from ..errors import Refusal
from ..schema import Body, Inline, ReadOnly
from ..world import Resource, World
from . import names
from .base import ResourceType
from .bastion_subnet import group_lets_bastion_work

# Name, direction, priority, access, source, destination: the rules that every group has
# (learn.microsoft.com/azure/virtual-network/network-security-groups-overview, 2024).
_DEFAULT_RULES = (
    ("AllowVnetInBound", "Inbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", "Inbound", 65001, "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", "Inbound", 65500, "Deny", "*", "*"),
    ("AllowVnetOutBound", "Outbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", "Outbound", 65001, "Allow", "*", "Internet"),
    ("DenyAllOutBound", "Outbound", 65500, "Deny", "*", "*"),
)


def _back_references(group: Resource, world: World) -> Body:
    found: Body = {"defaultSecurityRules": [_default_rule(group, rule) for rule in _DEFAULT_RULES]}
    for name, type_ in (("subnets", names.SUBNET), ("networkInterfaces", names.NETWORK_INTERFACE)):
        users = sorted(referrer.id for referrer in world.referrers(group.id, type_))
        if users:
            found[name] = [{"id": id_} for id_ in users]
    return found


def _default_rule(group: Resource, rule: tuple[str, str, int, str, str, str]) -> Body:
    name, direction, priority, access, source, destination = rule
    return {
        "name": name,
        "id": f"{group.id}/defaultSecurityRules/{name}",
        "type": f"{names.NETWORK_SECURITY_GROUP}/defaultSecurityRules",
        "properties": {
            "provisioningState": "Succeeded",
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": destination,
            "access": access,
            "priority": priority,
            "direction": direction,
        },
    }


def _not_in_use(group: Resource, world: World) -> None:
    users = sorted(referrer.id for referrer in world.referrers(group.id))
    if users:
        raise Refusal(
            "InUseNetworkSecurityGroupCannotBeDeleted",
            f"Network security group {group.id} cannot be deleted because it is in use by the following resources: "
            f"{', '.join(users)}. In order to delete the Network security group, remove the association with the "
            "resource(s).",
        )


NETWORK_SECURITY_GROUP = ResourceType(
    name=names.NETWORK_SECURITY_GROUP,
    schema={
        "properties": {
            "securityRules": Inline(names.SECURITY_RULE),
            "flushConnection": bool,
            "defaultSecurityRules": ReadOnly(),
            "subnets": ReadOnly(),
            "networkInterfaces": ReadOnly(),
            "flowLogs": ReadOnly(),
        }
    },
    back_references=_back_references,
    deletion_rules=(_not_in_use,),
    settled_rules=(group_lets_bastion_work,),
)
