"""The constraint list of NAT gateways: each rule with what it refuses and the nearest thing that it accepts."""

from __future__ import annotations

import pytest
from azure_sandbox.arm import ControlPlane, Quotas

API = "2024-05-01"
V2 = "2025-05-01"


def address(azure, name="pip"):
    return azure.id("publicIPAddresses", name)


def prefix(azure, name="pfx"):
    return azure.id("publicIPPrefixes", name)


def gateway(azure, name="ng"):
    return {"id": azure.id("natGateways", name)}


def ids(*references):
    return [{"id": id_} for id_ in references]


def test_defaults(azure):
    body = azure.put_gateway().body
    assert body["sku"] == {"name": "Standard"}
    assert body["properties"]["idleTimeoutInMinutes"] == 4
    assert "zones" not in body


@pytest.mark.parametrize(("minutes", "accepted"), [(3, False), (4, True), (120, True), (121, False)])
def test_c12_idle_timeout(azure, refused, minutes, accepted):
    response = azure.put_gateway(properties={"idleTimeoutInMinutes": minutes})
    assert response.ok == accepted
    if not accepted:
        assert "4 to 120" in refused(response, "SandboxNatGatewayIdleTimeout")


@pytest.mark.parametrize(
    ("lengths", "singles", "accepted"),
    [
        ((28,), 0, True),
        ((28,), 1, False),
        ((29, 30, 31), 2, True),
        ((29, 30, 31), 3, False),
        ((29, 29), 0, True),
        ((29, 29, 31), 0, False),
        ((), 16, True),
        ((), 17, False),
    ],
)
def test_c1_at_most_16_addresses_counting_prefixes(azure, refused, lengths, singles, accepted):
    for number, length in enumerate(lengths):
        assert azure.put_prefix(f"p{number}", properties={"prefixLength": length}).ok
    for number in range(singles):
        assert azure.put_address(f"a{number}").ok
    response = azure.gateway_with(
        publicIpPrefixes=[prefix(azure, f"p{number}") for number in range(len(lengths))],
        publicIpAddresses=[address(azure, f"a{number}") for number in range(singles)],
    )
    assert response.ok == accepted
    if not accepted:
        refused(response, "SandboxNatGatewayTooManyAddresses")


@pytest.mark.parametrize(("lengths", "accepted"), [((124,), True), ((125, 125), True), ((124, 127), False)])
def test_c2_at_most_16_ipv6_addresses_beside_16_ipv4(azure, refused, lengths, accepted):
    azure.put_prefix("four", V2, sku={"name": "StandardV2"}, properties={"prefixLength": 28})
    for number, length in enumerate(lengths):
        properties = {"prefixLength": length, "publicIPAddressVersion": "IPv6"}
        assert azure.put_prefix(f"p{number}", V2, sku={"name": "StandardV2"}, properties=properties).ok
    response = azure.put_gateway(
        api=V2,
        sku={"name": "StandardV2"},
        properties={
            "publicIpPrefixes": ids(prefix(azure, "four")),
            "publicIpPrefixesV6": ids(*(prefix(azure, f"p{number}") for number in range(len(lengths)))),
        },
    )
    assert response.ok == accepted
    if not accepted:
        assert "IPv6" in refused(response, "SandboxNatGatewayTooManyAddresses")


@pytest.mark.parametrize("of_gateway", ["Standard", "StandardV2"])
@pytest.mark.parametrize("of_address", ["Basic", "Standard", "StandardV2"])
def test_c5_skus_agree_both_ways(azure, refused, of_gateway, of_address):
    assert azure.put_address("pip", V2, sku={"name": of_address}).ok
    response = azure.put_gateway(
        api=V2, sku={"name": of_gateway}, properties={"publicIpAddresses": ids(address(azure))}
    )
    assert response.ok == (of_gateway == of_address)
    if not response.ok:
        assert of_address in refused(response, "SandboxNatGatewaySkuMismatch")


def test_c5_holds_for_prefixes(azure, refused):
    azure.put_prefix(api=V2, sku={"name": "StandardV2"})
    refused(azure.gateway_with(publicIpPrefixes=[prefix(azure)]), "SandboxNatGatewaySkuMismatch")


@pytest.mark.parametrize(("tag", "accepted"), [("Internet", False), ("internet", False), ("MicrosoftNetwork", True)])
def test_c6_routing_preference(azure, refused, tag, accepted):
    azure.put_address(properties={"ipTags": [{"ipTagType": "RoutingPreference", "tag": tag}]})
    response = azure.gateway_with(publicIpAddresses=[address(azure)])
    assert response.ok == accepted
    if not accepted:
        refused(response, "SandboxNatGatewayRoutingPreference")


@pytest.mark.parametrize(
    ("mode", "accepted"), [("Enabled", False), ("VirtualNetworkInherited", True), ("Disabled", True)]
)
def test_c7_ddos_protection(azure, refused, mode, accepted):
    azure.put_address(properties={"ddosSettings": {"protectionMode": mode}})
    response = azure.gateway_with(publicIpAddresses=[address(azure)])
    assert response.ok == accepted
    if not accepted:
        refused(response, "SandboxNatGatewayDdosProtection")


def test_c8_ipv6_needs_standard_v2(azure, refused):
    azure.put_address("six", properties={"publicIPAddressVersion": "IPv6"})
    response = azure.put_gateway(api=V2, properties={"publicIpAddressesV6": ids(address(azure, "six"))})
    refused(response, "SandboxNatGatewayIPv6")
    azure.put_address("six2", V2, sku={"name": "StandardV2"}, properties={"publicIPAddressVersion": "IPv6"})
    assert azure.put_gateway(
        api=V2, sku={"name": "StandardV2"}, properties={"publicIpAddressesV6": ids(address(azure, "six2"))}
    ).ok


def test_c8_each_list_has_its_family(azure, refused):
    azure.put_address("six", properties={"publicIPAddressVersion": "IPv6"})
    refused(azure.gateway_with(publicIpAddresses=[address(azure, "six")]), "SandboxNatGatewayIPv6")


@pytest.mark.parametrize("member", ["publicIpAddressesV6", "publicIpPrefixesV6", "sourceVirtualNetwork"])
def test_members_of_later_api_versions(azure, refused, member):
    value = ids() if member.endswith("V6") else {"id": azure.id("virtualNetworks", "vnet")}
    azure.put_network()
    assert "2024-07-01" in refused(azure.put_gateway(properties={member: value}), "SandboxNotInApiVersion")
    assert azure.put_gateway(api="2024-07-01", properties={member: value}).ok


@pytest.mark.parametrize(("api", "accepted"), [("2024-05-01", False), ("2024-07-01", True)])
def test_standard_v2_exists_since_2024_07_01(azure, refused, api, accepted):
    for response in (
        azure.put_gateway(api=api, sku={"name": "StandardV2"}),
        azure.put_prefix(api=api, sku={"name": "StandardV2"}),
        azure.put_address(api=api, sku={"name": "StandardV2"}),
    ):
        assert response.ok == accepted
        if not accepted:
            refused(response, "SandboxNotInApiVersion")


def test_standard_v2_is_not_in_every_region(azure, refused):
    response = azure.put_gateway(api=V2, sku={"name": "StandardV2"}, location="qatarcentral")
    refused(response, "SandboxNatGatewaySkuNotInRegion")
    assert azure.put_gateway(location="qatarcentral").ok


@pytest.mark.parametrize(
    ("sku", "zones", "accepted"),
    [
        ("Standard", None, True),
        ("Standard", ["1"], True),
        ("Standard", ["1", "2"], False),
        ("Standard", ["4"], False),
        ("StandardV2", None, True),
        ("StandardV2", ["1"], False),
        ("StandardV2", ["1", "2", "3"], True),
    ],
)
def test_zones_of_a_gateway(azure, refused, sku, zones, accepted):
    response = azure.put_gateway(api=V2, sku={"name": sku}, zones=zones)
    assert response.ok == accepted
    if not accepted:
        refused(response, "SandboxNatGatewayZones")


def test_zones_only_where_the_region_has_them(azure, refused):
    message = refused(azure.put_gateway(location="westus", zones=["1"]), "LocationNotSupportAvailabilityZones")
    assert message == (
        "The resource 'Microsoft.Network/natGateways/ng' does not support availability zones at location 'westus'."
    )
    assert azure.put_gateway(location="westus").ok


@pytest.mark.parametrize(
    ("of_both", "accepted"),
    [
        ((None, None), True),
        ((None, ["2"]), True),
        ((None, ["1", "2", "3"]), True),
        ((["1"], ["1"]), True),
        ((["1"], ["1", "2", "3"]), True),
        ((["1"], ["2"]), False),
        ((["1"], None), False),
    ],
)
@pytest.mark.parametrize("kind", ["prefix", "address"])
def test_zones_of_a_gateway_and_its_addresses(azure, refused, kind, of_both, accepted):
    of_gateway, of_address = of_both
    if kind == "prefix":
        azure.put_prefix(zones=of_address)
        lists = {"publicIpPrefixes": ids(prefix(azure))}
    else:
        azure.put_address(zones=of_address)
        lists = {"publicIpAddresses": ids(address(azure))}
    response = azure.put_gateway(zones=of_gateway, properties=lists)
    assert response.ok == accepted
    if not accepted:
        refused(response, "SandboxNatGatewayAddressZone")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"zones": ["2"]}, "ResourceAvailabilityZonesCannotBeModified"),
        ({"zones": None}, "ResourceAvailabilityZonesCannotBeModified"),
        ({"location": "northeurope"}, "InvalidResourceLocation"),
        ({"sku": {"name": "StandardV2"}, "zones": None}, "SandboxNatGatewaySkuCannotBeChanged"),
    ],
)
def test_what_cannot_be_changed_in_place(azure, refused, change, code):
    assert azure.put_gateway(api=V2, zones=["1"]).ok
    refused(azure.put_gateway(**{"api": V2, "zones": ["1"], **change}), code)
    assert azure.put_gateway(api=V2, zones=["1"], tags={"a": "b"}, properties={"idleTimeoutInMinutes": 9}).ok


def test_the_zone_message_is_azures(azure, refused):
    azure.put_gateway(zones=["1"])
    message = refused(azure.put_gateway(), "ResourceAvailabilityZonesCannotBeModified")
    assert (
        "has an existing availability zone constraint 1 and the request has availability zone constraint NoZone"
        in message
    )


def test_c3_an_address_out_of_the_prefix_goes_nowhere_else(network, refused):
    network.put_prefix()
    network.put_address(properties={"publicIPPrefix": {"id": prefix(network)}})
    network.gateway_with(publicIpPrefixes=[prefix(network)])
    refused(network.put_interface(publicIPAddress={"id": address(network)}), "SandboxPublicIPPrefixUsedWhole")
    refused(network.gateway_with(name="b", publicIpAddresses=[address(network)]), "SandboxPublicIPPrefixUsedWhole")
    network.gateway_with()
    assert network.put_interface(publicIPAddress={"id": address(network)}).ok
    refused(network.gateway_with(publicIpPrefixes=[prefix(network)]), "SandboxPublicIPPrefixUsedWhole")


def test_c3_a_gateway_does_not_list_a_prefix_and_an_address_out_of_it(azure, refused):
    azure.put_prefix()
    azure.put_address(properties={"publicIPPrefix": {"id": prefix(azure)}})
    response = azure.gateway_with(publicIpPrefixes=[prefix(azure)], publicIpAddresses=[address(azure)])
    refused(response, "SandboxPublicIPPrefixUsedWhole")
    assert azure.gateway_with(publicIpAddresses=[address(azure)]).ok


def test_c9_an_address_or_a_prefix_has_one_gateway(azure, refused):
    azure.put_address()
    azure.put_prefix()
    assert azure.gateway_with(publicIpAddresses=[address(azure)], publicIpPrefixes=[prefix(azure)]).ok
    message = refused(azure.gateway_with(name="b", publicIpAddresses=[address(azure)]), "PublicIPAddressInUse")
    assert message == (
        f"Resource {azure.id('natGateways', 'b')} is referencing public IP address {address(azure)} that is already "
        f"allocated to resource {azure.id('natGateways', 'ng')}."
    )
    refused(azure.gateway_with(name="b", publicIpPrefixes=[prefix(azure)]), "SandboxPublicIPPrefixInUse")
    assert azure.gateway_with().ok
    assert azure.gateway_with(name="b", publicIpAddresses=[address(azure)], publicIpPrefixes=[prefix(azure)]).ok


def test_c9_all_subnets_are_in_one_network(network, refused):
    network.put_gateway()
    network.put_network("other")
    assert network.put_subnet(natGateway=gateway(network)).ok
    message = refused(
        network.put_subnet(network="other", natGateway=gateway(network)),
        "NatGatewayCannotBeUsedBySubnetsBelongingToDifferentVirtualNetworks",
    )
    assert f"currently used on virtual network {network.id('virtualNetworks', 'vnet')}" in message
    network.put_subnet()
    assert network.put_subnet(network="other", natGateway=gateway(network)).ok


def test_c9_at_most_800_subnets(azure, refused):
    azure.put_gateway()
    inline = [
        {
            "name": f"s{number}",
            "properties": {"addressPrefix": f"10.{number // 256}.{number % 256}.0/24", "natGateway": gateway(azure)},
        }
        for number in range(801)
    ]
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}}
    refused(azure.put_network(properties={**space, "subnets": inline}), "SandboxNatGatewayTooManySubnets")
    assert azure.put_network(properties={**space, "subnets": inline[:800]}).ok
    assert azure.put(azure.subnet_id("s7"), inline[7]).ok
    refused(azure.put(azure.subnet_id("s800"), inline[800]), "SandboxNatGatewayTooManySubnets")
    assert len(azure.properties(azure.id("natGateways", "ng"))["subnets"]) == 800


def test_c11_no_gateway_subnet(azure, refused):
    azure.put_network()
    azure.put_gateway()
    refused(azure.put_subnet("gatewaysubnet", natGateway=gateway(azure)), "SandboxNatGatewayOnGatewaySubnet")
    assert azure.put_subnet("AzureFirewallSubnet", natGateway=gateway(azure)).ok


@pytest.mark.parametrize(
    ("service", "accepted"), [("Microsoft.Sql/managedInstances", False), ("Microsoft.Web/serverFarms", True)]
)
def test_c11_no_sql_managed_instance_subnet(network, refused, service, accepted):
    network.put_gateway()
    delegations = [{"name": "d", "properties": {"serviceName": service}}]
    response = network.put_subnet(natGateway=gateway(network), delegations=delegations)
    assert response.ok == accepted
    if not accepted:
        refused(response, "SandboxNatGatewayOnSqlManagedInstanceSubnet")


def test_c11_no_basic_address_in_the_subnet(network, refused):
    network.put_gateway()
    network.put_address("basic", sku={"name": "Basic"})
    network.put_address("standard")
    basic, standard = ({"id": address(network, name)} for name in ("basic", "standard"))
    network.put_interface(publicIPAddress=basic)
    refused(network.put_subnet(natGateway=gateway(network)), "SubnetWithNatGatewayAndBasicSkuResourceNotAllowed")
    network.put_interface(publicIPAddress=standard)
    assert network.put_subnet(natGateway=gateway(network)).ok
    refused(network.put_interface("nic2", publicIPAddress=basic), "SubnetWithNatGatewayAndBasicSkuResourceNotAllowed")


def test_c16_delete_only_after_detach(network, refused):
    network.put_gateway()
    network.put_subnet(natGateway=gateway(network))
    response = network.delete(network.id("natGateways", "ng"))
    assert response.status == 400
    assert refused(response, "CannotDeleteNatGatewayAssociatedToSubnet") == (
        f"NAT Gateway {network.id('natGateways', 'ng')} is still configured on 1 subnets. Remove NAT Gateway from all "
        "referenced subnets and then delete NAT Gateway."
    )
    network.put_subnet()
    assert network.delete(network.id("natGateways", "ng")).status == 200


def test_a_subnet_can_switch_gateways_in_one_put(network):
    network.put_gateway("old")
    network.put_gateway("new")
    network.put_subnet(natGateway=gateway(network, "old"))
    assert network.put_subnet(natGateway=gateway(network, "new")).ok
    assert network.delete(network.id("natGateways", "old")).ok


def test_c18_quota_of_gateways_by_subscription_and_region(path, azure, refused):
    azure.plane = ControlPlane(path, quotas=Quotas(nat_gateways=2))
    assert azure.put_gateway("a").ok
    assert azure.put_gateway("b").ok
    refused(azure.put_gateway("c"), "SandboxNatGatewayCountLimitReached")
    assert azure.put_gateway("b", tags={"x": "y"}).ok
    assert azure.put_gateway("c", location="northeurope").ok
    azure.subscription = "other"
    azure.put_group()
    assert azure.put_gateway("c").ok


def test_a_gateway_as_source_of_a_network_keeps_the_network(azure, refused):
    azure.put_network()
    source = {"sourceVirtualNetwork": {"id": azure.id("virtualNetworks", "vnet")}}
    assert azure.put_gateway(api=V2, sku={"name": "StandardV2"}, properties=source).ok
    assert "sourceVirtualNetwork" in refused(azure.delete(azure.id("virtualNetworks", "vnet")), "SandboxResourceInUse")
