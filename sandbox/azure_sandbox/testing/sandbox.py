"""One stack of a program in a sandbox of its own: real updates, one after the other, and what is left of them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias

from nat_egress.graph.values import listed
from nat_egress.state import StackReference
from nat_egress.state.values import Properties, Value
from nat_egress.testing.failures import Failure

from ..arm import ControlPlane, Fault
from ..arm.faults import InjectedFault
from ..provider import standstill
from ..rehearsal import Rehearsal
from . import command, events, processes, report, requests
from .moments import AfterStep, Moment
from .state import State
from .step import Step
from .update import Update
from .watching import StepWatch
from .workspace import Workspace, merged, open_program, values_of

Engine: TypeAlias = Literal["embedded", "official", "auto"]

LIMIT_SECONDS: Final = 120.0
_PARALLEL: Final = 16


class Sandbox:
    """A program's stack, its settings, its state, and the Azure that it is in. Nothing of it is shared with another.

    To be closed at the end, which the fixture `azure_sandbox` and `with` do: no process of it outlives that.
    """

    def __init__(
        self,
        program: str | Path,
        *,
        stack: str,
        folder: Path,
        config: Mapping[str, Value] | None = None,
        engine: Engine = "embedded",
        policy_packs: Sequence[Path] | None = None,
        limit: float = LIMIT_SECONDS,
    ) -> None:
        """Prepare the stack; nothing is run yet.

        `program` is a folder with a Pulumi.yaml; nothing is written there. `config` goes over the stack file, as in
        `configure`. `folder` is the sandbox's own. `policy_packs` are those of the project itself where None is given.
        `limit` is the longest that a command may take, in seconds.
        """
        self._program = open_program(Path(program).absolute())
        self.stack = stack
        self.folder = folder.absolute()
        self.engine: Engine = engine
        self.limit = limit
        self.config = values_of(self._program, stack, config or {})
        """The settings, under full keys."""
        self._workspace = Workspace(self._program, stack, self.folder / "program")
        own = self._workspace.policy_pack()
        self._packs = tuple(policy_packs) if policy_packs is not None else (own,) if own else ()
        self._rehearsal = Rehearsal(self.folder)
        self._passphrase = self._rehearsal.passphrase()
        self._ran = 0

    def preview(self, *, config: Mapping[str, Value] | None = None, expect_failure: bool = False) -> Update:
        """Ask what an update would do."""
        __tracebackhide__ = True
        return self._operate("preview", config, expect_failure)

    def up(
        self,
        *,
        config: Mapping[str, Value] | None = None,
        expect_failure: bool = False,
        kill: Moment | None = None,
        parallel: int | None = None,
    ) -> Update:
        """Bring the stack to what the program says, without a preview before it.

        `config` is as in `configure`. Raises `Failure` where it fails, with `expect_failure` where it does not, and
        with `kill` where that moment never comes. `parallel` is how many operations run at once, at most: 16, and with
        `kill` one, so that the same is done each time.
        """
        __tracebackhide__ = True
        return self._operate("up", config, expect_failure, kill=kill, parallel=parallel)

    def refresh(
        self,
        *,
        clear_pending_creates: bool = False,
        expect_failure: bool = False,
        kill: Moment | None = None,
        parallel: int | None = None,
    ) -> Update:
        """Bring the state to what is there in Azure; what was under way when an update was killed is forgotten.

        Creates are, with `clear_pending_creates` only: nobody knows what came of them.
        """
        __tracebackhide__ = True
        more = ["--clear-pending-creates"] if clear_pending_creates else []
        return self._operate("refresh", None, expect_failure, kill=kill, parallel=parallel, more=more)

    def destroy(
        self,
        *,
        exclude_protected: bool = False,
        expect_failure: bool = False,
        kill: Moment | None = None,
        parallel: int | None = None,
    ) -> Update:
        """Delete every resource of the stack; with `exclude_protected` those that are protected are left."""
        __tracebackhide__ = True
        more = ["--exclude-protected"] if exclude_protected else []
        return self._operate("destroy", None, expect_failure, kill=kill, parallel=parallel, more=more)

    def configure(self, config: Mapping[str, Value]) -> None:
        """Change settings, for all that is run from now on.

        A key without a namespace is the project's own. None takes a setting away, `Secret` makes one secret.
        """
        self.config = merged(self._program, self.config, config)

    def inject(self, *faults: Fault) -> None:
        """Have Azure misbehave by rules, from the next request on; `subnets` may stand for a whole type.

        The next update, refresh or destroy must meet each of them: else it fails the test.
        """
        for fault in faults:
            self.azure.inject(replace(fault, type=requests.full_type(fault.type)) if fault.type else fault)

    def cancel(self) -> int:
        """Take away the locks that a killed update has left, as `pulumi cancel` does; return how many there were."""
        return self._rehearsal.backend().unlock(self._reference)

    @cached_property
    def azure(self) -> ControlPlane:
        """The sandbox's Azure, to ask it, to change it behind the stack's back, or to have it misbehave."""
        return ControlPlane(self._rehearsal.cloud)

    @property
    def left(self) -> list[str]:
        """The ids of all that is there in Azure, in the order of creation."""
        return self.azure.resources()

    @property
    def state(self) -> State:
        """The stack's state as it is kept now."""
        backend = self._rehearsal.backend()
        return State(backend.read(self._reference), backend.place(self._reference), self._passphrase)

    @property
    def outputs(self) -> Properties:
        """The stack's outputs; secret ones are `nat_egress.state.values.Secret`."""
        return self.state.outputs

    def copy(self, folder: Path) -> Sandbox:
        """Return another sandbox that is where this one is now: what one of them does, the other does not see."""
        self.close()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = Sandbox(
            self._program.root,
            stack=self.stack,
            folder=folder,
            config=self.config,
            engine=self.engine,
            policy_packs=self._packs,
            limit=self.limit,
        )
        other.config = dict(self.config)
        return other

    def close(self) -> None:
        """End what still runs, and let go of the files. What is there stays, and may be gone on with."""
        processes.kill(self.folder)
        if "azure" in self.__dict__:
            self.azure.close()
            del self.__dict__["azure"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Sandbox of {self.name} in {self.folder}>"

    @property
    def name(self) -> str:
        """Project and stack, as in `shop/prod`."""
        return f"{self._program.name}/{self.stack}"

    @property
    def _reference(self) -> StackReference:
        return StackReference(self._program.name, self.stack)

    def _operate(
        self,
        verb: str,
        config: Mapping[str, Value] | None,
        expect_failure: bool,
        *,
        kill: Moment | None = None,
        parallel: int | None = None,
        more: Sequence[str] = (),
    ) -> Update:
        __tracebackhide__ = True
        self.configure(config or {})
        self._workspace.write(self.config)
        before, asked = self.state, len(self.azure.requests())
        arguments = [verb, "--stack", self.stack, "--cwd", str(self._workspace.folder), "--sandbox", str(self.folder)]
        arguments += ["--engine", self.engine, "--json", *more]
        arguments += [f"--parallel={parallel or (1 if kill else _PARALLEL)}"]
        if verb != "preview":
            arguments += ["--yes", "--skip-preview"]
        if verb in ("preview", "up"):
            arguments += [f"--policy-pack={pack}" for pack in self._packs]
        ran = self._run(verb, arguments, kill)
        told = events.read(ran.stdout)
        steps = told.steps if verb != "preview" or ran.status else with_the_same(told.steps, before)
        update = Update(
            verb,
            self.name,
            ran.status,
            ran.killed,
            ran.seconds,
            steps,
            told.messages,
            _beside(ran.stderr),
            tuple(self.azure.requests()[asked:]),
            before,
            self.state,
            ran.files,
        )
        self._judge(update, ran, kill, expect_failure=expect_failure)
        return update

    def _run(self, verb: str, arguments: Sequence[str], kill: Moment | None) -> command.Ran:
        self._ran += 1
        files = self.folder / "commands" / f"{self._ran}-{verb}"
        if kill is None:
            return command.run(arguments, sandbox=self.folder, files=files, limit=self.limit)
        if isinstance(kill, AfterStep):
            moment = StepWatch(files.with_suffix(".stdout"), kill).has_come
            return command.run(arguments, sandbox=self.folder, files=files, limit=self.limit, moment=moment)
        standstill.ask_for(self.folder, kill.standstill)
        try:
            return command.run(
                arguments,
                sandbox=self.folder,
                files=files,
                limit=self.limit,
                moment=lambda: standstill.is_reached(self.folder),
            )
        finally:
            standstill.forget(self.folder)

    def _judge(self, update: Update, ran: command.Ran, kill: Moment | None, *, expect_failure: bool) -> None:
        __tracebackhide__ = True
        if ran.too_long:
            raise Failure(report.of(update, f"took more than {self.limit:g} s, and was killed"))
        if kill is not None and not ran.killed:
            raise Failure(report.of(update, f"was to be killed {kill}, and ended without coming to that"))
        if kill is None and not expect_failure and not update.succeeded:
            raise Failure(report.of(update, f"was to succeed, and failed with status {update.status}"))
        missed = [kept for kept in self.azure.faults() if not kept.struck] if update.verb != "preview" else []
        if missed:
            raise Failure(report.of(update, f"did not meet {listed(map(_told, missed))}"))
        if kill is None and expect_failure and update.succeeded:
            raise Failure(report.of(update, "was to fail, and succeeded"))


def _told(kept: InjectedFault) -> str:
    fault = kept.fault
    about = " ".join(filter(None, (fault.method, fault.type, fault.name)))
    return f"the fault injected at {about} number {fault.nth}, of which there were {kept.matched}"


def _beside(stderr: str) -> str:
    """Return what was printed as errors, without the line that tells which engine runs."""
    return "\n".join(line for line in stderr.splitlines() if not line.startswith("Engine: "))


def with_the_same(steps: Sequence[Step], before: State) -> tuple[Step, ...]:
    """Return the steps of a preview with those of the resources that stay the same, which its document leaves out."""
    told = {step.urn for step in steps}
    same = [Step("same", each.urn) for each in before.snapshot.resources if each.urn not in told]
    return (*same, *steps)
