"""Network security groups and route tables: children written either way, and what is in use."""

from __future__ import annotations

import pytest

RULE = {
    "priority": 200,
    "direction": "Inbound",
    "access": "Allow",
    "protocol": "Tcp",
    "sourcePortRange": "*",
    "destinationPortRange": "443",
    "sourceAddressPrefix": "*",
    "destinationAddressPrefix": "*",
}
ROUTE = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.9.4"}
KINDS = {
    "networkSecurityGroups": ("securityRules", RULE, {**RULE, "priority": 201}),
    "routeTables": ("routes", ROUTE, {**ROUTE, "addressPrefix": "10.9.0.0/16"}),
}


def put(azure, kind, *children, name="x"):
    property_ = KINDS[kind][0]
    items = [{"name": f"c{number}", "properties": child} for number, child in enumerate(children)]
    return azure.put(azure.id(kind, name), {"location": "westeurope", "properties": {property_: items}})


@pytest.mark.parametrize("kind", KINDS)
def test_children_are_one_truth_however_written(azure, kind):
    property_, first, second = KINDS[kind]
    parent = azure.id(kind, "x")
    assert put(azure, kind, first).status == 201
    assert azure.put(f"{parent}/{property_}/more", {"properties": second}).status == 201
    assert [item["name"] for item in azure.properties(parent)[property_]] == ["c0", "more"]
    assert azure.get(f"{parent}/{property_}/c0")["properties"]["provisioningState"] == "Succeeded"
    assert azure.delete(f"{parent}/{property_}/c0").status == 200
    assert put(azure, kind).ok
    assert azure.properties(parent)[property_] == []
    assert azure.delete(parent).ok


@pytest.mark.parametrize(
    ("kind", "code"), [("networkSecurityGroups", "SecurityRuleConflict"), ("routeTables", "RouteConflict")]
)
def test_two_children_in_one_place(azure, refused, kind, code):
    property_, first, second = KINDS[kind]
    refused(put(azure, kind, first, first), code)
    assert put(azure, kind, first, second).ok
    message = refused(azure.put(f"{azure.id(kind, 'x')}/{property_}/new", {"properties": first}), code)
    assert "new conflicts with" in message
    assert put(azure, kind, second, first).ok, "children can swap places in one PUT"


def test_rules_of_two_directions_may_share_a_priority(azure):
    assert put(azure, "networkSecurityGroups", RULE, {**RULE, "direction": "Outbound"}).ok


@pytest.mark.parametrize(("priority", "accepted"), [(0, False), (99, False), (100, True), (4096, True), (4097, False)])
def test_priorities(azure, refused, priority, accepted):
    response = put(azure, "networkSecurityGroups", {**RULE, "priority": priority})
    assert response.ok == accepted
    if not accepted:
        assert "Allowed range 100-4096" in refused(response, "SecurityRuleInvalidPriority")


@pytest.mark.parametrize("missing", ["priority", "direction", "access", "protocol"])
def test_what_a_rule_needs(azure, refused, missing):
    rule = {name: value for name, value in RULE.items() if name != missing}
    assert missing in refused(put(azure, "networkSecurityGroups", rule), "InvalidRequestFormat")


def test_every_group_has_azures_default_rules(azure):
    put(azure, "networkSecurityGroups")
    rules = azure.properties(azure.id("networkSecurityGroups", "x"))["defaultSecurityRules"]
    assert [(rule["name"], rule["properties"]["priority"]) for rule in rules][-1] == ("DenyAllOutBound", 65500)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"nextHopIpAddress": None}, "SandboxRouteNextHop"),
        ({"nextHopIpAddress": "appliance"}, "SandboxRouteNextHop"),
        ({"nextHopType": "Internet"}, "SandboxRouteNextHop"),
        ({"nextHopType": "Moon"}, "InvalidRequestFormat"),
        ({"addressPrefix": None}, "InvalidRequestFormat"),
        ({"addressPrefix": "10.0.0.1/8"}, "InvalidCIDRNotation"),
        ({"addressPrefix": "10.0.0.0"}, "InvalidAddressPrefixFormat"),
        ({"addressPrefix": "AzureCloud"}, None),
        ({"addressPrefix": "::/0", "nextHopIpAddress": "fd00::4"}, None),
        ({"nextHopType": "None", "nextHopIpAddress": None}, None),
    ],
)
def test_routes(azure, refused, change, code):
    response = put(azure, "routeTables", {**ROUTE, **change})
    if code:
        refused(response, code)
    else:
        assert response.ok


@pytest.mark.parametrize(
    ("kind", "property_", "code"),
    [
        ("networkSecurityGroups", "networkSecurityGroup", "InUseNetworkSecurityGroupCannotBeDeleted"),
        ("routeTables", "routeTable", "InUseRouteTableCannotBeDeleted"),
    ],
)
def test_what_is_associated_is_not_deleted(network, refused, kind, property_, code):
    put(network, kind)
    network.put_subnet(**{property_: {"id": network.id(kind, "x")}})
    assert network.properties(network.id(kind, "x"))["subnets"] == [{"id": network.subnet_id()}]
    refused(network.delete(network.id(kind, "x")), code)
    network.put_subnet()
    assert "subnets" not in network.properties(network.id(kind, "x"))
    assert network.delete(network.id(kind, "x")).ok


def test_a_group_on_an_interface_is_not_deleted(network, refused):
    put(network, "networkSecurityGroups")
    nsg = network.id("networkSecurityGroups", "x")
    nic = network.id("networkInterfaces", "nic")
    items = [{"name": "c", "properties": {"subnet": {"id": network.subnet_id()}}}]
    properties = {"ipConfigurations": items, "networkSecurityGroup": {"id": nsg}}
    assert network.put(nic, {"location": "westeurope", "properties": properties}).ok
    assert network.properties(nsg)["networkInterfaces"] == [{"id": nic}]
    assert nic in refused(network.delete(nsg), "InUseNetworkSecurityGroupCannotBeDeleted")
