"""Functions of the program that the engine calls back: transforms and hooks.

Mirrors pulumi/pulumi `pkg/resource/deploy/source_eval.go` (wrapTransformCallback and its neighbours).
"""

from __future__ import annotations

from typing import Any, Final

import grpc.aio
from google.protobuf import struct_pb2
from google.protobuf.message import Message
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from .properties import OUTPUT_VALUE, SECRET, SIGNATURE_KEY
from .refusals import EngineError
from .rpc import OPTIONS, WORK_SECONDS

_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Callbacks:
    """Connections to where the program serves its functions."""

    def __init__(self) -> None:
        self._channels: dict[str, grpc.aio.Channel] = {}
        self.under_way = 0
        """How many functions the engine waits for."""

    async def call(self, callback: callback_pb2.Callback, request: Message) -> bytes:
        """Call a function of the program and return its answer; EngineError with the program's words if it fails."""
        channel = self._channels.get(callback.target)
        if channel is None:
            channel = self._channels[callback.target] = grpc.aio.insecure_channel(callback.target, options=OPTIONS)
        stub = callback_pb2_grpc.CallbacksStub(channel)
        invocation = callback_pb2.CallbackInvokeRequest(token=callback.token, request=request.SerializeToString())
        method: Any = stub.Invoke
        self.under_way += 1
        try:
            response = await method(invocation, timeout=WORK_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise EngineError(error.details() or error.code().name) from None
        finally:
            self.under_way -= 1
        answer: bytes = response.response
        return answer

    async def transform(
        self, callback: callback_pb2.Callback, request: resource_pb2.TransformRequest
    ) -> resource_pb2.TransformResponse:
        """Let a transform of the program change the properties and options of a resource."""
        return resource_pb2.TransformResponse.FromString(await self.call(callback, request))

    async def transform_invoke(
        self, callback: callback_pb2.Callback, request: resource_pb2.TransformInvokeRequest
    ) -> resource_pb2.TransformInvokeResponse:
        """Let a transform of the program change the arguments and options of a function call."""
        return resource_pb2.TransformInvokeResponse.FromString(await self.call(callback, request))

    async def close(self) -> None:
        """Hang up."""
        for channel in self._channels.values():
            await channel.close(grace=None)
        self._channels.clear()


def with_dependencies(properties: struct_pb2.Struct, dependencies: dict[str, set[str]]) -> struct_pb2.Struct:
    """Return `properties` for a transform: each that depends on something is an output value that says so.

    The program's library sends what a property depends on apart from the property; a transform gets outputs.
    """
    upgraded = struct_pb2.Struct()
    for key, value in properties.fields.items():
        urns = dependencies.get(key)
        if urns:
            _wrap(upgraded.fields[key], value, sorted(urns))
        else:
            upgraded.fields[key].CopyFrom(value)
    return upgraded


def _wrap(target: struct_pb2.Value, value: struct_pb2.Value, urns: list[str]) -> None:
    fields = target.struct_value.fields
    fields[SIGNATURE_KEY].string_value = OUTPUT_VALUE
    inner, known = value, True
    given = value.struct_value.fields
    if value.HasField("struct_value") and SIGNATURE_KEY in given and given[SIGNATURE_KEY].string_value == SECRET:
        fields["secret"].bool_value = True
        inner = given["value"]
    if inner.string_value == _UNKNOWN:
        known = False
    if known:
        fields["value"].CopyFrom(inner)
    for urn in urns:
        fields["dependencies"].list_value.values.add().string_value = urn
