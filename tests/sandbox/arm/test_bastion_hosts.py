"""Bastion hosts: where they are, what each SKU has, and what ARM refuses to change."""

from __future__ import annotations

import pytest

BASTION = "bastionHosts"
SKUS = ("Developer", "Basic", "Standard", "Premium")


def test_a_host_and_what_azure_adds(hosted):
    assert hosted.put_bastion().status == 201
    assert hosted.put_bastion().status == 200
    host = hosted.get(hosted.id(BASTION, "bastion"))
    properties = host["properties"]
    assert properties["dnsName"].startswith("bst-")
    assert properties["dnsName"].endswith(".bastion.azure.com")
    assert (properties["scaleUnits"], properties["enableTunneling"]) == (2, False)
    (configuration,) = properties["ipConfigurations"]
    assert configuration["id"] == f"{host['id']}/bastionHostIpConfigurations/config"
    assert configuration["properties"]["privateIPAllocationMethod"] == "Dynamic"
    assert hosted.put(host["id"], host).status == 200


def test_the_sku_is_standard_where_nothing_is_said(hosted):
    hosted.put_bastion(sku=None)
    assert hosted.get(hosted.id(BASTION, "bastion"))["sku"] == {"name": "Standard"}


def test_what_a_host_uses_says_so_and_stays(hosted, refused):
    hosted.put_bastion()
    element = f"{hosted.id(BASTION, 'bastion')}/bastionHostIpConfigurations/config"
    subnet, address = hosted.subnet_id("AzureBastionSubnet"), hosted.id("publicIPAddresses", "pip")
    assert hosted.properties(subnet)["ipConfigurations"] == [{"id": element}]
    assert hosted.properties(address)["ipConfiguration"] == {"id": element}
    assert element in refused(hosted.delete(subnet), "InUseSubnetCannotBeDeleted")
    assert element in refused(hosted.delete(address), "PublicIPAddressCannotBeDeleted")
    refused(hosted.delete(hosted.id("virtualNetworks", "vnet")), "InUseSubnetCannotBeDeleted")
    refused(hosted.put_subnet("AzureBastionSubnet", prefix="10.0.10.0/26"), "InUsePrefixCannotBeDeleted")
    hosted.delete(hosted.id(BASTION, "bastion"))
    assert hosted.delete(subnet).status == 200
    assert hosted.delete(address).status == 200


def test_a_subnet_has_one_host(hosted, refused):
    hosted.put_bastion()
    hosted.put_address("second")
    message = refused(hosted.put_bastion("other", "second"), "SandboxBastionOneHostASubnet")
    assert hosted.id(BASTION, "bastion") in message


def test_a_host_is_in_its_own_subnet(hosted, refused):
    configurations = [{"name": "config", "properties": {"subnet": {"id": hosted.subnet_id()}}}]
    response = hosted.put_bastion(properties={"ipConfigurations": configurations})
    assert refused(response, "SubnetNameMustBeAzureBastionSubnet") == (
        f"Subnet name {hosted.subnet_id()} is invalid for Azure Bastion. Azure Bastion can only be created in subnet "
        "with name 'AzureBastionSubnet'."
    )
    nowhere = hosted.put_bastion(properties={"ipConfigurations": [{"name": "config"}]})
    refused(nowhere, "SandboxBastionConfiguration")


@pytest.mark.parametrize(("prefix", "fits"), [("10.0.9.0/25", True), ("10.0.9.0/26", True), ("10.0.9.0/27", False)])
def test_the_size_of_the_subnet(hosted, refused, prefix, fits):
    hosted.put_subnet("AzureBastionSubnet", prefix=prefix)
    response = hosted.put_bastion()
    if fits:
        assert response.ok, response
    else:
        assert "/27" in refused(response, "SandboxBastionSubnetTooSmall")


def test_a_host_has_one_configuration(hosted, refused):
    id_ = hosted.id(BASTION, "bastion")
    none = hosted.put_bastion(properties={"ipConfigurations": []})
    assert refused(none, "BastionHostMustHaveAtleastOneHostIpConfiguration") == (
        f"BastionHost {id_} must contain at least 1 IP Configuration."
    )
    subnet = {"subnet": {"id": hosted.subnet_id("AzureBastionSubnet")}}
    two = [{"name": name, "properties": subnet} for name in "ab"]
    several = hosted.put_bastion(properties={"ipConfigurations": two})
    assert refused(several, "BastionHostMustHaveMaximumOneHostIpConfiguration") == (
        f"BastionHost {id_} must contain 1 IP Configuration. It currently contains 2."
    )
    unnamed = hosted.put_bastion(properties={"ipConfigurations": [{"properties": subnet}]})
    refused(unnamed, "InvalidRequestFormat")


@pytest.mark.parametrize(
    "changes",
    [
        {"sku": {"name": "Basic"}},
        {"properties": {"publicIPAddressVersion": "IPv6"}},
        {"sku": {"name": "StandardV2"}, "api": "2025-05-01"},
    ],
    ids=["Basic", "IPv6", "StandardV2"],
)
def test_addresses_that_bastion_cannot_have(hosted, refused, changes):
    assert hosted.put_address("other", **changes).ok
    refused(hosted.put_bastion(address="other"), "SandboxBastionPublicIP")


def test_the_address_is_the_hosts_own(hosted, refused):
    refused(hosted.put_bastion(address=None), "SandboxBastionPublicIP")
    public = {"publicIPAddress": {"id": hosted.id("publicIPAddresses", "pip")}}
    hosted.put_interface(**public)
    refused(hosted.put_bastion(), "PublicIPAddressInUse")
    hosted.delete(hosted.id("networkInterfaces", "nic"))
    hosted.put_bastion()
    refused(hosted.put_interface(**public), "PublicIPAddressInUse")


FEATURES = {
    "enableKerberos": "Basic",
    "disableCopyPaste": "Standard",
    "enableFileCopy": "Standard",
    "enableIpConnect": "Standard",
    "enableShareableLink": "Standard",
    "enableTunneling": "Standard",
    "enableSessionRecording": "Premium",
}


@pytest.mark.parametrize("sku", SKUS[1:])
@pytest.mark.parametrize(("feature", "least"), FEATURES.items())
def test_features_by_sku(hosted, refused, sku, feature, least):
    response = hosted.put_bastion(sku={"name": sku}, properties={feature: True})
    if SKUS.index(sku) >= SKUS.index(least):
        assert response.ok, response
    else:
        assert f"Use {least} or a higher SKU" in refused(response, "SandboxBastionFeatureNotInSku")


@pytest.mark.parametrize(
    ("sku", "units", "valid"),
    [
        ("Basic", 2, True),
        ("Basic", 3, False),
        ("Standard", 1, False),
        ("Standard", 2, True),
        ("Standard", 50, True),
        ("Premium", 51, False),
    ],
)
def test_scale_units(hosted, refused, sku, units, valid):
    response = hosted.put_bastion(sku={"name": sku}, properties={"scaleUnits": units})
    if valid:
        assert response.ok, response
    else:
        refused(response, "SandboxBastionScaleUnits")


def test_a_private_host_has_no_address(hosted, refused):
    private = {"enablePrivateOnlyBastion": True}
    refused(hosted.put_bastion(address=None, properties=private), "SandboxBastionFeatureNotInSku")
    premium = {"sku": {"name": "Premium"}, "properties": private}
    refused(hosted.put_bastion(**premium), "SandboxBastionPublicIP")
    assert hosted.put_bastion(address=None, **premium).ok


@pytest.mark.parametrize("before", SKUS[1:])
@pytest.mark.parametrize("after", SKUS[1:])
def test_a_host_moves_up_only(hosted, refused, before, after):
    assert hosted.put_bastion(sku={"name": before}).ok
    response = hosted.put_bastion(sku={"name": after})
    if SKUS.index(after) >= SKUS.index(before):
        assert response.status == 200
    else:
        assert refused(response, "BastionUpdateNotSupported") == (
            "Downgrading SKU or updating bastion host subnet or public ip is not allowed"
        )


def test_a_host_keeps_its_place(hosted, refused):
    hosted.put_bastion()
    hosted.put_address("second")
    refused(hosted.put_bastion(address="second"), "BastionUpdateNotSupported")
    hosted.put_network("elsewhere")
    hosted.put_subnet("AzureBastionSubnet", "elsewhere", "10.0.9.0/26")
    elsewhere = {
        "subnet": {"id": hosted.subnet_id("AzureBastionSubnet", "elsewhere")},
        "publicIPAddress": {"id": hosted.id("publicIPAddresses", "pip")},
    }
    moved = hosted.put_bastion(properties={"ipConfigurations": [{"name": "config", "properties": elsewhere}]})
    refused(moved, "BastionUpdateNotSupported")
    shouted = {name: {"id": value["id"].upper()} for name, value in elsewhere.items()}
    shouted["subnet"]["id"] = hosted.subnet_id("AzureBastionSubnet").replace("/rg/", "/RG/")
    same = hosted.put_bastion(properties={"ipConfigurations": [{"name": "config", "properties": shouted}]})
    assert same.status == 200, same


def test_bastion_needs_ipv4(hosted, refused):
    hosted.put_network(properties={"addressSpace": {"addressPrefixes": ["10.0.0.0/16", "fd00::/48"]}})
    hosted.put_subnet("AzureBastionSubnet", prefix="fd00::/64")
    assert "no IPv4 prefix" in refused(hosted.put_bastion(), "SandboxBastionSubnetTooSmall")


def test_a_region_without_zones(azure, refused):
    azure.location = "westus"
    azure.put_network()
    azure.put_subnet("AzureBastionSubnet", prefix="10.0.9.0/26")
    azure.put_address()
    refused(azure.put_bastion(zones=["1"]), "LocationNotSupportAvailabilityZones")
    assert azure.put_bastion().ok


def test_zones(hosted, refused):
    refused(hosted.put_bastion(zones=["4"]), "InvalidAvailabilityZone")
    assert hosted.put_bastion(zones=["1", "2"]).ok
    refused(hosted.put_bastion(zones=["1"]), "ResourceAvailabilityZonesCannotBeModified")


def developer(hosted, **properties):
    network = {"virtualNetwork": {"id": hosted.id("virtualNetworks", "vnet")}, "ipConfigurations": None}
    return hosted.put_bastion(sku={"name": "Developer"}, properties={**network, **properties})


def test_a_developer_host_is_in_no_subnet(hosted, refused):
    assert developer(hosted).ok
    properties = hosted.properties(hosted.id(BASTION, "bastion"))
    assert properties["dnsName"] == "omnibrain.westeurope.bastionglobal.azure.com"
    assert (properties["ipConfigurations"], "scaleUnits" in properties) == ([], False)
    refused(hosted.delete(hosted.id("virtualNetworks", "vnet")), "SandboxResourceInUse")
    refused(developer(hosted, virtualNetwork=None), "SandboxBastionConfiguration")
    refused(developer(hosted, scaleUnits=2), "SandboxBastionScaleUnits")
    refused(developer(hosted, enableKerberos=True), "SandboxBastionFeatureNotInSku")
    assert hosted.put_bastion().status == 200


def test_what_only_a_developer_host_has(hosted, refused):
    network = {"virtualNetwork": {"id": hosted.id("virtualNetworks", "vnet")}}
    refused(hosted.put_bastion(properties=network), "SandboxBastionConfiguration")
    configurations = [{"name": "c", "properties": {"subnet": {"id": hosted.subnet_id("AzureBastionSubnet")}}}]
    refused(developer(hosted, ipConfigurations=configurations), "SandboxBastionConfiguration")


def test_an_unknown_sku(hosted, refused):
    assert "Developer or Basic" in refused(hosted.put_bastion(sku={"name": "Free"}), "InvalidRequestFormat")
