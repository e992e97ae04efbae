"""AzureBastionSubnet: the one subnet that Bastion lives in, and the security rules that it needs there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..errors import Refusal
from ..ids import parse
from ..rules import Put
from ..schema import Body
from ..world import Resource, World
from . import names

NAME: Final = "AzureBastionSubnet"

_TAGS: Final = frozenset({"gatewaymanager", "azureloadbalancer", "virtualnetwork", "azurecloud"})
_ANY: Final = frozenset({"*", "any", "0.0.0.0/0"})


@dataclass(frozen=True)
class _Needed:
    """Traffic that a security group on the subnet must allow by a rule of its own."""

    direction: str
    source: str
    destination: str
    ports: tuple[int, ...]
    protocol: str = "tcp"


# learn.microsoft.com/azure/bastion/bastion-nsg, 2026-02. From the internet, a list of addresses will do.
_NEEDED: Final = (
    _Needed("Inbound", "internet", "*", (443,)),
    _Needed("Inbound", "gatewaymanager", "*", (443,)),
    _Needed("Inbound", "azureloadbalancer", "*", (443,)),
    _Needed("Inbound", "virtualnetwork", "virtualnetwork", (8080, 5701)),
    _Needed("Outbound", "*", "virtualnetwork", (22, 3389)),
    _Needed("Outbound", "*", "azurecloud", (443,)),
    _Needed("Outbound", "virtualnetwork", "virtualnetwork", (8080, 5701)),
    _Needed("Outbound", "*", "internet", (80,)),
)


def is_bastion_subnet(name: str) -> bool:
    """Tell whether a subnet of this name is Bastion's."""
    return name.lower() == NAME.lower()


def bastion_subnet_alone(put: Put, world: World) -> None:
    """Refuse what Bastion's subnet can't have: a route table, a delegation, a group that shuts Bastion off."""
    if not is_bastion_subnet(put.id.name):
        return
    if table := world.follow(put.properties.get("routeTable")):
        raise Refusal(
            "RouteTableCannotBeAttachedForAzureBastionSubnet",
            f"Route Table {table.id.name} cannot be attached to Azure Bastion Subnet {put.id.name}.",
        )
    if put.properties.get("delegations"):
        raise Refusal(
            "SandboxBastionSubnetDelegated",
            f"{put.id} has delegations, and the subnet is for Bastion alone. Remove them.",
        )
    if group := world.follow(put.properties.get("networkSecurityGroup")):
        _lets_bastion_work(group, world)


def no_interface_here(put: Put, _world: World) -> None:
    """Refuse a network interface in Bastion's subnet."""
    for item in put.properties["ipConfigurations"]:
        subnet = item["properties"].get("subnet", {}).get("id", "")
        if subnet and is_bastion_subnet(parse(subnet).name):
            raise Refusal(
                "AzureBastionSubnet",
                "Subnet with name 'AzureBastionSubnet' can be used only for the Azure Bastion resource.",
            )


def group_lets_bastion_work(group: Resource, world: World) -> None:
    """Refuse a change of a group on Bastion's subnet that leaves Bastion without a rule it needs."""
    if any(is_bastion_subnet(parse(user.id).name) for user in world.referrers(group.id, names.SUBNET)):
        _lets_bastion_work(group, world)


def _lets_bastion_work(group: Resource, world: World) -> None:
    rules = [rule.properties for rule in world.children(group.id, names.SECURITY_RULE)]
    missing = [
        f"{needed.direction} from {needed.source} to {needed.destination} port {port}"
        for needed in _NEEDED
        for port in needed.ports
        if not any(_allows(rule, needed, port) for rule in rules)
    ]
    if missing:
        raise Refusal(
            "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
            f"Network security group {group.id.name} does not have necessary rules for Azure Bastion Subnet {NAME}. "
            f"It allows no {'; no '.join(missing)}.",
        )


def _allows(rule: Body, needed: _Needed, port: int) -> bool:
    return (
        rule["access"] == "Allow"
        and rule["direction"] == needed.direction
        and rule["protocol"].lower() in {"*", needed.protocol}
        and _holds(_values(rule, "sourceAddressPrefix", "sourceAddressPrefixes"), needed.source)
        and _holds(_values(rule, "destinationAddressPrefix", "destinationAddressPrefixes"), needed.destination)
        and any(low <= port <= high for low, high in _ports(rule))
    )


def _holds(given: Iterable[str], needed: str) -> bool:
    """Tell whether a rule's addresses cover what is needed; addresses of one's own stand for the internet."""
    folded = {value.lower() for value in given}
    if folded & _ANY or needed in folded:
        return True
    if needed == "internet":
        return bool(folded - _TAGS)
    return False


def _ports(rule: Body) -> Iterator[tuple[int, int]]:
    for text in _values(rule, "destinationPortRange", "destinationPortRanges"):
        low, _, high = ("0-65535" if text == "*" else text).partition("-")
        if low.strip().isdecimal() and (high or low).strip().isdecimal():
            yield int(low), int(high or low)


def _values(rule: Body, one: str, several: str) -> list[str]:
    return [*([rule[one]] if rule.get(one) else []), *rule.get(several, [])]
