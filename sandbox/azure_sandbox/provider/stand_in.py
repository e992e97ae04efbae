"""What a stand-in answers whichever provider it stands in for."""

# ruff: noqa: N802, ARG002 - the protocol's names and arguments

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import grpc
from google.protobuf.empty_pb2 import Empty

from .protocol import plugin_pb2, provider_pb2, provider_pb2_grpc


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """The part of the service that has nothing to do with resources."""

    package: ClassVar[str]
    version: ClassVar[str]
    """The release of the provider that is stood in for."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop

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
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Refuse: there is no schema here to generate code from."""
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the sandbox's {self.package} has no schema; generate code with the real provider",
        )

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Take the configuration as it is."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Leave the comparison to the engine."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """End: what is under way is finished, nothing new is begun."""
        self._stop()
        return Empty()


def type_of(urn: str) -> str:
    """Return the type token of the resource that `urn` names, its parents' left out."""
    return urn.split("::")[2].rpartition("$")[2]


def name_of(urn: str) -> str:
    """Return the name that the program gave the resource."""
    return urn.split("::", 3)[3]
