"""A provider's process: one loopback port, and an end with the engine that started it."""

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
from .protocol import provider_pb2_grpc

WORKERS: Final = 32
MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""As the engine sets it (pulumi/pulumi `sdk/go/common/util/rpcutil`)."""
PARENT_CHECK_SECONDS: Final = 0.5
GRACE_SECONDS: Final = 10.0
"""How long operations under way may take to finish once the process is to end."""


def serve(
    make: Callable[[Callable[[], None]], provider_pb2_grpc.ResourceProviderServicer],
    once_listening: Callable[[], object] = lambda: None,
) -> None:
    """Serve until the engine cancels, the process is told to end, or the engine is gone.

    `make` returns the service, given what ends the process. `once_listening` loads what the first requests need while
    the engine, which knows the port by then, is on its way.
    """
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
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(make(ended.set), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    once_listening()
    while not ended.wait(PARENT_CHECK_SECONDS) and os.getppid() == parent:
        pass
    server.stop(GRACE_SECONDS).wait()
