"""Public IP addresses and prefixes: what they may be, what they stay, who has them."""

from __future__ import annotations

import ipaddress

import pytest
from azure_sandbox.arm import ControlPlane, Quotas

V2 = "2025-05-01"
INTERNET = {"ipTagType": "RoutingPreference", "tag": "Internet"}


def prefix(azure, name="pfx"):
    return azure.id("publicIPPrefixes", name)


def address(azure, name="pip"):
    return azure.id("publicIPAddresses", name)


@pytest.mark.parametrize(
    ("version", "length", "accepted"),
    [
        ("IPv4", 27, False),
        ("IPv4", 28, True),
        ("IPv4", 31, True),
        ("IPv4", 32, False),
        ("IPv6", 123, False),
        ("IPv6", 124, True),
        ("IPv6", 127, True),
        ("IPv6", 128, False),
    ],
)
def test_c4_prefix_lengths(azure, refused, version, length, accepted):
    response = azure.put_prefix(properties={"prefixLength": length, "publicIPAddressVersion": version})
    assert response.ok == accepted
    if not accepted:
        refused(response, "SandboxPublicIPPrefixLength")
        return
    network = ipaddress.ip_network(response.body["properties"]["ipPrefix"])
    assert (network.prefixlen, network.version) == (length, int(version[-1]))


def test_a_prefix_needs_a_length(azure, refused):
    refused(azure.put_prefix(properties={"prefixLength": None}), "SandboxPublicIPPrefixLength")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"properties": {"prefixLength": 29}}, "SandboxPublicIPPropertyCannotBeChanged"),
        (
            {"properties": {"publicIPAddressVersion": "IPv6", "prefixLength": 126}},
            "SandboxPublicIPPropertyCannotBeChanged",
        ),
        ({"sku": {"name": "StandardV2"}, "zones": None}, "SandboxPublicIPPropertyCannotBeChanged"),
        ({"sku": {"tier": "Global"}}, "SandboxPublicIPPropertyCannotBeChanged"),
        ({"zones": ["2"]}, "ResourceAvailabilityZonesCannotBeModified"),
        ({"location": "northeurope"}, "InvalidResourceLocation"),
    ],
)
def test_what_of_a_prefix_cannot_be_changed(azure, refused, change, code):
    azure.put_prefix(zones=["1"])
    refused(azure.put_prefix(**{"api": V2, "zones": ["1"], **change}), code)
    before = azure.properties(prefix(azure))["ipPrefix"]
    assert azure.put_prefix(zones=["1"], tags={"a": "b"}).body["properties"]["ipPrefix"] == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sku": {"name": "Basic"}}, "SkuCannotBeChangedOnUpdate"),
        ({"properties": {"publicIPAddressVersion": "IPv6"}}, "SandboxPublicIPPropertyCannotBeChanged"),
        ({"properties": {"publicIPPrefix": None}}, "SandboxPublicIPPropertyCannotBeChanged"),
        ({"properties": {"ipTags": [INTERNET]}}, "SandboxPublicIPPropertyCannotBeChanged"),
        ({"zones": ["1"]}, "ResourceAvailabilityZonesCannotBeModified"),
        ({"location": "northeurope"}, "InvalidResourceLocation"),
    ],
)
def test_what_of_an_address_cannot_be_changed(azure, refused, change, code):
    azure.put_prefix()
    of_prefix = {"publicIPPrefix": {"id": prefix(azure)}}
    assert azure.put_address(properties=of_prefix).ok
    changed = {**change, "properties": {**of_prefix, **change.get("properties", {})}}
    refused(azure.put_address(**changed), code)
    assert azure.put_address(properties={**of_prefix, "idleTimeoutInMinutes": 30}, tags={"a": "b"}).ok


def test_defaults_of_an_address(azure):
    body = azure.put_address().body
    assert body["sku"] == {"name": "Standard", "tier": "Regional"}
    assert body["properties"]["publicIPAddressVersion"] == "IPv4"
    assert body["properties"]["idleTimeoutInMinutes"] == 4
    assert body["properties"]["ddosSettings"] == {"protectionMode": "VirtualNetworkInherited"}
    plain = azure.put(address(azure, "plain"), {"location": "westeurope"}).body
    assert plain["sku"]["name"] == "Basic"
    assert plain["properties"]["publicIPAllocationMethod"] == "Dynamic"
    assert "ipAddress" not in plain["properties"]


def test_c6_standard_addresses_are_static(azure, refused):
    response = azure.put_address(properties={"publicIPAllocationMethod": "Dynamic"})
    refused(response, "StandardSkuPublicIPAddressesMustBeStatic")
    assert azure.put_address(sku={"name": "Basic"}, properties={"publicIPAllocationMethod": "Dynamic"}).ok


@pytest.mark.parametrize(("minutes", "accepted"), [(3, False), (4, True), (30, True), (31, False)])
def test_idle_timeout_of_an_address(azure, refused, minutes, accepted):
    response = azure.put_address(properties={"idleTimeoutInMinutes": minutes})
    assert response.ok == accepted
    if not accepted:
        refused(response, "SandboxPublicIPIdleTimeout")


@pytest.mark.parametrize(
    ("zones", "accepted"), [(None, True), (["1", "2", "3"], True), (["1"], False), (["1", "2"], False)]
)
def test_standard_v2_is_zone_redundant(azure, refused, zones, accepted):
    for response in (
        azure.put_address(api=V2, sku={"name": "StandardV2"}, zones=zones),
        azure.put_prefix(api=V2, sku={"name": "StandardV2"}, zones=zones),
    ):
        assert response.ok == accepted
        if not accepted:
            refused(response, "SandboxPublicIPZones")


def test_basic_addresses_have_no_zone(azure, refused):
    refused(azure.put_address(sku={"name": "Basic"}, zones=["1"]), "SandboxPublicIPZones")
    assert azure.put_address(sku={"name": "Basic"}).ok


def test_an_address_out_of_a_prefix_lies_in_it(azure, refused):
    block = ipaddress.ip_network(azure.put_prefix().body["properties"]["ipPrefix"])
    got = set()
    for number in range(4):
        response = azure.put_address(f"a{number}", properties={"publicIPPrefix": {"id": prefix(azure)}})
        got.add(ipaddress.ip_address(response.body["properties"]["ipAddress"]))
    assert got == set(block)
    response = azure.put_address("a4", properties={"publicIPPrefix": {"id": prefix(azure)}})
    refused(response, "SandboxPublicIPPrefixFull")
    assert azure.delete(address(azure, "a2")).ok
    assert azure.put_address("a4", properties={"publicIPPrefix": {"id": prefix(azure)}}).ok


@pytest.mark.parametrize(
    "change", [{"sku": {"name": "Basic"}}, {"zones": ["1"]}, {"properties": {"publicIPAddressVersion": "IPv6"}}]
)
def test_an_address_agrees_with_its_prefix(azure, refused, change):
    azure.put_prefix()
    properties = {"publicIPPrefix": {"id": prefix(azure)}, **change.get("properties", {})}
    refused(azure.put_address(**{**change, "properties": properties}), "SandboxPublicIPPrefixMismatch")


def test_back_references(network):
    network.put_prefix()
    network.put_address("of-prefix", properties={"publicIPPrefix": {"id": prefix(network)}})
    network.put_address("of-gateway")
    network.put_address("of-nic")
    network.put_prefix("whole")
    network.gateway_with(
        publicIpAddresses=[address(network, "of-gateway")], publicIpPrefixes=[prefix(network, "whole")]
    )
    network.put_interface(publicIPAddress={"id": address(network, "of-nic")})
    gateway = {"id": network.id("natGateways", "ng")}
    element = f"{network.id('networkInterfaces', 'nic')}/ipConfigurations/ipconfig"
    assert network.properties(prefix(network))["publicIPAddresses"] == [{"id": address(network, "of-prefix")}]
    assert network.properties(prefix(network, "whole"))["natGateway"] == gateway
    assert network.properties(address(network, "of-gateway"))["natGateway"] == gateway
    assert network.properties(address(network, "of-nic"))["ipConfiguration"] == {"id": element}
    assert "natGateway" not in network.properties(address(network, "of-prefix"))


def test_what_is_attached_is_not_deleted(network, refused):
    network.put_address("a")
    network.put_address("b")
    network.put_prefix()
    network.gateway_with(publicIpAddresses=[address(network, "a")], publicIpPrefixes=[prefix(network)])
    network.put_interface(publicIPAddress={"id": address(network, "b")})
    message = refused(network.delete(address(network, "a")), "PublicIPAddressCannotBeDeleted")
    assert f"still allocated to resource {network.id('natGateways', 'ng')}." in message
    message = refused(network.delete(address(network, "b")), "PublicIPAddressCannotBeDeleted")
    assert "/ipConfigurations/ipconfig. In order" in message
    refused(network.delete(prefix(network)), "InUsePublicIpPrefixCannotBeDeleted")
    network.delete(network.id("natGateways", "ng"))
    network.delete(network.id("networkInterfaces", "nic"))
    for id_ in (address(network, "a"), address(network, "b"), prefix(network)):
        assert network.delete(id_).status == 200


def test_a_prefix_with_addresses_out_of_it_is_not_deleted(azure, refused):
    azure.put_prefix()
    azure.put_address(properties={"publicIPPrefix": {"id": prefix(azure)}})
    refused(azure.delete(prefix(azure)), "InUsePublicIpPrefixCannotBeDeleted")
    azure.delete(address(azure))
    assert azure.delete(prefix(azure)).ok


def test_c20_addresses_count_against_the_quota(path, azure, refused):
    azure.plane = ControlPlane(path, quotas=Quotas(public_ip_addresses=9))
    assert azure.put_prefix(properties={"prefixLength": 29}).ok
    assert azure.put_address("in", properties={"publicIPPrefix": {"id": prefix(azure)}}).ok
    refused(azure.put_prefix("more", properties={"prefixLength": 31}), "PublicIPCountLimitReached")
    assert azure.put_address("last").ok
    refused(azure.put_address("more"), "PublicIPCountLimitReached")
    assert azure.put_address("last", tags={"a": "b"}).ok
    assert azure.put_address("more", location="northeurope").ok


def test_a_domain_name_label_gives_a_name(azure):
    body = azure.put_address(properties={"dnsSettings": {"domainNameLabel": "egress"}}).body
    assert body["properties"]["dnsSettings"]["fqdn"] == "egress.westeurope.cloudapp.azure.com"
