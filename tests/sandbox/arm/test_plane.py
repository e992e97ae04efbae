"""What every resource type has in common: envelopes, ids, lists, the log."""

from __future__ import annotations

import pytest

API = "2024-05-01"


def test_create_answers_201_and_replace_200(azure):
    assert azure.put_network().status == 201
    assert azure.put_network(tags={"a": "b"}).status == 200
    assert azure.get(azure.id("virtualNetworks", "vnet"))["tags"] == {"a": "b"}


def test_azure_fills_the_envelope(azure):
    azure.put_network()
    body = azure.get(azure.id("virtualNetworks", "vnet"))
    assert body["id"] == azure.id("virtualNetworks", "vnet")
    assert body["name"] == "vnet"
    assert body["type"] == "Microsoft.Network/virtualNetworks"
    assert body["location"] == "westeurope"
    assert body["properties"]["provisioningState"] == "Succeeded"
    assert len(body["properties"]["resourceGuid"]) == 36


def test_put_answers_what_get_answers(network):
    put = network.put_gateway()
    assert put.body == network.get(network.id("natGateways", "ng"))


def test_what_a_get_says_can_be_put_again(network):
    network.put_prefix()
    network.gateway_with(publicIpPrefixes=[network.id("publicIPPrefixes", "pfx")])
    network.put_subnet(
        natGateway={"id": network.id("natGateways", "ng")}, serviceEndpoints=[{"service": "Microsoft.Sql"}]
    )
    network.put_interface()
    network.put(network.id("networkSecurityGroups", "nsg"), {"location": "westeurope"})
    for kind, name in (
        ("publicIPPrefixes", "pfx"),
        ("natGateways", "ng"),
        ("virtualNetworks", "vnet"),
        ("networkInterfaces", "nic"),
        ("networkSecurityGroups", "nsg"),
    ):
        before = network.get(network.id(kind, name))
        assert network.put(network.id(kind, name), before).status == 200, kind
        after = network.get(network.id(kind, name))
        assert without_etags(after) == without_etags(before)


def without_etags(value):
    if isinstance(value, dict):
        return {name: without_etags(member) for name, member in value.items() if name != "etag"}
    return [without_etags(item) for item in value] if isinstance(value, list) else value


def test_ids_are_compared_without_case_and_keep_their_first_casing(azure):
    azure.put_network("VNet")
    shouted = azure.id("virtualNetworks", "VNet").upper().replace("/SUBSCRIPTIONS", "/Subscriptions")
    assert azure.get(shouted)["id"] == azure.id("virtualNetworks", "VNet")
    assert azure.put_network("vnet", tags={"x": "y"}).status == 200
    assert azure.get(shouted)["name"] == "VNet"


def test_references_are_compared_without_case(network):
    network.put_gateway()
    assert network.put_subnet(natGateway={"id": network.id("natgateways", "NG").replace("rg", "RG")}).ok
    subnets = network.properties(network.id("natGateways", "ng"))["subnets"]
    assert subnets == [{"id": network.subnet_id()}]


def test_etag_changes_with_each_write_and_with_writes_to_children(azure):
    etags = [azure.put_network().body["etag"], azure.put_network().body["etag"]]
    azure.put_subnet()
    etags.append(azure.get(azure.id("virtualNetworks", "vnet"))["etag"])
    assert len(set(etags)) == 3
    assert azure.get(azure.id("virtualNetworks", "vnet"))["etag"] == etags[-1]


@pytest.mark.parametrize(
    ("id_", "code", "status"),
    [
        ("", "SandboxMalformedResourceId", 400),
        ("/", "SandboxMalformedResourceId", 400),
        ("/subscriptions/s", "SandboxMalformedResourceId", 400),
        ("/subscriptions//resourceGroups/rg", "SandboxMalformedResourceId", 400),
        (
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/natGateways",
            "SandboxMalformedResourceId",
            400,
        ),
        ("/subscriptions/s/resourceGroups/rg.", "SandboxResourceGroupName", 400),
        ("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/natGateways/-x", "InvalidResourceName", 400),
        ("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/natGateways/x.", "InvalidResourceName", 400),
        ("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/nope/x", "InvalidResourceType", 404),
        ("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Nope/natGateways/x", "InvalidResourceType", 404),
        ("/subscriptions/s/resourceGroups/rg", "ResourceGroupNotFound", 404),
        ("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/natGateways/x", "ResourceGroupNotFound", 404),
    ],
)
def test_ids_that_name_nothing(empty, refused, id_, code, status):
    response = empty.plane.get(id_, api_version=API)
    refused(response, code)
    assert response.status == status


@pytest.mark.parametrize("name", ["a", "a_", "a.b-c_d", "x" * 80])
def test_names_that_are_valid(azure, name):
    assert azure.put_gateway(name).status == 201


def test_a_name_of_81_characters_is_refused(azure, refused):
    refused(azure.put_gateway("x" * 81), "InvalidResourceName")


def test_put_into_a_missing_group(empty, refused):
    refused(empty.put_network(), "ResourceGroupNotFound")


def test_child_of_a_missing_parent(azure, refused):
    message = refused(azure.put_subnet(), "ParentResourceNotFound")
    assert "'virtualNetworks/subnets'" in message
    refused(azure.plane.get(azure.subnet_id(), api_version=API), "ResourceNotFound")


def test_get_of_what_is_missing(network, refused):
    response = network.plane.get(network.id("natGateways", "none"), api_version=API)
    assert refused(response, "ResourceNotFound").startswith("The Resource 'Microsoft.Network/natGateways/none' under")
    refused(network.plane.get(network.subnet_id("none"), api_version=API), "NotFound")


def test_delete_of_what_is_missing_answers_204(network):
    assert network.delete(network.id("natGateways", "none")).status == 204
    assert network.delete(network.subnet_id("none")).status == 204


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("", "MissingApiVersionParameter"),
        ("v1", "InvalidApiVersionParameter"),
        ("2024-5-1", "InvalidApiVersionParameter"),
    ],
)
def test_api_versions_that_are_none(azure, refused, version, code):
    refused(azure.plane.get(azure.group, api_version=version), code)


@pytest.mark.parametrize("location", [None, ""])
def test_location_is_required(azure, refused, location):
    refused(azure.put_gateway(location=location), "LocationRequired")


def test_location_is_normalized_and_must_exist(azure, refused):
    assert azure.put_gateway(location="West Europe").body["location"] == "westeurope"
    assert "westeurope" in refused(
        azure.put_gateway("other", location="atlantis"), "LocationNotAvailableForResourceType"
    )


@pytest.mark.parametrize(
    ("kind", "code"),
    [("natGateways", "ng"), ("virtualNetworks", "vnet"), ("publicIPPrefixes", "pfx"), ("networkInterfaces", "nic")],
)
def test_nothing_moves_to_another_region(network, refused, kind, code):
    network.put_gateway()
    network.put_prefix()
    network.put_interface()
    body = network.get(network.id(kind, code))
    response = network.put(network.id(kind, code), {**body, "location": "northeurope"})
    refused(response, "InvalidResourceLocation")
    assert response.status == 409


@pytest.mark.parametrize("body", [None, [], "text", 3])
def test_bodies_that_are_no_objects(azure, refused, body):
    refused(azure.put(azure.id("natGateways", "ng"), body), "InvalidRequestContent")


@pytest.mark.parametrize(
    "changes",
    [
        {"properties": []},
        {"properties": {"publicIpAddresses": "x"}},
        {"properties": {"idleTimeoutInMinutes": "x"}},
        {"properties": {"idleTimeoutInMinutes": True}},
        {"properties": {"idleTimeoutInMinutes": 4.5}},
        {"zones": "1"},
        {"zones": [1]},
        {"sku": "Standard"},
        {"sku": {"name": "Premium"}},
        {"tags": 3},
    ],
)
def test_bodies_of_a_wrong_shape(azure, refused, changes):
    assert "must be" in refused(azure.put_gateway(**changes), "InvalidRequestFormat")


def test_whole_numbers_may_come_as_doubles(azure):
    response = azure.put_gateway(properties={"idleTimeoutInMinutes": 10.0})
    assert repr(response.body["properties"]["idleTimeoutInMinutes"]) == "10"


def test_what_only_azure_sets_is_dropped(azure):
    azure.put_prefix(properties={"ipPrefix": "8.8.8.0/30", "provisioningState": "Failed"})
    properties = azure.properties(azure.id("publicIPPrefixes", "pfx"))
    assert properties["ipPrefix"] != "8.8.8.0/30"
    assert properties["provisioningState"] == "Succeeded"


@pytest.mark.parametrize("reference", [{}, {"id": 3}, {"id": "gateway"}, "gateway"])
def test_references_that_are_none(network, refused, reference):
    refused(network.put_subnet(natGateway=reference), "LinkedInvalidPropertyId")


def test_references_to_what_is_missing(network, refused):
    message = refused(
        network.put_subnet(natGateway={"id": network.id("natGateways", "none")}), "InvalidResourceReference"
    )
    assert f"referenced by resource {network.subnet_id()} was not found" in message


def test_references_to_another_type(network, refused):
    network.put_prefix()
    refused(network.put_subnet(natGateway={"id": network.id("publicIPPrefixes", "pfx")}), "InvalidRequestFormat")


def test_references_stay_in_region_and_subscription(network, refused):
    network.put_gateway("far", location="northeurope")
    refused(network.put_subnet(natGateway={"id": network.id("natGateways", "far")}), "InvalidResourceReference")
    network.subscription = "other"
    network.put_group()
    network.put_gateway()
    gateway = network.id("natGateways", "ng")
    network.subscription = "00000000-0000-0000-0000-000000000001"
    refused(network.put_subnet(natGateway={"id": gateway}), "InvalidResourceReference")


def test_a_refused_put_changes_nothing(network, refused):
    before = network.get(network.id("virtualNetworks", "vnet"))
    subnets = [
        {"name": "app", "properties": {"addressPrefix": "10.0.7.0/24"}},
        {"name": "bad", "properties": {"addressPrefix": "10.0.7.0/24"}},
    ]
    refused(network.put_network(properties={"subnets": subnets}), "NetcfgSubnetRangesOverlap")
    assert network.get(network.id("virtualNetworks", "vnet")) == before


def test_lists(network, refused):
    network.put_gateway("b")
    network.put_gateway("a")
    network.group_name = "other"
    network.put_group()
    network.put_gateway("c")
    subscription = f"/subscriptions/{network.subscription}"

    def names(collection):
        return [item["name"] for item in network.plane.list(collection).body["value"]]

    assert names(f"{subscription}/resourceGroups") == ["rg", "other"]
    assert names(f"{subscription}/providers/Microsoft.Network/natGateways") == ["b", "a", "c"]
    network.group_name = "rg"
    assert names(f"{network.group}/providers/Microsoft.Network/natGateways") == ["b", "a"]
    assert names(f"{network.id('virtualNetworks', 'vnet')}/subnets") == ["app"]
    assert names("/subscriptions/none/resourceGroups") == []
    refused(
        network.plane.list("/subscriptions/s/resourceGroups/none/providers/Microsoft.Network/natGateways"),
        "ResourceGroupNotFound",
    )
    refused(network.plane.list(f"{network.id('virtualNetworks', 'none')}/subnets"), "ResourceNotFound")
    refused(network.plane.list("/subscriptions"), "SandboxMalformedResourceId")
    refused(network.plane.list(f"{network.group}/providers/Microsoft.Network/nope"), "InvalidResourceType")


def test_the_log_tells_every_request_in_order(azure):
    azure.put_network()
    azure.put_subnet(prefix="192.168.0.0/24")
    azure.delete(azure.id("virtualNetworks", "none"))
    azure.get(azure.group)
    log = [(request.sequence, request.method, request.status, request.error_code) for request in azure.plane.requests()]
    assert log == [
        (1, "PUT", 201, None),
        (2, "PUT", 201, None),
        (3, "PUT", 400, "NetcfgSubnetRangeOutsideVnet"),
        (4, "DELETE", 204, None),
        (5, "GET", 200, None),
    ]
    assert azure.plane.requests()[1].id == azure.id("virtualNetworks", "vnet")
