"""An estate of a given size: private machines with what they need, as a program declares them. Pure.

Of every 20 resources 12 are machines and their network interfaces. The rest are a network, its NAT gateway and address,
two subnets, a security group with six rules, a route table and an internal load balancer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

MACHINES: Final = 6
"""Machines of one workload, each with its network interface."""


@dataclass(frozen=True)
class Type:
    """A type of resource, as azure-native and Azure name it."""

    token: str
    arm: str
    names: tuple[str, ...]
    """The inputs with the names of its id, its parents' first."""
    api_version: str = "2024-05-01"


NETWORK: Final = Type(
    "azure-native:network:VirtualNetwork", "Microsoft.Network/virtualNetworks", ("virtualNetworkName",)
)
SUBNET: Final = Type(
    "azure-native:network:Subnet", "Microsoft.Network/virtualNetworks/subnets", ("virtualNetworkName", "subnetName")
)
GROUP: Final = Type(
    "azure-native:network:NetworkSecurityGroup",
    "Microsoft.Network/networkSecurityGroups",
    ("networkSecurityGroupName",),
)
TABLE: Final = Type("azure-native:network:RouteTable", "Microsoft.Network/routeTables", ("routeTableName",))
BALANCER: Final = Type("azure-native:network:LoadBalancer", "Microsoft.Network/loadBalancers", ("loadBalancerName",))
GATEWAY: Final = Type("azure-native:network:NatGateway", "Microsoft.Network/natGateways", ("natGatewayName",))
ADDRESS: Final = Type(
    "azure-native:network:PublicIPAddress", "Microsoft.Network/publicIPAddresses", ("publicIpAddressName",)
)
INTERFACE: Final = Type(
    "azure-native:network:NetworkInterface", "Microsoft.Network/networkInterfaces", ("networkInterfaceName",)
)
MACHINE: Final = Type(
    "azure-native:compute:VirtualMachine", "Microsoft.Compute/virtualMachines", ("vmName",), "2024-11-01"
)


@dataclass(frozen=True)
class Id:
    """The id of a resource of the estate, or of a part of it, where a setting refers to it."""

    type: Type
    path: tuple[str, ...]
    """The names in its id, its parents' first."""
    part: str = ""
    """As in `/backendAddressPools/web`."""


@dataclass(frozen=True)
class Resource:
    """One resource; its settings are in azure-native's words, with `Id` for what refers to another."""

    id: Id
    settings: dict[str, Any]


def estate(count: int, *, one_network: bool = False) -> list[Resource]:
    """Return an estate of `count` resources, with a network for each workload, or one that all are in."""
    found: list[Resource] = []
    workload = 0
    while len(found) < count:
        network = "net" if one_network else f"net{workload}"
        if workload == 0 or not one_network:
            found += _network(network)
        found += _workload(f"w{workload}", network)
        workload += 1
    return found[:count]


def _network(name: str) -> Iterator[Resource]:
    address = Id(ADDRESS, (f"{name}-out",))
    yield _made(address, sku={"name": "Standard"}, publicIPAllocationMethod="Static", zones=["1"])
    yield _made(
        Id(GATEWAY, (f"{name}-nat",)),
        sku={"name": "Standard"},
        zones=["1"],
        idleTimeoutInMinutes=4,
        publicIpAddresses=[{"id": address}],
    )
    yield _made(Id(NETWORK, (name,)), addressSpace={"addressPrefixes": ["10.0.0.0/8"]})


def _workload(name: str, network: str) -> Iterator[Resource]:
    group, table, balancer = Id(GROUP, (f"{name}-nsg",)), Id(TABLE, (f"{name}-routes",)), Id(BALANCER, (f"{name}-lb",))
    subnets = [Id(SUBNET, (network, f"{name}-{part}")) for part in ("front", "back")]
    yield _made(group, securityRules=[_rule(priority, row) for priority, row in enumerate(_RULES, 100)])
    yield _made(
        table,
        routes=[{"name": "onprem", "addressPrefix": "172.16.0.0/12", "nextHopType": "VirtualNetworkGateway"}],
    )
    for index, subnet in enumerate(subnets):
        yield Resource(
            subnet,
            {
                "addressPrefix": f"10.{index}.0.0/24",
                "defaultOutboundAccess": False,
                "natGateway": {"id": Id(GATEWAY, (f"{network}-nat",))},
                "networkSecurityGroup": {"id": group},
                "routeTable": {"id": table},
            },
        )
    yield _made(balancer, **_balanced(balancer, subnets[0]))
    for index in range(MACHINES):
        yield from _machine(f"{name}-vm{index}", subnets[index % 2], balancer)


_RULES: Final = (
    ("in-https", "Allow", "Tcp", "10.0.0.0/8", ["443", "8443"]),
    ("in-probes", "Allow", "*", "AzureLoadBalancer", ["*"]),
    ("in-ssh", "Allow", "Tcp", "10.255.0.0/26", ["22"]),
    ("in-metrics", "Allow", "Tcp", "VirtualNetwork", ["9100-9200"]),
    ("in-partners", "Deny", "*", "203.0.113.0/24", ["0-1023", "3389"]),
    ("in-rest", "Deny", "*", "*", ["*"]),
)


def _rule(priority: int, row: tuple[str, str, str, str, list[str]]) -> dict[str, Any]:
    name, access, protocol, source, ports = row
    return {
        "name": name,
        "priority": priority,
        "direction": "Inbound",
        "access": access,
        "protocol": protocol,
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRanges": ports,
    }


def _balanced(own: Id, subnet: Id) -> dict[str, Any]:
    def part(name: str) -> dict[str, Id]:
        return {"id": Id(own.type, own.path, f"/{name}")}

    return {
        "sku": {"name": "Standard"},
        "frontendIPConfigurations": [{"name": "front", "subnet": {"id": subnet}}],
        "backendAddressPools": [{"name": "web"}],
        "probes": [{"name": "https", "protocol": "Tcp", "port": 443, "intervalInSeconds": 5}],
        "loadBalancingRules": [
            {
                "name": "https",
                "protocol": "Tcp",
                "frontendPort": 443,
                "backendPort": 8443,
                "disableOutboundSnat": True,
                "frontendIPConfiguration": part("frontendIPConfigurations/front"),
                "backendAddressPool": part("backendAddressPools/web"),
                "probe": part("probes/https"),
            }
        ],
    }


def _machine(name: str, subnet: Id, balancer: Id) -> Iterator[Resource]:
    interface = Id(INTERFACE, (f"{name}-nic",))
    yield _made(
        interface,
        enableAcceleratedNetworking=True,
        ipConfigurations=[
            {
                "name": "primary",
                "primary": True,
                "privateIPAllocationMethod": "Dynamic",
                "subnet": {"id": subnet},
                "loadBalancerBackendAddressPools": [
                    {"id": Id(balancer.type, balancer.path, "/backendAddressPools/web")}
                ],
            }
        ],
    )
    yield _made(
        Id(MACHINE, (name,)),
        zones=["1"],
        hardwareProfile={"vmSize": "Standard_D4s_v5"},
        securityProfile={"encryptionAtHost": True, "securityType": "TrustedLaunch"},
        storageProfile={
            "imageReference": {
                "publisher": "Canonical",
                "offer": "ubuntu-24_04-lts",
                "sku": "server",
                "version": "latest",
            },
            "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
        },
        osProfile={
            "computerName": name,
            "adminUsername": "platform",
            "linuxConfiguration": {"disablePasswordAuthentication": True},
        },
        networkProfile={"networkInterfaces": [{"id": interface, "primary": True}]},
    )


def _made(id: Id, **settings: Any) -> Resource:  # noqa: A002, ANN401 - as the resource has it; settings are of any type
    return Resource(id, {"location": "westeurope", "tags": {"owner": "platform"}, **settings})
