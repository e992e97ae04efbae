"""The components as a plugin, for programs in any of Pulumi's languages.

What the SDK's own host does otherwise, and why: it takes a component's refusal for a crash and sends its traceback; it
tells of one missing argument at a time; and it keeps the maps of a request in the order in which they came over the
wire, which is none (pulumi `provider/server.py`, `provider/experimental/component.py`, 3.272).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import grpc.aio
from pulumi import ComponentResource, ResourceOptions, RunError
from pulumi.provider import ConstructResult
from pulumi.provider.experimental.analyzer import ComponentDefinition, PropertyDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError, ProviderServicer
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from .alerts import EgressAlerts
from .bastion import BastionHost
from .errors import InvalidArguments
from .gateway import NatEgress
from .machine import PrivateMachine
from .network import PrivateNetwork
from .plugin_schema import finished

NAME: Final = "nat-egress"
COMPONENTS: Final[tuple[type[ComponentResource], ...]] = (
    NatEgress,
    PrivateNetwork,
    PrivateMachine,
    BastionHost,
    EgressAlerts,
)
_MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""The largest message, as in the SDK (pulumi `runtime/_grpc_settings.py`, 3.272)."""
_PATIENCE_SECONDS: Final = 30 * 60
"""How long a request may wait to be taken up (same place)."""


class Components(ComponentProvider):
    """Makes components of what a program in another language asks for."""

    def __init__(self) -> None:
        super().__init__(list(COMPONENTS), NAME)
        mappings = [
            *(shape.inputs_mapping for shape in self._component_defs.values()),
            *(shape.outputs_mapping for shape in self._component_defs.values()),
            *(shape.properties_mapping for shape in self._type_defs.values()),
        ]
        self._words = {python: word for mapping in mappings for word, python in mapping.items() if word != python}
        self._word = re.compile(rf"\b(?:{'|'.join(self._words)})\b")
        self.schema = finished(self.schema or "", self.translated)

    def construct(
        self, name: str, resource_type: str, inputs: Mapping[str, Any], options: ResourceOptions | None = None
    ) -> ConstructResult:
        """Make a component. Raises `InvalidArguments` as the component itself does."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, InvalidArguments):
                raise error.inner from None
            raise

    def map_inputs(self, inputs: Mapping[str, Any], component_def: ComponentDefinition) -> dict[str, Any]:
        """Name the arguments as Python does, and leave it to the component to judge them.

        Maps are put in the order of their keys: on the wire they have none, and the same arguments must come out as
        the same resources.
        """
        return self._arguments(inputs, component_def.inputs, component_def.inputs_mapping)

    def translated(self, text: str) -> str:
        """Return `text` with the names of arguments and outputs as the other languages write them."""
        return self._word.sub(lambda match: self._words[match[0]], text)

    def _arguments(
        self, values: Mapping[str, Any], shape: Mapping[str, PropertyDefinition], names: Mapping[str, str]
    ) -> dict[str, Any]:
        return {names.get(key, key): self._argument(values[key], shape.get(key)) for key in sorted(values)}

    def _argument(self, value: Any, shape: PropertyDefinition | None) -> Any:  # noqa: ANN401 - whatever a program gives
        if shape is None:
            return value
        if isinstance(value, Mapping):
            if shape.ref and (kind := self.get_type_definition(shape)):
                return self._arguments(value, kind.properties, kind.properties_mapping)
            return {key: self._argument(value[key], shape.additional_properties) for key in sorted(value)}
        if isinstance(value, list):
            return [self._argument(item, shape.items) for item in value]
        return value


_Context: TypeAlias = grpc.aio.ServicerContext[provider_pb2.ConstructRequest, provider_pb2.ConstructResponse]


class Service(ProviderServicer):
    """Answers the engine."""

    provider: Components

    async def Construct(  # noqa: N802 - the protocol's name
        self, request: provider_pb2.ConstructRequest, context: _Context
    ) -> provider_pb2.ConstructResponse:
        """Make a component; what it refuses is said in its own words, and without a traceback.

        A program has a component depend on all that its arguments come from. These must not: one that is kept, as the
        parent of protected addresses is in a destroy, keeps all that it depends on. What is in it does depend on it.
        """
        named = {urn for given in request.inputDependencies.values() for urn in given.urns}
        explicit = [urn for urn in request.dependencies if urn not in named]
        del request.dependencies[:]
        request.dependencies.extend(explicit)
        try:
            return await super().Construct(request, context)
        except RunError as error:  # `InvalidArguments`, or that the update has ended meanwhile
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, self.provider.translated(str(error)))


async def serve(engine_address: str) -> None:
    """Serve the components until the engine ends this process."""
    options = [
        ("grpc.max_receive_message_length", _MESSAGE_BYTES),
        ("grpc.max_send_message_length", _MESSAGE_BYTES),
        ("grpc.server_max_unrequested_time_in_server", _PATIENCE_SECONDS),
    ]
    server = grpc.aio.server(options=options)
    service = Service(Components(), [], engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()


def main() -> None:
    """Serve as the process that `pulumi` starts: with the engine's address, and options that mean nothing here."""
    parser = argparse.ArgumentParser(description="The components of nat-egress, as a Pulumi plugin")
    parser.add_argument("engine", help="the engine's address; given by `pulumi`, which starts this")
    arguments, _options = parser.parse_known_args()
    # Futures that nobody waits for any more are no news: when one resource fails, others never come to be.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments.engine))
