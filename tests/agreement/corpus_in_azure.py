"""Cases of the policies' corpus, completed to what Azure takes: what they leave out has no bearing on the way out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.agreement.in_azure import SUBSCRIPTION, child, machine, resource, serves
from tests.agreement.instances import described_interfaces, instance_name, instance_of
from tests.linux_machine import machine_profiles

PLATFORM = ("GatewaySubnet", "AzureBastionSubnet", "AzureFirewallSubnet", "RouteServerSubnet")
STAND_IN = "of another stack "

_ELSEWHERE = re.compile(
    r"/subscriptions/[^/']+/resourceGroups/([^/']+)/providers/Microsoft.Network/([^']+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Completed:
    """A case with all that it needs."""

    groups: set[str]
    elsewhere: list[dict[str, Any]]
    """What stands for the resources of other stacks that the case refers to by id, or by a parent's name."""
    own: list[dict[str, Any]]
    """The case's own, with what they need and a machine in every subnet."""
    beside: list[dict[str, Any]]
    """The case's own of types that the sandbox doesn't have: the graph alone is told of them."""
    instances: dict[str, str]
    """The machines among `own` that stand for instances of what describes its own interfaces, by the name of that."""


def completed(resources: list[dict[str, Any]]) -> Completed:
    """Return a case with all that it needs."""
    all_ = [one for one in _subscribed(resources) if not one["type"].endswith(":ResourceGroup")]
    described = [one for one in all_ if described_interfaces(one)]
    own = [one for one in all_ if serves(one["type"]) and one not in described]
    beside = [one for one in all_ if one not in own]
    own += [made for one in described for made in instance_of(one)]
    for one in own:
        _front_ends_elsewhere(one)
        if one["type"].endswith(":PublicIPAddress") and any(each["type"].endswith(":LoadBalancer") for each in own):
            one["props"] = {"sku": _STANDARD, "publicIPAllocationMethod": "Static", **one["props"]}
    for one in own:
        one["props"].setdefault("resourceGroupName", "rg")
    elsewhere = [*_stand_ins(own), *_parents(own)]
    for number, one in enumerate((*elsewhere, *own)):
        _complete(one, number, {each["name"] for each in own}, dual_stack="'IPv6'" in str(described))
    if any(f"${{{name}.id}}" in str(own) for name in ("w", _somewhere()["name"])):
        elsewhere += [resource("VirtualNetwork", "w", addressSpace=_SPACE), _somewhere()]
    groups = {"rg", *(str(one["props"]["resourceGroupName"]).lower() for one in (*own, *elsewhere))}
    instances = {one["name"]: instance_name(one) for one in described}
    return Completed(groups, elsewhere, [*own, *_machines(own)], beside, instances)


def _subscribed(value: Any) -> Any:
    """Return a copy with all ids in one subscription."""
    if isinstance(value, dict):
        return {key: _subscribed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_subscribed(item) for item in value]
    if not isinstance(value, str):
        return value
    return re.sub("^/subscriptions/[^/]+", f"/subscriptions/{SUBSCRIPTION}", value, flags=re.IGNORECASE)


def _somewhere() -> dict[str, Any]:
    return child("w", "Subnet", "somewhere", addressPrefix="10.8.0.0/24")


def _front_ends_elsewhere(one: dict[str, Any]) -> None:
    """Make the addresses of front ends that a case only hints at those of another stack."""
    for number, end in enumerate(one["props"].get("frontendIPConfigurations", ())):
        if end.get("publicIPAddress") == {"id": "x"}:
            path = f"providers/Microsoft.Network/publicIPAddresses/front-{number}"
            end["publicIPAddress"] = {"id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/{path}"}


def _stand_ins(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what stands for the resources of other stacks that a case refers to by id."""
    found: dict[str, dict[str, Any]] = {}
    for group, path in _ELSEWHERE.findall(str([one["props"] for one in resources])):
        kind, name, *below = path.split("/")
        made = {
            "natgateways": lambda name: [
                _address(f"{STAND_IN}{name}"),
                resource("NatGateway", name, sku=_STANDARD, publicIpAddresses=[{"id": f"${{{STAND_IN}{name}.id}}"}]),
            ],
            "publicipaddresses": lambda name: [_address(name)],
            "publicipprefixes": lambda name: [resource("PublicIPPrefix", name, sku=_STANDARD, prefixLength=30)],
            "virtualnetworks": lambda name: [resource("VirtualNetwork", name, addressSpace=_SPACE)],
            "routetables": lambda name: [resource("RouteTable", name)],
            "networksecuritygroups": lambda name: [resource("NetworkSecurityGroup", name)],
        }.get(kind.lower(), lambda _: [])(name)
        if len(below) > 1 and below[0].lower() == "subnets":
            made.append(child(name, "Subnet", below[1]))
        for one in made:
            one["props"]["resourceGroupName"] = group
            found[one["name"]] = one
    return list(found.values())


_STANDARD = {"name": "Standard"}
_SPACE = {"addressPrefixes": ["10.0.0.0/8", "fd00::/16"]}


def _address(name: str) -> dict[str, Any]:
    azure_name = name.replace(" ", "-")
    props = {"publicIpAddressName": azure_name, "sku": _STANDARD, "publicIPAllocationMethod": "Static"}
    return resource("PublicIPAddress", name, **props)


_PARENTS = {
    "Subnet": ("VirtualNetwork", "virtualNetworkName"),
    "Route": ("RouteTable", "routeTableName"),
    "SecurityRule": ("NetworkSecurityGroup", "networkSecurityGroupName"),
    "InboundNatRule": ("LoadBalancer", "loadBalancerName"),
    "LoadBalancerBackendAddressPool": ("LoadBalancer", "loadBalancerName"),
}


def _parents(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the networks, route tables and security groups that parts are of and that the case leaves out."""
    found = {}
    for one in resources:
        kind, key = _PARENTS.get(one["type"].rpartition(":")[2], ("", ""))
        there = [each["props"].get(key) for each in resources if each["type"].endswith(f":{kind}")]
        name = one["props"].setdefault(key, "v") if kind else ""
        if kind and name not in there:
            found[kind, name] = resource(kind, name, resourceGroupName=one["props"]["resourceGroupName"])
    balancers = [one for one in found.values() if one["type"].endswith(":LoadBalancer")]
    for one in balancers:
        one["props"]["frontendIPConfigurations"] = [{"name": "fe", "publicIPAddress": {"id": f"${{{STAND_IN}fe.id}}"}}]
    return [*([_address(f"{STAND_IN}fe")] if balancers else []), *found.values()]


def _complete(one: dict[str, Any], number: int, own: set[str], *, dual_stack: bool) -> None:
    """Give a resource what Azure wants of it and the case doesn't tell."""
    props, kind = one["props"], one["type"].rpartition(":")[2]
    if kind == "VirtualNetwork":
        props["addressSpace"] = _SPACE
    if kind == "Subnet":
        six = [prefix for prefix in props.get("addressPrefixes", ()) if ":" in prefix]
        six = six or ([f"fd00:0:0:{number:x}::/64"] if dual_stack else [])
        props.pop("addressPrefixes", None)
        props |= {"addressPrefix": f"10.9.{number}.0/24"} if not six else {}
        props |= {"addressPrefixes": [f"10.9.{number}.0/24", *six]} if six else {}
        if six:
            props.pop("addressPrefix", None)
    if kind in _PARENTS and (parent := props[_PARENTS[kind][1]]) in own:
        one.setdefault("refs", []).append({"prop": _PARENTS[kind][1], "to": parent})
    if kind == "NetworkInterface":
        for item in props["ipConfigurations"]:
            item.setdefault("subnet", {"id": f"${{{_somewhere()['name']}.id}}"})
    if kind in _BALANCING:
        _BALANCING[kind](props)
    if kind == "PublicIPPrefix":
        props.setdefault("prefixLength", 30)
    if kind == "VirtualMachine":
        profiles = machine_profiles()
        one["props"] = {**profiles, **{key: value for key, value in props.items() if key not in profiles}}


def _complete_balancer(props: dict[str, Any]) -> None:
    props.setdefault("sku", _STANDARD)
    for pool in props.get("backendAddressPools", ()):
        _complete_pool(pool)
    for rule in props.get("loadBalancingRules", ()):
        rule |= {"protocol": "Tcp", "frontendPort": 443, **rule}
    for rule in props.get("outboundRules", ()):
        rule |= {"protocol": "All", **rule}


def _complete_nat_rule(props: dict[str, Any]) -> None:
    end = {"id": f"${{{props['loadBalancerName']}.id}}/frontendIPConfigurations/fe"}
    ports = {} if "backendAddressPool" in props else {"frontendPort": 2222}
    props |= {"protocol": "Tcp", "frontendIPConfiguration": end, **ports, **props}


def _complete_pool(pool: dict[str, Any]) -> None:
    for address in pool.get("loadBalancerBackendAddresses", ()):
        address.setdefault("virtualNetwork", {"id": "${w.id}"})


_BALANCING = {
    "LoadBalancer": _complete_balancer,
    "InboundNatRule": _complete_nat_rule,
    "LoadBalancerBackendAddressPool": _complete_pool,
}


def _machines(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a machine for each interface that has none, and an interface with one for each subnet without any."""
    said = str([one["props"] for one in resources if one["type"].endswith(":VirtualMachine")])
    free = [
        one["name"]
        for one in resources
        if one["type"].endswith(":NetworkInterface") and f"${{{one['name']}.id}}" not in said
    ]
    joined = str([one["props"] for one in resources if one["type"].endswith(":NetworkInterface")])
    found = [machine(f"m-{name}", name) for name in free]
    for name, where in _subnets(resources):
        if where not in joined and name not in PLATFORM:
            nic = resource("NetworkInterface", f"n-{name}", ipConfigurations=[{"name": "c", "subnet": {"id": where}}])
            found += [nic, machine(f"m-{name}", nic["name"])]
    return found


def _subnets(resources: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = []
    for one in resources:
        if one["type"].endswith(":Subnet") and not one["props"].get("delegations"):
            found.append((one["props"]["subnetName"], f"${{{one['name']}.id}}"))
        if one["type"].endswith(":VirtualNetwork"):
            inline = [each for each in one["props"].get("subnets", ()) if not each.get("delegations")]
            found += [(each["name"], f"${{{one['name']}.id}}/subnets/{each['name']}") for each in inline]
    return found
