"""One update from within: requests of the program come in, steps are planned and taken, answers go out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties

from .answers import ProviderError
from .executor import Executor
from .generator import Generator
from .goals import Goal, ReadGoal
from .policies import Policies
from .refusals import EngineError, MonitorClosedError, ReportedError
from .reporting import Reporter
from .rpc import RpcError
from .steps import PlannedStep, Registration
from .urn import ROOT_STACK_TYPE, qualified_type


class Deployment:
    """Takes what the program asks for, one thing after another, and answers when it is done."""

    def __init__(self, generator: Generator, executor: Executor, policies: Policies, reporter: Reporter) -> None:
        self._generator = generator
        self._executor = executor
        self._policies = policies
        self._reporter = reporter
        self._planning = asyncio.Lock()
        self._open: set[asyncio.Future[ResourceState]] = set()
        self._stack_outputs: tuple[str, Properties] | None = None
        self.closed = asyncio.Event()
        """Set when the update has ended and nothing is answered any more."""
        self.aborted = False
        """Whether something other than a step has ended the update."""

    @property
    def failed(self) -> bool:
        """Whether anything has gone wrong so far."""
        return self.aborted or bool(self._executor.failures) or self._generator.failed or self._policies.violated

    def abort(self, error: EngineError | None = None) -> None:
        """End the update because of `error`, or of what was told already: nothing new is begun."""
        if error is not None and not isinstance(error, ReportedError):
            self._reporter.error(error)
        self.aborted = True
        self._executor.cancelled.set()

    async def register(self, goal: Goal) -> ResourceState:
        """Bring a resource to what the program asks for and return what has become of it."""
        urn = self._generator.urn(goal.parent, goal.type, goal.name)
        return await self._request(urn, lambda registration: self._generator.register(goal, registration))

    async def read(self, goal: ReadGoal) -> ResourceState:
        """Return a resource that exists."""
        urn = self._generator.urn(goal.parent, goal.type, goal.name)
        return await self._request(urn, lambda registration: self._generator.read(goal, registration))

    async def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Give a component its outputs; those of the stack are kept until it is known how the update ends."""
        if qualified_type(urn) == ROOT_STACK_TYPE:
            self._stack_outputs = (urn, outputs)
            return
        if self.closed.is_set():
            raise MonitorClosedError
        try:
            await self._executor.register_outputs(urn, outputs)
        except EngineError as error:
            self.abort(error)
            raise MonitorClosedError from error

    async def refresh(self) -> None:
        """Take into the state what is found of its resources."""
        try:
            steps = await self._generator.refreshes()
        except (EngineError, ProviderError, RpcError) as error:
            self.abort(_worded(error, ""))
            return
        await asyncio.gather(*(self._executor.submit([step]) for step in steps))

    async def delete_rest(self, excluded: Collection[str] = ()) -> None:
        """Delete what the program no longer has, and what replacements have left, but for `excluded`."""
        await self._executor.drain()
        if self._executor.cancelled.is_set():
            return
        try:
            kept, groups = await self._generator.deletions(excluded)
        except (EngineError, ProviderError, RpcError) as error:
            self.abort(_worded(error, ""))
            return
        await self._executor.submit(kept)
        for group in groups:
            if self._executor.cancelled.is_set():
                return
            spared = {id(state) for state in self._generator.needs_of(self._executor.failures)}
            chains = [self._executor.submit([step]) for step in group if id(step.state) not in spared]
            await asyncio.gather(*chains)

    async def finish(self, old_outputs: Properties) -> Properties:
        """Bring the update to its end and return the stack's outputs.

        After a failure an output that is missing may only not have come to be, so the old ones stay.
        """
        await self._executor.drain()
        await self._settle_policies()
        outputs = old_outputs
        if self._stack_outputs is not None:
            urn, registered = self._stack_outputs
            outputs = {**old_outputs, **registered} if self.failed else registered
            try:
                await self._executor.register_outputs(urn, outputs)
            except EngineError:
                # The stack itself was not registered, which has been told.
                self.aborted = True
        self._executor.finish_components()
        if not self.aborted and not self._executor.failures and self._policies.present:
            await self._analyze_stack()
        return outputs

    def close(self) -> None:
        """Answer nothing any more."""
        self.closed.set()
        for future in self._open:
            if not future.done():
                future.set_exception(MonitorClosedError())

    async def _settle_policies(self) -> None:
        try:
            await self._policies.settle()
        except (EngineError, RpcError) as error:
            self.abort(_worded(error, ""))

    async def _analyze_stack(self) -> None:
        generator = self._generator
        states = [
            (state, generator.goals.get(urn), generator.provider_of(state)) for urn, state in generator.news.items()
        ]
        root = next((urn for urn in generator.news if qualified_type(urn) == ROOT_STACK_TYPE), "")
        try:
            await self._policies.analyze_stack(states, lambda urn: urn if urn in generator.news else root)
        except (EngineError, RpcError) as error:
            self.abort(_worded(error, ""))

    async def _request(self, urn: str, plan: Callable[[Registration], Awaitable[list[PlannedStep]]]) -> ResourceState:
        future: asyncio.Future[ResourceState] = asyncio.get_running_loop().create_future()
        async with self._planning:
            if self.closed.is_set() or self._executor.cancelled.is_set():
                raise MonitorClosedError
            try:
                chain = await plan(Registration(future))
            except (EngineError, ProviderError, RpcError) as error:
                self.abort(_worded(error, urn))
                raise MonitorClosedError from error
        self._open.add(future)
        self._executor.submit(chain)
        try:
            return await future
        finally:
            self._open.discard(future)


def _worded(error: Exception, urn: str) -> EngineError:
    if isinstance(error, EngineError):
        error.urn = error.urn or urn
        return error
    return EngineError(str(error), urn)
