from __future__ import annotations

import json
from typing import Any

import pytest
from nat_egress.state import Passphrase, StateError, checkpoint
from nat_egress.state.values import Secret


def file_of(deployment: dict[str, Any], **head: Any) -> str:
    return json.dumps({"version": 3, **head, "checkpoint": {"stack": "organization/shop/dev", "latest": deployment}})


def load(deployment: dict[str, Any], **head: Any):
    parsed = checkpoint.parse(file_of(deployment, **head), "dev.json")
    return checkpoint.load(parsed, Passphrase(None).crypter(None))


def never(_secret: Secret, _plaintext: str) -> dict[str, str]:
    raise AssertionError


def test_a_deployment_comes_back_as_it_was(deployment):
    assert checkpoint.dump(load(deployment), never) == deployment


def test_keys_that_nobody_knows_are_kept(deployment):
    deployment["extensions"] = {"a": {"name": "b"}}
    deployment["resources"][2]["invented"] = {"by": ["a", "later", "release"]}
    assert checkpoint.dump(load(deployment), never) == deployment


def test_the_fields_of_a_resource(deployment):
    network, subnet = load(deployment).resources[2:]
    assert network.protect
    assert network.outputs == {"name": "net1234", "count": 3, "share": 0.5}
    assert network.created == "2026-08-01T00:00:00.123456789Z"
    assert subnet.custom_timeouts == {"create": 600}
    assert subnet.property_dependencies == {"virtualNetworkName": [network.urn]}


def test_an_export_is_read_like_a_checkpoint(deployment):
    parsed = checkpoint.parse(json.dumps({"version": 3, "deployment": deployment}), "export")
    assert (parsed.stack, parsed.deployment) == ("", deployment)


def test_the_state_of_a_new_stack_is_empty():
    parsed = checkpoint.parse('{"version":3,"checkpoint":{"stack":"organization/shop/dev"}}', "dev.json")
    assert checkpoint.load(parsed, Passphrase(None).crypter(None)).resources == []


@pytest.mark.parametrize(
    ("key", "value", "feature"),
    [("taint", True, "taint"), ("resourceHooks", {"before-create": ["h"]}, "hooks"), ("viewOf", "urn:x", "views")],
)
def test_a_feature_lifts_the_version(deployment, key, value, feature):
    deployment["resources"][2][key] = value
    snapshot = load(deployment, version=4, features=[feature])
    assert checkpoint.versioned(checkpoint.features_of(snapshot)) == {"version": 4, "features": [feature]}


def test_without_features_the_version_is_three(deployment):
    assert checkpoint.versioned(checkpoint.features_of(load(deployment))) == {"version": 3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"version": 3, "checkpoint": {]', "dev.json: line 1, column 31: not JSON"),
        (b'{"\xff": 1}', "dev.json: not UTF-8 (byte 2)"),
        ("[]", "dev.json: the document must be an object, is an array"),
        ("{}", "no deployment version"),
        ('{"version": 2, "checkpoint": {}}', "version 2 is too old"),
        ('{"version": 5, "checkpoint": {}}', "version 5 is too new"),
        ('{"version": 4, "features": ["time-travel"], "checkpoint": {}}', "features: time-travel"),
        ('{"version": 3}', "checkpoint must be an object, is null"),
        ('{"version": 3, "checkpoint": {"latest": 7}}', "checkpoint.latest must be an object, is a number"),
    ],
)
def test_what_is_not_a_checkpoint_is_refused_with_its_place(text, said):
    with pytest.raises(StateError) as refused:
        checkpoint.parse(text, "dev.json")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"urn": None}, "resources[2]: resource missing required 'urn' field"),
        ({"type": ""}, "missing required 'type' field"),
        ({"inputs": []}, "resources[2].inputs: must be an object, is an array"),
        ({"dependencies": "one"}, "resources[2].dependencies: must be an array, is a string"),
        ({"protect": "yes"}, "resources[2].protect: must be true or false, is a string"),
        (
            {"outputs": {"key": {"4dabf18193072939515e22adb298388d": "never heard of"}}},
            "resources[2].outputs of 'urn:pulumi:dev::shop::azure-native:network:VirtualNetwork::net': unrecognized",
        ),
    ],
)
def test_a_resource_of_the_wrong_shape_is_refused_with_its_place(deployment, change, said):
    deployment["resources"][2] |= change
    with pytest.raises(StateError) as refused:
        load(deployment)
    assert str(refused.value).startswith("dev.json: resources[2]")
    assert said in str(refused.value)


def test_a_pending_operation_without_a_type_is_refused(deployment):
    del deployment["pending_operations"][0]["type"]
    with pytest.raises(StateError, match=r"pending_operations\[0\]"):
        load(deployment)
