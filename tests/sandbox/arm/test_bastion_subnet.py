"""AzureBastionSubnet: what it can't have, and the security rules that it must."""

from __future__ import annotations

import pytest

CODE = "NetworkSecurityGroupNotCompliantForAzureBastionSubnet"


def rule(direction, source, destination, *ports, access="Allow", protocol="*"):
    return {
        "access": access,
        "direction": direction,
        "protocol": protocol,
        "sourcePortRange": "*",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": destination,
        "destinationPortRanges": list(ports),
    }


RULES = {
    "https": rule("Inbound", "Internet", "*", "443", protocol="Tcp"),
    "manager": rule("Inbound", "GatewayManager", "*", "443", protocol="Tcp"),
    "balancer": rule("Inbound", "AzureLoadBalancer", "*", "443", protocol="Tcp"),
    "hosts": rule("Inbound", "VirtualNetwork", "VirtualNetwork", "8080", "5701"),
    "machines": rule("Outbound", "*", "VirtualNetwork", "22", "3389"),
    "cloud": rule("Outbound", "*", "AzureCloud", "443", protocol="Tcp"),
    "between": rule("Outbound", "VirtualNetwork", "VirtualNetwork", "8080", "5701"),
    "sessions": rule("Outbound", "*", "Internet", "80"),
}


def put_group(azure, rules):
    listed = [
        {"name": name, "properties": {"priority": 100 + number, **properties}}
        for number, (name, properties) in enumerate(rules.items())
    ]
    id_ = azure.id("networkSecurityGroups", "nsg")
    return azure.put(id_, {"location": azure.location, "properties": {"securityRules": listed}})


def attach(azure):
    group = {"networkSecurityGroup": {"id": azure.id("networkSecurityGroups", "nsg")}}
    return azure.put_subnet("AzureBastionSubnet", prefix="10.0.9.0/26", **group)


def test_the_rules_of_microsofts_page_are_enough(network):
    assert put_group(network, RULES).ok
    assert attach(network).ok


@pytest.mark.parametrize("name", RULES)
def test_each_rule_is_needed(network, refused, name):
    put_group(network, {other: properties for other, properties in RULES.items() if other != name})
    message = refused(attach(network), CODE)
    assert message.startswith(
        "Network security group nsg does not have necessary rules for Azure Bastion Subnet AzureBastionSubnet."
    )
    assert all(port in message for port in RULES[name]["destinationPortRanges"])


@pytest.mark.parametrize(
    ("name", "instead", "enough"),
    [
        ("https", {"sourceAddressPrefix": "203.0.113.7"}, True),
        ("https", {"sourceAddressPrefix": None, "sourceAddressPrefixes": ["203.0.113.7", "203.0.113.8"]}, True),
        ("https", {"sourceAddressPrefix": "GatewayManager"}, False),
        ("https", {"access": "Deny"}, False),
        ("https", {"protocol": "Udp"}, False),
        ("https", {"direction": "Outbound"}, False),
        ("https", {"destinationPortRanges": [], "destinationPortRange": "*"}, True),
        ("https", {"destinationPortRanges": ["400-500"]}, True),
        ("https", {"destinationPortRanges": ["444-500"]}, False),
        ("manager", {"sourceAddressPrefix": "*"}, True),
        ("manager", {"sourceAddressPrefix": "Internet"}, False),
        ("hosts", {"destinationPortRanges": ["8080"]}, False),
        ("machines", {"destinationAddressPrefix": "10.0.0.0/16"}, False),
        ("cloud", {"destinationAddressPrefix": "0.0.0.0/0"}, True),
    ],
)
def test_rules_that_would_do(network, refused, name, instead, enough):
    put_group(network, {**RULES, name: {**RULES[name], **instead}})
    response = attach(network)
    if enough:
        assert response.ok, response
    else:
        refused(response, CODE)


def test_default_rules_are_not_enough(network, refused):
    put_group(network, {})
    refused(attach(network), CODE)


def test_a_group_in_use_keeps_its_rules(network, refused):
    put_group(network, RULES)
    attach(network)
    id_ = f"{network.id('networkSecurityGroups', 'nsg')}/securityRules"
    refused(network.delete(f"{id_}/cloud"), CODE)
    denied = {"properties": {"priority": 105, **RULES["cloud"], "access": "Deny"}}
    refused(network.put(f"{id_}/cloud", denied), CODE)
    refused(put_group(network, {name: RULES[name] for name in list(RULES)[1:]}), CODE)
    assert len(network.properties(network.id("networkSecurityGroups", "nsg"))["securityRules"]) == len(RULES)
    # As a whole, the rules may be written anew.
    assert put_group(network, {f"other-{name}": properties for name, properties in RULES.items()}).ok
    network.put_subnet("AzureBastionSubnet", prefix="10.0.9.0/26")
    assert network.delete(f"{id_}/other-cloud").status == 200


def test_a_group_elsewhere_may_have_any_rules(network):
    put_group(network, {})
    group = {"networkSecurityGroup": {"id": network.id("networkSecurityGroups", "nsg")}}
    assert network.put_subnet(**group).ok
    assert put_group(network, {"one": RULES["https"]}).ok


def test_what_the_subnet_cannot_have(network, refused):
    network.put(network.id("routeTables", "rt"), {"location": "westeurope"})
    table = {"routeTable": {"id": network.id("routeTables", "rt")}}
    response = network.put_subnet("azurebastionsubnet", prefix="10.0.9.0/26", **table)
    assert refused(response, "RouteTableCannotBeAttachedForAzureBastionSubnet") == (
        "Route Table rt cannot be attached to Azure Bastion Subnet azurebastionsubnet."
    )
    delegations = [{"name": "d", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}]
    delegated = network.put_subnet("AzureBastionSubnet", prefix="10.0.9.0/26", delegations=delegations)
    refused(delegated, "SandboxBastionSubnetDelegated")


def test_no_machine_is_in_it(hosted, refused):
    response = hosted.put_interface(subnet=hosted.subnet_id("AzureBastionSubnet"))
    assert refused(response, "AzureBastionSubnet") == (
        "Subnet with name 'AzureBastionSubnet' can be used only for the Azure Bastion resource."
    )


def test_a_nat_gateway_may_be_on_it(hosted):
    """No answer of ARM that refuses it is public, and no page of Microsoft's forbids it."""
    hosted.put_gateway()
    gateway = {"natGateway": {"id": hosted.id("natGateways", "ng")}}
    assert hosted.put_subnet("AzureBastionSubnet", prefix="10.0.9.0/26", **gateway).ok
