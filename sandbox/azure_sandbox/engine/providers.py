"""A resource provider in a process of its own, spoken to over the ResourceProvider protocol.

What is sent, and what is made of the answers, follows pulumi/pulumi `pkg/resource/plugin/provider_plugin.go`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from google.protobuf import empty_pb2
from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties, Secret, Value, contains_secret, contains_unknown, reveal
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from .answers import (
    Checked,
    DiffUnavailableError,
    Outcome,
    ProviderError,
    configuration_complaint,
    diff_of,
    failures_of,
    partial_of,
)
from .diffing import Diff, mark_secrets
from .properties import Accepts, decode, encode
from .refusals import EngineError, unsupported
from .rpc import QUESTION_SECONDS, WORK_SECONDS, Peer, RpcError, unless_unimplemented
from .urn import package_of, urn_name, urn_type

_SIDE_BY_SIDE: Final = Accepts(secrets=False, resources=False)
"""How configuration is checked and diffed: secrets and references stay with the engine."""
_MARGIN_SECONDS: Final = 30.0
_CANCEL_SECONDS: Final = 5.0


@dataclass
class _Protocol:
    accepts: Accepts = field(default_factory=lambda: Accepts(secrets=False, resources=False))
    previews: bool = False
    autonaming: bool = False
    known: bool = True
    """False where the configuration holds what is not known yet; then the provider is not asked at all."""


class Provider:
    """A running provider. It is configured once; whatever is asked before waits for the configuration."""

    def __init__(self, package: str, peer: Peer) -> None:
        self.package = package
        self._peer = peer
        self._stub = provider_pb2_grpc.ResourceProviderStub(peer.channel)
        self._handshake: provider_pb2.ProviderHandshakeResponse | None = None
        self._configured: asyncio.Future[_Protocol] | None = None

    async def shake_hands(self, engine_address: str, folder: str) -> None:
        """Tell the provider where the engine is, and learn what it understands; older providers have no such call."""
        request = provider_pb2.ProviderHandshakeRequest(
            engine_address=engine_address,
            root_directory=folder,
            program_directory=folder,
            configure_with_urn=True,
            invoke_with_preview=True,
        )
        self._handshake = await unless_unimplemented(self._peer.call(self._stub.Handshake, request))

    async def check_config(self, urn: str, old: Properties, new: Properties) -> Checked:
        """Return the provider's own configuration as it will be used."""
        request = provider_pb2.CheckRequest(
            urn=urn,
            name=urn_name(urn),
            type=urn_type(urn),
            olds=encode(old, _SIDE_BY_SIDE),
            news=encode(new, _SIDE_BY_SIDE),
        )
        response = await unless_unimplemented(self._ask(self._stub.CheckConfig, request))
        if response is None:
            return Checked(new)
        return Checked(mark_secrets(decode(response.inputs), new), failures_of(response))

    async def diff_config(self, urn: str, old: ResourceState, new: Properties) -> Diff:
        """Return what a change of the provider's configuration means; `unknown` where the provider cannot tell."""
        request = provider_pb2.DiffRequest(
            urn=urn,
            name=urn_name(urn),
            type=urn_type(urn),
            old_inputs=encode(old.inputs, _SIDE_BY_SIDE),
            olds=encode(old.outputs, _SIDE_BY_SIDE),
            news=encode(new, _SIDE_BY_SIDE),
        )
        response = await unless_unimplemented(self._ask(self._stub.DiffConfig, request))
        return Diff("unknown") if response is None else diff_of(response)

    def configure(self, urn: str, id_: str, inputs: Properties) -> None:
        """Begin to configure the provider; who asks something waits until that is done."""
        self._configured = asyncio.ensure_future(self._configure(urn, id_, inputs))

    async def check(self, urn: str, old: Properties, new: Properties, seed: bytes) -> Checked:
        """Return the inputs of a resource with defaults filled in, and what is wrong with them."""
        protocol = await self._protocol()
        if not protocol.known:
            return Checked(new)
        request = provider_pb2.CheckRequest(
            urn=urn,
            name=urn_name(urn),
            type=urn_type(urn),
            olds=encode(old, protocol.accepts),
            news=encode(new, protocol.accepts),
            randomSeed=seed,
        )
        response = await self._ask(self._stub.Check, request)
        return Checked(_secret_as(protocol, decode(response.inputs), new), failures_of(response))

    async def diff(self, urn: str, state: ResourceState, new: Properties, ignore_changes: Sequence[str]) -> Diff:
        """Return what changing the resource of `state`, now called `urn`, to `new` inputs means."""
        protocol = await self._protocol()
        if not protocol.known:
            raise DiffUnavailableError(
                "The provider for this resource has inputs that are not known during preview.\n"
                "This preview may not correctly represent the changes that will be applied during an update."
            )
        request = provider_pb2.DiffRequest(
            id=state.id,
            urn=urn,
            name=urn_name(urn),
            type=urn_type(urn),
            old_inputs=encode(state.inputs, protocol.accepts),
            olds=encode(state.outputs, protocol.accepts),
            news=encode(new, protocol.accepts),
            ignoreChanges=ignore_changes,
        )
        return diff_of(await self._ask(self._stub.Diff, request))

    async def create(self, state: ResourceState, *, preview: bool) -> Outcome:
        """Make a resource; in a preview return what can be known of it."""
        protocol = await self._protocol()
        if preview and not protocol.known:
            return Outcome("", {})
        if preview and not protocol.previews:
            return Outcome("", dict(state.inputs))
        seconds = state.custom_timeouts.get("create", 0)
        request = provider_pb2.CreateRequest(
            urn=state.urn,
            name=urn_name(state.urn),
            type=urn_type(state.urn),
            properties=encode(state.inputs, protocol.accepts),
            timeout=seconds,
            preview=preview,
        )
        response = await self._do(self._stub.Create, request, protocol, state.inputs, seconds)
        if not response.id and not preview:
            raise ProviderError(f"plugin returned empty resource.ID from create '{state.urn}'", in_doubt=True)
        return Outcome(response.id, _secret_as(protocol, decode(response.properties), state.inputs))

    async def update(
        self, old: ResourceState, new: ResourceState, ignore_changes: Sequence[str], *, preview: bool
    ) -> Outcome:
        """Change a resource in place; in a preview return what can be known of it."""
        protocol = await self._protocol()
        if preview and not protocol.known:
            return Outcome(old.id, {})
        if preview and not protocol.previews:
            return Outcome(old.id, dict(new.inputs))
        seconds = new.custom_timeouts.get("update", 0)
        request = provider_pb2.UpdateRequest(
            id=old.id,
            urn=new.urn,
            name=urn_name(new.urn),
            type=urn_type(new.urn),
            old_inputs=encode(old.inputs, protocol.accepts),
            olds=encode(old.outputs, protocol.accepts),
            news=encode(new.inputs, protocol.accepts),
            timeout=seconds,
            ignoreChanges=ignore_changes,
            preview=preview,
        )
        response = await self._do(self._stub.Update, request, protocol, new.inputs, seconds)
        return Outcome(old.id, _secret_as(protocol, decode(response.properties), new.inputs))

    async def delete(self, state: ResourceState) -> None:
        """Take a resource away."""
        protocol = await self._protocol()
        seconds = state.custom_timeouts.get("delete", 0)
        request = provider_pb2.DeleteRequest(
            id=state.id,
            urn=state.urn,
            name=urn_name(state.urn),
            type=urn_type(state.urn),
            old_inputs=encode(state.inputs, protocol.accepts),
            properties=encode(state.outputs, protocol.accepts),
            timeout=seconds,
        )
        await self._do(self._stub.Delete, request, protocol, {}, seconds)

    async def read(self, state: ResourceState) -> Outcome:
        """Look at a resource that exists; the inputs double as the state that is known of it."""
        protocol = await self._protocol()
        if not protocol.known:
            return Outcome(state.id, {})
        request = _read_request(state, state.inputs, protocol)
        response = await self._do(self._stub.Read, request, protocol, state.inputs, 0)
        outputs = _secret_as(protocol, decode(response.properties), state.inputs)
        exists = bool(response.id) or response.HasField("properties")
        return Outcome(response.id or state.id, outputs, exists=exists)

    async def refresh(self, state: ResourceState) -> Outcome:
        """Look at the resource of a row; one that is there and not well is no failure: it has init errors."""
        protocol = await self._protocol()
        request = _read_request(state, state.outputs, protocol)
        try:
            response = await self._do(self._stub.Read, request, protocol, state.outputs, request.timeout)
        except ProviderError as error:
            if error.partial is None:
                raise
            found = error.partial
        else:
            outputs = _secret_as(protocol, decode(response.properties), state.outputs)
            inputs = decode(response.inputs) if response.HasField("inputs") else None
            found = Outcome(response.id, outputs, exists=bool(response.id), inputs=inputs)
        if found.inputs is None:
            return found
        return replace(found, inputs=_secret_as(protocol, found.inputs, state.inputs))

    async def invoke(self, token: str, arguments: Properties, *, preview: bool) -> Checked:
        """Call one of the provider's functions; nothing comes of it where the configuration is not known yet."""
        protocol = await self._protocol()
        if not protocol.known:
            return Checked({})
        accepts = replace(protocol.accepts, unknowns=False)
        request = provider_pb2.InvokeRequest(tok=token, args=encode(arguments, accepts), preview=preview)
        response = await self._ask(self._stub.Invoke, request, WORK_SECONDS)
        result = decode(getattr(response, "return"))
        if contains_secret(arguments) and not accepts.secrets:
            result = {key: value if isinstance(value, Secret) else Secret(value) for key, value in result.items()}
        return Checked(result, failures_of(response))

    async def construct(self, request: provider_pb2.ConstructRequest) -> provider_pb2.ConstructResponse:
        """Let the provider make a component; what belongs to it the provider registers by itself. RpcError if not."""
        protocol = await self._protocol()
        if not protocol.known:
            raise unsupported("components of a provider that is not configured yet", f"{request.type} {request.name!r}")
        response: provider_pb2.ConstructResponse = await self._peer.call(self._stub.Construct, request, WORK_SECONDS)
        return response

    async def cancel(self) -> None:
        """Ask the provider to give up what it is doing."""
        with contextlib.suppress(RpcError):
            await self._peer.call(self._stub.Cancel, empty_pb2.Empty(), _CANCEL_SECONDS)

    async def close(self) -> None:
        """End the provider's process."""
        if self._configured is not None:
            self._configured.cancel()
            await asyncio.gather(self._configured, return_exceptions=True)
        await self._peer.close()

    async def _configure(self, urn: str, id_: str, inputs: Properties) -> _Protocol:
        given = {key: value for key, value in inputs.items() if key != "version"}
        if contains_unknown(given):
            return _Protocol(known=False)
        request = provider_pb2.ConfigureRequest(
            urn=urn,
            name=urn_name(urn),
            type=urn_type(urn),
            id=id_,
            acceptSecrets=True,
            acceptResources=True,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
            variables={f"{package_of(urn_type(urn))}:config:{key}": _variable(value) for key, value in given.items()},
            args=encode(inputs),
        )
        try:
            response = await self._peer.call(self._stub.Configure, request)
        except RpcError as error:
            raise EngineError(
                f"the provider {self.package} cannot be configured: {configuration_complaint(error)}", urn
            ) from None
        shaken = self._handshake
        return _Protocol(
            accepts=Accepts(
                secrets=(shaken.accept_secrets if shaken else response.acceptSecrets),
                resources=(shaken.accept_resources if shaken else response.acceptResources),
            ),
            previews=True if shaken else response.supportsPreview,
            autonaming=(
                shaken.supports_autonaming_configuration if shaken else response.supports_autonaming_configuration
            ),
        )

    async def _protocol(self) -> _Protocol:
        if self._configured is None:
            raise EngineError(f"the provider {self.package} was not configured before it was used")
        return await asyncio.shield(self._configured)

    async def _ask(self, method: Callable[..., Any], request: object, seconds: float = QUESTION_SECONDS) -> Any:  # noqa: ANN401 - each method answers with its own message
        try:
            return await self._peer.call(method, request, seconds)
        except RpcError as error:
            if error.unimplemented:
                raise
            raise ProviderError(str(error), in_doubt=error.in_doubt) from None

    async def _do(
        self, method: Callable[..., Any], request: object, protocol: _Protocol, inputs: Properties, seconds: float
    ) -> Any:  # noqa: ANN401 - each method answers with its own message
        try:
            return await self._peer.call(method, request, seconds + _MARGIN_SECONDS if seconds else WORK_SECONDS)
        except RpcError as error:
            partial = partial_of(error)
            if partial is None:
                raise ProviderError(str(error), in_doubt=error.in_doubt) from None
            outputs = _secret_as(protocol, decode(partial.properties), inputs)
            reasons = tuple(partial.reasons)
            message = "\n".join(reasons) or "the resource exists but did not come up"
            read = decode(partial.inputs) if partial.HasField("inputs") else None
            raise ProviderError(
                message, partial=Outcome(partial.id, outputs, reasons, exists=bool(partial.id), inputs=read)
            ) from None


def _read_request(state: ResourceState, known: Properties, protocol: _Protocol) -> provider_pb2.ReadRequest:
    return provider_pb2.ReadRequest(
        id=state.id,
        urn=state.urn,
        name=urn_name(state.urn),
        type=urn_type(state.urn),
        properties=encode(known, protocol.accepts),
        inputs=encode(state.inputs, protocol.accepts),
        timeout=state.custom_timeouts.get("read", 0),
    )


def _secret_as(protocol: _Protocol, outputs: Properties, inputs: Properties) -> Properties:
    return outputs if protocol.accepts.secrets else mark_secrets(outputs, inputs)


def _variable(value: Value) -> str:
    plain = reveal(value)
    return plain if isinstance(plain, str) else json.dumps(plain, separators=(",", ":"))
