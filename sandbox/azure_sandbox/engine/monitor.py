"""The ResourceMonitor service: what the program asks the engine for.

Mirrors pulumi/pulumi `pkg/resource/deploy/source_eval.go`.
"""
# ruff: noqa: ANN401, ARG002, N802 - gRPC's own names and signatures

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2
from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties, contains_unknown
from pulumi.runtime.proto import callback_pb2, resource_pb2, resource_pb2_grpc

from .callbacks import Callbacks
from .calls import CallError, Calls
from .construct import complaint, construct_request, registered
from .default_providers import DefaultProviders
from .deployment import Deployment
from .goals import Goal
from .hooks import Hooks
from .properties import Accepts, UnsupportedValueError, decode, encode
from .refusals import EngineError, MonitorClosedError, unsupported
from .registry import Registry
from .request import UpdateRequest
from .requests import (
    Wanted,
    goal,
    inherit,
    positions,
    provider_for,
    read_goal,
    refuse_builtin,
    refuse_unsupported,
    wanted,
)
from .rpc import RpcError
from .transforms import Transforms
from .urn import is_provider_type, package_of

T = TypeVar("T")

_FEATURES: Final = (
    "SECRETS",
    "RESOURCE_REFERENCES",
    "OUTPUT_VALUES",
    "ALIAS_SPECS",
    "REPLACEMENT_TRIGGER",
    "DELETED_WITH",
    "REPLACE_WITH",
    "TRANSFORMS",
    "INVOKE_TRANSFORMS",
    "PARAMETERIZATION",
    "RESOURCE_HOOKS",
    "ERROR_HOOKS",
    "SENDS_OPTIONS_TO_HOOKS",
    "INVOKE_DEPENDS_ON",
    "INVOKE_PARENT",
)
"""What the program's library is told that the engine knows; what is known only to be refused by name is among it."""
_LEGACY_FEATURES: Final = {
    "secrets",
    "resourceReferences",
    "outputValues",
    "aliasSpecs",
    "replacementTrigger",
    "deletedWith",
    "replaceWith",
    "transforms",
    "invokeTransforms",
    "parameterization",
    "resourceHooks",
    "errorHooks",
    "sendsOptionsToHooks",
}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Answers the ResourceMonitor calls."""

    def __init__(
        self,
        request: UpdateRequest,
        deployment: Deployment,
        registry: Registry,
        hooks: Hooks,
        callbacks: Callbacks,
        *,
        address: str,
    ) -> None:
        """`address` is where this service is served."""
        self._update = request
        self._address = address
        self._registry = registry
        self._deployment = deployment
        self._hooks = hooks
        self._callbacks = callbacks
        self._default_providers = DefaultProviders(request.config, request.plugins, deployment.register)
        self._goals: dict[str, Goal] = {}
        self._states: dict[str, ResourceState] = {}
        self._component_providers: dict[str, dict[str, str]] = {}
        self._transforms = Transforms(callbacks)
        self._calls = Calls(
            registry, self._default_providers, self._transforms, self._states, preview=request.kind == "preview"
        )
        self._shut_down = asyncio.Event()
        self.finished = asyncio.Event()
        """Set when the program says that it asks for nothing more."""

    def shut_down(self) -> None:
        """Let the program end."""
        self._shut_down.set()

    async def GetDeploymentInfo(self, request: Any, context: Any) -> resource_pb2.DeploymentInfo:
        """Return what is to be known of the update."""
        update = self._update
        return resource_pb2.DeploymentInfo(
            project=update.project.name,
            stack=update.stack,
            organization=update.organization,
            config={key: value.text for key, value in update.config.items()},
            configSecretKeys=[key for key, value in update.config.items() if value.secret],
            dryRun=update.kind == "preview",
            parallel=update.parallel,
            supportedFeatures=[
                resource_pb2.ResourceMonitorFeature.Value(f"RESOURCE_MONITOR_FEATURE_{name}") for name in _FEATURES
            ],
        )

    async def SupportsFeature(self, request: Any, context: Any) -> resource_pb2.SupportsFeatureResponse:
        """Tell whether the engine knows a feature."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _LEGACY_FEATURES)

    async def RegisterResource(self, request: Any, context: Any) -> resource_pb2.RegisterResourceResponse:
        """Bring a resource to what the program asks for."""
        return await self._answer(self._register(request), context)

    async def RegisterResourceOutputs(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Give a component its outputs."""
        await self._answer(self._register_outputs(request), context)
        return empty_pb2.Empty()

    async def ReadResource(self, request: Any, context: Any) -> resource_pb2.ReadResourceResponse:
        """Show the program a resource that exists."""
        return await self._answer(self._read(request), context)

    async def Invoke(self, request: Any, context: Any) -> resource_pb2.ResourceInvokeResponse:
        """Call a provider's function."""
        providers = self._component_providers.get(request.parent, {})
        return await self._answer(self._calls.answer(request, providers), context)

    async def Call(self, request: Any, context: Any) -> NoReturn:
        """Refuse to call a method of a resource."""
        await self._answer(_refused("method calls on resources", request.tok), context)
        raise AssertionError

    async def RegisterPackage(self, request: Any, context: Any) -> NoReturn:
        """Refuse to parameterize a provider."""
        await self._answer(_refused("parameterized providers", f"package {request.name}"), context)
        raise AssertionError

    async def RegisterStackTransform(self, request: callback_pb2.Callback, context: Any) -> empty_pb2.Empty:
        """Keep a transform that every further resource goes through."""
        self._transforms.of_stack.append(request)
        return empty_pb2.Empty()

    async def RegisterStackInvokeTransform(self, request: callback_pb2.Callback, context: Any) -> empty_pb2.Empty:
        """Keep a transform that every further function call goes through."""
        self._transforms.of_calls.append(request)
        return empty_pb2.Empty()

    async def RegisterResourceHook(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Keep a hook."""
        try:
            self._hooks.register(request)
        except EngineError as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error))
        return empty_pb2.Empty()

    async def RegisterErrorHook(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Keep an error hook."""
        try:
            self._hooks.register_error_hook(request)
        except EngineError as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error))
        return empty_pb2.Empty()

    async def SignalAndWaitForShutdown(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Hold the program, whose hooks may still be needed, until the update is done."""
        if self.finished.is_set():
            await context.abort(grpc.StatusCode.UNKNOWN, "Already waiting for shutdown")
        self.finished.set()
        await self._shut_down.wait()
        return empty_pb2.Empty()

    async def _answer(self, work: Awaitable[T], context: Any) -> T:
        try:
            return await work
        except MonitorClosedError:
            pass
        except CallError as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except EngineError as error:
            self._deployment.abort(error)
        # Until the update has ended the program's hooks may be needed, and what it says of a monitor that has gone
        # would be told. But a hook that asks for what is refused must go on, as the update waits for it.
        if not self._callbacks.under_way:
            await self._deployment.closed.wait()
        # The program's library ends the program on this status without a traceback.
        await context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor shut down")
        raise AssertionError

    async def _register(self, request: Any) -> resource_pb2.RegisterResourceResponse:
        want = wanted(request)
        parent = self._goals.get(request.parent)
        if parent is not None:
            inherit(want.options, request.type, parent, custom=request.custom)
        await self._transforms.resource(request, want, self._goals)
        options = want.options
        refuse_unsupported(request, options)
        if request.remote:
            return await self._construct(request, want)
        provider = ""
        if request.custom:
            provider = await self._provider(request.type, request.name, request.parent, options)
        asked = goal(request, want, provider, positions(request, self._update.project.root))
        if is_provider_type(request.type):
            self._name_plugin(asked, options.version, options.plugin_download_url)
        state = await self._deployment.register(asked)
        urn = state.urn
        self._goals[urn], self._states[urn] = asked, state
        self._transforms.keep(urn, list(request.transforms))
        if not request.custom:
            inherited = self._component_providers.get(request.parent, {})
            self._component_providers[urn] = {**inherited, **options.providers}
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=state.id, object=encode(_answerable(state, request), _accepts(request))
        )

    async def _construct(self, request: Any, want: Wanted) -> resource_pb2.RegisterResourceResponse:
        """Let a plugin make a component; it registers the component, and what is in it, with this monitor."""
        options = want.options
        reference = await self._provider(request.type, request.name, request.parent, options)
        provider = self._registry.get(reference)
        if provider is None:
            raise EngineError(f"unknown provider '{reference}'")
        providers = {**self._component_providers.get(request.parent, {}), **options.providers}
        try:
            made = await provider.construct(construct_request(self._update, self._address, request, want, providers))
        except RpcError as error:
            if self._deployment.failed:
                # What the component needed will not be done, which has been told.
                raise MonitorClosedError from error
            raise complaint(request, error) from None
        return registered(request, made)

    async def _provider(self, type_: str, name: str, parent: str, options: Any) -> str:
        if is_provider_type(type_):
            return ""
        of_parent = self._component_providers.get(parent, {})
        package = package_of(type_)
        given: str = provider_for(package, options.provider, options.providers, of_parent)
        return given or await self._default_providers.reference(
            package, options.version, options.plugin_download_url, f"{type_} {name!r}"
        )

    def _name_plugin(self, asked: Goal, version: str, url: str) -> None:
        default = {plugin.name: plugin.version for plugin in self._update.plugins}.get(package_of(asked.type), "")
        asked.properties = {
            **asked.properties,
            **self._default_providers.plugin(version or ("" if url else default), url),
        }

    async def _register_outputs(self, request: Any) -> None:
        try:
            outputs = decode(request.outputs)
        except UnsupportedValueError as error:
            raise unsupported(f"this value: {error}", f"the outputs of {request.urn}") from None
        await self._deployment.register_outputs(request.urn, outputs)

    async def _read(self, request: Any) -> resource_pb2.ReadResourceResponse:
        refuse_builtin(request.type, f"{request.type} {request.name!r}")
        provider = request.provider or await self._default_providers.reference(
            package_of(request.type), request.version, request.pluginDownloadURL, f"{request.type} {request.name!r}"
        )
        asked = read_goal(request, provider, positions(request, self._update.project.root))
        state = await self._deployment.read(asked)
        self._states[state.urn] = state
        return resource_pb2.ReadResourceResponse(urn=state.urn, properties=encode(state.outputs, _accepts(request)))


async def _refused(feature: str, of: str) -> NoReturn:
    raise unsupported(feature, of)


def _accepts(request: Any) -> Accepts:
    return Accepts(secrets=request.acceptSecrets, resources=request.acceptResources)


def _answerable(state: ResourceState, request: Any) -> Properties:
    """Return the outputs that the program is told of; a component's may name what is not registered yet."""
    if not request.custom:
        return {}
    if request.supportsPartialValues:
        return state.outputs
    return {key: value for key, value in state.outputs.items() if not contains_unknown(value)}
