"""Network interfaces: the private addresses they get, and the public one they may have."""

from __future__ import annotations

import pytest

V2 = "2025-05-01"


def private(azure, name="nic"):
    configurations = azure.properties(azure.id("networkInterfaces", name))["ipConfigurations"]
    return [item["properties"]["privateIPAddress"] for item in configurations]


def body(*configurations, location="westeurope"):
    items = [{"name": f"c{number}", "properties": item} for number, item in enumerate(configurations)]
    return {"location": location, "properties": {"ipConfigurations": items}}


def test_dynamic_addresses_are_the_first_free_after_azures_own(network):
    for number in range(3):
        assert network.put_interface(f"nic{number}").ok
    assert [private(network, f"nic{number}") for number in range(3)] == [["10.0.1.4"], ["10.0.1.5"], ["10.0.1.6"]]
    network.delete(network.id("networkInterfaces", "nic1"))
    network.put_interface("nic3")
    assert private(network, "nic3") == ["10.0.1.5"]


def test_a_dynamic_address_stays_with_its_configuration(network):
    network.put_interface("a")
    network.put_interface("b")
    network.delete(network.id("networkInterfaces", "a"))
    assert network.put_interface("b", enableIPForwarding=True).ok
    assert private(network, "b") == ["10.0.1.5"]


def test_what_azure_fills(network):
    network.put_interface()
    nic = network.get(network.id("networkInterfaces", "nic"))
    (configuration,) = nic["properties"]["ipConfigurations"]
    assert configuration["id"] == f"{nic['id']}/ipConfigurations/ipconfig"
    assert configuration["properties"]["primary"] is True
    assert configuration["properties"]["privateIPAllocationMethod"] == "Dynamic"
    assert nic["properties"]["enableIPForwarding"] is False
    assert nic["properties"]["macAddress"].startswith("00-0D-3A-")


@pytest.mark.parametrize(("setting", "connectivity"), [(None, True), (True, True), (False, False)])
def test_default_outbound_connectivity_follows_the_subnet(network, setting, connectivity):
    network.put_subnet(defaultOutboundAccess=setting)
    network.put_interface()
    nic = network.properties(network.id("networkInterfaces", "nic"))
    assert nic["defaultOutboundConnectivityEnabled"] is connectivity


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("10.0.1.0", "PrivateIPAddressInReservedRange"),
        ("10.0.1.3", "PrivateIPAddressInReservedRange"),
        ("10.0.1.255", "PrivateIPAddressInReservedRange"),
        ("10.0.2.4", "PrivateIPAddressNotInSubnet"),
        ("10.0.1.9", "PrivateIPAddressIsAllocated"),
        ("ten", "SandboxNetworkInterfaceConfiguration"),
        (None, "SandboxNetworkInterfaceConfiguration"),
        ("10.0.1.4", None),
        ("10.0.1.254", None),
    ],
)
def test_static_addresses(network, refused, address, code):
    network.put_interface("other", privateIPAllocationMethod="Static", privateIPAddress="10.0.1.9")
    response = network.put_interface(privateIPAllocationMethod="Static", privateIPAddress=address)
    if code:
        refused(response, code)
    else:
        assert private(network) == [address]


def test_messages_of_static_addresses_are_azures(network, refused):
    network.put_interface("a")
    taken = network.put_interface("b", privateIPAllocationMethod="Static", privateIPAddress="10.0.1.4")
    assert refused(taken, "PrivateIPAddressIsAllocated") == (
        f"IP configuration {network.id('networkInterfaces', 'b')}/ipConfigurations/ipconfig is using the private IP "
        "address 10.0.1.4 which is already allocated to resource "
        f"{network.id('networkInterfaces', 'a')}/ipConfigurations/ipconfig."
    )
    reserved = network.put_interface("b", privateIPAllocationMethod="Static", privateIPAddress="10.0.1.1")
    assert refused(reserved, "PrivateIPAddressInReservedRange") == (
        "Private static IP address 10.0.1.1 falls within reserved IP range of subnet prefix 10.0.1.0/24."
    )


def test_a_subnet_fills_up(azure, refused):
    azure.put_network()
    azure.put_subnet(prefix="10.0.1.0/29")
    for number in range(3):
        assert azure.put_interface(f"nic{number}").ok
    assert "10.0.1.0/29" in refused(azure.put_interface("nic3"), "SubnetIsFull")


def test_several_configurations_share_a_subnet(network, refused):
    network.put_subnet("other", prefix="10.0.2.0/24")
    one, other = ({"subnet": {"id": network.subnet_id(name)}} for name in ("app", "other"))
    id_ = network.id("networkInterfaces", "nic")
    refused(network.put(id_, body(one, other)), "IpConfigurationsOnSameNicCannotUseDifferentSubnets")
    static = {**one, "privateIPAllocationMethod": "Static", "privateIPAddress": "10.0.1.4"}
    assert network.put(id_, body(one, static)).ok
    assert private(network) == ["10.0.1.5", "10.0.1.4"]
    primary = [item["properties"]["primary"] for item in network.properties(id_)["ipConfigurations"]]
    assert primary == [True, False]


@pytest.mark.parametrize(
    "configurations", [[], [{}], [{"primary": True}, {"primary": True}], [{"privateIPAddressVersion": "IPv6"}]]
)
def test_configurations_that_are_refused(network, refused, configurations):
    with_subnet = [{"subnet": {"id": network.subnet_id()}, **item} if item else {} for item in configurations]
    response = network.put(network.id("networkInterfaces", "nic"), body(*with_subnet))
    refused(response, "SandboxNetworkInterfaceConfiguration")


def test_a_public_address_has_one_configuration(network, refused):
    network.put_address()
    public = {"publicIPAddress": {"id": network.id("publicIPAddresses", "pip")}}
    assert network.put_interface("a", **public).ok
    assert network.put_interface("a", **public).status == 200
    message = refused(network.put_interface("b", **public), "PublicIPAddressInUse")
    assert message.endswith(f"allocated to resource {network.id('networkInterfaces', 'a')}/ipConfigurations/ipconfig.")
    refused(network.gateway_with(publicIpAddresses=[public["publicIPAddress"]["id"]]), "PublicIPAddressInUse")
    twice = {"subnet": {"id": network.subnet_id()}, **public}
    response = network.put(network.id("networkInterfaces", "a"), body(twice, {**twice, "primary": True}))
    refused(response, "SandboxNetworkInterfaceConfiguration")


def test_a_public_address_moves_between_configurations_of_one_interface(network):
    network.put_address()
    bare = {"subnet": {"id": network.subnet_id()}}
    public = {**bare, "publicIPAddress": {"id": network.id("publicIPAddresses", "pip")}}
    id_ = network.id("networkInterfaces", "nic")
    assert network.put(id_, body(public, bare)).ok
    assert network.put(id_, body(bare, public)).ok


def test_standard_v2_addresses_are_for_gateways_only(network, refused):
    network.put_address(api=V2, sku={"name": "StandardV2"})
    public = {"publicIPAddress": {"id": network.id("publicIPAddresses", "pip")}}
    refused(network.put_interface(**public), "SandboxPublicIPOnlyOnNatGateway")


def test_an_interface_is_where_its_network_is(network, refused):
    subnet = {"subnet": {"id": network.subnet_id()}}
    response = network.put(network.id("networkInterfaces", "nic"), body(subnet, location="northeurope"))
    refused(response, "InvalidResourceReference")
