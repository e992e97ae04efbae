"""Taking steps: in chains, side by side, each recorded before it begins and when it has ended.

Mirrors pulumi/pulumi `pkg/resource/deploy/step_executor.go`: after the first failure nothing new is begun, and what is
under way is brought to its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties, Secret

from .answers import ProviderError
from .applying import Applier
from .generator import Generator
from .journal import Journal, Ledger
from .refusals import EngineError
from .reporting import Reporter
from .steps import PlannedStep


class Executor:
    """Takes the steps of one update."""

    def __init__(
        self,
        *,
        applier: Applier,
        generator: Generator,
        ledger: Ledger,
        journal: Journal | None,
        reporter: Reporter,
        parallel: int,
    ) -> None:
        self._applier = applier
        self._generator = generator
        self._ledger = ledger
        self._journal = journal
        self._reporter = reporter
        self._slots = asyncio.Semaphore(max(parallel, 1))
        self._running: set[asyncio.Task[None]] = set()
        self._awaiting_outputs: dict[str, PlannedStep] = {}
        self.cancelled = asyncio.Event()
        """Set when nothing new may be begun."""
        self.failures: list[PlannedStep] = []

    def submit(self, chain: Sequence[PlannedStep]) -> asyncio.Task[None]:
        """Begin a chain as soon as there is room for it."""
        task = asyncio.create_task(self._run(chain))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def drain(self) -> None:
        """Wait until every chain that was begun has ended."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Give a component the outputs that the program registers for it; EngineError where it is unknown."""
        step = self._awaiting_outputs.pop(urn, None)
        if step is None or step.new is None:
            raise EngineError(f"cannot complete a resource '{urn}' whose registration isn't pending", urn)
        state = step.new
        state.outputs = outputs
        self._reporter.hide(outputs)
        if not state.custom:
            await self._applier.after_component(step)
        if self._ledger.outputs_changed(state):
            await self._commit()
        self._reporter.succeeded(step)
        if self._applier.post_error:
            self.cancelled.set()

    def finish_components(self) -> None:
        """Tell the end of the components whose outputs the program never registered."""
        for step in self._awaiting_outputs.values():
            self._reporter.succeeded(step)
        self._awaiting_outputs.clear()

    async def close(self) -> None:
        """Save what is left to be saved."""
        if self._journal is not None:
            await self._journal.close()

    async def _run(self, chain: Sequence[PlannedStep]) -> None:
        async with self._slots:
            for step in chain:
                if self.cancelled.is_set() or not await self._take(step):
                    return

    async def _take(self, step: PlannedStep) -> bool:
        self._reporter.started(step)
        try:
            if self._ledger.begin(step):
                await self._commit()
            await self._applier.apply(step)
        except ProviderError as error:
            await self._fail(step, str(error), partial=error.partial is not None, in_doubt=error.in_doubt)
            return False
        except EngineError as error:
            await self._fail(step, str(error))
            return False
        self._settle(step)
        if self._ledger.succeed(step):
            await self._commit_or_fail(step)
        elif self._journal is not None:
            self._journal.touch()
        self._reporter.count(step)
        self._tell_end(step)
        if step.registration is not None and step.new is not None:
            step.registration.answer(step.new)
        if self._applier.post_error:
            self.cancelled.set()
        return True

    async def _fail(self, step: PlannedStep, message: str, *, partial: bool = False, in_doubt: bool = False) -> None:
        # One resource that cannot be looked at is no reason not to look at the others.
        if step.op != "refresh" and not self._applier.refuses_deletion(step):
            self.cancelled.set()
        self.failures.append(step)
        self._reporter.in_doubt = self._reporter.in_doubt or in_doubt
        words = f"Preview failed: {message}" if self._applier.preview else message
        self._reporter.say("error", words, step.state.urn)
        if partial:
            self._settle(step)
            self._ledger.succeed(step)
        else:
            self._ledger.fail(step)
        await self._commit_or_fail(step)
        self._reporter.step_failed(step)

    def _settle(self, step: PlannedStep) -> None:
        state = step.new
        if state is None or step.op == "replace":
            if step.op == "replace" and state is not None and not state.custom:
                self._awaiting_outputs[state.urn] = step
            return
        state.outputs = _with_secrets(state)
        self._reporter.hide(state.inputs)
        self._reporter.hide(state.outputs)
        if step.op not in {"read", "read-replacement"}:
            self._generator.news[state.urn] = state
        if not state.custom and step.logical:
            self._awaiting_outputs[state.urn] = step

    def _tell_end(self, step: PlannedStep) -> None:
        if step.op not in {"delete", "delete-replaced"} and not step.state.custom and step.logical:
            return
        self._reporter.succeeded(step)

    async def _commit(self) -> None:
        if self._journal is not None:
            await self._journal.commit()

    async def _commit_or_fail(self, step: PlannedStep) -> None:
        try:
            await self._commit()
        except EngineError as error:
            self.cancelled.set()
            self.failures.append(step)
            self._reporter.error(error)


def _with_secrets(state: ResourceState) -> Properties:
    """Return the outputs with what the program wants secret, and what is secret among the inputs, secret."""
    hidden = set(state.additional_secret_outputs) - {"id"}
    hidden |= {key for key, value in state.inputs.items() if isinstance(value, Secret)}
    return {
        key: Secret(value) if key in hidden and not isinstance(value, Secret) else value
        for key, value in state.outputs.items()
    }
