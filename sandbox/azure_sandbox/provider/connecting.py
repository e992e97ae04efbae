"""The sandbox's Azure, opened for a subscription."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .client import ArmClient
from .errors import ProviderError
from .operations import Operations
from .patience import Patience
from .settings import Configuration, Place
from .standstill import around


def connector(place: Place) -> Callable[[Configuration], Operations]:
    """Return what opens the sandbox's Azure for a subscription; the file is opened once."""
    lock = threading.Lock()
    opened: list[ArmClient] = []

    def connect(configured: Configuration) -> Operations:
        with lock:
            if not opened:
                opened.append(_open(place))
        return Operations(opened[0], configured.subscription)

    return connect


def _open(place: Place) -> ArmClient:
    from azure_sandbox.arm import ControlPlane, StoreError  # noqa: PLC0415 - the port is told before this is loaded

    try:
        plane = ControlPlane(place.cloud)
        return ArmClient(around(plane, place.folder), Patience(plane.time_scale))
    except StoreError as error:
        raise ProviderError(str(error)) from error
