"""Runs a program without Azure and without an engine, and keeps what it registers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, chdir
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.config import ConfigMissingError

from ..state.values import Secret
from . import program as folder_program
from . import sdk
from .answers import LOCATION, SUBSCRIPTION, Answer, AzureAnswers, Found
from .applies import Apply
from .failures import Failure, NothingRegistered, Unasked, Unrun, hidden
from .garbage import hardly_collected
from .graph import ResourceGraph
from .monitor import Answers, Monitor
from .taken_for_values import is_test_file
from .turns import in_turn
from .unasked import refuse_unasked
from .unknown import guarded

__tracebackhide__ = hidden


@dataclass
class Recording:
    """One run of a program: what it is run with, and what came of it also where it failed."""

    program: Callable[[], Any]
    monitor: Monitor
    setting: sdk.Setting
    test_file: str
    """The file that asks for it."""
    result: Any = field(default=None, init=False)
    read: frozenset[str] = field(default=frozenset(), init=False)
    """The full keys of the configuration that it asked for."""

    def run(self) -> None:
        """Run the program. Raises what it raises, and `Unrun`."""
        setting = self.setting
        secrets = list(setting.secret_keys)
        with ExitStack() as stack:
            stack.enter_context(folder_program.environment(setting.project, setting.stack, setting.config, secrets))
            stack.enter_context(chdir("."))  # from which a program may go elsewhere
            if isinstance(self.program, folder_program.Program):
                stack.enter_context(self.program.place())
            try:
                finished = sdk.run(self.program, self.monitor, setting)
            except ConfigMissingError as error:  # which tells of `pulumi config set`
                error.add_note(
                    f'In a test: record(…, stack=NAME) reads a stack file, config={{"{error.key}": …}} gives it.'
                )
                raise
        self.read = finished.read
        self.result = guarded(finished.result, "what the program returned")
        self._refuse_unrun(finished.unrun)

    @property
    def graph(self) -> ResourceGraph:
        """What came of it."""
        monitor = self.monitor
        return ResourceGraph(
            project=monitor.project,
            stack=monitor.stack,
            preview=monitor.preview,
            resources=monitor.resources,
            outputs=monitor.outputs,
            result=self.result,
            calls=tuple(monitor.calls),
            messages=tuple(monitor.messages),
        )

    def _refuse_unrun(self, unrun: list[tuple[Apply, str]]) -> None:
        # In a preview, most of a program's own wait for the update. Those of a test whose result nobody takes do not.
        found = [(one, value) for one, value in unrun if not self.monitor.preview or self._asserts(one)]
        if found:
            lines = "\n".join(f"  {one.file}:{one.line}: {value} is not known" for one, value in found)
            raise Unrun(
                f"The functions given to these applies never ran, and nothing in them was asserted:\n{lines}\n"
                + (
                    "Record without preview=True, give the value in outputs=, or assert on the graph."
                    if self.monitor.preview
                    else "Give the value in outputs=."
                )
            )

    def _asserts(self, one: Apply) -> bool:
        of_test = one.file == self.test_file or is_test_file(one.file)
        return of_test and (one.dropped or one.returned)


def prepare(
    program: Callable[[], Any] | str | os.PathLike[str],
    *,
    stack: str | None = None,
    project: str | None = None,
    config: Mapping[str, object] | None = None,
    preview: bool = False,
    outputs: Mapping[str, Answer] | None = None,
    invokes: Mapping[str, Found] | None = None,
    stack_references: Mapping[str, Mapping[str, Any]] | None = None,
    answers: Answers | None = None,
    test_file: str = "",
) -> Recording:
    """Prepare a run, with the arguments of `record`."""
    _refuse_wrong(program, config=config, outputs=outputs, invokes=invokes, stack_references=stack_references)
    if answers is not None and (outputs or invokes):
        raise Unasked(
            "answers= takes the place of outputs= and invokes=, for which nobody asks then. Give them to it: "
            "answers=AzureAnswers(outputs=…, invokes=…)."
        )
    given = config or {}
    plain = {key: value.value if isinstance(value, Secret) else value for key, value in given.items()}
    if callable(program):
        run, name = program, project or "project"
        values = {folder_program.full_key(name, key): folder_program.text_of(value) for key, value in plain.items()}
    else:
        found = folder_program.read(Path(program), stack, plain)
        run, name, values = found, project or found.project, found.config
    secrets = [folder_program.full_key(name, key) for key, value in given.items() if isinstance(value, Secret)]
    answering = answers or AzureAnswers(
        outputs=outputs,
        invokes=invokes,
        location=values.get("azure-native:location", LOCATION),
        subscription=values.get("azure-native:subscriptionId", SUBSCRIPTION),
    )
    monitor = Monitor(answering, name, stack or "stack", preview, stack_references or {})
    setting = sdk.Setting(name, monitor.stack, preview=preview, config=values, secret_keys=secrets)
    return Recording(run, monitor, setting, test_file or sys._getframe(1).f_code.co_filename)  # noqa: SLF001


def _refuse_wrong(program: object, **given: object) -> None:
    wrong = []
    if not callable(program) and not isinstance(program, str | os.PathLike):
        wrong.append(
            f"{program!r} is no program. Give its folder, or a function that makes the resources, which is not called "
            "yet: record(main), and not record(main())."
        )
    for name, value in given.items():
        if not isinstance(value, Mapping | None):
            wrong.append(f"{name}= is {value!r}. Give a dict.")
    references = given["stack_references"]
    for stack, outputs in references.items() if isinstance(references, Mapping) else ():
        if not isinstance(outputs, Mapping):
            wrong.append(f'stack_references={{"{stack}": …}} is {outputs!r}. Give the outputs of that stack as a dict.')
    if wrong:
        raise Failure("\n".join(wrong))


def _ran(run: Recording) -> tuple[ResourceGraph, frozenset[str]]:
    """Return the graph of a run, and what it read, of all that it holds."""
    run.run()
    return run.graph, run.read


def record(
    program: Callable[[], Any] | str | os.PathLike[str],
    *,
    stack: str | None = None,
    project: str | None = None,
    config: Mapping[str, object] | None = None,
    preview: bool = False,
    outputs: Mapping[str, Answer] | None = None,
    invokes: Mapping[str, Found] | None = None,
    stack_references: Mapping[str, Mapping[str, Any]] | None = None,
    answers: Answers | None = None,
    may_register_nothing: bool = False,
    may_give_unasked: bool = False,
) -> ResourceGraph:
    """Run a program and return the graph of its resources. It is run in this process, without Azure and an engine.

    `program` is a folder with a `Pulumi.yaml`, of which the stack file `stack` is read, or a function, which may be
    async. `config` goes over the stack file's; a key without a namespace is the project's own, and a value may be a
    `Secret`. With `preview`, what only an update would tell is unknown. `outputs` are what Azure is to answer, by kind
    (`PublicIPPrefix`) or kind and name (`PublicIPPrefix partners`); `invokes` what `get_…` functions find, by their
    names in the provider (`getSubnet`); `stack_references` the outputs of other stacks. `answers` takes the place of
    `AzureAnswers`, and of `outputs` and `invokes` with it.

    Raises what the program raises, and a `Failure` where the test would otherwise look at nothing. For each key that is
    given the program must ask, unless `may_give_unasked`.
    """
    test_file = sys._getframe(1).f_code.co_filename  # noqa: SLF001 - whose applies must run
    with in_turn(), hardly_collected():
        graph, read = _ran(
            prepare(
                program,
                stack=stack,
                project=project,
                config=config,
                preview=preview,
                outputs=outputs,
                invokes=invokes,
                stack_references=stack_references,
                answers=answers,
                test_file=test_file,
            )
        )
    if not graph.resources and not may_register_nothing:
        raise NothingRegistered(
            "The program registers no resource, so there is nothing to assert on. Was it given its configuration, and "
            "is its main function called? Where that is meant: record(…, may_register_nothing=True)."
        )
    if not may_give_unasked:
        refuse_unasked(
            graph,
            outputs=outputs or (),
            invokes=invokes or (),
            stack_references=stack_references or (),
            config=config or (),
            read=read,
        )
    return graph
