"""Virtual networks and subnets: prefixes, the list as one truth, what is in use."""

from __future__ import annotations

import pytest

API = "2024-05-01"


def subnets(azure):
    return {
        item["name"]: item["properties"] for item in azure.properties(azure.id("virtualNetworks", "vnet"))["subnets"]
    }


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("10.0.1.0", "InvalidAddressPrefixFormat"),
        ("10.0.1.0/33", "InvalidAddressPrefixFormat"),
        ("10.0.1.0/255.255.255.0", "InvalidAddressPrefixFormat"),
        ("app", "InvalidAddressPrefixFormat"),
        ("10.0.1.1/24", "InvalidCIDRNotation"),
        ("10.0.1.0/30", "NetcfgInvalidSubnet"),
        ("10.1.0.0/24", "NetcfgSubnetRangeOutsideVnet"),
        ("10.0.0.0/15", "NetcfgSubnetRangeOutsideVnet"),
        ("fd00::/64", "NetcfgSubnetRangeOutsideVnet"),
        ("10.0.2.128/25", "NetcfgSubnetRangesOverlap"),
        ("10.0.0.0/16", "NetcfgSubnetRangesOverlap"),
    ],
)
def test_subnet_prefixes_that_are_refused(azure, refused, prefix, code):
    azure.put_network()
    azure.put_subnet("taken", prefix="10.0.2.0/24")
    refused(azure.put_subnet(prefix=prefix), code)


@pytest.mark.parametrize("prefix", ["10.0.1.0/29", "10.0.1.0/24", "10.0.3.0/24", "10.0.128.0/17"])
def test_subnet_prefixes_that_are_accepted(azure, prefix):
    azure.put_network()
    azure.put_subnet("taken", prefix="10.0.2.0/24")
    assert azure.put_subnet(prefix=prefix).status == 201


def test_the_message_says_what_the_prefix_should_be(azure, refused):
    azure.put_network()
    assert "should be 10.0.1.0/24." in refused(azure.put_subnet(prefix="10.0.1.1/24"), "InvalidCIDRNotation")


def test_a_subnet_needs_a_prefix(azure, refused):
    azure.put_network()
    refused(azure.put(azure.subnet_id(), {"properties": {}}), "InvalidRequestFormat")
    assert azure.put(azure.subnet_id(), {"properties": {"addressPrefixes": ["10.0.1.0/24"]}}).ok


@pytest.mark.parametrize(("length", "accepted"), [(63, False), (64, True), (65, False)])
def test_ipv6_subnets_have_length_64(azure, refused, length, accepted):
    azure.put_network(properties={"addressSpace": {"addressPrefixes": ["10.0.0.0/16", "fd00::/48"]}})
    response = azure.put(azure.subnet_id(), {"properties": {"addressPrefixes": ["10.0.1.0/24", f"fd00::/{length}"]}})
    assert response.ok == accepted
    if not accepted:
        refused(response, "NetcfgInvalidSubnet")


@pytest.mark.parametrize(
    ("prefixes", "code"),
    [
        ([], "InvalidRequestFormat"),
        (["10.0.0.0/16", "10.0.1.0/24"], "SandboxAddressSpaceOverlaps"),
        (["10.0.0.1/16"], "InvalidCIDRNotation"),
        (["ten"], "InvalidAddressPrefixFormat"),
    ],
)
def test_address_spaces_that_are_refused(azure, refused, prefixes, code):
    refused(azure.put_network(properties={"addressSpace": {"addressPrefixes": prefixes}}), code)


def test_defaults(network):
    network.put_subnet()
    properties = network.properties(network.subnet_id())
    assert properties["privateEndpointNetworkPolicies"] == "Disabled"
    assert properties["privateLinkServiceNetworkPolicies"] == "Enabled"
    assert "defaultOutboundAccess" not in properties
    assert network.properties(network.id("virtualNetworks", "vnet"))["enableDdosProtection"] is False


@pytest.mark.parametrize(("api", "private"), [("2025-05-01", None), ("2025-07-01", False)])
def test_networks_made_with_a_late_api_version_have_private_subnets(azure, api, private):
    azure.put_network(api=api)
    azure.put_subnet()
    azure.put_subnet("open", prefix="10.0.2.0/24", defaultOutboundAccess=True)
    assert azure.properties(azure.subnet_id()).get("defaultOutboundAccess") is private
    assert azure.properties(azure.subnet_id("open"))["defaultOutboundAccess"] is True


def test_inline_and_standalone_subnets_are_one_truth(azure):
    inline = [{"name": "inline", "properties": {"addressPrefix": "10.0.9.0/24"}}]
    azure.put_network(properties={"subnets": inline})
    azure.put_subnet()
    assert set(subnets(azure)) == {"inline", "app"}
    assert azure.get(azure.subnet_id("inline"))["properties"] == subnets(azure)["inline"]
    assert azure.delete(azure.subnet_id("inline")).ok
    assert set(subnets(azure)) == {"app"}


def test_a_network_put_with_a_list_makes_it_the_whole_list(network):
    network.put_network(properties={"subnets": [{"name": "other", "properties": {"addressPrefix": "10.0.5.0/24"}}]})
    assert set(subnets(network)) == {"other"}
    network.put_network(properties={"subnets": []})
    assert subnets(network) == {}


def test_a_network_put_with_a_list_refuses_to_drop_what_is_in_use(network, refused):
    network.put_interface()
    refused(network.put_network(properties={"subnets": []}), "InUseSubnetCannotBeDeleted")
    assert set(subnets(network)) == {"app"}


@pytest.mark.parametrize(("api", "kept"), [("2023-06-01", set()), ("2023-09-01", {"app"}), (API, {"app"})])
def test_a_network_put_without_a_list(network, api, kept):
    network.put_network(api=api)
    assert set(subnets(network)) == kept


def test_subnets_can_swap_prefixes_in_one_put(azure):
    def inline(one, other):
        return [
            {"name": "one", "properties": {"addressPrefix": one}},
            {"name": "other", "properties": {"addressPrefix": other}},
        ]

    assert azure.put_network(properties={"subnets": inline("10.0.1.0/24", "10.0.2.0/24")}).ok
    assert azure.put_network(properties={"subnets": inline("10.0.2.0/24", "10.0.1.0/24")}).ok
    assert subnets(azure)["one"]["addressPrefix"] == "10.0.2.0/24"


def test_an_address_space_can_grow_and_not_leave_a_subnet_behind(network, refused):
    assert network.put_network(properties={"addressSpace": {"addressPrefixes": ["10.0.0.0/15"]}}).ok
    response = network.put_network(properties={"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}})
    refused(response, "NetcfgSubnetRangeOutsideVnet")


def test_two_subnets_of_one_name_are_refused(azure, refused):
    twice = [{"name": name, "properties": {"addressPrefix": f"10.0.{n}.0/24"}} for n, name in enumerate(("a", "A"))]
    refused(azure.put_network(properties={"subnets": twice}), "SandboxDuplicateName")


def test_a_subnet_put_replaces_the_subnet(network):
    network.put_gateway()
    network.put_subnet(natGateway={"id": network.id("natGateways", "ng")})
    assert "natGateway" in network.properties(network.subnet_id())
    network.put_subnet()
    assert "natGateway" not in network.properties(network.subnet_id())
    assert "subnets" not in network.properties(network.id("natGateways", "ng"))


def test_a_subnet_in_use_keeps_its_prefix(network, refused):
    assert network.put_subnet(prefix="10.0.3.0/24").ok
    network.put_interface()
    message = refused(network.put_subnet(prefix="10.0.2.0/23"), "InUsePrefixCannotBeDeleted")
    assert message == "IpPrefix 10.0.3.0/24 on Subnet app has active allocations and cannot be deleted."
    response = network.put(network.subnet_id(), {"properties": {"addressPrefixes": ["10.0.3.0/24", "10.0.4.0/24"]}})
    assert response.ok


def test_a_subnet_in_use_is_not_deleted(network, refused):
    network.put_interface()
    message = refused(network.delete(network.subnet_id()), "InUseSubnetCannotBeDeleted")
    assert f"{network.id('networkInterfaces', 'nic')}/ipConfigurations/ipconfig" in message
    refused(network.delete(network.id("virtualNetworks", "vnet")), "InUseSubnetCannotBeDeleted")
    assert network.delete(network.id("networkInterfaces", "nic")).ok
    assert network.delete(network.subnet_id()).status == 200


def test_a_subnet_says_who_is_in_it(network):
    assert "ipConfigurations" not in network.properties(network.subnet_id())
    network.put_interface()
    element = f"{network.id('networkInterfaces', 'nic')}/ipConfigurations/ipconfig"
    assert network.properties(network.subnet_id())["ipConfigurations"] == [{"id": element}]


def test_service_endpoints_and_delegations_are_completed(network):
    network.put_subnet(
        serviceEndpoints=[{"service": "Microsoft.Storage"}],
        delegations=[{"name": "web", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}],
    )
    properties = network.properties(network.subnet_id())
    assert properties["serviceEndpoints"][0]["locations"] == ["westeurope"]
    assert properties["delegations"][0]["id"] == f"{network.subnet_id()}/delegations/web"


def test_a_gateway_subnet_takes_no_security_group(azure, refused):
    azure.put_network()
    azure.put(azure.id("networkSecurityGroups", "nsg"), {"location": "westeurope"})
    nsg = {"id": azure.id("networkSecurityGroups", "nsg")}
    refused(
        azure.put_subnet("GatewaySubnet", networkSecurityGroup=nsg),
        "NetworkSecurityGroupCannotBeAttachedToGatewaySubnet",
    )
    assert azure.put_subnet("GatewaySubnet").ok
