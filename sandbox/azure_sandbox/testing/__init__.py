"""Tests of a program's whole life: real updates of it against the sandbox's Azure, and what they did.

Names are loaded when they are first used, so that the pytest plugin costs nothing where no test asks for it.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .moments import AfterRequest, AfterStep, BeforeRequest
    from .sandbox import Sandbox
    from .state import State
    from .step import Step
    from .update import Update

__all__ = ["AfterRequest", "AfterStep", "BeforeRequest", "Sandbox", "State", "Step", "Update"]

_HOMES = {
    "AfterRequest": "moments",
    "AfterStep": "moments",
    "BeforeRequest": "moments",
    "Sandbox": "sandbox",
    "State": "state",
    "Step": "step",
    "Update": "update",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
