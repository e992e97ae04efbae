"""The real process, spoken to as an engine does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
import pytest
from azure_sandbox.provider.protocol import plugin_pb2, provider_pb2, provider_pb2_grpc
from azure_sandbox.provider.wire import UNKNOWN, decode, encode
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc

COMMAND = [sys.executable, "-m", "azure_sandbox.random_provider"]
PATIENCE_SECONDS = 20
URN = "urn:pulumi:dev::project::my:Component$random:index/randomPassword:RandomPassword::admin"


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_", "PULUMI_"))}
    return {**kept, "AZURE_SANDBOX": str(folder), "PULUMI_BACKEND_URL": f"file://{folder}/backend"}


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    """A provider that is configured, and that ends when the engine cancels."""
    folder = tmp_path_factory.mktemp("sandbox")
    process = subprocess.Popen(
        [*COMMAND, "127.0.0.1:9"], env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        found = provider_pb2_grpc.ResourceProviderStub(channel)
        found.Configure(provider_pb2.ConfigureRequest(acceptSecrets=True, sends_old_inputs=True))
        yield found
        found.Cancel(Empty())
    assert process.communicate(timeout=PATIENCE_SECONDS) == ("", "")
    assert process.returncode == 0
    assert list(folder.iterdir()) == []


def test_it_says_what_the_real_provider_says_of_itself(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    assert stub.GetPluginInfo(Empty()).version == version("pulumi-random")
    shaken = stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    assert (shaken.accept_secrets, shaken.accept_outputs) == (False, False)
    configured = stub.Configure(provider_pb2.ConfigureRequest())
    assert (configured.supportsPreview, configured.acceptSecrets, configured.acceptOutputs) == (True, False, False)
    stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))


def test_a_life(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    given = {"length": 16, "minSpecial": 3}
    checked = stub.Check(provider_pb2.CheckRequest(urn=URN, news=encode(given)))
    assert (decode(checked.inputs), list(checked.failures)) == (given, [])
    foreseen = stub.Create(provider_pb2.CreateRequest(urn=URN, properties=checked.inputs, preview=True))
    assert (foreseen.id, decode(foreseen.properties)["result"]) == ("", UNKNOWN)

    made = stub.Create(provider_pb2.CreateRequest(urn=URN, properties=checked.inputs))
    state = decode(made.properties)
    assert (made.id, state["id"], len(state["result"])) == ("none", "none", 16)
    assert MessageToDict(made.properties)["result"] == {
        rpc._special_sig_key: rpc._special_secret_sig,
        "value": state["result"],
    }
    assert differs(stub, state, given) == (provider_pb2.DiffResponse.DIFF_NONE, [], {})
    assert differs(stub, state, {**given, "length": 20}) == (
        provider_pb2.DiffResponse.DIFF_SOME,
        ["length"],
        {"length": provider_pb2.PropertyDiff.UPDATE_REPLACE},
    )

    read = stub.Read(
        provider_pb2.ReadRequest(id="none", urn=URN, inputs=encode(given), properties=encode({**state, "length": 17}))
    )
    assert (read.id, decode(read.inputs)) == ("none", {**given, "length": 17})
    assert decode(read.properties) == {**state, "length": 17}
    assert MessageToDict(read.properties)["result"] == MessageToDict(made.properties)["result"]

    request = provider_pb2.UpdateRequest(id="none", urn=URN, olds=encode(state), news=encode({**given, "keepers": {}}))
    updated = stub.Update(request)
    assert decode(updated.properties) == {**state, "keepers": {}}
    assert MessageToDict(updated.properties)["result"] == MessageToDict(made.properties)["result"]
    stub.Delete(provider_pb2.DeleteRequest(id="none", urn=URN, properties=encode(state)))


def differs(stub: provider_pb2_grpc.ResourceProviderStub, state: dict[str, Any], news: dict[str, Any]) -> Any:
    answer = stub.Diff(provider_pb2.DiffRequest(id="none", urn=URN, olds=encode(state), news=encode(news)))
    assert not answer.deleteBeforeReplace
    return answer.changes, list(answer.replaces), {path: each.kind for path, each in answer.detailedDiff.items()}


def test_a_password_made_elsewhere_is_imported(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    """Pulumi-random `examples/regress_160_test.go`."""
    read = stub.Read(provider_pb2.ReadRequest(id="supersecret", urn=URN))
    assert (read.id, decode(read.properties)["result"]) == ("none", "supersecret")
    assert decode(read.inputs) == {
        "length": 11,
        "lower": True,
        "number": True,
        "numeric": True,
        "special": True,
        "upper": True,
    }


def test_what_is_wrong_is_told(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    checked = stub.Check(provider_pb2.CheckRequest(urn=URN, news=encode({"length": 0})))
    assert [(each.property, each.reason) for each in checked.failures] == [
        (
            "",
            (
                "Invalid Attribute Value. Attribute length value must be at least 1, got: 0. "
                "Examine values at 'admin.length'."
            ),
        )
    ]


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("Check", provider_pb2.CheckRequest),
        ("Diff", provider_pb2.DiffRequest),
        ("Create", provider_pb2.CreateRequest),
        ("Update", provider_pb2.UpdateRequest),
        ("Read", provider_pb2.ReadRequest),
        ("Delete", provider_pb2.DeleteRequest),
    ],
)
def test_another_type_is_refused_by_name(
    stub: provider_pb2_grpc.ResourceProviderStub, method: str, request_: Any
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        getattr(stub, method)(request_(urn="urn:pulumi:dev::project::random:index/randomPet:RandomPet::pet"))
    assert caught.value.code() == grpc.StatusCode.UNKNOWN
    assert caught.value.details() == (
        "the sandbox does not serve the resource type random:index/randomPet:RandomPet. Of the random provider it "
        "serves random:index/randomPassword:RandomPassword only: take that, or leave the other out of what is rehearsed"
    )


def test_a_function_is_refused_by_name(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    with pytest.raises(grpc.RpcError, match="does not serve the function random:index:getPet"):
        stub.Invoke(provider_pb2.InvokeRequest(tok="random:index:getPet"))


@pytest.mark.parametrize("missing", ["AZURE_SANDBOX", "PULUMI_BACKEND_URL"])
def test_outside_a_sandbox_it_says_why_in_one_line(missing: str, tmp_path: Path) -> None:
    variables = environment(tmp_path)
    del variables[missing]
    done = subprocess.run(COMMAND, env=variables, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"random (sandbox): {missing} is not set")


def test_neither_the_sdk_nor_the_control_plane_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from azure_sandbox.random_provider import servicer\n"
        "from azure_sandbox.provider import process\n"
        "print([name for name in ('pulumi', 'pulumi_random', 'nat_egress', 'azure_sandbox.arm', 'sqlite3') "
        "if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
