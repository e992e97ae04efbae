"""The ResourceProvider service: from messages to decisions and back. Which RPC does what is azure-native's affair."""

# ruff: noqa: N802, ARG002 - the protocol's names and arguments

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from typing import Final

import grpc
from google.protobuf.empty_pb2 import Empty

from . import check, preview
from .diff import diff
from .difference import diff_response
from .errors import ProviderError
from .naming import Autonaming, Mode
from .operations import Operations
from .patience import DEFAULT_SECONDS
from .protocol import provider_pb2
from .resources import ResourceType, getter, resource_type
from .schema import ResourceSchema, load_schemas
from .settings import Configuration, configuration
from .stand_in import StandIn, type_of
from .wire import decode, encode

_REFUSED_FUNCTIONS: Final = frozenset(
    {"azure-native:authorization:getClientConfig", "azure-native:authorization:getClientToken"}
)
_MODES: Final[Mapping[int, Mode]] = {0: "propose", 1: "enforce", 2: "disable"}


class Servicer(StandIn):
    """Answers the engine. Calls come from many threads at once."""

    package = "azure-native"
    version = "3.29.0"

    def __init__(self, connect: Callable[[Configuration], Operations], stop: Callable[[], None]) -> None:
        super().__init__(stop)
        self._connect = connect
        self._operations: Operations | None = None
        self._cancelled = threading.Event()
        self._location: str | None = None

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Open the sandbox's Azure for one subscription."""
        if not (request.sends_old_inputs and request.sends_old_inputs_to_delete):
            raise ProviderError("Azure Native provider requires Pulumi CLI v3.74.0 or later")
        configured = configuration(dict(request.variables), decode(request.args))
        self._operations = self._connect(configured)
        self._location = configured.location
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Fill in defaults and tell what is wrong with the inputs."""
        row, schema = _described(request.urn)
        autonaming = None
        if request.HasField("autonaming"):
            autonaming = Autonaming(_MODES[request.autonaming.mode], request.autonaming.proposed_name)
        inputs = check.with_defaults(
            row,
            schema,
            request.urn,
            decode(request.olds),
            decode(request.news),
            seed=request.randomSeed,
            autonaming=autonaming,
            locations=check.LocationDefaults(self._location, self._require().location_of_group),
        )
        found = [provider_pb2.CheckFailure(reason=reason) for reason in check.failures(row, schema, inputs)]
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=found)

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Tell what a change of inputs does. The engine has put `ignoreChanges` into the new inputs already."""
        row, schema = _described(request.urn)
        found = diff(row, schema, decode(request.old_inputs), decode(request.news), decode(request.olds))
        return diff_response(found)

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create a resource, or foresee it."""
        row, schema = _described(request.urn)
        inputs = decode(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(preview.preview_create(schema.outputs, inputs)))
        resource_id, outputs = self._changing(request.timeout).create(row, schema, inputs)
        return provider_pb2.CreateResponse(id=resource_id, properties=encode(outputs))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Update a resource, or foresee it."""
        row, schema = _described(request.urn)
        inputs = decode(request.news)
        if request.preview:
            outputs = preview.preview_update(schema.outputs, inputs, decode(request.olds))
        else:
            outputs = self._changing(request.timeout).update(row, schema, inputs)
        return provider_pb2.UpdateResponse(properties=encode(outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Read a resource by its id; an empty id in the answer says that it is gone."""
        row, schema = _described(request.urn)
        old_inputs = decode(request.inputs) if request.HasField("inputs") else None
        found = self._require().read(row, schema, request.id, old_inputs, decode(request.properties))
        if found is None:
            return provider_pb2.ReadResponse()
        inputs, outputs = found
        return provider_pb2.ReadResponse(id=request.id, inputs=encode(inputs), properties=encode(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        """Delete a resource."""
        row, _ = _described(request.urn)
        self._changing(request.timeout).delete(row, request.id)
        return Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        """Answer a get… function."""
        if request.tok in _REFUSED_FUNCTIONS:
            raise ProviderError(f"{request.tok} is not served: the sandbox has no credentials and reads none")
        row = getter(request.tok)
        found = self._require().look_up(row, load_schemas()[row.token], decode(request.args))
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(encode(found))
        return answer

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """End: nothing is waited for any longer, and nothing new is asked of Azure."""
        self._cancelled.set()
        return super().Cancel(request, context)

    def _changing(self, timeout: float) -> Operations:
        return self._require(timeout or DEFAULT_SECONDS)

    def _require(self, seconds: float = math.inf) -> Operations:
        if self._operations is None:
            raise ProviderError("the provider is not configured yet: Configure comes before any resource")
        return self._operations.within(seconds, self._cancelled)


def _described(urn: str) -> tuple[ResourceType, ResourceSchema]:
    token = type_of(urn)
    return resource_type(token), load_schemas()[token]
