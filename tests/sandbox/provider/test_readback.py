"""Inputs made out of what Azure holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure_sandbox.provider.errors import ProviderError
from azure_sandbox.provider.readback import imported_inputs, refreshed_inputs
from azure_sandbox.provider.resources import ResourceType
from azure_sandbox.provider.schema import ResourceSchema

Described = Callable[[str], tuple[ResourceType, ResourceSchema]]

NETWORK = "/subscriptions/s/resourceGroups/Group/providers/Microsoft.Network"


def test_an_import_takes_names_from_the_id_and_settings_from_the_body(described: Described) -> None:
    body = {
        "id": f"{NETWORK}/natGateways/n",
        "name": "n",
        "etag": "e",
        "location": "westeurope",
        "zones": ["1"],
        "sku": {"name": "Standard"},
        "properties": {
            "idleTimeoutInMinutes": 4,
            "publicIpAddresses": [],
            "publicIpPrefixes": [{"id": "/p"}],
            "provisioningState": "Succeeded",
        },
    }
    resource_id = f"{NETWORK.lower()}/natgateways/n"
    assert imported_inputs(*described("NatGateway"), resource_id, body) == {
        "resourceGroupName": "group",
        "natGatewayName": "n",
        "location": "westeurope",
        "zones": ["1"],
        "sku": {"name": "Standard"},
        "idleTimeoutInMinutes": 4,
        "publicIpPrefixes": [{"id": "/p"}],
    }


def test_an_id_of_another_type_is_refused(described: Described) -> None:
    with pytest.raises(ProviderError, match="is not the id of a azure-native:network:Subnet: expected the form /sub"):
        imported_inputs(*described("Subnet"), f"{NETWORK}/natGateways/n", {})


@pytest.mark.parametrize(
    ("kind", "inputs", "azure", "expected"),
    [
        # What Azure filled in by itself, and keeps, does not become an input.
        (
            "NatGateway",
            {"zones": ["1"]},
            ({"idleTimeoutInMinutes": 4}, {"idleTimeoutInMinutes": 4}),
            {"zones": ["1"]},
        ),
        # What somebody changed does.
        ("NatGateway", {}, ({"idleTimeoutInMinutes": 4}, {"idleTimeoutInMinutes": 9}), {"idleTimeoutInMinutes": 9}),
        ("NatGateway", {"idleTimeoutInMinutes": 4}, ({"idleTimeoutInMinutes": 4}, {}), {}),
        ("NatGateway", {"tags": {"a": "1"}}, ({"tags": {"a": "1"}}, {"tags": {"a": "2"}}), {"tags": {"a": "2"}}),
        # Read-only outputs never do.
        ("NatGateway", {}, ({"etag": "1", "subnets": []}, {"etag": "2", "subnets": [{"id": "/s"}]}), {}),
        # Inside lists only what changed is taken over.
        (
            "Subnet",
            {"delegations": [{"serviceName": "a"}]},
            (
                {"delegations": [{"serviceName": "a", "name": "0"}]},
                {"delegations": [{"serviceName": "b", "name": "0"}, {"serviceName": "c", "name": "1"}]},
            ),
            {"delegations": [{"serviceName": "b"}, {"serviceName": "c", "name": "1"}]},
        ),
        # Subnets with a resource of their own are not the network's inputs; inline ones are.
        ("VirtualNetwork", {}, ({"subnets": []}, {"subnets": [{"name": "a"}]}), {}),
        (
            "VirtualNetwork",
            {"subnets": [{"name": "a"}]},
            ({"subnets": [{"name": "a"}]}, {"subnets": [{"name": "a"}, {"name": "b"}]}),
            {"subnets": [{"name": "a"}, {"name": "b"}]},
        ),
    ],
)
def test_a_refresh_applies_what_changed_in_azure(
    kind: str,
    inputs: dict[str, Any],
    azure: tuple[dict[str, Any], dict[str, Any]],
    expected: dict[str, Any],
    described: Described,
) -> None:
    assert refreshed_inputs(described(kind)[1], inputs, *azure) == expected


def test_a_detached_gateway_is_drift(described: Described) -> None:
    attached = {"natGateway": {"id": "/n"}, "addressPrefix": "10.0.0.0/24"}
    _, schema = described("Subnet")
    assert refreshed_inputs(schema, attached, attached, {"addressPrefix": "10.0.0.0/24"}) == {
        "addressPrefix": "10.0.0.0/24"
    }
