"""The engine's side of Pulumi's protocol, in this process: it keeps what a program registers, and gives the answers.

As little of the SDK as can be: the protocol's messages, which are the same in every language. Names of methods are the
protocol's (pulumi/pulumi `proto/pulumi/resource.proto`, 3.272).
"""

# ruff: noqa: D102, N802 - the protocol's methods, under the protocol's names
from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, resource_pb2

from ..graph.values import Value
from ..state.values import UNKNOWN
from .answers import Asked
from .failures import Failure, MissingAnswer, NotRecorded, hidden
from .recorded import Properties
from .resource import Call, Message, Resource
from .unknown import PreviewOutputs, guarded
from .wire import struct_of, values_of

__tracebackhide__ = hidden

STACK: Final = "pulumi:pulumi:Stack"
STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"
_FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
)


class Answers(Protocol):
    """Who answers a program."""

    def resource(self, asked: Asked) -> tuple[str, Mapping[str, Value]]:
        """Return the id and the outputs of a resource."""

    def invoke(self, call: Call) -> Mapping[str, Value]:
        """Return what a function of a provider finds."""


@dataclass
class _Registration:
    urn: str
    request: resource_pb2.RegisterResourceRequest
    inputs: dict[str, Value]
    id: str
    outputs: Mapping[str, Value]
    read: bool = False


@dataclass(eq=False)
class Monitor:
    """What one run registers, asks and tells."""

    answers: Answers
    project: str
    stack: str
    preview: bool = False
    stack_references: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The outputs of other stacks, by their full name."""
    calls: list[Call] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    _registered: dict[str, _Registration] = field(default_factory=dict)
    _told: dict[str, dict[str, Value]] = field(default_factory=dict)
    """What was given to `register_outputs`, by URN."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """All that was registered so far, each after what it depends on."""
        return tuple(map(self._resource, list(self._registered.values())))

    @property
    def outputs(self) -> dict[str, Any]:
        """The outputs of the stack."""
        name = f"{self.project}-{self.stack}"
        told = self._told.get(self._urn("", STACK, name), {})
        known = {key: guarded(value, f"the stack output {key}") for key, value in told.items()}
        return Properties(known, "what the stack exports")

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        urn = self._urn(request.parent, request.type, request.name)
        if request.type == STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if request.transforms:
            raise _no_transforms(f"{request.type} {request.name}")
        found = self._keep(urn, request, request.importId)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=found.id if request.custom else "", object=struct_of(found.outputs)
        )

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        urn = self._urn(request.parent, request.type, request.name)
        registration = resource_pb2.RegisterResourceRequest(
            type=request.type,
            name=request.name,
            parent=request.parent,
            custom=True,
            object=request.properties,
            dependencies=request.dependencies,
            provider=request.provider,
            version=request.version,
        )
        found = self._keep(urn, registration, request.id, read=True)
        return resource_pb2.ReadResourceResponse(urn=urn, id=found.id, properties=struct_of(found.outputs))

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:
        with self._lock:
            self._told[request.urn] = values_of(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        arguments = dict(sorted(values_of(request.args).items()))
        if request.tok == "pulumi:pulumi:getResource":
            found = self._registered[arguments["urn"]]
            answer: Mapping[str, Value] = {"urn": found.urn, "id": found.id, "state": found.outputs}
        else:
            call = Call(request.tok, guarded(arguments, f"an argument of {request.tok}"), request.provider)
            with self._lock:
                self.calls.append(call)
                answer = self.answers.invoke(call)
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(struct_of(answer))  # a word that Python keeps for itself
        return response

    def ExistsResource(self, request: Any) -> Any:  # noqa: ANN401 - not in the stubs of every SDK
        known = (found.id == request.id and found.request.type == request.type for found in self._registered.values())
        return resource_pb2.ExistsResourceResponse(exists=any(known))

    def RegisterStackTransform(self, _request: object) -> empty_pb2.Empty:
        raise _no_transforms("the stack")

    def RegisterStackInvokeTransform(self, _request: object) -> empty_pb2.Empty:
        raise _no_transforms("the stack's calls")

    def RegisterResourceHook(self, _request: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def RegisterErrorHook(self, _request: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def RegisterPackage(self, _request: object) -> resource_pb2.RegisterPackageResponse:
        return resource_pb2.RegisterPackageResponse(ref="recorded")

    def SupportsFeature(self, request: resource_pb2.SupportsFeatureRequest) -> resource_pb2.SupportsFeatureResponse:
        # Outputs as values of their own are for components of other languages; inputs stay plain without them.
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id != "outputValues")

    def GetDeploymentInfo(self, _request: object) -> Any:  # noqa: ANN401 - not in the stubs of every SDK
        return resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES)

    def SignalAndWaitForShutdown(self, _request: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:
        """Keep what the program tells; the SDK takes this object for its engine too."""
        if request.severity != engine_pb2.DEBUG:  # which the SDK itself writes, four for each resource
            severity = engine_pb2.LogSeverity.Name(request.severity).lower()
            self.messages.append(Message(severity, request.message, request.urn))
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, _request: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def _urn(self, parent: str, token: str, name: str) -> str:
        above = parent.split("::")[2] if parent else STACK
        kind = token if above == STACK else f"{above}${token}"
        return f"urn:pulumi:{self.stack}::{self.project}::{kind}::{name}"

    def _keep(
        self, urn: str, request: resource_pb2.RegisterResourceRequest, known_id: str, *, read: bool = False
    ) -> _Registration:
        inputs = values_of(request.object)
        with self._lock:
            if urn in self._registered:
                raise Failure(
                    f"Two resources of type {request.type} are called {request.name} ({urn}), which Pulumi refuses. "
                    "Give one of them another name."
                )
            asked = Asked(request.type, request.name, inputs, request.custom, self.preview and not read, known_id)
            new_id, outputs = self._of_stack(asked) if asked.type == STACK_REFERENCE else self.answers.resource(asked)
            found = self._registered[urn] = _Registration(urn, request, inputs, new_id, outputs, read)
        return found

    def _of_stack(self, asked: Asked) -> tuple[str, dict[str, Value]]:
        name = str(asked.inputs.get("name", asked.name))
        if name not in self.stack_references:
            raise MissingAnswer(
                f"The program reads outputs of the stack {name}, and the test says nothing of them. Give them: "
                f'record(…, stack_references={{"{name}": {{…}}}}).'
            )
        return name, {"name": name, "outputs": dict(self.stack_references[name]), "secretOutputNames": []}

    def _resource(self, found: _Registration) -> Resource:
        owner = f"{found.request.type.rpartition(':')[2]} {found.request.name}"
        answered = {**found.outputs, **self._told.get(found.urn, {})}
        outputs = guarded(answered, owner)
        preview = self.preview and found.request.custom and not found.read
        unknown_id = UNKNOWN if preview and not found.id else found.id
        return Resource(
            urn=found.urn,
            inputs=guarded(found.inputs, owner),
            outputs=PreviewOutputs(outputs, owner) if preview else outputs,
            id=guarded(unknown_id, owner, "the id") if found.request.custom else "",
            read=found.read,
            request=found.request,
            asked=found.inputs,
            answered=answered,
        )


def _no_transforms(what: str) -> NotRecorded:
    return NotRecorded(
        f"{what} has transforms, which only an engine runs. Use transformations=, or test the program in the sandbox."
    )
