"""How a program is run by Pulumi's SDK for Python. What is private to it stands here, in applies.py and shortcuts.py.

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
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, Final

import pulumi
from pulumi import runtime
from pulumi._utils import ContextProperty
from pulumi.output import Unknown
from pulumi.runtime import settings
from pulumi.runtime.config import CONFIG

from ..state.values import UNKNOWN, Value
from . import shortcuts
from .applies import RECORDS, Apply, noted_applies, unknown_to, watch
from .coroutines import all_awaited
from .failures import Failure, hidden
from .monitor import Monitor

__tracebackhide__ = hidden

_DEFAULT: Final = "_ContextProperty__default"
"""Where the SDK keeps what a setting is where nothing is set: in a thread that a test begins, for one."""


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


def run(program: Callable[[], Any], monitor: Monitor, setting: Setting) -> Finished:
    """Run a program against a monitor. Raises what the program raises."""
    shortcuts.take()
    watch()
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
    noted_applies.set(applies)
    loop = asyncio.new_event_loop()
    setattr(loop, RECORDS, True)
    _run_at_once_in(loop)
    asyncio.set_event_loop(loop)
    # Futures that nobody waits for any more are no news: when one resource fails, others never come to be.
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        result = loop.run_until_complete(_in_stack(program, applies))
        unrun = [(one, loop.run_until_complete(unknown_to(one))) for one in applies if not one.ran]
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
