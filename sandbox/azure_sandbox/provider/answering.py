"""How errors reach the engine: with status UNKNOWN and their text, as from a provider written in Go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message

from .errors import InitializationError, ProviderError
from .protocol import provider_pb2, status_pb2
from .wire import encode

_Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
_Answer: TypeAlias = Callable[[Any, grpc.ServicerContext], Message]


class TellErrors(grpc.ServerInterceptor):  # type: ignore[type-arg]  # generic in the stubs only
    """Answers a `ProviderError` with its text; anything else is a defect and leaves its traceback on stderr."""

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], _Handler | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> _Handler | None:
        """Wrap the method that answers the call."""
        handler = continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler
        return grpc.unary_unary_rpc_method_handler(
            _telling(handler.unary_unary), handler.request_deserializer, handler.response_serializer
        )


def _telling(method: _Answer) -> _Answer:
    def answer(request: Message, context: grpc.ServicerContext) -> Message:
        try:
            return method(request, context)
        except InitializationError as error:
            _abort_initialized(error, request, context)
        except ProviderError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))

    return answer


def _abort_initialized(error: InitializationError, request: Message, context: grpc.ServicerContext) -> NoReturn:
    """Tell the engine that the resource exists all the same: it goes into the state, and the next update mends it."""
    inputs = request.properties if isinstance(request, provider_pb2.CreateRequest) else None
    inputs = request.news if isinstance(request, provider_pb2.UpdateRequest) else inputs
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.resource_id, properties=encode(error.state), reasons=[str(error)], inputs=inputs
        )
    )
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=str(error), details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, str(error))
