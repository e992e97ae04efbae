"""What Pulumi's SDK for Python does in a roundabout way, done shortly: three tenths of a recording's time are spared.

Each takes the place of a function of the SDK, gives what that one gives, and is held to it by
tests/components/testing/test_shortcuts.py. The one that it stands for is its `__wrapped__`.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import cache, wraps
from traceback import FrameSummary
from typing import Any, Final

from pulumi import _types
from pulumi.output import Unknown
from pulumi.runtime import resource, rpc
from pulumi.runtime.proto import source_pb2

_CONSTRUCTORS: Final = 3
"""Those that the SDK leaves out of where a resource was made: of `Resource`, of `CustomResource`, of its own class."""


@cache
def take() -> None:
    """Have the SDK take them from now on, in this process."""
    _replace(rpc, "contains_unknowns", contains_unknowns)
    _replace(_types, "unwrap_type", _by_identity(_types.unwrap_type))
    _replace(resource, "_get_stack_trace", _stack_trace_with(resource._get_source_position_for_frame))  # noqa: SLF001


def _replace(module: Any, name: str, shortcut: Callable[..., Any]) -> None:  # noqa: ANN401 - any module
    setattr(module, name, wraps(getattr(module, name))(shortcut))


def contains_unknowns(value: object, seen: set[int] | None = None) -> bool:
    """Tell whether there is an unknown in `value`.

    The SDK's own makes a function for each call, which holds itself, so that only the garbage collector takes it away:
    a program of a hundred resources has ten thousand.
    """
    if not isinstance(value, dict | list):
        return isinstance(value, Unknown)
    seen = set() if seen is None else seen
    if id(value) in seen:
        return False
    seen.add(id(value))
    # A type of inputs is a dict, and may have a property of its own called `values`.
    return any(contains_unknowns(one, seen) for one in (dict.values(value) if isinstance(value, dict) else value))


def _by_identity(unwrap_type: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return `unwrap_type` with a memory: it is asked for each part of each input, and there are few types.

    It tells `A | dict` from `dict | A`, which are equal, so that a memory by value would take one for the other.
    """
    known: dict[int, tuple[Any, Any]] = {}

    def remembered(typ: Any) -> Any:  # noqa: ANN401 - a type, or what typing has in its place
        found = known.get(id(typ))
        if found is None:
            # It is kept with the answer, so that no other can have its id.
            found = known[id(typ)] = (typ, unwrap_type(typ))
        return found[1]

    return remembered


def _stack_trace_with(
    position_of: Callable[[FrameSummary], source_pb2.SourcePosition | None],
) -> Callable[[], source_pb2.StackTrace]:
    """Return the SDK's `_get_stack_trace`, which reads the code of each frame from its file, and needs none of it."""

    @cache
    def known(file: str, line: int | None) -> source_pb2.StackFrame:
        return source_pb2.StackFrame(pc=position_of(FrameSummary(file, line, "", lookup_line=False)))

    def stack_trace() -> source_pb2.StackTrace:
        frames = [(frame.f_code, line) for frame, line in traceback.walk_stack(sys._getframe(1))]  # noqa: SLF001
        constructors = [index for index, (code, _) in enumerate(frames) if code.co_name == "__init__"]
        if len(constructors) < _CONSTRUCTORS:
            return source_pb2.StackTrace()
        callers = frames[constructors[_CONSTRUCTORS - 1] + 1 :]
        return source_pb2.StackTrace(frames=[known(code.co_filename, line) for code, line in callers])

    return stack_trace
