"""What the engine is told, over gRPC, when Azure refuses, is slow or is not heard: as by azure-native."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from azure_sandbox.arm import ControlPlane, Fault, LostReply, OperationFailed, Refused, Request, Slow, faults
from azure_sandbox.provider.protocol import provider_pb2, provider_pb2_grpc, status_pb2
from azure_sandbox.provider.wire import decode, encode
from google.protobuf.empty_pb2 import Empty

from tests.sandbox.provider.conftest import PATIENCE_SECONDS, Engine, start

GATEWAYS = "Microsoft.Network/natGateways"
GATEWAY = {"resourceGroupName": "rg", "natGatewayName": "ng", "location": "westeurope", "sku": {"name": "Standard"}}
ID = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/natGateways/ng"


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[ControlPlane]:
    plane = ControlPlane(tmp_path / "azure.sqlite")
    plane.put(ID.partition("/providers")[0], {"location": "westeurope"}, api_version="2024-03-01")
    yield plane
    plane.close()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A provider's process of this test's own."""
    process = start(tmp_path)
    yield process
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture
def engine(plane: ControlPlane, process: subprocess.Popen[str]) -> Iterator[Engine]:
    """An engine with that provider, on the control plane that the test holds too."""
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        started = Engine(provider_pb2_grpc.ResourceProviderStub(channel))
        started.configure()
        yield started


def create(engine: Engine, timeout: float = 0) -> provider_pb2.CreateResponse:
    request = provider_pb2.CreateRequest(
        urn=engine.urn("NatGateway", "ng"), properties=encode(GATEWAY), timeout=timeout
    )
    answer: provider_pb2.CreateResponse = engine.stub.Create(request)
    return answer


def refusal(call: Any, *arguments: Any, **more: Any) -> tuple[str, provider_pb2.ErrorResourceInitFailed | None]:
    """Return the words of an error, and what there is of the resource all the same."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **more)
    metadata = dict(caught.value.trailing_metadata())
    if "grpc-status-details-bin" not in metadata:
        return caught.value.details(), None
    failed = provider_pb2.ErrorResourceInitFailed()
    assert status_pb2.Status.FromString(metadata["grpc-status-details-bin"]).details[0].Unpack(failed)
    return caught.value.details(), failed


def tries(plane: ControlPlane, method: str = "PUT") -> list[Request]:
    return [request for request in plane.requests() if request.method == method and request.id == ID]


@pytest.mark.parametrize(
    "happens",
    [faults.conflict(), faults.retryable(), faults.throttled(60), faults.server_error(), Refused(503, "Busy", "Busy.")],
)
def test_what_passes_is_not_seen(engine: Engine, plane: ControlPlane, happens: Refused) -> None:
    plane.inject(Fault(type=GATEWAYS, times=3, happens=happens))
    assert create(engine).id == ID
    assert [request.status for request in tries(plane)] == [happens.status] * 3 + [201]


def test_azures_retry_after_is_kept(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=faults.throttled(100)))
    create(engine)
    refused, done = tries(plane)
    assert (refused.retry_after, done.retry_after) == (100, None)
    assert done.at - refused.at >= 100 * plane.time_scale


def test_a_retry_after_beyond_two_minutes_is_not_waited_for(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=faults.throttled(121)))
    words, partial = refusal(create, engine)
    assert words.startswith('Status=429 Code="SubscriptionRequestsThrottled" Message="Number of requests for ')
    assert (partial, len(tries(plane))) == (None, 1)


def test_what_does_not_pass_is_told_with_status_and_code(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, times=0, happens=faults.server_error()))
    assert refusal(create, engine) == ('Status=500 Code="InternalServerError" Message="An error occurred."', None)
    assert len(tries(plane)) == 4


@pytest.mark.parametrize("happens", [faults.quota_reached(10), Refused(409, "Conflict", "No.")])
def test_what_stands_is_told_at_once(engine: Engine, plane: ControlPlane, happens: Refused) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=happens))
    words, partial = refusal(create, engine)
    assert words == f'Status={happens.status} Code="{happens.code}" Message="{happens.message}"'
    assert (partial, len(tries(plane))) == (None, 1)


def test_a_look_before_the_creation_that_is_refused(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(method="GET", type=GATEWAYS, happens=Refused(403, "AuthorizationFailed", "No.")))
    words, _ = refusal(create, engine)
    assert words == (
        f"cannot check existence of resource '{ID}': status code 403, "
        '{"error":{"code":"AuthorizationFailed","message":"No."}}'
    )
    assert tries(plane) == []


def test_a_look_after_the_creation_may_fail(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(method="GET", type=GATEWAYS, nth=2, times=0, happens=faults.server_error()))
    answer = create(engine)
    assert (answer.id, decode(answer.properties)["provisioningState"]) == (ID, "Succeeded")


def test_an_update_that_cannot_see_what_is_there(engine: Engine, plane: ControlPlane) -> None:
    network = {"resourceGroupName": "rg", "virtualNetworkName": "vnet", "location": "westeurope"}
    network |= {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    id_, inputs, state = engine.make("VirtualNetwork", "vnet", network)
    plane.inject(Fault(method="GET", happens=Refused(403, "AuthorizationFailed", "No.")))
    words, _ = refusal(engine.update, "VirtualNetwork", "vnet", id_, inputs, state, preview=False)
    assert words == (
        "failed maintaining unset sub-resource properties: reading cloud state: "
        'Status=403 Code="AuthorizationFailed" Message="No."'
    )


def test_a_lost_reply_is_asked_for_again(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=LostReply()))
    assert create(engine).id == ID
    assert [(request.status, request.fault) for request in tries(plane)] == [(201, 1), (200, None)]


def test_what_was_made_unheard_is_in_the_way_of_the_next_creation(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, times=4, happens=LostReply()))
    words, partial = refusal(create, engine)
    assert words == f'Put "https://management.azure.com{ID}?api-version=2024-05-01": EOF'
    assert partial is None
    assert refusal(create, engine) == (f"cannot create already existing resource '{ID}'", None)
    assert engine.read("NatGateway", ID)[0] == ID


def test_a_deletion_that_was_done_unheard_is_done(engine: Engine, plane: ControlPlane) -> None:
    create(engine)
    plane.inject(Fault(method="DELETE", happens=LostReply()))
    engine.delete("NatGateway", ID)
    assert [request.status for request in tries(plane, "DELETE")] == [200, 204]


def test_a_slow_creation_is_waited_for(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=Slow(1_000)))
    answer = create(engine)
    assert (answer.id, decode(answer.properties)["provisioningState"]) == (ID, "Succeeded")
    polls = [request for request in plane.requests() if "/operations/" in request.id]
    assert len(polls) >= 2
    assert polls[-1].at - tries(plane)[0].at >= 1_000 * plane.time_scale


def test_a_creation_that_takes_longer_than_its_timeout(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=Slow(36_000)))
    words, partial = refusal(create, engine, timeout=60)
    assert words == "operation timed out"
    assert partial is not None
    assert (partial.id, list(partial.reasons)) == (ID, ["operation timed out"])
    # Nothing could be read any more within the timeout, by azure-native neither: the state has the id alone.
    assert (decode(partial.properties), decode(partial.inputs)) == ({}, GATEWAY)


def test_a_timeout_while_azure_refuses(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, times=0, happens=faults.conflict()))
    assert refusal(create, engine, timeout=30) == ("operation timed out", None)
    assert len(tries(plane)) == 2


def test_a_creation_that_fails_after_it_was_taken(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=OperationFailed("InternalServerError", "An error occurred.", 25)))
    words, partial = refusal(create, engine)
    assert words == 'Status=200 Code="InternalServerError" Message="An error occurred."'
    assert partial is not None
    state = decode(partial.properties)
    assert (partial.id, state["name"], state["provisioningState"]) == (ID, "ng", "Failed")
    repaired = engine.update("NatGateway", "ng", ID, GATEWAY, state, preview=False)
    assert repaired["provisioningState"] == "Succeeded"


def test_a_failed_creation_of_which_nothing_can_be_read(engine: Engine, plane: ControlPlane) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=faults.operation_failed()))
    plane.inject(Fault(method="GET", type=GATEWAYS, nth=2, times=0, happens=Refused(403, "Forbidden", "No.")))
    words, partial = refusal(create, engine)
    assert words == (
        'resource created but read failed Status=403 Code="Forbidden" Message="No.": '
        'Status=200 Code="InternalServerError" Message="An error occurred."'
    )
    assert partial is not None
    assert (partial.id, decode(partial.properties)) == (ID, {})


def test_a_deletion_that_fails_or_takes_too_long(engine: Engine, plane: ControlPlane) -> None:
    create(engine)
    plane.inject(Fault(method="DELETE", happens=faults.operation_failed()))
    words, _ = refusal(engine.delete, "NatGateway", ID)
    assert words == 'Status=200 Code="InternalServerError" Message="An error occurred."'
    plane.inject(Fault(method="DELETE", happens=Slow(36_000)))
    request = provider_pb2.DeleteRequest(id=ID, urn=engine.urn("NatGateway", "x"), timeout=60)
    assert refusal(engine.stub.Delete, request) == ("operation timed out", None)


def test_who_cancels_waits_for_nothing_and_the_id_is_kept(
    engine: Engine, plane: ControlPlane, process: subprocess.Popen[str]
) -> None:
    plane.inject(Fault(type=GATEWAYS, happens=Slow(3_600_000)))
    found: list[tuple[str, provider_pb2.ErrorResourceInitFailed | None]] = []
    creation = threading.Thread(target=lambda: found.append(refusal(create, engine)))
    creation.start()
    while not any("/operations/" in request.id for request in plane.requests()):
        time.sleep(0.01)
    begun = time.monotonic()
    engine.stub.Cancel(Empty())
    creation.join(PATIENCE_SECONDS)
    assert time.monotonic() - begun < 5
    [(words, partial)] = found
    assert words == "resource created but read failed context canceled: context canceled"
    assert partial is not None
    assert partial.id == ID
    assert process.wait(PATIENCE_SECONDS) == 0
