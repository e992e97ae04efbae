"""gRPC between the engine and the processes it has started: on loopback, with a bound and a word for each failure.

Whether a failure leaves the far side in a known state follows pulumi/pulumi `pkg/resource/plugin/provider_plugin.go`
(resourceStateAndError).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, TypeVar, cast

import grpc
import grpc.aio
from pulumi.runtime.proto import status_pb2

from .processes import Process

QUESTION_SECONDS: Final = 120.0
"""Bound of a call that only asks: check, diff, configure, analyze."""
WORK_SECONDS: Final = 3600.0
"""Bound of a call that does something: create, update, delete, read, invoke, a hook."""
_DYING_SECONDS: Final = 2.0
_MESSAGE_BYTES: Final = 400 * 1024 * 1024
OPTIONS: Final = (
    ("grpc.max_receive_message_length", _MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MESSAGE_BYTES),
    ("grpc.enable_http_proxy", 0),
)
_IN_DOUBT: Final = frozenset({grpc.StatusCode.INTERNAL, grpc.StatusCode.DATA_LOSS, grpc.StatusCode.UNKNOWN})

Message = TypeVar("Message")


class RpcError(Exception):
    """The far side has refused or failed; the words are its own where it had any."""

    def __init__(self, message: str, code: grpc.StatusCode, status: status_pb2.Status) -> None:
        super().__init__(message)
        self.code = code
        self.status = status

    @property
    def unimplemented(self) -> bool:
        """Whether the far side does not know the call."""
        return self.code is grpc.StatusCode.UNIMPLEMENTED

    @property
    def in_doubt(self) -> bool:
        """Whether what was asked for may have been done."""
        return self.code in _IN_DOUBT


class Peer:
    """A process that serves gRPC on loopback."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self.channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=OPTIONS)

    async def call(self, method: Callable[..., Any], request: object, seconds: float = QUESTION_SECONDS) -> Any:  # noqa: ANN401 - each method of a stub answers with its own message
        """Return the answer to `request`; RpcError where there is none."""
        try:
            return await method(request, timeout=seconds)
        except grpc.aio.AioRpcError as error:
            raise await self._explain(error, seconds) from None

    async def close(self) -> None:
        """Hang up and end the process."""
        await self.channel.close(grace=None)
        await self.process.stop()

    async def _explain(self, error: grpc.aio.AioRpcError, seconds: float) -> RpcError:
        message = error.details() or error.code().name
        if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
            message = f"{self.process.name} did not answer within {seconds:.0f} s"
        elif error.code() is grpc.StatusCode.UNAVAILABLE:
            message = await self._obituary() or message
        return RpcError(message, error.code(), status_of(error))

    async def _obituary(self) -> str:
        try:
            async with asyncio.timeout(_DYING_SECONDS):
                await self.process.wait()
        except TimeoutError:
            return ""
        return f"{self.process.name} has died: {self.process.obituary()}"


def status_of(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    """Return the structured status that came with an error, empty where none did."""
    status = status_pb2.Status()
    trailing = cast(Iterable[tuple[str, str | bytes]], error.trailing_metadata() or ())
    for key, value in trailing:
        if key == "grpc-status-details-bin" and isinstance(value, bytes):
            status.ParseFromString(value)
    return status


async def unless_unimplemented(answer: Awaitable[Message]) -> Message | None:
    """Return `answer`, or None where the far side does not know the call."""
    try:
        return await answer
    except RpcError as error:
        if error.unimplemented:
            return None
        raise
