"""The ResourceProvider service: from messages to decisions and back. Which RPC does what is azure-native's affair."""

# ruff: noqa: N802, ARG002 - the protocol's names and arguments

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import grpc
from google.protobuf.empty_pb2 import Empty

from . import check, preview
from .diff import Change, diff
from .errors import ProviderError
from .naming import Autonaming, Mode
from .operations import Operations
from .protocol import plugin_pb2, provider_pb2, provider_pb2_grpc
from .resources import ResourceType, getter, resource_type
from .schema import ResourceSchema, load_schemas
from .settings import Configuration, configuration
from .wire import decode, encode

VERSION: Final = "3.29.0"
"""The release of azure-native that is stood in for."""

_REFUSED_FUNCTIONS: Final = frozenset(
    {"azure-native:authorization:getClientConfig", "azure-native:authorization:getClientToken"}
)
_MODES: Final[Mapping[int, Mode]] = {0: "propose", 1: "enforce", 2: "disable"}
_KINDS: Final = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine. Calls come from many threads at once."""

    def __init__(self, connect: Callable[[Configuration], Operations], stop: Callable[[], None]) -> None:
        self._connect = connect
        self._stop = stop
        self._operations: Operations | None = None
        self._location: str | None = None

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Say what this provider understands."""
        return provider_pb2.ProviderHandshakeResponse(supports_autonaming_configuration=True)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:
        """Accept an engine that found this process running; nothing is ever sent to an engine."""
        return Empty()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Tell the version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Refuse: there is no schema here to generate code from."""
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            "the sandbox's azure-native has no schema; generate code with the real provider",
        )

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Take the configuration as it is."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Leave the comparison to the engine."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

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
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if found.properties else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=found.properties,
            replaces=found.replaces,
            deleteBeforeReplace=found.delete_before_replace,
            detailedDiff={path: _property_diff(change) for path, change in found.changes.items()},
            hasDetailedDiff=bool(found.changes),
        )

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create a resource, or foresee it."""
        row, schema = _described(request.urn)
        inputs = decode(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(preview.preview_create(schema.outputs, inputs)))
        resource_id, outputs = self._require().create(row, schema, inputs)
        return provider_pb2.CreateResponse(id=resource_id, properties=encode(outputs))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Update a resource, or foresee it."""
        row, schema = _described(request.urn)
        inputs = decode(request.news)
        if request.preview:
            outputs = preview.preview_update(schema.outputs, inputs, decode(request.olds))
        else:
            outputs = self._require().update(row, schema, inputs)
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
        self._require().delete(row, request.id)
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
        """End: what is under way is finished, nothing new is begun."""
        self._stop()
        return Empty()

    def _require(self) -> Operations:
        if self._operations is None:
            raise ProviderError("the provider is not configured yet: Configure comes before any resource")
        return self._operations


def _described(urn: str) -> tuple[ResourceType, ResourceSchema]:
    token = urn.split("::")[2].rpartition("$")[2]
    return resource_type(token), load_schemas()[token]


def _property_diff(change: Change) -> provider_pb2.PropertyDiff:
    return provider_pb2.PropertyDiff(kind=_KINDS[change.kind, change.replaces], inputDiff=change.from_inputs)
