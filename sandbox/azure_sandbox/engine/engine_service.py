"""The Engine service: what the program and plugins tell the engine besides resources."""
# ruff: noqa: ANN401, ARG002, N802 - gRPC's own names and signatures

from __future__ import annotations

from typing import Any, Final

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from .events import Severity
from .journal import VERSION
from .reporting import Reporter
from .version_range import version_in_range

_SEVERITIES: Final[dict[int, Severity]] = {0: "debug", 1: "info", 2: "warning", 3: "error"}


class EngineService(engine_pb2_grpc.EngineServicer):
    """Answers the Engine calls."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._root = ""
        self.listening = True
        """Whether logs are passed on; what a program says of an engine that has gone is of no use."""

    async def Log(self, request: engine_pb2.LogRequest, context: Any) -> empty_pb2.Empty:
        """Pass a message on; those for a status line, which the engine does not have, and for debugging stay here."""
        if self.listening and not request.ephemeral and request.severity:
            self._reporter.say(_SEVERITIES.get(request.severity, "info"), request.message, request.urn)
        return empty_pb2.Empty()

    async def GetRootResource(self, request: Any, context: Any) -> engine_pb2.GetRootResourceResponse:
        """Return the URN of the stack's root resource."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    async def SetRootResource(self, request: Any, context: Any) -> engine_pb2.SetRootResourceResponse:
        """Note the URN of the stack's root resource."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    async def RequirePulumiVersion(self, request: Any, context: Any) -> engine_pb2.RequirePulumiVersionResponse:
        """Refuse a program that wants another release of the engine than the one that is followed here."""
        version, wanted = VERSION.removeprefix("v"), request.pulumi_version_range
        try:
            fits = version_in_range(version, wanted)
        except ValueError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        if not fits:
            await context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f'Pulumi CLI version {version} does not satisfy the version range "{wanted}"',
            )
        return engine_pb2.RequirePulumiVersionResponse()
