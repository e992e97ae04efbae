"""The embedded engine's one entry: a preview, an update, a refresh or a destroy of one stack, from beginning to end.

Mirrors pulumi/pulumi `pkg/resource/deploy/deployment_executor.go` and `pkg/engine/update.go`.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from nat_egress.state.values import Properties

from . import pending
from .events import Event, Summary
from .hooks import hooks_without_program
from .program import complaint
from .protection import nothing_else, protected_with_needs
from .refusals import EngineError, unsupported
from .request import UpdateRequest, UpdateResult
from .session import Session
from .urn import ROOT_STACK_TYPE, is_provider_type, package_of

_INTERRUPTS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_update(request: UpdateRequest, emit: Callable[[Event], None]) -> UpdateResult:
    """Do what `request` asks for, tell `emit` what happens, and return what has come of it.

    Ctrl-C ends it politely: what is under way is finished, nothing new is begun. A second one does not wait, and
    raises KeyboardInterrupt.
    """
    return asyncio.run(_run(request, emit))


async def _run(request: UpdateRequest, emit: Callable[[Event], None]) -> UpdateResult:
    began = time.monotonic()
    session = Session(request, emit)
    deployment, reporter = session.deployment, session.reporter
    protected: tuple[str, ...] = ()
    outputs: Properties = {}
    await session.open()
    try:
        with _interruptible(session) as interrupted:
            if not _refused(session):
                _warn_of_pending_operations(session)
                session.launcher.start_early(_packages(session))
                if request.kind == "refresh":
                    await deployment.refresh()
                elif request.kind == "destroy":
                    protected = await _destroy(session)
                elif await _run_program(session):
                    await deployment.delete_rest()
            outputs = await deployment.finish(_old_outputs(session))
    finally:
        await session.close()
    try:
        await session.executor.close()
    except EngineError as error:
        deployment.abort(error)
    failed = deployment.failed or session.applier.post_error
    succeeded = not failed and not interrupted.is_set()
    # What has ended the update by itself was told with its reason: the program, or a request that could not be planned.
    if not (succeeded or deployment.aborted):
        what = "preview" if session.preview else "update"
        reporter.say("error", f"{what} {'failed' if failed else 'canceled'}")
    if not (succeeded and request.goes_on):
        emit(
            Summary(
                preview=session.preview,
                duration_seconds=time.monotonic() - began,
                resource_changes=dict(reporter.changes),
                policy_packs={pack.name_in_events: pack.version for pack in session.packs.ready()},
                maybe_corrupt=reporter.in_doubt,
            )
        )
    return UpdateResult(
        succeeded=succeeded,
        snapshot=session.ledger.snapshot(),
        outputs=outputs,
        resource_changes={str(op): count for op, count in reporter.changes.items()},
        protected=protected,
        retained=tuple(session.applier.retained),
    )


def _refused(session: Session) -> bool:
    """Tell why nothing may be begun, where that is so."""
    refusals = hooks_without_program(session.base.resources) if session.request.kind == "destroy" else []
    for refusal in refusals:
        session.deployment.abort(refusal)
    return bool(refusals)


async def _destroy(session: Session) -> tuple[str, ...]:
    """Delete what there is, and return the URNs of what is left because it is protected, or needed by what is."""
    rows = session.base.resources
    protected = protected_with_needs(rows) if session.request.exclude_protected else ()
    if not nothing_else(rows, protected):
        await session.deployment.delete_rest(protected)
    return protected


async def _run_program(session: Session) -> bool:
    """Run the program until it asks for nothing more; return whether it came to that."""
    try:
        if "pulumi:autonaming" in session.request.config:
            raise unsupported("naming patterns", "the setting pulumi:autonaming")
        session.packs.start()
        program = await session.start_program()
    except EngineError as error:
        session.deployment.abort(error)
        return False
    packs = asyncio.create_task(_watch_packs(session))
    ended = asyncio.create_task(program.wait())
    waiting = {
        ended,
        asyncio.create_task(session.monitor.finished.wait()),
        asyncio.create_task(session.executor.cancelled.wait()),
    }
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if session.monitor.finished.is_set():
            await packs
        elif ended.done() and not session.executor.cancelled.is_set():
            _take_leave(session, ended.result())
        return not session.executor.cancelled.is_set()
    finally:
        for task in (*waiting, packs):
            task.cancel()
        await asyncio.gather(*waiting, packs, return_exceptions=True)


async def _watch_packs(session: Session) -> None:
    try:
        await session.packs.wait()
    except EngineError as error:
        session.deployment.abort(error)


def _take_leave(session: Session, code: int) -> None:
    if code != 0:
        message = complaint(code)
        session.deployment.abort(EngineError(message) if message else None)


def _packages(session: Session) -> set[str]:
    """Return the packages that are needed for certain, or nearly so."""
    known = {package_of(row.type) for row in session.base.resources if is_provider_type(row.type)}
    if session.request.kind in {"refresh", "destroy"}:
        return known
    return known | {plugin.name for plugin in session.request.plugins if plugin.early}


def _old_outputs(session: Session) -> Properties:
    rows = session.base.resources
    return next((row.outputs for row in rows if row.type == ROOT_STACK_TYPE and not row.delete), {})


def _warn_of_pending_operations(session: Session) -> None:
    request = session.request
    if request.preview or request.goes_on:
        return
    say = pending.before_refresh if request.kind == "refresh" else pending.before_update
    warning = say(session.base.pending_operations)
    if warning:
        session.reporter.say("warning", warning)


@contextlib.contextmanager
def _interruptible(session: Session) -> Iterator[asyncio.Event]:
    """Take Ctrl-C, and requests to end, for the time of an update; the event is set when one has come."""
    interrupted = asyncio.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    cancelling: list[asyncio.Task[None]] = []

    def interrupt() -> None:
        if not interrupted.is_set():
            interrupted.set()
            session.executor.cancelled.set()
            cancelling.append(asyncio.create_task(session.launcher.cancel()))
        elif task is not None:
            session.hurry = True
            task.cancel()

    for number in _INTERRUPTS:
        loop.add_signal_handler(number, interrupt)
    try:
        yield interrupted
    except asyncio.CancelledError:
        if interrupted.is_set():
            raise KeyboardInterrupt from None
        raise
    finally:
        for number in _INTERRUPTS:
            loop.remove_signal_handler(number)
