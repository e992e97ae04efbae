from __future__ import annotations

from dataclasses import replace

import pytest
from nat_egress.network_rules import NetworkSpec, network_problems, network_warnings
from nat_egress.range_rules import range_problems
from nat_egress.routes import Route
from nat_egress.subnets import SubnetSpec

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/{}/x"
WEB = SubnetSpec("web", "10.0.0.0/24")
NETWORK = NetworkSpec("rg", address_space=("10.0.0.0/8",), gateway_id=ID.format("natGateways"), subnets=(WEB,))
DEFAULT = (Route("all", "0.0.0.0/0", "VirtualNetworkGateway"),)


def lines(network):
    return [str(problem) for problem in network_problems(network)]


def of_subnet(**changes):
    return lines(replace(NETWORK, subnets=(replace(WEB, **changes),)))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "AzureFirewallSubnet"},
        {"name": "GatewaySubnet", "egress": False},
        {"delegations": ("Microsoft.Sql/managedInstances",), "egress": False},
        {"delegations": ("Microsoft.Web/serverFarms",)},
        {"service_endpoints": ("Microsoft.Storage", "Microsoft.Storage.Global")},
        {"nat_only": True, "routes": (Route("r", "10.0.0.0/8", "VirtualAppliance", "10.0.9.4"),)},
        {"nat_only": True, "routes": (Route("r", "0.0.0.0/0", "Internet"),)},
        {"routes": DEFAULT},
        {"routes": (Route("r", "Storage", "Internet"),)},
        {"hosts": 251},
    ],
)
def test_subnets_that_are_right(changes):
    assert of_subnet(**changes) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "gatewaysubnet"}, "GatewaySubnet takes no NAT gateway"),
        ({"delegations": ("microsoft.sql/MANAGEDINSTANCES",)}, "a subnet of SQL Managed Instance takes no NAT gateway"),
        ({"delegations": ("Microsoft.Web",)}, "written as Microsoft.Web/serverFarms is"),
        ({"service_endpoints": ("storage",)}, "written as Microsoft.Storage is"),
        ({"service_endpoints": ("Microsoft.Storage", "microsoft.storage")}, "it stands there twice"),
        ({"nat_only": True, "routes": DEFAULT}, "takes precedence over the NAT gateway"),
        ({"nat_only": True, "egress": False}, "kept off the NAT gateway by egress: False"),
        ({"routes": (Route("r", "10.0.0.0/8", "VirtualAppliance"),)}, "next_hop_ip_address is not set"),
        ({"routes": (Route("r", "10.0.0.0/8", "Internet", "10.0.0.4"),)}, "next_hop_ip_address is 10.0.0.4"),
        ({"routes": (Route("r", "10.0.0.0/8", "Firewall"),)}, "next_hop_type is Firewall"),
        ({"routes": (Route("r", "10.0.0.1/8", "Internet"),)}, "an IPv4 range or a service tag"),
        ({"routes": (Route("-", "10.0.0.0/8", "Internet"),)}, "the name of subnets['web'].routes['-']"),
        ({"routes": DEFAULT, "route_table_id": ID.format("routeTables")}, "route_table_id names another"),
        ({"route_table_id": ID.format("natGateways")}, "it is the id of a Microsoft.Network/natGateways"),
        ({"network_security_group_id": "nsg"}, "network_security_group_id is nsg"),
        ({"private_endpoint_network_policies": "On"}, "it is one of Disabled, Enabled"),
        ({"hosts": 252}, "it has room for 251 machines"),
        ({"address_prefix": "10.0.0.0/30"}, "a length of 2 to 29"),
        ({"address_prefix": "11.0.0.0/24"}, "it is not within the address space, 10.0.0.0/8"),
        ({"address_prefix": "10.0.0.7/24"}, "Did you mean 10.0.0.0/24?"),
        ({"address_prefix": "web"}, "Give an address, a slash and a length"),
    ],
)
def test_subnets_that_are_wrong(changes, expected):
    (line,) = of_subnet(**changes)
    assert expected in line


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"address_space": ()}, "a network has one IPv4 range or more"),
        ({"virtual_network_id": ID.format("virtualNetworks")}, "either created or adopted"),
        ({"virtual_network_id": "v", "address_space": ()}, "virtual_network_id is v"),
        ({"gateway_id": "n"}, "gateway_id is n"),
        ({"resource_group_name": None}, "resource_group_name is not set"),
        ({"name": "v"}, "2 to 64"),
        ({"dns_servers": ("10.0.0.4", "dns")}, "dns_servers is dns"),
        ({"address_space": ("10.0.0.0/8", "10.1.0.0/16")}, "address_space[1] is 10.1.0.0/16: it overlaps"),
    ],
)
def test_networks_that_are_wrong(changes, expected):
    (line,) = lines(replace(NETWORK, **changes))
    assert expected in line


def test_an_adopted_network_needs_a_group_only_for_what_is_created_beside_it():
    adopted = replace(
        NETWORK, virtual_network_id=ID.format("virtualNetworks"), address_space=(), resource_group_name=None
    )
    assert lines(adopted) == []
    routed = replace(adopted, subnets=(replace(WEB, routes=(Route("r", "10.0.0.0/8", "Internet"),)),))
    assert "resource_group_name is not set" in lines(routed)[0]


def test_without_a_gateway_nothing_may_ask_for_it():
    network = replace(NETWORK, gateway_id=None)
    assert lines(network) == []
    assert network_warnings(network) == []
    for changes, argument in (({"egress_asked": True}, "egress"), ({"nat_only": True}, "nat_only")):
        (line,) = lines(replace(network, subnets=(replace(WEB, **changes),)))
        assert line.startswith(f"subnets['web'].{argument} is true: the network has no NAT gateway")


@pytest.mark.parametrize(
    ("count", "attached", "fits"), [(800, 800, True), (801, 801, False), (900, 800, True), (3_001, 0, False)]
)
def test_how_many_subnets_there_may_be(count, attached, fits):
    subnets = tuple(SubnetSpec(f"s{n}", f"10.{n // 256}.{n % 256}.0/24", egress=n < attached) for n in range(count))
    assert (lines(replace(NETWORK, subnets=subnets)) == []) is fits


def test_ranges_are_checked_as_far_as_they_are_known():
    assert range_problems([], [WEB]) == []
    assert len(range_problems(["10.0.0.0/8"], [SubnetSpec("a", None), SubnetSpec("b", "192.168.0.0/24")])) == 1
    assert len(range_problems(["10.0.0.0/99"], [WEB])) == 1
