"""The embedded engine on one session: state loaded, a preview or update run and shown, state kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from nat_egress.state import StateError, UpdateRecord, outputs_of
from nat_egress.state.integrity import verify
from nat_egress.state.model import Snapshot
from nat_egress.state.values import Properties
from rich.console import Console

from . import kept
from .engine import destroy_plan, project
from .engine.display import Display, JsonDisplay, TextDisplay
from .engine.request import ConfigValue, PolicyPack, RunUpdate, UpdateRequest, UpdateResult
from .errors import CommandError, Exit
from .session import Session


@dataclass(frozen=True)
class Options:
    """What a command line asks of an operation."""

    policy_packs: tuple[Path, ...] = ()
    policy_configs: tuple[Path, ...] = ()
    json: bool = False
    yes: bool = False
    skip_preview: bool = False
    expect_no_changes: bool = False
    exclude_protected: bool = False
    show_secrets: bool = False
    parallel: int = 16


@dataclass(frozen=True)
class EmbeddedEngine:
    """Runs operations of one session on the embedded engine."""

    session: Session
    run_update: RunUpdate
    console: Console
    confirm: Callable[[str], bool]

    def preview(self, options: Options) -> Exit:
        """Show what an update would do."""
        request = self._request("preview", options, self._load() or Snapshot())
        return self._judge(self._run(request, options, preview=True), options, "preview")

    def up(self, options: Options) -> Exit:
        """Preview, ask, and update."""
        return self._change("update", options, create=True)

    def destroy(self, options: Options) -> Exit:
        """Preview, ask, and delete every resource of the stack."""
        return self._change("destroy", options, create=False)

    def _change(self, kind: Literal["update", "destroy"], options: Options, *, create: bool) -> Exit:
        session = self.session
        # Everything that can be refused is refused before the first file is written.
        values = self._values(kind)
        resolved = project.resolve(session.project)
        if not create and not session.store.exists():
            raise CommandError(f"no stack named '{session.stack}' found", Exit.STACK_NOT_FOUND)
        with session.store.backend.lock(session.store.reference):
            snapshot = self._load()
            if snapshot is None:
                session.store.create()
                snapshot = Snapshot()
            request = replace(self._request(kind, options, snapshot, values), project=resolved)
            if not options.skip_preview and not self._previewed(request, options):
                return Exit.ERROR
            if not options.yes and not self.confirm(f"Do you want to perform this {kind}?"):
                raise CommandError(f"confirmation declined, not proceeding with the {kind}")
            return self._perform(request, options, snapshot)

    def _perform(self, request: UpdateRequest, options: Options, before: Snapshot) -> Exit:
        store = self.session.store
        writer = store.writer(before)
        begun = time.time()
        request = replace(request, save=lambda snapshot: store.backend.write(store.reference, writer.render(snapshot)))
        result = self._run(request, options, preview=False)
        kind: Literal["update", "destroy"] = "destroy" if request.kind == "destroy" else "update"
        store.backend.record(
            store.reference, UpdateRecord(kind, begun, time.time(), result.succeeded, dict(result.resource_changes))
        )
        verify(result.snapshot, store.backend.place(store.reference))
        if not options.json and result.succeeded:
            say = kept.after_destroy if kind == "destroy" else kept.retained
            for line in say(before, result.snapshot):
                self.console.print(line, soft_wrap=True)
        return self._judge(result, options, kind)

    def _previewed(self, request: UpdateRequest, options: Options) -> bool:
        if request.kind == "update":
            return self._run(replace(request, kind="preview"), options, preview=True).succeeded
        with self._display(request, options, preview=True) as display:
            for event in destroy_plan.events(request.snapshot, exclude_protected=request.exclude_protected):
                display.tell(event)
            display.finish({})
        return True

    def _run(self, request: UpdateRequest, options: Options, *, preview: bool) -> UpdateResult:
        with self._display(request, options, preview=preview) as display:
            result = self.run_update(request, display.tell)
            display.finish(_shown_outputs(result, request))
        return result

    def _display(self, request: UpdateRequest, options: Options, *, preview: bool) -> Display:
        if options.json:
            return JsonDisplay(sys.stdout.write, request.config, preview)
        return TextDisplay(self.console, request.kind, request.stack, preview, options.show_secrets)

    def _load(self) -> Snapshot | None:
        return self.session.store.load()

    def _values(self, kind: str) -> Mapping[str, ConfigValue]:
        # A destroy runs no program: a stack file that has gone is no reason to leave the resources.
        if kind == "destroy" and not self.session.project.stack_file(self.session.stack).is_file():
            return {}
        return self.session.values()

    def _request(
        self,
        kind: Literal["preview", "update", "destroy"],
        options: Options,
        snapshot: Snapshot,
        values: Mapping[str, ConfigValue] | None = None,
    ) -> UpdateRequest:
        session = self.session
        config = self._values(kind) if values is None else values
        resolved = project.resolve(session.project)
        session.rehearsal.prepare()
        packs = options.policy_packs
        return UpdateRequest(
            kind=kind,
            project=resolved,
            stack=session.stack,
            config=config,
            snapshot=snapshot,
            save=_never_saved,
            plugins=(*session.rehearsal.plugins(), *session.local_plugins()),
            policy_packs=tuple(PolicyPack(pack, file) for pack, file in _paired(packs, options.policy_configs)),
            environment=session.rehearsal.environment(session.environment),
            parallel=options.parallel,
            exclude_protected=options.exclude_protected,
        )

    @staticmethod
    def _judge(result: UpdateResult, options: Options, kind: str) -> Exit:
        if not result.succeeded:
            return Exit.ERROR
        if options.expect_no_changes and any(count for op, count in result.resource_changes.items() if op != "same"):
            raise CommandError(f"no changes were expected for {kind} but changes were proposed", Exit.NO_CHANGES)
        return Exit.SUCCESS


def _shown_outputs(result: UpdateResult, request: UpdateRequest) -> Properties:
    unchanged = request.kind == "preview" and result.outputs == outputs_of(request.snapshot)
    return {} if unchanged or request.kind == "destroy" else result.outputs


def _paired(packs: tuple[Path, ...], configs: tuple[Path, ...]) -> list[tuple[Path, Path | None]]:
    if len(configs) > len(packs):
        raise CommandError("--policy-pack-config: more files than policy packs", Exit.CONFIGURATION)
    return [(pack, configs[index].absolute() if index < len(configs) else None) for index, pack in enumerate(packs)]


def _never_saved(_snapshot: Snapshot) -> None:
    raise StateError("a preview was about to write the state")
