"""Function calls of the program, such as looking up what exists.

Mirrors pulumi/pulumi `pkg/resource/deploy/source_eval.go` (Invoke).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties
from pulumi.runtime.proto import resource_pb2

from .answers import ProviderError
from .default_providers import DefaultProviders
from .properties import Accepts, decode, encode
from .refusals import EngineError, unsupported
from .registry import Registry
from .requests import provider_for
from .rpc import RpcError
from .transforms import Transforms
from .urn import package_of


class CallError(EngineError):
    """A failed function call, which the program may handle."""


class Calls:
    """Answers the function calls of one program."""

    def __init__(
        self,
        registry: Registry,
        default_providers: DefaultProviders,
        transforms: Transforms,
        states: Mapping[str, ResourceState],
        *,
        preview: bool,
    ) -> None:
        self._registry = registry
        self._default_providers = default_providers
        self._transforms = transforms
        self._states = states
        self._preview = preview

    async def answer(
        self,
        request: Any,  # noqa: ANN401 - gRPC's own
        providers: Mapping[str, str],
    ) -> resource_pb2.ResourceInvokeResponse:
        """Return what comes of a call; `providers` are those of the component that it is made for."""
        package = package_of(request.tok)
        question = await self._transforms.call(
            resource_pb2.TransformInvokeRequest(
                token=request.tok,
                args=request.args,
                options=resource_pb2.TransformInvokeOptions(
                    provider=provider_for(package, request.provider, {}, providers),
                    version=request.version,
                    plugin_download_url=request.pluginDownloadURL,
                ),
            )
        )
        arguments, options = decode(question.args), question.options
        if request.tok == "pulumi:pulumi:getResource":
            return _answer(self._get_resource(arguments), Accepts())
        if package == "pulumi":
            raise unsupported("stack references", request.tok)
        reference = options.provider or await self._default_providers.reference(
            package, options.version, options.plugin_download_url, request.tok
        )
        if any(self._unresolved(urn) for urn in request.dependsOn):
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        provider = self._registry.get(reference)
        if provider is None:
            raise CallError(f"Invoke: unknown provider '{reference}'")
        try:
            result = await provider.invoke(request.tok, arguments, preview=self._preview)
        except (ProviderError, RpcError) as error:
            raise CallError(f"invocation of {request.tok} returned an error: {error}") from None
        answer = _answer(result.inputs, Accepts(resources=request.acceptResources))
        for key, reason in result.failures:
            answer.failures.add(property=key, reason=reason)
        return answer

    def _get_resource(self, arguments: Properties) -> Properties:
        state = self._states.get(arguments.get("urn", ""))
        if state is None:
            raise CallError(f"unknown resource {arguments.get('urn')}")
        return {"urn": state.urn, "id": state.id, "state": state.outputs}

    def _unresolved(self, urn: str) -> bool:
        """Tell whether a resource, or one beneath it, does not exist yet."""
        return any(state.custom and not state.id and urn in self._lineage(state.urn) for state in self._states.values())

    def _lineage(self, urn: str) -> Iterator[str]:
        while urn:
            yield urn
            state = self._states.get(urn)
            urn = state.parent if state else ""


def _answer(result: Properties, accepts: Accepts) -> resource_pb2.ResourceInvokeResponse:
    response = resource_pb2.ResourceInvokeResponse()
    getattr(response, "return").CopyFrom(encode(result, accepts))
    return response
