"""Random networks: subnets with and without a gateway, routes, addresses of machines, gateways without addresses.

Load balancers are in `balanced.py`.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.agreement.balanced import Balancer, balancer, behind
from tests.agreement.in_azure import child, machine, resource

HOPS = ["VirtualAppliance", "VirtualAppliance", "VirtualNetworkGateway", "Internet", "None", "VnetLocal"]
PREFIXES = [
    *["0.0.0.0/0"] * 8,
    *["0.0.0.0/1", "128.0.0.0/1"] * 5,
    *["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"],
    *["192.0.0.0/3", "224.0.0.0/3"],
    *["10.0.0.0/8", "192.168.0.0/16", "8.0.0.0/6", "198.51.0.0/16", "198.51.100.0/24", "203.0.113.0/24"],
    *["Storage", "AzureCloud", "::/0", "2001:db8::/32"],
]


def topology(random: Random) -> list[dict[str, Any]]:
    """Return the resources of a stack: one or two networks, with a machine in each subnet at least."""
    found: list[dict[str, Any]] = []
    tables = [f"rt{number}" for number in range(random.randint(0, 2))]
    for table in tables:
        found += _route_table(random, table)
    for number in range(random.choice([1, 1, 2])):
        found += _network(random, f"v{number}", tables)
    return found


def _network(random: Random, name: str, tables: list[str]) -> list[dict[str, Any]]:
    gateways = [f"{name}-ng{number}" for number in range(random.randint(0, 2))]
    found = [one for gateway in gateways for one in _gateway(random, gateway)]
    subnets = [f"{name}-s{number}" for number in range(random.randint(1, 3))]
    described = {subnet: _subnet(random, number, gateways, tables) for number, subnet in enumerate(subnets)}
    space: dict[str, Any] = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    if random.random() < 0.15:
        space["azureApiVersion"] = "2025-07-01"
    if random.random() < 0.5:
        listed = [{"name": subnet, **described[subnet]} for subnet in subnets]
        found.append(resource("VirtualNetwork", name, **space, subnets=listed))
        where = {subnet: f"${{{name}.id}}/subnets/{subnet}" for subnet in subnets}
    else:
        found.append(resource("VirtualNetwork", name, **space))
        version = {key: value for key, value in space.items() if key == "azureApiVersion"}
        found += [child(name, "Subnet", subnet, **described[subnet], **version) for subnet in subnets]
        where = {subnet: f"${{{subnet}.id}}" for subnet in subnets}
    balancers = [balancer(random, f"{name}-lb{number}") for number in range(random.choice([0, 1, 1, 2]))]
    if random.random() < 0.3:
        balancers.append(balancer(random, f"{name}-ilb", inside=random.choice(sorted(where.values()))))
    found += [resource for one in balancers for resource in one.resources]
    return [*found, *_machines(random, name, where, balancers)]


def _subnet(random: Random, number: int, gateways: list[str], tables: list[str]) -> dict[str, Any]:
    props: dict[str, Any] = {"addressPrefix": f"10.0.{number}.0/24"}
    if gateways and random.random() < 0.5:
        props["natGateway"] = {"id": f"${{{random.choice(gateways)}.id}}"}
    if tables and random.random() < 0.6:
        props["routeTable"] = {"id": f"${{{random.choice(tables)}.id}}"}
    access = random.choice([None, True, False])
    return props if access is None else {**props, "defaultOutboundAccess": access}


def _gateway(random: Random, name: str) -> list[dict[str, Any]]:
    addresses = [_address(f"{name}-a{number}") for number in range(random.randint(0, 2))]
    sku = {"name": "Standard"}
    prefixes = [
        resource("PublicIPPrefix", f"{name}-p{number}", sku=sku, prefixLength=random.choice([30, 31]))
        for number in range(random.randint(0, 1))
    ]
    props: dict[str, Any] = {"sku": sku}
    for key, listed in (("publicIpAddresses", addresses), ("publicIpPrefixes", prefixes)):
        if listed:
            props[key] = [{"id": f"${{{one['name']}.id}}"} for one in listed]
    return [*addresses, *prefixes, resource("NatGateway", name, **props)]


def _address(name: str) -> dict[str, Any]:
    return resource("PublicIPAddress", name, sku={"name": "Standard"}, publicIPAllocationMethod="Static")


def _route_table(random: Random, name: str) -> list[dict[str, Any]]:
    prefixes = list(dict.fromkeys(random.choices(PREFIXES, k=random.randint(0, 5))))
    routes = [_route(random, f"{name}-r{number}", prefix) for number, prefix in enumerate(prefixes)]
    if random.random() < 0.5:
        listed = [{"name": route, **props} for route, props in routes]
        return [resource("RouteTable", name, routes=listed)]
    return [resource("RouteTable", name), *(child(name, "Route", route, **props) for route, props in routes)]


def _route(random: Random, name: str, prefix: str) -> tuple[str, dict[str, Any]]:
    hop = random.choice(HOPS)
    props = {"addressPrefix": prefix, "nextHopType": hop}
    if hop == "VirtualAppliance":
        props["nextHopIpAddress"] = random.choice(["10.0.9.4", "10.0.9.5"])
    return name, props


def _machines(random: Random, network: str, where: dict[str, str], balancers: list[Balancer]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, first in enumerate(where):
        subnets = [first, *random.sample(sorted(where), k=random.choice([0, 0, 1]))]
        interfaces = [f"{network}-n{number}-{place}" for place in range(len(subnets))]
        for name, subnet in zip(interfaces, subnets, strict=True):
            found += _interface(random, name, where[subnet], balancers)
        found.append(machine(f"{network}-m{number}", *interfaces, primary=random.randrange(len(interfaces))))
    return found


def _interface(random: Random, name: str, subnet: str, balancers: list[Balancer]) -> list[dict[str, Any]]:
    configurations, addresses = [], []
    several = random.choice([1, 1, 1, 2])
    joined = behind(random, balancers)
    for number in range(several):
        one: dict[str, Any] = {"name": f"c{number}", "subnet": {"id": subnet}}
        if random.random() < 0.3:
            addresses.append(_address(f"{name}-a{number}"))
            one["publicIPAddress"] = {"id": f"${{{addresses[-1]['name']}.id}}"}
        if random.random() < 0.7:
            one |= joined(random)
        configurations.append(one)
    if several > 1 and random.random() < 0.7:
        configurations[random.randrange(several)]["primary"] = True
    return [*addresses, resource("NetworkInterface", name, ipConfigurations=configurations)]
