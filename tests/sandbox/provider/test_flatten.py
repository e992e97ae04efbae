"""Between Pulumi's shape and ARM's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure_sandbox.provider.flatten import from_body, to_body, to_inputs, with_own_id
from azure_sandbox.provider.resources import ResourceType
from azure_sandbox.provider.schema import ResourceSchema

Described = Callable[[str], tuple[ResourceType, ResourceSchema]]

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("ResourceGroup", {"location": "x", "tags": {"a.b": "c"}}, {"location": "x", "tags": {"a.b": "c"}}),
    (
        "NatGateway",
        {"idleTimeoutInMinutes": 4, "sku": {"name": "Standard"}, "zones": ["1"], "publicIpPrefixes": [{"id": "/p"}]},
        {
            "sku": {"name": "Standard"},
            "zones": ["1"],
            "properties": {"idleTimeoutInMinutes": 4, "publicIpPrefixes": [{"id": "/p"}]},
        },
    ),
    (
        "VirtualNetwork",
        {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [
                {
                    "name": "a",
                    "addressPrefix": "10.0.0.0/24",
                    "natGateway": {"id": "/n"},
                    "delegations": [{"name": "d", "serviceName": "Microsoft.Web/serverFarms"}],
                    "serviceEndpoints": [{"service": "Microsoft.Storage", "locations": ["*"]}],
                    "networkSecurityGroup": {"id": "/g", "securityRules": [{"name": "r", "priority": 100}]},
                }
            ],
        },
        {
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [
                    {
                        "name": "a",
                        "properties": {
                            "addressPrefix": "10.0.0.0/24",
                            "natGateway": {"id": "/n"},
                            "delegations": [{"name": "d", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}],
                            "serviceEndpoints": [{"service": "Microsoft.Storage", "locations": ["*"]}],
                            "networkSecurityGroup": {
                                "id": "/g",
                                "properties": {"securityRules": [{"name": "r", "properties": {"priority": 100}}]},
                            },
                        },
                    }
                ],
            }
        },
    ),
    (
        "NetworkInterface",
        {"ipConfigurations": [{"name": "i", "primary": True, "subnet": {"id": "/s", "addressPrefix": "10.0.0.0/24"}}]},
        {
            "properties": {
                "ipConfigurations": [
                    {
                        "name": "i",
                        "properties": {
                            "primary": True,
                            "subnet": {"id": "/s", "properties": {"addressPrefix": "10.0.0.0/24"}},
                        },
                    }
                ]
            }
        },
    ),
    (
        "PublicIPAddress",
        {"dnsSettings": {"domainNameLabel": "x"}, "ipTags": [{"ipTagType": "RoutingPreference", "tag": "Internet"}]},
        {
            "properties": {
                "dnsSettings": {"domainNameLabel": "x"},
                "ipTags": [{"ipTagType": "RoutingPreference", "tag": "Internet"}],
            }
        },
    ),
    (
        "RouteTable",
        {"routes": [{"name": "r", "nextHopType": "None"}]},
        {"properties": {"routes": [{"name": "r", "properties": {"nextHopType": "None"}}]}},
    ),
    (
        "BastionHost",
        {
            "sku": {"name": "Basic"},
            "scaleUnits": 2,
            "ipConfigurations": [{"name": "c", "subnet": {"id": "/s"}, "publicIPAddress": {"id": "/p"}}],
        },
        {
            "sku": {"name": "Basic"},
            "properties": {
                "scaleUnits": 2,
                "ipConfigurations": [
                    {"name": "c", "properties": {"subnet": {"id": "/s"}, "publicIPAddress": {"id": "/p"}}}
                ],
            },
        },
    ),
    (
        "VirtualMachine",
        {
            "zones": ["1"],
            "plan": {"name": "p"},
            "placement": {"includeZones": ["1"]},
            "identity": {"type": "SystemAssigned"},
            "networkProfile": {"networkInterfaces": [{"id": "/n", "primary": True, "deleteOption": "Delete"}]},
            "storageProfile": {"osDisk": {"createOption": "FromImage", "managedDisk": {"id": "/d"}}},
        },
        {
            "zones": ["1"],
            "plan": {"name": "p"},
            "placement": {"includeZones": ["1"]},
            "identity": {"type": "SystemAssigned"},
            "properties": {
                "networkProfile": {
                    "networkInterfaces": [{"id": "/n", "properties": {"primary": True, "deleteOption": "Delete"}}]
                },
                "storageProfile": {"osDisk": {"createOption": "FromImage", "managedDisk": {"id": "/d"}}},
            },
        },
    ),
    (
        "Disk",
        {"sku": {"name": "Premium_LRS"}, "creationData": {"createOption": "Empty"}, "diskSizeGB": 4},
        {
            "sku": {"name": "Premium_LRS"},
            "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4},
        },
    ),
    (
        "MetricAlert",
        {
            "scopes": ["/n"],
            "criteria": {
                "odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                "allOf": [{"name": "a", "criterionType": "StaticThresholdCriterion", "threshold": 0.5}],
            },
        },
        {
            "properties": {
                "scopes": ["/n"],
                "criteria": {
                    "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                    "allOf": [{"name": "a", "criterionType": "StaticThresholdCriterion", "threshold": 0.5}],
                },
            }
        },
    ),
    (
        "ActivityLogAlert",
        {"actions": {"actionGroups": [{"actionGroupId": "/a"}]}, "condition": {"allOf": [{"field": "category"}]}},
        {
            "properties": {
                "actions": {"actionGroups": [{"actionGroupId": "/a"}]},
                "condition": {"allOf": [{"field": "category"}]},
            }
        },
    ),
    (
        "ActionGroup",
        {"groupShortName": "ops", "emailReceivers": [{"name": "a", "emailAddress": "a@example.com"}]},
        {"properties": {"groupShortName": "ops", "emailReceivers": [{"name": "a", "emailAddress": "a@example.com"}]}},
    ),
    (
        "AlertProcessingRuleByName",
        {"properties": {"scopes": ["/n"], "actions": [{"actionType": "RemoveAllActionGroups"}]}},
        {"properties": {"scopes": ["/n"], "actions": [{"actionType": "RemoveAllActionGroups"}]}},
    ),
    (
        "Workbook",
        {"kind": "shared", "displayName": "a", "version": "Notebook/1.0", "serializedData": "{}", "tags": {"b": "c"}},
        {
            "kind": "shared",
            "tags": {"b": "c"},
            "properties": {"displayName": "a", "version": "Notebook/1.0", "serializedData": "{}"},
        },
    ),
]


@pytest.mark.parametrize(("kind", "flat", "body"), CASES, ids=[kind for kind, *_ in CASES])
def test_there_and_back(kind: str, flat: dict[str, Any], body: dict[str, Any], described: Described) -> None:
    _, schema = described(kind)
    assert to_body(schema.inputs, flat) == body
    assert from_body(schema.inputs, body) == flat
    assert from_body(schema.outputs, body) == flat


def test_a_set_of_texts_is_an_object_to_arm(described: Described) -> None:
    _, schema = described("VirtualMachine")
    inputs = {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/a", "/b"]}}
    body = to_body(schema.inputs, inputs)
    assert body == {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/a": {}, "/b": {}}}}
    body["identity"]["userAssignedIdentities"]["/a"]["principalId"] = "p"
    outputs = from_body(schema.outputs, body)
    assert outputs["identity"]["userAssignedIdentities"] == {"/a": {"principalId": "p"}, "/b": {}}
    assert to_inputs(schema.inputs, outputs) == inputs
    assert from_body(schema.inputs, body) == inputs


def test_what_disks_and_machines_say_beside_their_properties(described: Described) -> None:
    assert from_body(described("Disk")[1].outputs, {"managedBy": "/vm", "properties": {"managedBy": "/no"}}) == {
        "managedBy": "/vm"
    }
    assert "systemData" in from_body(described("VirtualMachine")[1].outputs, {"systemData": {"createdBy": "x"}})


def test_a_resource_refers_to_its_own_parts(described: Described) -> None:
    _, schema = described("LoadBalancer")
    end, pool = "$self/frontendIPConfigurations/fe", "/other/backendAddressPools/pool"
    rule = {"name": "$self/r", "frontendIPConfiguration": {"id": end}, "backendAddressPool": {"id": pool}}
    outbound = {"name": "o", "frontendIPConfigurations": [{"id": end}]}
    inputs = {"loadBalancingRules": [rule], "outboundRules": [outbound], "loadBalancerName": "lb"}
    there = {"id": "/lb/frontendIPConfigurations/fe"}
    assert with_own_id(schema.inputs, inputs, "/lb") == {
        "loadBalancingRules": [{**rule, "frontendIPConfiguration": there}],
        "outboundRules": [{**outbound, "frontendIPConfigurations": [there]}],
        "loadBalancerName": "lb",
    }


def test_what_is_more_than_an_id_is_no_reference_to_an_own_part(described: Described) -> None:
    _, schema = described("NetworkInterface")
    inputs = {"ipConfigurations": [{"name": "c", "subnet": {"id": "$self/subnets/a"}}]}
    assert with_own_id(schema.inputs, inputs, "/nic") == inputs


def test_path_parameters_and_flags_stay_out_of_the_body(described: Described) -> None:
    _, schema = described("NatGateway")
    inputs = {"natGatewayName": "n", "resourceGroupName": "g", "azureApiVersion": "v", "__createBeforeDelete": True}
    assert to_body(schema.inputs, inputs) == {}


def test_outputs_hold_what_the_schema_knows_and_no_id(described: Described) -> None:
    _, schema = described("NatGateway")
    body = {
        "id": "/n",
        "name": "n",
        "etag": 'W/"1"',
        "unheardOf": 1,
        "properties": {"provisioningState": "Succeeded", "resourceGuid": None, "subnets": [{"id": "/s"}]},
    }
    assert from_body(schema.outputs, body) == {
        "name": "n",
        "etag": 'W/"1"',
        "provisioningState": "Succeeded",
        "subnets": [{"id": "/s"}],
    }


def test_inputs_out_of_outputs_leave_out_what_is_read_only(described: Described) -> None:
    _, schema = described("Subnet")
    outputs = {
        "name": "a",
        "purpose": "x",
        "ipConfigurations": [{"id": "/i"}],
        "delegations": [{"name": "d", "provisioningState": "Succeeded"}],
    }
    assert to_inputs(schema.inputs, outputs) == {"name": "a", "delegations": [{"name": "d"}]}
