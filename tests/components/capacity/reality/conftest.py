"""Starts Linux and the simulator with the same settings, or says why this machine can't."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn

import pytest
from nat_egress.capacity.simulator.settings import Gateway

from tests.components.capacity.reality.both import Both

if TYPE_CHECKING:
    from tests.components.capacity.reality.linux import Linux

REQUIRED = "REAL_PACKETS"
"""Set to `required` where these tests must run, as in CI: what would skip them then fails them."""


@pytest.fixture
def side_by_side() -> Iterator[Callable[..., Both]]:
    """Return a function that starts both with settings of the simulated gateway: 8 ports unless told otherwise."""
    with ExitStack() as stack:

        def start(**settings) -> Both:
            gateway = Gateway(**{"ports_per_address": 8, **settings})
            return Both(_linux(gateway, stack), gateway)

        yield start


def _linux(settings: Gateway, stack: ExitStack) -> Linux:
    if sys.platform != "linux":
        _without(f"real packets need Linux, and this is {sys.platform}")
    if os.geteuid() != 0:
        _without("real packets need root, for network namespaces and nftables")
    from pyroute2 import NetlinkError  # noqa: PLC0415 - installed on Linux only

    from tests.components.capacity.reality.linux import Linux  # noqa: PLC0415

    try:
        return Linux(settings, stack)
    except (OSError, NetlinkError) as error:
        _without(f"real packets need network namespaces, veth and nftables, and this machine refuses: {error}")


def _without(reason: str) -> NoReturn:
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(f"{REQUIRED}=required, but {reason}")
    pytest.skip(reason)
