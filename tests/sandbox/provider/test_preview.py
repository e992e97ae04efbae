"""What a preview leaves unknown."""

from __future__ import annotations

from collections.abc import Callable

from azure_sandbox.provider.preview import preview_create, preview_update
from azure_sandbox.provider.resources import ResourceType
from azure_sandbox.provider.schema import ResourceSchema
from azure_sandbox.provider.wire import UNKNOWN

Described = Callable[[str], tuple[ResourceType, ResourceSchema]]


def test_inputs_are_echoed_and_the_rest_is_unknown(described: Described) -> None:
    _, schema = described("NatGateway")
    inputs = {
        "natGatewayName": "n",
        "resourceGroupName": "g",
        "location": "westeurope",
        "idleTimeoutInMinutes": 4,
        "zones": ["1"],
        "tags": {"a": "b"},
        "sku": {"name": "Standard"},
        "publicIpPrefixes": [{"id": UNKNOWN}, {"id": "/p"}],
    }
    assert preview_create(schema.outputs, inputs) == {
        "location": "westeurope",
        "idleTimeoutInMinutes": 4,
        "zones": ["1"],
        "tags": {"a": "b"},
        "sku": {"name": "Standard"},
        "publicIpPrefixes": [{"id": UNKNOWN}, {"id": "/p"}],
        "publicIpAddresses": UNKNOWN,
        "subnets": UNKNOWN,
        "name": UNKNOWN,
        "type": UNKNOWN,
        "etag": UNKNOWN,
        "resourceGuid": UNKNOWN,
        "provisioningState": UNKNOWN,
    }


def test_inside_objects_what_only_azure_knows_is_unknown_too(described: Described) -> None:
    _, schema = described("Subnet")
    found = preview_create(schema.outputs, {"networkSecurityGroup": {"id": "/g"}, "delegations": [{"name": "d"}]})
    group = found["networkSecurityGroup"]
    assert group["id"] == "/g"
    assert {group[name] for name in ("etag", "defaultSecurityRules", "securityRules", "location")} == {UNKNOWN}
    assert found["delegations"][0]["name"] == "d"
    assert found["delegations"][0]["provisioningState"] == UNKNOWN


def test_an_unknown_input_is_an_unknown_output(described: Described) -> None:
    _, schema = described("PublicIPPrefix")
    assert preview_create(schema.outputs, {"prefixLength": UNKNOWN, "sku": UNKNOWN})["sku"] == UNKNOWN


def test_a_list_that_azure_answers_as_an_object_is_unknown(described: Described) -> None:
    _, schema = described("VirtualMachine")
    identity = preview_create(schema.outputs, {"identity": {"type": "x", "userAssignedIdentities": ["/a"]}})["identity"]
    assert identity == {"type": "x", "userAssignedIdentities": UNKNOWN, "principalId": UNKNOWN, "tenantId": UNKNOWN}


def test_an_update_keeps_name_and_location(described: Described) -> None:
    _, schema = described("NatGateway")
    old = {"name": "n", "location": "westeurope", "resourceGuid": "g"}
    found = preview_update(schema.outputs, {"location": "West Europe", "idleTimeoutInMinutes": 5}, old)
    assert (found["name"], found["location"], found["idleTimeoutInMinutes"]) == ("n", "westeurope", 5)
    assert found["resourceGuid"] == UNKNOWN
