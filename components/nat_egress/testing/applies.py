"""Watches each `apply`: one that never ran, or that failed for want of an output, is told.

What it takes for granted of Pulumi's SDK stands in sdk.py.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
import weakref
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pulumi

from .failures import Unrun, hidden
from .taken_for_values import refuse_in_tests

__tracebackhide__ = hidden

_SDK: Final = str(Path(pulumi.__file__).parent)
_MADE_OF: Final = "_nat_egress_made_of"
"""Where an output keeps the one that it was made of."""
RECORDS: Final = "_nat_egress_records"
"""What the event loop of a recording has: tests with Pulumi's own mocks have loops of their own."""
_OVER: Final = (
    "the program is over, so the function given to this apply never runs. Assert on the graph that record() returns, "
    "or have the program return the output: its value is graph.result."
)
_FAIL_FOR_NONE: Final = tuple(
    getattr(pulumi.Output, name).__code__ for name in ("__getattr__", "__getitem__", "concat")
)
"""What of the SDK looks into outputs, or makes one text of them, and fails for one that is None."""
_NO_OUTPUT: Final = (
    "In a test: the value is None where neither what Azure is known to answer nor the test gives the output. "
    'record(…, outputs={"StorageAccount": {"primaryEndpoints": {…}}}) gives one.'
)


@dataclass
class Apply:
    """An `apply` of the program or of a test."""

    source: pulumi.Output[Any]
    file: str
    line: int
    ran: bool = False
    result: weakref.ref[pulumi.Output[Any]] | None = None
    dropped: bool = False
    """Whether its result was gone by the time it would have run: nothing but the function itself was wanted."""
    returned: bool = False
    """Whether its result is what the program returns."""


noted_applies: contextvars.ContextVar[list[Apply] | None] = contextvars.ContextVar("applies", default=None)
"""Those of the run that this is within; None outside of one."""


async def unknown_to(apply: Apply) -> str:
    """Name the values on which an apply waits in vain."""
    names = _names(apply.source, await _origin(apply.source)._data)  # noqa: SLF001
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "a value"  # noqa: PLR2004


def _origin(output: pulumi.Output[Any]) -> pulumi.Output[Any]:
    """Return what an output was made of, at last that of a resource."""
    while _MADE_OF in vars(output):
        output = vars(output)[_MADE_OF]
    return output


def _names(output: pulumi.Output[Any], data: Any) -> list[str]:  # noqa: ANN401 - the SDK's own
    return sorted(_named(resource, _origin(output)) for resource in data.resources)


def _named(resource: pulumi.Resource, output: pulumi.Output[Any]) -> str:
    owner = f"{resource.pulumi_resource_type.rpartition(':')[2]} {resource.pulumi_resource_name}"
    return next(
        (f"{key} of {owner}" for key, value in vars(resource).items() if value is output), f"a value of {owner}"
    )


@cache
def watch() -> None:
    """Have each `apply` noted from now on, and one on an output of a run that is over refused."""
    original: Any = pulumi.Output.apply

    @wraps(original)
    def apply(
        self: pulumi.Output[Any],
        func: Callable[[Any], Any],
        run_with_unknowns: bool = False,
    ) -> pulumi.Output[Any]:
        frame: FrameType = sys._getframe(1)  # noqa: SLF001 - who calls
        file, applies = frame.f_code.co_filename, noted_applies.get()
        if file.startswith(_SDK):
            if frame.f_code in _FAIL_FOR_NONE:
                func = _telling(func, frame.f_locals.get("args", [self]))
            return original(self, func, run_with_unknowns)  # type: ignore[no-any-return]
        if applies is None:
            _refuse_if_over(self, frame)
        if run_with_unknowns or applies is None:
            return original(self, func, run_with_unknowns)  # type: ignore[no-any-return]
        noted = Apply(self, file, frame.f_lineno)
        applies.append(noted)
        telling = _telling(func, [self])

        def noting(value: Any) -> Any:  # noqa: ANN401 - any value
            noted.ran = True
            return telling(value)

        result: pulumi.Output[Any] = original(self, noting)
        _follow(noted, result)
        return result

    pulumi.Output.apply = apply  # type: ignore[method-assign]
    refuse_in_tests(lambda output: noted_applies.get() is not None or _is_over(output))


def _telling(func: Callable[[Any], Any], sources: Sequence[object]) -> Callable[[Any], Any]:
    """Return the function of an apply, which tells how to give an output of `sources` if it fails for want of one."""

    def telling(value: Any) -> Any:  # noqa: ANN401 - any value
        try:
            return func(value)
        except Exception as error:
            parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
            if any(one is None for one in parts):
                names = [name for one in sources if isinstance(one, pulumi.Output) for name in _names_if_none(one)]
                error.add_note(f"{_NO_OUTPUT} Here it is {', '.join(names)}." if names else _NO_OUTPUT)
            raise

    return telling


def _names_if_none(output: pulumi.Output[Any]) -> list[str]:
    """Name an output, if it has come to None."""
    data: Any = output._data  # noqa: SLF001
    return _names(output, data.result()) if data.done() and data.result().value is None else []


def _follow(noted: Apply, result: pulumi.Output[Any]) -> None:
    vars(result)[_MADE_OF] = noted.source
    reference = noted.result = weakref.ref(result)

    def done(_data: object) -> None:
        noted.dropped = reference() is None

    result._data.add_done_callback(done)  # noqa: SLF001


def _is_over(output: pulumi.Output[Any]) -> bool:
    data: Awaitable[Any] = output._data  # noqa: SLF001
    loop = data.get_loop() if isinstance(data, asyncio.Future) else None
    return loop is not None and loop.is_closed() and hasattr(loop, RECORDS)


def _refuse_if_over(output: pulumi.Output[Any], frame: FrameType) -> None:
    if _is_over(output):
        raise Unrun(f"{frame.f_code.co_filename}:{frame.f_lineno}: {_OVER}")
