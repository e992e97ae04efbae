"""Ids, and the tokens that are served."""

from __future__ import annotations

import pytest
from azure_sandbox.provider.errors import ProviderError
from azure_sandbox.provider.resources import RESOURCE_TYPES, getter, resource_type
from azure_sandbox.provider.schema import load_schemas


@pytest.mark.parametrize("token", RESOURCE_TYPES)
def test_an_id_is_taken_apart_into_what_it_was_made_of(token: str) -> None:
    row = RESOURCE_TYPES[token]
    inputs = {name: f"{name}-(1)" for name in row.parameters}
    resource_id = row.id("sub", inputs)
    assert resource_id.startswith("/subscriptions/sub/resourceGroups/resourceGroupName-(1)")
    assert row.parse_id(resource_id) == inputs


def test_an_id_needs_every_name() -> None:
    with pytest.raises(ProviderError, match="path parameter 'natGatewayName', got None"):
        resource_type("azure-native:network:NatGateway").id("s", {"resourceGroupName": "g"})


@pytest.mark.parametrize(
    "token",
    [
        "azure-native_network_v20250701:network:NatGateway",
        "azure-native:network/v20250701:NatGateway",
        "azure-native:compute:VirtualMachineScaleSet",
    ],
)
def test_what_is_not_served_is_named_beside_what_is(token: str) -> None:
    with pytest.raises(ProviderError) as caught:
        resource_type(token)
    assert token in str(caught.value)
    assert all(served in str(caught.value) for served in RESOURCE_TYPES)


def test_functions_are_named_after_the_types() -> None:
    assert getter("azure-native:network:getNatGateway").token == "azure-native:network:NatGateway"
    with pytest.raises(ProviderError, match=r"the function azure-native:network:getVpn.*It serves .*getNatGateway"):
        getter("azure-native:network:getVpn")


def test_every_row_has_a_schema() -> None:
    assert set(load_schemas()) == set(RESOURCE_TYPES)


def test_every_property_that_replaces_exists() -> None:
    for token, row in RESOURCE_TYPES.items():
        assert row.replace_on <= set(load_schemas()[token].inputs.properties)
