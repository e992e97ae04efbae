"""A Deny for what the machines behind a security group have as addresses closes it, and no other does."""

from __future__ import annotations

import pytest
from nat_egress.exposure.configuration import Configuration
from nat_egress.exposure.finding import Verdict
from nat_egress.exposure.inbound_rules import of_network
from nat_egress.graph.declare import declare
from nat_egress.graph.network import Network
from nat_egress.state.values import UNKNOWN

GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
NSG = {"id": f"{GROUP}/networkSecurityGroups/nsg"}


def resource(kind, name, **inputs):
    token = f"azure-native:network:{kind}"
    return declare(f"urn:pulumi:dev::shop::{token}::{name}", token, {"resourceGroupName": "rg", **inputs})


def rule(access, priority, destination="*"):
    return {
        "name": f"{access}-{priority}".lower(),
        "access": access,
        "direction": "Inbound",
        "priority": priority,
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": destination,
        "destinationPortRange": "*",
    }


def group(denied, allowed="*"):
    rules = [rule("Deny", 100, denied), rule("Allow", 200, allowed)]
    return resource("NetworkSecurityGroup", "nsg", networkSecurityGroupName="nsg", securityRules=rules)


def subnet(name="web", group=NSG, **ranges):
    bound = {"networkSecurityGroup": group} if group else {}
    ranges = ranges or {"addressPrefix": "10.0.0.0/24"}
    return resource("Subnet", name, virtualNetworkName="v", subnetName=name, **bound, **ranges)


def interface(*subnets):
    configurations = [{"name": each, "subnet": {"id": f"{GROUP}/virtualNetworks/v/subnets/{each}"}} for each in subnets]
    return resource(
        "NetworkInterface",
        "nic",
        networkInterfaceName="nic",
        networkSecurityGroup=NSG,
        ipConfigurations=configurations,
    )


def balancer(**rules):
    return resource("LoadBalancer", "lb", loadBalancerName="lb", **rules)


DATA = subnet("data", group=None, addressPrefix="10.0.1.0/24")
BOTH = {"addressPrefixes": ["10.0.0.0/24", "fd00::/64"]}


@pytest.mark.parametrize(
    ("resources", "denied"),
    [
        pytest.param([group("10.0.0.0/24"), subnet()], False, id="its-range"),
        pytest.param([group("10.0.0.0/16"), subnet()], False, id="more-than-its-range"),
        pytest.param([group("10.0.0.0/25"), subnet()], True, id="half-of-it"),
        pytest.param([group("10.0.1.0/24"), subnet()], True, id="another-range"),
        pytest.param([group("10.0.0.0/24"), subnet(**BOTH)], True, id="ipv4-of-both"),
        pytest.param(
            [group("10.0.0.0/24"), subnet(), subnet("more", addressPrefix="10.0.9.0/24")], True, id="one-of-two"
        ),
        pytest.param([group("10.0.0.0/24")], True, id="bound-to-nothing"),
        pytest.param([group("10.0.0.0/24"), subnet(addressPrefix=UNKNOWN)], True, id="range-not-known"),
        pytest.param(
            [group("10.0.0.0/24"), subnet(ipamPoolPrefixAllocations=[{}])], True, id="range-that-azure-chooses"
        ),
        pytest.param(
            [group("10.0.0.0/24"), subnet(addressPrefix="10.0.0.0/24", addressPrefixes=UNKNOWN)], True, id="more"
        ),
        pytest.param([group("10.0.1.0/24"), DATA, interface("data")], False, id="of-an-interface"),
        pytest.param([group("10.0.0.0/24"), DATA, interface("data")], True, id="not-of-the-interface"),
        pytest.param(
            [group("10.0.1.0/24"), DATA, interface("data", "other")], True, id="interface-in-another-stack-too"
        ),
        pytest.param([group("10.0.0.0/24"), subnet(), interface()], True, id="interface-without-configurations"),
        pytest.param(
            [group("10.0.0.0/24"), subnet(), DATA, interface("data")], True, id="of-a-subnet-and-not-of-the-nic"
        ),
        pytest.param([group("10.0.9.9", "10.0.9.0/24"), subnet()], False, id="opens-what-is-not-there"),
        pytest.param(
            [group("10.0.0.0/24"), subnet(), balancer(loadBalancingRules=[{"enableFloatingIP": True}])],
            True,
            id="floating",
        ),
        pytest.param(
            [group("10.0.0.0/24"), subnet(), balancer(inboundNatRules=[{"properties": {"enableFloatingIP": True}}])],
            True,
            id="floating-nat",
        ),
        pytest.param(
            [group("10.0.0.0/24"), subnet(), balancer(loadBalancingRules=UNKNOWN)], True, id="floating-not-known"
        ),
        pytest.param(
            [group("10.0.0.0/24"), subnet(), resource("InboundNatRule", "r", enableFloatingIP=True)],
            True,
            id="floating-own",
        ),
        pytest.param(
            [group("10.0.0.0/24"), subnet(), balancer(loadBalancingRules=[{"enableFloatingIP": False}, {}])],
            False,
            id="not-floating",
        ),
    ],
)
def test_what_a_deny_before_an_allow_closes(resources, denied):
    found = [one.verdict for one in of_network(Network(resources), Configuration())]
    assert found == ([Verdict.DENY] if denied else [])
