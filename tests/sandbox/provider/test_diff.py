"""What updates and what replaces: the table of azure-native, and how values are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure_sandbox.provider.diff import Change, Difference, diff, normalized_location
from azure_sandbox.provider.resources import RESOURCE_TYPES, ResourceType
from azure_sandbox.provider.schema import ResourceSchema
from azure_sandbox.provider.wire import UNKNOWN

Described = Callable[[str], tuple[ResourceType, ResourceSchema]]

REPLACES = {
    "ResourceGroup": {"resourceGroupName", "location"},
    "VirtualNetwork": {"virtualNetworkName", "resourceGroupName", "location"},
    "Subnet": {"subnetName", "virtualNetworkName", "resourceGroupName"},
    "NatGateway": {"natGatewayName", "resourceGroupName"},
    "PublicIPPrefix": {"publicIpPrefixName", "resourceGroupName"},
    "PublicIPAddress": {
        "publicIpAddressName",
        "resourceGroupName",
        "location",
        "sku.name",
        "publicIPAddressVersion",
        "publicIPPrefix.id",
    },
    "NetworkInterface": {"networkInterfaceName", "resourceGroupName"},
    "NetworkSecurityGroup": {"networkSecurityGroupName", "resourceGroupName"},
    "SecurityRule": {"securityRuleName", "networkSecurityGroupName", "resourceGroupName"},
    "RouteTable": {"routeTableName", "resourceGroupName"},
    "Route": {"routeName", "routeTableName", "resourceGroupName"},
    "LoadBalancer": {"loadBalancerName", "resourceGroupName"},
    "LoadBalancerBackendAddressPool": {"backendAddressPoolName", "loadBalancerName", "resourceGroupName"},
    "InboundNatRule": {"inboundNatRuleName", "loadBalancerName", "resourceGroupName"},
    "BastionHost": {"bastionHostName", "resourceGroupName"},
    "VirtualMachine": {"vmName", "resourceGroupName"},
    "Disk": {"diskName", "resourceGroupName"},
    "ActionGroup": {"actionGroupName", "resourceGroupName"},
    "MetricAlert": {"ruleName", "resourceGroupName", "location"},
    "ActivityLogAlert": {"activityLogAlertName", "resourceGroupName"},
    "AlertProcessingRuleByName": {"alertProcessingRuleName", "resourceGroupName", "location"},
    "Workbook": {"resourceName", "resourceGroupName", "location"},
}
OBJECTS = {"sku": "name", "publicIPPrefix": "id"}


@pytest.fixture
def compare(described: Described) -> Callable[..., Difference]:
    def run(kind: str, old: dict[str, Any], new: dict[str, Any], state: dict[str, Any] | None = None) -> Difference:
        return diff(*described(kind), old, new, state or {})

    return run


@pytest.mark.parametrize("kind", REPLACES)
def test_exactly_the_listed_properties_replace(kind: str, described: Described) -> None:
    row, schema = described(kind)
    names = [*row.parameters, *schema.inputs.properties]
    found: set[str] = set()
    for name in names:
        old, new = ({OBJECTS[name]: text} if name in OBJECTS else text for text in ("before", "after"))
        found.update(diff(row, schema, {name: old}, {name: new}, {}).replaces)
    assert found == REPLACES[kind]


def test_the_table_covers_every_type() -> None:
    assert {token.rpartition(":")[2] for token in RESOURCE_TYPES} == set(REPLACES)


@pytest.mark.parametrize(
    ("kind", "name", "old", "new"),
    [
        ("NatGateway", "sku", {"name": "Standard"}, {"name": "StandardV2"}),
        ("NatGateway", "zones", ["1"], ["2"]),
        ("NatGateway", "location", "westeurope", "northeurope"),
        ("PublicIPPrefix", "prefixLength", 31, 30),
        ("PublicIPPrefix", "zones", ["1"], ["2"]),
        ("PublicIPPrefix", "location", "westeurope", "northeurope"),
        ("PublicIPAddress", "zones", ["1"], ["2"]),
        ("NetworkInterface", "location", "westeurope", "northeurope"),
        ("Subnet", "addressPrefix", "10.0.0.0/24", "10.0.1.0/24"),
        ("Subnet", "natGateway", {"id": "/a"}, {"id": "/b"}),
        ("BastionHost", "sku", {"name": "Standard"}, {"name": "Basic"}),
        ("BastionHost", "zones", ["1"], ["2"]),
        ("VirtualMachine", "location", "westeurope", "northeurope"),
        ("VirtualMachine", "zones", ["1"], ["2"]),
        ("VirtualMachine", "osProfile", {"computerName": "a"}, {"computerName": "b"}),
        ("VirtualMachine", "storageProfile", {"imageReference": {"sku": "a"}}, {"imageReference": {"sku": "b"}}),
        ("Disk", "diskSizeGB", 8, 4),
    ],
)
def test_what_azure_refuses_to_change_is_an_update_all_the_same(
    kind: str, name: str, old: object, new: object, compare: Callable[..., Difference]
) -> None:
    found = compare(kind, {name: old}, {name: new})
    assert (found.properties, found.replaces, found.delete_before_replace) == ((name,), (), False)


def test_a_key_added_inside_a_replacing_object_does_not_replace(compare: Callable[..., Difference]) -> None:
    found = compare("PublicIPAddress", {"sku": {"name": "Standard"}}, {"sku": {"name": "Standard", "tier": "Regional"}})
    assert found.changes == {"sku.tier": Change("add")}


def test_elements_added_to_a_list_and_taken_from_it(compare: Callable[..., Difference]) -> None:
    one, two = {"publicIpPrefixes": [{"id": "/a"}]}, {"publicIpPrefixes": [{"id": "/b"}, {"id": "/c"}]}
    assert compare("NatGateway", one, two).changes == {
        "publicIpPrefixes[0].id": Change("update"),
        "publicIpPrefixes[1]": Change("add"),
    }
    assert compare("NatGateway", two, one).changes["publicIpPrefixes[1]"] == Change("delete")
    assert compare("NatGateway", one, two).properties == ("publicIpPrefixes",)


@pytest.mark.parametrize(
    ("kind", "name", "old", "new"),
    [
        ("VirtualNetwork", "location", "West Europe", "westeurope"),
        ("NatGateway", "resourceGroupName", "Group", "gROUP"),
    ],
)
def test_spellings_that_azure_reads_as_one_are_no_change(
    kind: str, name: str, old: str, new: str, compare: Callable[..., Difference]
) -> None:
    assert compare(kind, {name: old}, {name: new}).changes == {}


def test_names_differ_by_case(compare: Callable[..., Difference]) -> None:
    assert compare("NatGateway", {"natGatewayName": "n"}, {"natGatewayName": "N"}).replaces == ("natGatewayName",)


def test_true_is_not_one(compare: Callable[..., Difference]) -> None:
    assert compare("Subnet", {"defaultOutboundAccess": True}, {"defaultOutboundAccess": 1}).properties


@pytest.mark.parametrize(("flag", "first"), [(True, False), (False, True), (None, True)])
def test_a_generated_name_lets_the_replacement_stand_beside(
    flag: bool | None, first: bool, compare: Callable[..., Difference]
) -> None:
    old: dict[str, Any] = {"natGatewayName": "a"} | ({} if flag is None else {"__createBeforeDelete": flag})
    found = compare("NatGateway", old, {"natGatewayName": "b"})
    assert found.delete_before_replace is first
    assert set(found.changes) == {"natGatewayName"}


def test_an_unknown_value_differs_from_any_known_one(compare: Callable[..., Difference]) -> None:
    found = compare("NatGateway", {"resourceGroupName": "a", "zones": ["1"]}, {"resourceGroupName": UNKNOWN})
    assert found.replaces == ("resourceGroupName",)
    assert found.changes["zones"] == Change("delete")


def test_a_default_that_is_now_written_down_is_no_change(compare: Callable[..., Difference]) -> None:
    found = compare("Subnet", {}, {"privateEndpointNetworkPolicies": "Disabled"})
    assert found.properties == ()
    assert compare("Subnet", {}, {"privateEndpointNetworkPolicies": "Enabled"}).properties


def test_a_replacing_property_that_azure_has_already_is_added_in_place(compare: Callable[..., Difference]) -> None:
    new, state = {"publicIPAddressVersion": "IPv4"}, {"publicIPAddressVersion": "IPv4"}
    assert compare("PublicIPAddress", {}, new, state).changes == {"publicIPAddressVersion": Change("add")}
    assert compare("PublicIPAddress", {}, new).replaces == ("publicIPAddressVersion",)


def test_the_api_version_of_an_imported_resource_is_taken_from_its_state(compare: Callable[..., Difference]) -> None:
    new = {"azureApiVersion": "2024-05-01"}
    assert compare("NatGateway", {}, new, {"azureApiVersion": "2024-05-01"}).changes == {}
    older = compare("NatGateway", {}, new, {"azureApiVersion": "2023-02-01"})
    assert older.changes == {"azureApiVersion": Change("update", from_inputs=False)}


def test_locations_compare_without_case_and_spaces() -> None:
    assert normalized_location("West US 2") == normalized_location("westus2") == "westus2"
