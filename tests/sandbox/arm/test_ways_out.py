"""Azure's order of precedence among the ways to the internet, and what routes make of it."""

from __future__ import annotations

import pytest
from azure_sandbox.arm.ways_out import Exit, LoadBalancer, Method, NatGateway, Part, Route, ways

GATEWAY = NatGateway("/ng", ("192.0.2.1", "203.0.113.0/30"))
NAT = Exit(Method.NAT_GATEWAY, "/ng", GATEWAY.addresses)
INSTANCE = Exit(Method.INSTANCE, addresses=("198.51.100.1",))
BALANCER, SILENT = LoadBalancer("/lb", ("198.51.100.9",)), LoadBalancer("/ilb", ())
BALANCED = Exit(Method.LOAD_BALANCER, "/lb", BALANCER.addresses)
DEFAULT, NONE, DROPPED = Exit(Method.DEFAULT), Exit(Method.NONE), Exit(Method.DROPPED)
APPLIANCE, VPN = Exit(Method.APPLIANCE, "10.0.0.4"), Exit(Method.NETWORK_GATEWAY)


def appliance(prefix):
    return Route(prefix, "VirtualAppliance", "10.0.0.4")


@pytest.mark.parametrize("routed", [True, False])
@pytest.mark.parametrize("gateway", [GATEWAY, None])
@pytest.mark.parametrize("instance", ["198.51.100.1", None])
@pytest.mark.parametrize("balancers", [[], [BALANCER], [SILENT], [SILENT, BALANCER]])
@pytest.mark.parametrize("default", [True, False])
def test_the_order_of_precedence(routed, gateway, instance, balancers, default):
    routes = [appliance("0.0.0.0/0")] if routed else []
    there = [APPLIANCE] * routed + [NAT] * bool(gateway) + [INSTANCE] * bool(instance)
    there += [BALANCED] * (BALANCER in balancers) + [DEFAULT] * (default and not balancers)
    assert ways(routes, gateway, instance, balancers, default_access=default) == ((there or [NONE])[0], ())


def test_a_gateway_without_an_address_does_nothing():
    assert ways([], NatGateway("/ng", ()), None, default_access=True) == (DEFAULT, ())


@pytest.mark.parametrize(
    ("hop", "exit_"),
    [
        ("VirtualAppliance", APPLIANCE),
        ("VirtualNetworkGateway", VPN),
        ("None", DROPPED),
        ("VnetLocal", DROPPED),
        ("Internet", NAT),
    ],
)
def test_the_default_route(hop, exit_):
    route = Route("0.0.0.0/0", hop, "10.0.0.4" if hop == "VirtualAppliance" else "")
    assert ways([route], GATEWAY, "198.51.100.1", default_access=True) == (exit_, ())


def route_to(*pairs):
    return [Route(prefix, hop, "10.0.0.4" if hop == "VirtualAppliance" else "") for prefix, hop in pairs]


@pytest.mark.parametrize(
    ("routes", "whole", "parts"),
    [
        ([("10.0.0.0/8", "VirtualAppliance")], NAT, ()),
        ([("10.1.2.0/24", "None"), ("192.168.0.0/16", "VirtualNetworkGateway")], NAT, ()),
        ([("198.51.100.0/24", "VirtualAppliance")], NAT, (Part("198.51.100.0/24", APPLIANCE),)),
        ([("198.51.100.0/24", "Internet")], NAT, ()),
        ([("Storage", "Internet")], NAT, ()),
        ([("Storage", "VirtualAppliance")], NAT, (Part("Storage", APPLIANCE),)),
        (
            [("0.0.0.0/0", "VirtualAppliance"), ("198.51.100.0/24", "Internet")],
            APPLIANCE,
            (Part("198.51.100.0/24", NAT),),
        ),
        (
            [("0.0.0.0/0", "None"), ("AzureCloud", "Internet")],
            DROPPED,
            (Part("AzureCloud", NAT),),
        ),
        ([("0.0.0.0/1", "VirtualAppliance"), ("128.0.0.0/1", "VirtualAppliance")], APPLIANCE, ()),
        (
            # What is left over, 224.0.0.0/3, is no part of the internet.
            [(prefix, "VirtualAppliance") for prefix in ("0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3")],
            APPLIANCE,
            (),
        ),
        (
            [("0.0.0.0/1", "VirtualAppliance"), ("128.0.0.0/1", "None")],
            DROPPED,
            (Part("0.0.0.0/1", APPLIANCE),),
        ),
        (
            # More specific routes leave nothing of the largest one.
            [
                ("128.0.0.0/1", "VirtualAppliance"),
                *[(net, "None") for net in ("0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2")],
            ],
            DROPPED,
            (Part("128.0.0.0/1", APPLIANCE), Part("192.0.0.0/2", DROPPED), Part("128.0.0.0/2", DROPPED)),
        ),
        (
            [("198.51.0.0/16", "VirtualAppliance"), ("198.51.100.0/24", "VirtualAppliance")],
            NAT,
            (Part("198.51.0.0/16", APPLIANCE),),
        ),
        (
            [("198.51.0.0/16", "VirtualAppliance"), ("198.51.100.0/24", "Internet")],
            NAT,
            (Part("198.51.0.0/16", APPLIANCE), Part("198.51.100.0/24", NAT)),
        ),
        ([("2001:db8::/32", "VirtualAppliance")], NAT, ()),
        ([("::/0", "None")], NAT, ()),
    ],
)
def test_routes_to_a_part_of_the_internet(routes, whole, parts):
    for order in (routes, routes[::-1]):
        assert ways(route_to(*order), GATEWAY, None, default_access=False) == (whole, parts)
