"""Tests of Pulumi programs for Azure networking, without Azure: a program's resource graph, and what must hold of it.

Names are loaded when they are first used, so that the pytest plugin costs nothing where no test asks for it.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..state.values import Secret
    from .answers import Asked, AzureAnswers
    from .assertions import (
        assert_dependency,
        assert_egress,
        assert_no_orphans,
        assert_port_capacity,
        assert_private,
        assert_serialised,
    )
    from .changes import differences
    from .failures import Failure, MissingAnswer, NothingRegistered, NotRecorded, Unasked, Unawaited, UnknownUsed, Unrun
    from .graph import ResourceGraph
    from .recording import record
    from .resource import Resource
    from .unknown import is_known

__all__ = [
    "Asked",
    "AzureAnswers",
    "Failure",
    "MissingAnswer",
    "NotRecorded",
    "NothingRegistered",
    "Resource",
    "ResourceGraph",
    "Secret",
    "Unasked",
    "Unawaited",
    "UnknownUsed",
    "Unrun",
    "assert_dependency",
    "assert_egress",
    "assert_no_orphans",
    "assert_port_capacity",
    "assert_private",
    "assert_serialised",
    "differences",
    "is_known",
    "record",
]

_HOMES = {
    "Asked": "answers",
    "AzureAnswers": "answers",
    "Resource": "resource",
    "ResourceGraph": "graph",
    "Secret": ".state.values",
    "differences": "changes",
    "is_known": "unknown",
    "record": "recording",
    **dict.fromkeys(
        [
            "Failure",
            "MissingAnswer",
            "NotRecorded",
            "NothingRegistered",
            "Unasked",
            "Unawaited",
            "UnknownUsed",
            "Unrun",
        ],
        "failures",
    ),
    **dict.fromkeys([name for name in __all__ if name.startswith("assert_")], "assertions"),
}


def __getattr__(name: str) -> object:
    if name == "Sandbox":
        return _sandbox()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def _sandbox() -> object:
    """Return `azure_sandbox.testing.Sandbox`: that distribution builds on this one, which knows it by name only."""
    try:
        return importlib.import_module("azure_sandbox.testing").Sandbox
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("azure_sandbox"):
            raise
        raise ImportError(
            "nat_egress.testing.Sandbox runs updates against the sandbox, and the distribution azure-sandbox is not "
            "installed here. Install it beside nat-egress: python -m pip install azure-sandbox",
            name="azure_sandbox",
        ) from None
