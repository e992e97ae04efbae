"""The provider's process: one loopback port, and an end with the engine that started it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Final

import grpc

from .answering import TellErrors
from .client import Arm, ArmClient
from .errors import ProviderError
from .operations import Operations
from .protocol import provider_pb2_grpc
from .schema import load_schemas
from .servicer import Servicer
from .settings import Configuration, Place

WORKERS: Final = 32
MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""As the engine sets it (pulumi/pulumi `sdk/go/common/util/rpcutil`)."""
PARENT_CHECK_SECONDS: Final = 0.5
GRACE_SECONDS: Final = 10.0
"""How long operations under way may take to finish once the process is to end."""


def serve(place: Place) -> None:
    """Serve until the engine cancels, the process is told to end, or the engine is gone."""
    parent = os.getppid()
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = grpc.server(
        ThreadPoolExecutor(WORKERS),
        interceptors=[TellErrors()],
        options=[("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(connector(place), ended.set), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    load_schemas()
    while not ended.wait(PARENT_CHECK_SECONDS) and os.getppid() == parent:
        pass
    server.stop(GRACE_SECONDS).wait()


def connector(place: Place) -> Callable[[Configuration], Operations]:
    """Return what opens the sandbox's Azure for a subscription; the file is opened once."""
    lock = threading.Lock()
    opened: list[Arm] = []

    def connect(configured: Configuration) -> Operations:
        with lock:
            if not opened:
                opened.append(_open(place))
        return Operations(ArmClient(opened[0], retry_scale=place.retry_scale), configured.subscription)

    return connect


def _open(place: Place) -> Arm:
    from azure_sandbox.arm import ControlPlane, StoreError  # noqa: PLC0415 - the port is told before this is loaded

    try:
        return ControlPlane(place.cloud)
    except StoreError as error:
        raise ProviderError(str(error)) from error
