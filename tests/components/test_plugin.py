"""What a program in another language sees of the components: their schema, and what comes of its arguments."""

import json
import typing

import nat_egress
import pulumi
import pytest
from nat_egress import InvalidArguments
from nat_egress.plugin import COMPONENTS, NAME, Components
from pulumi import ComponentResource, Output, ResourceOptions
from pulumi.provider.server import ComponentInitError
from pulumi.resource import DependencyResource

REQUIRED = {
    "NatEgress": {"resourceGroupName"},
    "PrivateNetwork": {"subnets"},
    "PrivateMachine": {"resourceGroupName", "size", "subnetId"},
    "BastionHost": {"resourceGroupName"},
    "EgressAlerts": {"addressCount", "gatewayId", "resourceGroupName"},
    "Mute": {"end", "start"},
    "Prefix": set(),
    "Address": set(),
    "Sizing": set(),
    "Subnet": {"addressPrefix"},
    "Route": {"addressPrefix", "nextHopType"},
    "OsDisk": set(),
    "InboundException": {"expires", "ports", "reason", "sources"},
}
"""What cannot be left out. All else is optional."""
TAKE_OUTPUTS = {
    "NatEgress": {"addressResourceGroupName", "location", "resourceGroupName", "tags[]"},
    "PrivateNetwork": {"gatewayId", "location", "resourceGroupName", "tags[]", "virtualNetworkId"},
    "PrivateMachine": {
        "adminPassword",
        "customData",
        "location",
        "networkSecurityGroupId",
        "resourceGroupName",
        "sshPublicKeys[]",
        "subnetId",
        "tags[]",
        "userAssignedIdentityIds[]",
    },
    "BastionHost": {"location", "resourceGroupName", "subnetId", "tags[]", "virtualNetworkId"},
    "EgressAlerts": {
        "actionGroupIds[]",
        "emails[]",
        "gatewayId",
        "location",
        "resourceGroupName",
        "tags[]",
        "webhooks[]",
    },
    "Mute": set(),
    "OsDisk": {"encryptionSetId"},
    "InboundException": set(),
    "Prefix": {"id", "resourceGroupName"},
    "Address": {"id", "resourceGroupName"},
    "Sizing": set(),
    "Subnet": {"networkSecurityGroupId", "routeTableId"},
    "Route": set(),
}
"""Where an output of another resource may stand, `[]` for the values of a map. All else decides which resources there
are, and is plain."""
OUTPUTS = {
    "NatEgress": {
        "addressCount": "integer",
        "addressIds": {"string"},
        "addresses": ["string"],
        "capacity": {"pulumi.json#/Any"},
        "cidrs": ["string"],
        "gatewayId": "string",
        "gatewayName": "string",
        "prefixIds": {"string"},
        "snatPorts": "integer",
    },
    "PrivateNetwork": {
        "subnetIds": {"string"},
        "subnetPrefixes": {"string"},
        "virtualNetworkId": "string",
        "virtualNetworkName": "string",
        "waysOut": {"string"},
    },
    "PrivateMachine": {
        "adminPasswords": {"string"},
        "adminUsername": "string",
        "inboundOnlyAddresses": {"string"},
        "inboundUntil": "string",
        "machineIds": {"string"},
        "principalIds": {"string"},
        "privateAddresses": {"string"},
        "zones": {"string"},
    },
    "BastionHost": {
        "dnsName": "string",
        "hostId": "string",
        "hostName": "string",
        "publicAddress": "string",
        "subnetId": "string",
    },
    "EgressAlerts": {
        "actionGroupIds": ["string"],
        "alertIds": {"string"},
        "mutingRuleId": "string",
        "workbookId": "string",
    },
}
EXPORTED = {
    name: value
    for name in nat_egress.__all__
    if isinstance(value := getattr(nat_egress, name), type) and issubclass(value, ComponentResource)
}


@pytest.fixture(scope="module")
def components():
    return Components()


@pytest.fixture(scope="module")
def schema(components):
    return json.loads(components.schema)


def shapes(schema):
    """The inputs of every component and the properties of every type: name, properties, names of the required."""
    for token, resource in schema["resources"].items():
        yield token.rpartition(":")[2], resource["inputProperties"], set(resource.get("requiredInputs", ()))
    for token, kind in schema["types"].items():
        if "enum" in kind:
            continue
        yield token.rpartition(":")[2], kind["properties"], set(kind.get("required", ()))


def parts(properties):
    """Every property, and every `[]` within it: path and its schema."""
    for key, value in properties.items():
        yield key, value
        for inner in ("items", "additionalProperties"):
            if inner in value:
                yield f"{key}[]", value[inner]


def simple(output):
    if "items" in output:
        return [output["items"]["type"]]
    if "additionalProperties" in output:
        inner = output["additionalProperties"]
        return {inner.get("type") or inner["$ref"]}
    return output["type"]


def test_every_exported_component_is_served():
    assert set(EXPORTED.values()) == set(COMPONENTS)


def test_the_tokens_are_those_that_are_in_the_states_of_users(schema):
    assert schema["name"] == "nat-egress"
    assert set(schema["resources"]) == {f"nat-egress:index:{name}" for name in EXPORTED}
    assert all(resource["isComponent"] for resource in schema["resources"].values())


def test_what_is_required(schema):
    assert {name: required for name, _, required in shapes(schema)} == REQUIRED


def test_what_takes_outputs_and_what_is_plain(schema):
    found = {
        name: {path for path, value in parts(properties) if not value.get("plain")}
        for name, properties, _ in shapes(schema)
    }
    assert found == TAKE_OUTPUTS


def test_the_outputs(schema):
    found = {
        token.rpartition(":")[2]: {key: simple(value) for key, value in resource["properties"].items()}
        for token, resource in schema["resources"].items()
    }
    assert found == OUTPUTS
    for token, resource in schema["resources"].items():
        assert set(resource["required"]) == set(resource["properties"]), token


def test_all_is_described_in_the_words_of_the_schema(schema, components):
    described = [
        *schema["resources"].items(),
        *schema["types"].items(),
        *((f"{name}.{path}", value) for name, properties, _ in shapes(schema) for path, value in parts(properties)),
        *(
            (f"{token}.{key}", value)
            for token, resource in schema["resources"].items()
            for key, value in resource["properties"].items()
        ),
    ]
    for place, value in described:
        text = value.get("description", "")
        assert text.endswith((".", "…", "`")), f"{place} is not described: {text!r}"
        assert text == components.translated(text), place
        assert "\n " not in text, f"{place} is indented, which Markdown takes for code"


def test_no_type_of_another_package_is_needed(schema):
    text = json.dumps(schema)
    references = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}
    assert references == {f"#/types/{token}" for token in schema["types"]} | {"pulumi.json#/Any"}
    assert schema["dependencies"] == []


def test_arguments_of_a_few_words_offer_them(schema):
    words = {
        f"#/types/{token}": [word["value"] for word in kind["enum"]]
        for token, kind in schema["types"].items()
        if "enum" in kind
    }
    found = {
        (name, key): words.pop(value["$ref"])
        for name, properties, _ in shapes(schema)
        for key, value in properties.items()
        if value.get("$ref") in words
    }
    assert words == {}
    assert found == {
        ("NatEgress", "sku"): ["Standard"],
        ("NatEgress", "undersized"): ["refuse", "warn"],
        ("PrivateMachine", "os"): ["Linux", "Windows"],
        ("OsDisk", "storage"): ["StandardSSD_LRS", "Premium_LRS", "Standard_LRS", "StandardSSD_ZRS", "Premium_ZRS"],
        ("OsDisk", "caching"): ["ReadWrite", "ReadOnly", "None"],
        ("InboundException", "protocol"): ["Tcp", "Udp"],
        ("BastionHost", "sku"): ["Developer", "Basic", "Standard", "Premium"],
        ("Route", "nextHopType"): ["VnetLocal", "Internet", "VirtualAppliance", "VirtualNetworkGateway", "None"],
        ("Subnet", "privateEndpointNetworkPolicies"): [
            "Disabled",
            "Enabled",
            "NetworkSecurityGroupEnabled",
            "RouteTableEnabled",
        ],
    }


def test_what_is_secret_from_the_first(schema):
    found = {(name, key) for name, ones, _ in shapes(schema) for key, value in ones.items() if value.get("secret")}
    assert found == {
        ("PrivateMachine", "adminPassword"),
        ("PrivateMachine", "customData"),
        ("EgressAlerts", "webhooks"),
    }


def test_no_two_types_differ_in_case_alone(schema):
    names = [token.lower() for token in (*schema["resources"], *schema["types"])]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("component", EXPORTED.values(), ids=EXPORTED)
def test_the_schema_says_what_the_python_types_say(component, components):
    args = typing.get_type_hints(component.__init__)["args"]
    definition = components._component_defs[component.__name__]
    assert set(definition.inputs_mapping.values()) == set(args.__annotations__)
    required = {key for key, value in definition.inputs.items() if not value.optional}
    assert {definition.inputs_mapping[key] for key in required} == args.__required_keys__
    assert set(definition.outputs_mapping.values()) == set(component.__annotations__)


NETWORK = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v"
ARGS = {
    "NatEgress": {"resourceGroupName": "rg", "prefixes": {"b": {"length": 31.0}, "a": {"length": 30.0}}},
    "PrivateNetwork": {
        "resourceGroupName": "rg",
        "addressSpace": ["10.0.0.0/16"],
        "subnets": {"b": {"addressPrefix": "10.0.1.0/24"}, "a": {"addressPrefix": "10.0.0.0/24"}},
    },
    "PrivateMachine": {
        "resourceGroupName": "rg",
        "subnetId": f"{NETWORK}/subnets/a",
        "size": "Standard_D2s_v5",
        "count": 2.0,
        "passwordLogin": True,
        "osDisk": {"sizeGb": 64.0, "storage": "Premium_LRS"},
    },
    "BastionHost": {"resourceGroupName": "rg", "virtualNetworkId": NETWORK, "addressPrefix": "10.0.9.0/26"},
    "EgressAlerts": {
        "resourceGroupName": "rg",
        "gatewayId": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/natGateways/n",
        "addressCount": 8.0,
        "attemptsPerMinute": 1000.0,
        "emails": {"b": "b@example.com", "a": "a@example.com"},
        "muteDatapath": {"start": "20:00", "end": "06:00"},
        "workbook": True,
    },
}
"""Arguments as they come over the wire: in any order, every number a floating-point one."""


@pytest.mark.parametrize("name", EXPORTED)
def test_a_component_gives_all_the_outputs_that_it_registers(name, components, run):
    def program():
        return components.construct("it", f"{NAME}:index:{name}", ARGS[name]).state

    state = run(program).result
    assert set(state) == set(OUTPUTS[name])


def turned(value):
    """The same with every map in the opposite order."""
    if not isinstance(value, dict):
        return value
    return {key: turned(item) for key, item in reversed(value.items())}


@pytest.mark.parametrize("name", EXPORTED)
def test_maps_come_out_in_one_order(name, components):
    definition = components._component_defs[name]
    first, second = (json.dumps(components.map_inputs(one, definition)) for one in (ARGS[name], turned(ARGS[name])))
    assert first == second


def test_names_of_the_users_own_stay_as_they_are(components):
    given = {"subnets": {"addressPrefix": {"addressPrefix": "10.0.0.0/24"}}, "tags": {"gatewayId": "x"}}
    mapped = components.map_inputs(given, components._component_defs["PrivateNetwork"])
    assert mapped == {"subnets": {"addressPrefix": {"address_prefix": "10.0.0.0/24"}}, "tags": {"gatewayId": "x"}}


def test_outputs_within_maps_stay_outputs(components, run):
    def program():
        output = Output.from_input("x")
        given = {"subnets": {"a": {"networkSecurityGroupId": output}}, "tags": {"t": output}}
        mapped = components.map_inputs(given, components._component_defs["PrivateNetwork"])
        return mapped["subnets"]["a"]["network_security_group_id"] is output and mapped["tags"]["t"] is output

    assert run(program).result is True


def test_all_that_is_wrong_is_refused_at_once_without_a_traceback(components, run):
    args = {"zon": "1", "prefixes": {"one": {"lenght": 31.0}}, "idleTimeoutMinutes": 2.0}
    with pytest.raises(InvalidArguments) as caught:
        run(lambda: components.construct("it", f"{NAME}:index:NatEgress", args))
    said = components.translated(str(caught.value))
    for words in (
        "resourceGroupName is not set: it is required",
        "zon is given: there is no such argument. Did you mean zone?",
        "prefixes['one'].lenght is given: there is no such argument. Did you mean length?",
        "idleTimeoutMinutes is 2",
    ):
        assert words in said
    assert caught.value.__cause__ is None


def test_a_fault_of_the_component_itself_is_not_taken_for_a_refusal(components, run, monkeypatch):
    def broken(*_args):
        raise ZeroDivisionError

    monkeypatch.setitem(components._components, "NatEgress", broken)
    with pytest.raises(ComponentInitError) as caught:
        run(lambda: components.construct("it", f"{NAME}:index:NatEgress", {}))
    assert isinstance(caught.value.inner, ZeroDivisionError)


def test_components_of_one_name_under_parents_of_another_language_have_hooks_of_their_own(components, run):
    def program():
        for parent in ("one", "two"):
            urn = f"urn:pulumi:stack::project::some:index:Parent{parent}::{parent}"
            opts = ResourceOptions(parent=DependencyResource(urn), protect=False, retain_on_delete=False)
            components.construct("it", f"{NAME}:index:NatEgress", ARGS["NatEgress"], opts)
        return pulumi.get_stack()

    names = [hook for one in run(program).registered for hook in one.request.hooks.before_update]
    assert len(set(names)) == len(names) == 2
    assert all(name.startswith("NatEgress/it/change-") for name in names)
