"""Transforms: functions of the program that every resource, or every function call, goes through."""

from __future__ import annotations

from typing import Any

from pulumi.runtime.proto import callback_pb2, resource_pb2

from .callbacks import Callbacks, with_dependencies
from .goals import Goal
from .requests import Wanted


class Transforms:
    """The transforms of one program: of the stack, and of resources, whose children they meet too."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._of_resources: dict[str, list[callback_pb2.Callback]] = {}
        self.of_stack: list[callback_pb2.Callback] = []
        self.of_calls: list[callback_pb2.Callback] = []

    def keep(self, urn: str, own: list[callback_pb2.Callback]) -> None:
        """Keep the transforms of a resource for its children."""
        if own:
            self._of_resources[urn] = own

    async def resource(self, request: Any, want: Wanted, goals: dict[str, Goal]) -> None:  # noqa: ANN401 - gRPC's own
        """Let the transforms of a resource, of its parents and of the stack change what is wanted, in this order."""
        callbacks = [*request.transforms]
        ancestor = request.parent
        while ancestor:
            callbacks += self._of_resources.get(ancestor, ())
            known = goals.get(ancestor)
            ancestor = known.parent if known else ""
        callbacks += self.of_stack
        if request.transforms:
            want.properties = with_dependencies(want.properties, want.dependencies)
        for callback in callbacks:
            response = await self._callbacks.transform(
                callback,
                resource_pb2.TransformRequest(
                    name=request.name,
                    type=request.type,
                    custom=request.custom,
                    parent=request.parent,
                    properties=want.properties,
                    options=want.options,
                ),
            )
            if response.HasField("options"):
                want.options = response.options
            if response.HasField("properties"):
                want.properties = response.properties

    async def call(self, question: resource_pb2.TransformInvokeRequest) -> resource_pb2.TransformInvokeRequest:
        """Let the transforms of the stack change a function call."""
        for callback in self.of_calls:
            response = await self._callbacks.transform_invoke(callback, question)
            question = resource_pb2.TransformInvokeRequest(
                token=question.token, args=response.args, options=response.options
            )
        return question
