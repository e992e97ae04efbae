"""What a plugin is asked when a program wants a component of it, and what the program is told."""

from pathlib import Path

import pytest
from azure_sandbox.engine.construct import complaint, construct_request, registered
from azure_sandbox.engine.properties import decode, encode
from azure_sandbox.engine.refusals import EngineError
from azure_sandbox.engine.request import ConfigValue, Project, UpdateRequest
from azure_sandbox.engine.requests import wanted
from azure_sandbox.engine.rpc import RpcError
from google.protobuf import json_format
from grpc import StatusCode
from nat_egress.state.model import Snapshot
from nat_egress.state.values import UNKNOWN, Secret
from pulumi.runtime.proto import callback_pb2, errors_pb2, provider_pb2, resource_pb2, status_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
A, B = "urn:pulumi:dev::p::t:index:A::a", "urn:pulumi:dev::p::t:index:A::b"


def asked(properties=None, *, kind="preview", **fields):
    request = resource_pb2.RegisterResourceRequest(
        type="x:index:C", name="c", parent=A, remote=True, object=encode(properties or {}), **fields
    )
    update = UpdateRequest(
        kind=kind,
        project=Project("p", Path("/p"), Path("/p"), Path("/python")),
        stack="dev",
        config={"p:plain": ConfigValue("1"), "p:hidden": ConfigValue("2", secret=True)},
        snapshot=Snapshot(),
        save=lambda snapshot: None,
        plugins=(),
        parallel=7,
    )
    return construct_request(update, "127.0.0.1:1", request, wanted(request), {"azure-native": "urn::id"})


def output(**fields):
    return {SIGNATURE: OUTPUT, **fields}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("text", "text"),
        (UNKNOWN, output()),
        (Secret("s"), output(secret=True, value="s")),
        (Secret(UNKNOWN), output(secret=True)),
        ([1, UNKNOWN, [Secret(2)]], [1, output(), [output(secret=True, value=2)]]),
        ({"a": {"b": UNKNOWN}, "c": None}, {"a": {"b": output()}, "c": None}),
        ([], []),
        ({}, {}),
        (output(value="x", dependencies=[B]), output(value="x", dependencies=[B])),
    ],
)
def test_what_is_unknown_or_secret_is_sent_as_an_output_wherever_it_stands(given, sent):
    assert json_format.MessageToDict(asked({"it": given}).inputs)["it"] == sent


def test_where_the_component_is_made():
    preview, update = asked(), asked(kind="update")
    assert (preview.dryRun, update.dryRun) == (True, False)
    assert (preview.project, preview.stack, preview.organization, preview.parallel) == ("p", "dev", "organization", 7)
    assert preview.monitorEndpoint == "127.0.0.1:1"
    assert (preview.type, preview.name, preview.parent) == ("x:index:C", "c", A)
    assert dict(preview.config) == {"p:plain": "1", "p:hidden": "2"}
    assert list(preview.configSecretKeys) == ["p:hidden"]
    assert dict(preview.providers) == {"azure-native": "urn::id"}


def test_the_options_that_the_component_is_made_with():
    hooks = resource_pb2.RegisterResourceRequest.ResourceHooksBinding(before_update=["hook"], on_error=["retry"])
    timeouts = resource_pb2.RegisterResourceRequest.CustomTimeouts(create="5m")
    request = asked(
        {"a": 1},
        dependencies=[B],
        protect=True,
        retainOnDelete=True,
        deleteBeforeReplace=True,
        deletedWith=A,
        ignoreChanges=["i"],
        replaceOnChanges=["r"],
        additionalSecretOutputs=["s"],
        aliasURNs=[B],
        customTimeouts=timeouts,
        hooks=hooks,
        propertyDependencies={"a": resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=[B])},
    )
    assert (request.protect, request.retainOnDelete, request.deleteBeforeReplace) == (True, True, True)
    assert list(request.dependencies) == [B]
    assert list(request.inputDependencies["a"].urns) == [B]
    assert request.deletedWith == A
    assert list(request.ignoreChanges) == ["i"]
    assert list(request.replaceOnChanges) == ["r"]
    assert list(request.additionalSecretOutputs) == ["s"]
    assert [alias.urn for alias in request.aliases] == [B]
    assert request.customTimeouts.create == "5m"
    assert (list(request.resource_hooks.before_update), list(request.resource_hooks.on_error)) == (["hook"], ["retry"])


def test_what_is_not_set_stays_so():
    request = asked({"a": 1}, dependencies=[B])
    assert (request.protect, request.retainOnDelete, request.deleteBeforeReplace) == (False, False, False)
    assert not request.HasField("customTimeouts")
    assert not request.HasField("resource_hooks")
    assert dict(request.inputDependencies) == {}, "what a whole component depends on is said once"


def test_transforms_are_refused_by_name():
    with pytest.raises(EngineError, match="x:index:C 'c': the embedded engine does not do transforms of remote"):
        asked(transforms=[callback_pb2.Callback(target="t", token="k")])


def told(state, *, partial=True, **fields):
    request = resource_pb2.RegisterResourceRequest(acceptSecrets=True, supportsPartialValues=partial, **fields)
    return registered(request, provider_pb2.ConstructResponse(urn=B, state=encode(state)))


def test_what_the_program_is_told():
    response = told({"known": output(value="x", dependencies=[A]), "ahead": UNKNOWN, "hidden": Secret("s")})
    assert response.urn == B
    assert decode(response.object) == {"known": "x", "ahead": UNKNOWN, "hidden": Secret("s")}
    assert {key: list(urns.urns) for key, urns in response.propertyDependencies.items()} == {"known": [A]}


def test_a_program_that_knows_no_unknowns_is_told_of_none():
    assert decode(told({"known": 1, "ahead": [UNKNOWN]}, partial=False).object) == {"known": 1}


def test_dependencies_that_are_said_apart_count_too():
    dependencies = {"a": provider_pb2.ConstructResponse.PropertyDependencies(urns=[B])}
    made = provider_pb2.ConstructResponse(
        urn=B, state=encode({"a": output(value=1, dependencies=[A])}), stateDependencies=dependencies
    )
    response = registered(resource_pb2.RegisterResourceRequest(), made)
    assert list(response.propertyDependencies["a"].urns) == [A, B]


def test_the_plugins_words_and_the_properties_that_it_names():
    status = status_pb2.Status()
    wrong = errors_pb2.InputPropertiesError()
    wrong.errors.add(property_path="a.b", reason="too long")
    status.details.add().Pack(wrong)
    request = resource_pb2.RegisterResourceRequest(type="x:index:C", name="c")
    error = complaint(request, RpcError("no", StatusCode.INVALID_ARGUMENT, status))
    assert str(error) == "x:index:C resource 'c' has a problem: no\n  - property a.b has a problem: too long"
