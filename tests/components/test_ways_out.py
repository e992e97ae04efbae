from __future__ import annotations

import pytest
from nat_egress import PrivateNetwork
from nat_egress.network_rules import NetworkSpec
from nat_egress.routes import Route
from nat_egress.subnets import SubnetSpec
from nat_egress.ways_out import WayOut, way_out, way_out_of
from pulumi_azure_native import network as azure

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
GATEWAY = f"{GROUP}/providers/Microsoft.Network/natGateways/ng"
TABLE = f"{GROUP}/providers/Microsoft.Network/routeTables/rt"


def route(prefix, kind):
    return Route(f"{prefix} {kind}", prefix, kind, "10.0.9.4" if kind == "VirtualAppliance" else None)


ALL_TO_FIREWALL = route("0.0.0.0/0", "VirtualAppliance")


@pytest.mark.parametrize(
    ("routes", "way"),
    [
        ([], WayOut.NAT_GATEWAY),
        ([ALL_TO_FIREWALL], WayOut.VIRTUAL_APPLIANCE),
        ([route("0.0.0.0/0", "VirtualNetworkGateway")], WayOut.VIRTUAL_NETWORK_GATEWAY),
        ([route("0.0.0.0/0", "None")], WayOut.NONE),
        ([route("0.0.0.0/0", "Internet")], WayOut.NAT_GATEWAY),
        ([route("10.0.0.0/8", "VirtualAppliance")], WayOut.NAT_GATEWAY),
        ([route("0.0.0.0/1", "VirtualAppliance"), route("128.0.0.0/1", "VirtualAppliance")], WayOut.VIRTUAL_APPLIANCE),
        ([route("0.0.0.0/1", "VirtualAppliance"), route("128.0.0.0/1", "None")], WayOut.SEVERAL_ROUTES),
        ([route("0.0.0.0/1", "VirtualAppliance"), route("128.0.0.0/1", "Internet")], WayOut.SEVERAL_ROUTES),
        ([ALL_TO_FIREWALL, route("0.0.0.0/1", "None"), route("128.0.0.0/1", "None")], WayOut.NONE),
        ([ALL_TO_FIREWALL, route("0.0.0.0/1", "None")], WayOut.VIRTUAL_APPLIANCE),
    ],
)
def test_routes_come_before_the_gateway(routes, way):
    assert way_out(routes, otherwise=WayOut.NAT_GATEWAY) is way


@pytest.mark.parametrize(
    ("subnet", "way"),
    [
        ({}, WayOut.NAT_GATEWAY),
        ({"default_outbound_access": True}, WayOut.NAT_GATEWAY),
        ({"egress": False}, WayOut.NONE),
        ({"egress": False, "default_outbound_access": True}, WayOut.DEFAULT_OUTBOUND_ACCESS),
        ({"egress": False, "routes": (ALL_TO_FIREWALL,)}, WayOut.VIRTUAL_APPLIANCE),
        ({"egress": False, "route_table_id": TABLE}, WayOut.ROUTE_TABLE),
        ({"routes": (ALL_TO_FIREWALL,)}, WayOut.VIRTUAL_APPLIANCE),
    ],
)
def test_the_way_out_of_a_subnet(subnet, way):
    assert way_out_of(NetworkSpec(gateway_id=GATEWAY), SubnetSpec("web", "10.0.0.0/24", **subnet)) is way


def test_without_a_gateway_there_is_none_to_take():
    assert way_out_of(NetworkSpec(), SubnetSpec("web", "10.0.0.0/24")) is WayOut.NONE


def network(subnets):
    return {
        "resource_group_name": "rg",
        "address_space": ["10.0.0.0/16"],
        "gateway_id": GATEWAY,
        "subnets": {
            name: {"address_prefix": f"10.0.{n}.0/24", **more} for n, (name, more) in enumerate(subnets.items())
        },
    }


def test_a_network_tells_it_of_each_subnet_those_with_an_adopted_route_table_too(run):
    to_firewall = {
        "name": "all",
        "addressPrefix": "0.0.0.0/0",
        "nextHopType": "VirtualAppliance",
        "nextHopIpAddress": "10.0.9.4",
    }
    subnets = {
        "web": {},
        "firewalled": {"route_table_id": TABLE},
        "closed": {"egress": False},
        "legacy": {"egress": False, "default_outbound_access": True},
    }
    done = run(lambda: PrivateNetwork("net", network(subnets)).ways_out, existing={"rt": {"routes": [to_firewall]}})
    assert done.result == {
        "web": "NatGateway",
        "firewalled": "VirtualAppliance",
        "closed": "None",
        "legacy": "DefaultOutboundAccess",
    }


def test_the_id_of_one_subnet_depends_on_no_other(run):
    def program():
        net = PrivateNetwork("net", network({"web": {}, "data": {}}))
        configuration = azure.NetworkInterfaceIPConfigurationArgs(subnet=azure.SubnetArgs(id=net.subnet_id("web")))
        return azure.NetworkInterface("nic", resource_group_name="rg", ip_configurations=[configuration]).id

    done = run(program)
    assert done.result.endswith("/nic")
    assert done.one("NetworkInterface", "nic").dependencies == {"net-web"}


def test_there_is_no_id_of_a_subnet_that_is_not_there(run):
    with pytest.raises(KeyError):
        run(lambda: PrivateNetwork("net", network({"web": {}})).subnet_id("wbe"))
