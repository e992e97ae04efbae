"""All that is private to Pulumi's SDK for Python: how a program is run, and how an `apply` is watched.

Each run has a thread of its own with a context and an event loop of its own. What the SDK keeps for a process
(settings, configuration, the root of the stack) it keeps in the context, so it is as it was when the run is over.

What is taken for granted of the SDK, seen in pulumi 3.272 and held by tests/components/testing/test_sdk.py:

- `runtime.run_in_stack` runs a program as the CLI does, and returns when all it began is done;
- an `Output` holds `_data`, a future of `value`, `is_known` and `resources`; `Output.apply` alone makes one of another,
  and runs no function where the value is not known;
- settings, configuration and root are `ContextVar`s.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import sys
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache, wraps
from inspect import isawaitable
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pulumi
from pulumi import runtime
from pulumi._utils import ContextProperty
from pulumi.output import Unknown
from pulumi.runtime import settings
from pulumi.runtime.config import CONFIG

from ..state.values import UNKNOWN, Value
from . import shortcuts
from .coroutines import all_awaited
from .failures import Failure, Unrun, hidden
from .monitor import Monitor
from .taken_for_values import refuse_in_tests

__tracebackhide__ = hidden

_SDK: Final = str(Path(pulumi.__file__).parent)
_DEFAULT: Final = "_ContextProperty__default"
"""Where the SDK keeps what a setting is where nothing is set: in a thread that a test begins, for one."""
_MADE_OF: Final = "_nat_egress_made_of"
"""Where an output keeps the one that it was made of."""
_RECORDS: Final = "_nat_egress_records"
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


@dataclass
class Setting:
    """What a program is run with."""

    project: str
    stack: str
    preview: bool = False
    organization: str = "organization"
    config: Mapping[str, str] = field(default_factory=dict)
    """Full keys and text, structured values as JSON."""
    secret_keys: Sequence[str] = ()


@dataclass
class Finished:
    """What is left of a run beside what the monitor holds."""

    result: Value
    """What the program returned, outputs resolved, with `UNKNOWN`."""
    unrun: list[tuple[Apply, str]]
    """The applies that never ran, with the values that were not known."""
    read: frozenset[str]
    """The full keys of the configuration that were asked for, whether they are set or not."""


class _Configuration(dict[str, str]):
    """The configuration of a run, which knows what of it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __contains__(self, key: object) -> bool:
        """Tell whether a key is set, which the SDK asks before it takes the value."""
        self.read.add(f"{key}")
        return super().__contains__(key)


_applies: contextvars.ContextVar[list[Apply] | None] = contextvars.ContextVar("applies", default=None)


def run(program: Callable[[], Any], monitor: Monitor, setting: Setting) -> Finished:
    """Run a program against a monitor. Raises what the program raises."""
    shortcuts.take()
    _watch()
    held: list[Finished] = []
    raised: list[BaseException] = []

    def target() -> None:
        try:
            with all_awaited():
                held.append(_run(program, monitor, setting))
        except BaseException as error:  # noqa: BLE001 - raised again where the program was asked to run
            raised.append(error)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(target,), name="program", daemon=True)
    with _defaults_kept():
        thread.start()
        thread.join()
    if raised:
        raise _failure_in(raised[0])
    return held[0]


def _failure_in(error: BaseException) -> BaseException:
    """Return the harness's own failure, which the SDK wraps where a value waits for the resource that it is of."""
    # It raises one from itself, too, so that there is no end of causes.
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__
    return next((one for one in chain if isinstance(one, Failure)), error)


@contextlib.contextmanager
def _defaults_kept() -> Iterator[None]:
    """Give each setting the default back that it had: the SDK makes the first value that one is given its default."""
    properties = [one for one in vars(settings.Settings).values() if isinstance(one, ContextProperty)]
    defaults = [getattr(one, _DEFAULT) for one in properties]
    try:
        yield
    finally:
        for one, default in zip(properties, defaults, strict=True):
            setattr(one, _DEFAULT, default)


def _run(program: Callable[[], Any], monitor: Monitor, setting: Setting) -> Finished:
    runtime.set_all_config({}, list(setting.secret_keys))
    configuration = _Configuration(setting.config)
    CONFIG.set(configuration)
    runtime.configure(
        settings.Settings(
            project=setting.project,
            stack=setting.stack,
            monitor=monitor,
            engine=monitor,
            dry_run=setting.preview,
            organization=setting.organization,
        )
    )
    settings.set_root_resource(None)  # type: ignore[arg-type]  # as it is in a new process
    applies: list[Apply] = []
    _applies.set(applies)
    loop = asyncio.new_event_loop()
    setattr(loop, _RECORDS, True)
    _run_at_once_in(loop)
    asyncio.set_event_loop(loop)
    # Futures that nobody waits for any more are no news: when one resource fails, others never come to be.
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        result = loop.run_until_complete(_in_stack(program, applies))
        unrun = [(one, loop.run_until_complete(_unknown(one))) for one in applies if not one.ran]
    finally:
        _close(loop)
        asyncio.set_event_loop(None)
    return Finished(result, unrun, frozenset(configuration.read))


async def _in_stack(program: Callable[[], Any], applies: Sequence[Apply]) -> Value:
    returned: list[Any] = []

    async def main() -> None:
        value = program()
        returned.append(await value if isawaitable(value) and not isinstance(value, pulumi.Output) else value)
        # A program that ends before its registrations have begun is waited for in quadratic time.
        await asyncio.sleep(0)

    await runtime.run_in_stack(main)
    for one in applies:
        one.returned = one.result is not None and one.result() is returned[0] is not None
    output: Any = pulumi.Output.from_input(returned[0])
    data = await output._data  # noqa: SLF001
    return _plain(data.value, known=data.is_known)


def _plain(value: Any, *, known: bool) -> Value:  # noqa: ANN401 - any value
    if isinstance(value, Unknown) or (value is None and not known):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _plain(item, known=True) for key, item in value.items()} if type(value) is dict else value
    if type(value) is list:
        return [_plain(item, known=True) for item in value]
    return value


async def _unknown(apply: Apply) -> str:
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


def _run_at_once_in(loop: asyncio.AbstractEventLoop) -> None:
    """Have what the SDK gives to other threads run where it is given.

    The monitor answers from memory, and each run registers in one order.
    """
    in_executor: Any = loop.run_in_executor

    def run_in_executor(executor: Executor | None, func: Callable[..., Any], *args: object) -> asyncio.Future[Any]:
        if executor is not None:
            return in_executor(executor, func, *args)  # type: ignore[no-any-return]
        done = loop.create_future()
        try:
            done.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001 - raised where the future is awaited
            done.set_exception(error)
        return done

    loop.run_in_executor = run_in_executor  # type: ignore[method-assign]


def _close(loop: asyncio.AbstractEventLoop) -> None:
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@cache
def _watch() -> None:
    """Have each `apply` noted from now on, and one on an output of a run that is over refused."""
    original: Any = pulumi.Output.apply

    @wraps(original)
    def apply(
        self: pulumi.Output[Any],
        func: Callable[[Any], Any],
        run_with_unknowns: bool = False,
    ) -> pulumi.Output[Any]:
        frame: FrameType = sys._getframe(1)  # noqa: SLF001 - who calls
        file, applies = frame.f_code.co_filename, _applies.get()
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
    refuse_in_tests(lambda output: _applies.get() is not None or _is_over(output))


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
    return loop is not None and loop.is_closed() and hasattr(loop, _RECORDS)


def _refuse_if_over(output: pulumi.Output[Any], frame: FrameType) -> None:
    if _is_over(output):
        raise Unrun(f"{frame.f_code.co_filename}:{frame.f_lineno}: {_OVER}")
