"""The committed schema is what the installed SDK says."""

from __future__ import annotations

from azure_sandbox.provider.generate import SCHEMA_FILE, generate, render
from azure_sandbox.provider.schema import load_schemas


def test_the_schema_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == render(generate()), (
        "run: python -m azure_sandbox.provider.generate"
    )


def test_what_the_schema_says_of_well_known_properties() -> None:
    schemas = load_schemas()
    subnet = schemas["azure-native:network:Subnet"].inputs.properties
    assert subnet["addressPrefix"].in_properties
    assert not subnet["name"].in_properties
    assert subnet["privateEndpointNetworkPolicies"].default == "Disabled"
    rule = schemas["azure-native:network:SecurityRule"].inputs.properties
    required = {name for name, prop in rule.items() if prop.required}
    assert required == {"access", "direction", "priority", "protocol"}


def test_what_the_schema_says_of_machines() -> None:
    machine = load_schemas()["azure-native:compute:VirtualMachine"]
    assert not machine.inputs.properties["identity"].in_properties
    assert machine.inputs.properties["osProfile"].in_properties
    identity = machine.inputs.properties["identity"].shape.object
    assert identity is not None
    assert {name for name, prop in identity.properties.items() if prop.string_set} == {"userAssignedIdentities"}


def test_a_union_is_told_apart_by_the_constants_of_its_alternatives() -> None:
    criteria = load_schemas()["azure-native:monitor:MetricAlert"].inputs.properties["criteria"].shape
    known = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
    assert len(criteria.alternatives) == 3
    for value in ({"odataType": known}, {"odata.type": known}):
        shape = criteria.object_of(value)
        assert shape is not None
        assert shape.properties["odataType"].default == known
    assert criteria.object_of({"odataType": "unheard of"}) is None
    assert criteria.object_of({}) is None


def test_what_may_be_a_resource_of_its_own_is_marked() -> None:
    marked = {token.rpartition(":")[2]: schema.maintained for token, schema in load_schemas().items()}
    assert {kind: names for kind, names in marked.items() if names} == {
        "LoadBalancer": ("backendAddressPools", "inboundNatRules"),
        "NetworkSecurityGroup": ("securityRules",),
        "RouteTable": ("routes",),
        "VirtualNetwork": ("subnets", "virtualNetworkPeerings"),
    }
