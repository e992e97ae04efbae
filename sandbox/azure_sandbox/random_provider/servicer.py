"""The ResourceProvider service for passwords.

As in the real provider, secrets among the inputs are laid open, and what must be secret among the outputs is marked.
"""

# ruff: noqa: N802, ARG002 - the protocol's names and arguments

from __future__ import annotations

from typing import Final

import grpc
from google.protobuf.empty_pb2 import Empty

from azure_sandbox.provider.difference import diff_response
from azure_sandbox.provider.errors import ProviderError
from azure_sandbox.provider.protocol import provider_pb2
from azure_sandbox.provider.stand_in import StandIn, name_of, type_of
from azure_sandbox.provider.wire import decode, encode

from . import planning
from .inputs import failures

PASSWORD: Final = "random:index/randomPassword:RandomPassword"  # noqa: S105 - a type

_IMPORTED: Final = ("length", "lower", "number", "numeric", "special", "upper")
"""The inputs that an import finds, those that are not nothing (pulumi-random `examples/regress_160_test.go`)."""


class UnservedError(ProviderError):
    """A type or function that this stand-in does not have."""

    def __init__(self, kind: str, token: str) -> None:
        super().__init__(
            f"the sandbox does not serve the {kind} {token}. Of the random provider it serves {PASSWORD} only: take "
            "that, or leave the other out of what is rehearsed"
        )


class Servicer(StandIn):
    """Answers the engine. Nothing is kept between calls: a password lives in the state alone."""

    package = "random"
    version = "4.21.4"

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Accept any configuration: there is nothing to configure."""
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Tell what is wrong with the inputs; defaults come in with the outputs only."""
        _require_password(request.urn)
        found = failures(name_of(request.urn), decode(request.news))
        return provider_pb2.CheckResponse(
            inputs=request.news, failures=[provider_pb2.CheckFailure(reason=reason) for reason in found]
        )

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Tell what a change does. The engine has put `ignoreChanges` into the new inputs already."""
        _require_password(request.urn)
        return diff_response(planning.diff(decode(request.olds), decode(request.news)))

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Make a password, or foresee one."""
        _require_password(request.urn)
        inputs = decode(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(planning.foreseen(inputs)))
        return provider_pb2.CreateResponse(id=planning.ID, properties=encode(planning.created(inputs)))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Take over inputs that leave the password as it is."""
        _require_password(request.urn)
        outputs = planning.updated(decode(request.olds), decode(request.news))
        return provider_pb2.UpdateResponse(properties=encode(outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Return the state as it is; without one, import: the id is the password then."""
        _require_password(request.urn)
        state = decode(request.properties)
        if state:
            old_inputs = decode(request.inputs)
            inputs = {name: value for name, value in state.items() if name in old_inputs}
            outputs = planning.hidden(state)
        else:
            outputs = planning.imported(request.id)
            inputs = {name: outputs[name] for name in _IMPORTED}
        return provider_pb2.ReadResponse(id=planning.ID, inputs=encode(inputs), properties=encode(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        """Do nothing: the password goes with the state."""
        _require_password(request.urn)
        return Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        """Refuse: the provider has no functions."""
        raise UnservedError("function", request.tok)


def _require_password(urn: str) -> None:
    if (token := type_of(urn)) != PASSWORD:
        raise UnservedError("resource type", token)
