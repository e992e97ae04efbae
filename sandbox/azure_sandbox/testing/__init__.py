"""Tests of a program's whole life: real updates of it against the sandbox's Azure, and what they did.

Names are loaded when they are first used, so that the pytest plugin costs nothing where no test asks for it.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..arm.faults import (
        Fault,
        LostReply,
        OperationFailed,
        Refused,
        Slow,
        conflict,
        operation_failed,
        quota_reached,
        retryable,
        server_error,
        throttled,
    )
    from .moments import AfterRequest, AfterStep, BeforeRequest
    from .sandbox import Sandbox
    from .state import State
    from .step import Step
    from .update import Update

__all__ = [
    "AfterRequest",
    "AfterStep",
    "BeforeRequest",
    "Fault",
    "LostReply",
    "OperationFailed",
    "Refused",
    "Sandbox",
    "Slow",
    "State",
    "Step",
    "Update",
    "conflict",
    "operation_failed",
    "quota_reached",
    "retryable",
    "server_error",
    "throttled",
]

_HOMES = {
    **dict.fromkeys(["AfterRequest", "AfterStep", "BeforeRequest"], ".moments"),
    "Sandbox": ".sandbox",
    "State": ".state",
    "Step": ".step",
    "Update": ".update",
}
_FAULTS = "..arm.faults"
"""Where all others are."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES.get(name, _FAULTS), __name__), name)
