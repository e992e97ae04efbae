"""What the service answers besides resources, and how it tells that a resource came up only in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from azure_sandbox.provider.answering import TellErrors
from azure_sandbox.provider.client import ArmClient
from azure_sandbox.provider.operations import Operations
from azure_sandbox.provider.patience import Patience
from azure_sandbox.provider.protocol import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2
from azure_sandbox.provider.servicer import Servicer
from azure_sandbox.provider.wire import decode, encode
from google.protobuf.empty_pb2 import Empty

URN = "urn:pulumi:dev::project::azure-native:network:NatGateway::n"
INPUTS = {"natGatewayName": "n", "resourceGroupName": "g"}


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any] | None = None
    error: None = None
    retry_after: None = None
    operation: None = None


@dataclass
class HalfBroken:
    """A control plane on which nothing ever comes up."""

    resources: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, id: str, body: dict[str, Any], *, api_version: str) -> Answer:  # noqa: A002
        self.resources[id] = {"id": id, "name": "n", "properties": {"provisioningState": "Failed"}}
        return Answer(201, self.resources[id])

    def get(self, id: str, *, api_version: str) -> Answer:  # noqa: A002
        return Answer(200, self.resources[id]) if id in self.resources else Answer(404)

    def delete(self, id: str, *, api_version: str) -> Answer:  # noqa: A002
        return Answer(200)

    def operation(self, id: str) -> Answer:  # noqa: A002
        raise AssertionError("nothing here goes on")


@pytest.fixture
def stub() -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    arm = HalfBroken()
    servicer = Servicer(lambda found: Operations(ArmClient(arm, Patience(0)), found.subscription), lambda: None)
    server = grpc.server(ThreadPoolExecutor(2), interceptors=[TellErrors()])
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    server.stop(None)


def configure(stub: provider_pb2_grpc.ResourceProviderStub) -> provider_pb2.ConfigureResponse:
    request = provider_pb2.ConfigureRequest(sends_old_inputs=True, sends_old_inputs_to_delete=True)
    answer: provider_pb2.ConfigureResponse = stub.Configure(request)
    return answer


def test_it_says_what_the_real_provider_says_of_itself(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    assert stub.GetPluginInfo(Empty()).version == "3.29.0"
    shaken = stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    assert (shaken.supports_autonaming_configuration, shaken.accept_secrets, shaken.accept_outputs) == (
        True,
        False,
        False,
    )
    configured = configure(stub)
    assert (configured.supportsPreview, configured.supports_autonaming_configuration) == (True, True)
    assert (configured.acceptSecrets, configured.acceptResources, configured.acceptOutputs) == (False, False, False)
    stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))


def test_configuration_is_echoed_and_left_to_the_engine_to_compare(
    stub: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    news = encode({"version": "3.29.0", "location": "westeurope"})
    assert stub.CheckConfig(provider_pb2.CheckRequest(news=news)).inputs == news
    assert stub.DiffConfig(provider_pb2.DiffRequest(news=news)).changes == provider_pb2.DiffResponse.DIFF_UNKNOWN


def test_an_engine_that_keeps_old_inputs_to_itself_is_refused(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.Configure(provider_pb2.ConfigureRequest())
    assert "requires Pulumi CLI v3.74.0 or later" in (caught.value.details() or "")


def test_a_schema_is_not_pretended(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.GetSchema(provider_pb2.GetSchemaRequest())
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_resources_come_after_configuration(stub: provider_pb2_grpc.ResourceProviderStub) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.Create(provider_pb2.CreateRequest(urn=URN, properties=encode(INPUTS)))
    assert (caught.value.code(), "not configured" in (caught.value.details() or "")) == (grpc.StatusCode.UNKNOWN, True)


@pytest.mark.parametrize(
    "send",
    [
        lambda stub: stub.Create(provider_pb2.CreateRequest(urn=URN, properties=encode(INPUTS))),
        lambda stub: stub.Update(provider_pb2.UpdateRequest(urn=URN, id="/n", news=encode(INPUTS))),
    ],
    ids=["create", "update"],
)
def test_a_resource_that_came_up_in_part_is_kept(
    send: Callable[[provider_pb2_grpc.ResourceProviderStub], object], stub: provider_pb2_grpc.ResourceProviderStub
) -> None:
    configure(stub)
    with pytest.raises(grpc.RpcError) as caught:
        send(stub)
    metadata: Any = caught.value.trailing_metadata()
    status = status_pb2.Status.FromString(dict(metadata)["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert detail.id.endswith("/resourceGroups/g/providers/Microsoft.Network/natGateways/n")
    assert decode(detail.inputs) == INPUTS
    assert decode(detail.properties)["provisioningState"] == "Failed"
    assert "ended as Failed" in detail.reasons[0] == caught.value.details()
