"""Resource groups: where they are, and that they take everything with them."""

from __future__ import annotations

API = "2024-05-01"


def test_a_group_as_azure_shows_it(azure):
    group = azure.get(azure.group)
    assert group == {
        "id": azure.group,
        "name": "rg",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "westeurope",
        "properties": {"provisioningState": "Succeeded"},
    }


def test_a_group_stays_in_its_region(azure, refused):
    response = azure.put(azure.group, {"location": "northeurope"})
    assert response.status == 409
    assert refused(response, "InvalidResourceGroupLocation") == (
        "Invalid resource group location 'northeurope'. The Resource group already exists in location 'westeurope'."
    )
    assert azure.put_group(tags={"a": "b"}).status == 200


def test_a_group_is_found_in_any_casing(azure):
    azure.put_gateway()
    azure.group_name = "RG"
    assert azure.get(azure.id("natGateways", "ng"))["id"].startswith("/subscriptions/")
    assert azure.put_gateway("other").ok


def test_deleting_a_group_deletes_all_in_it(network):
    network.put_prefix()
    network.put_gateway(properties={"publicIpPrefixes": [{"id": network.id("publicIPPrefixes", "pfx")}]})
    network.put_subnet(natGateway={"id": network.id("natGateways", "ng")})
    network.put_interface()
    assert network.delete(network.group).status == 200
    assert network.plane.list(f"/subscriptions/{network.subscription}/resourceGroups").body == {"value": []}
    network.put_group()
    assert network.plane.get(network.id("publicIPPrefixes", "pfx"), api_version=API).status == 404
    assert network.put_network().status == 201


def test_a_group_is_not_deleted_while_others_use_what_is_in_it(azure, refused):
    azure.group_name = "addresses"
    azure.put_group()
    azure.put_prefix()
    prefix = azure.id("publicIPPrefixes", "pfx")
    addresses, azure.group_name = azure.group, "rg"
    azure.gateway_with(publicIpPrefixes=[prefix])
    response = azure.delete(addresses)
    assert response.status == 409
    assert azure.id("natGateways", "ng") in refused(response, "ResourceGroupDeletionBlocked")
    assert azure.plane.get(prefix, api_version=API).ok
    assert azure.delete(azure.group).ok
    assert azure.delete(addresses).ok


def test_groups_of_one_name_in_two_subscriptions_are_two(azure):
    azure.put_gateway()
    azure.subscription = "another"
    assert azure.put_group().status == 201
    assert azure.plane.get(azure.id("natGateways", "ng"), api_version=API).status == 404
    assert azure.delete(azure.group).ok
    azure.subscription = "00000000-0000-0000-0000-000000000001"
    assert azure.get(azure.id("natGateways", "ng"))
