"""The embedded engine on one session: state loaded, a preview or update run and shown, state kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from nat_egress.state import StateError, UpdateRecord
from nat_egress.state.integrity import verify
from nat_egress.state.model import Snapshot
from nat_egress.state.store import root_of
from nat_egress.state.values import Properties
from rich.console import Console

from . import kept
from .engine import pending, project
from .engine.display import Display, JsonDisplay, TextDisplay
from .engine.display_rows import Progress
from .engine.hooks import hooks_without_program
from .engine.protection import nothing_else, protected_with_needs
from .engine.request import ConfigValue, PolicyPack, RunUpdate, UpdateRequest, UpdateResult
from .engine.urn import ROOT_STACK_TYPE, make_urn
from .errors import CommandError, Exit
from .session import Session

Change: TypeAlias = Literal["update", "refresh", "destroy"]


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
    refresh: bool = False
    """Refresh first."""
    preview_only: bool = False
    run_program: bool = False
    clear_pending_creates: bool = False
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
        result, _ = self._run(request, options, preview=True)
        return self._judge(result, options, "preview")

    def up(self, options: Options) -> Exit:
        """Preview, ask, and update."""
        return self._change("update", options, create=True)

    def refresh(self, options: Options) -> Exit:
        """Preview, ask, and take into the state what the cloud has."""
        if options.run_program:
            raise CommandError(
                "--run-program: the embedded engine refreshes with the providers as they are in the state, and runs no "
                "program for it; the official Pulumi CLI does (`make cli` installs it)"
            )
        return self._change_or_look("refresh", options)

    def destroy(self, options: Options) -> Exit:
        """Preview, ask, and delete every resource of the stack."""
        return self._change_or_look("destroy", options)

    def _change_or_look(self, kind: Literal["refresh", "destroy"], options: Options) -> Exit:
        if not options.preview_only:
            return self._change(kind, options, create=False)
        snapshot = self._existing()
        if self._all_is_kept(snapshot, options):
            return Exit.SUCCESS
        request = replace(self._request(kind, options, snapshot), look_only=True)
        result, _ = self._run(request, options, preview=True)
        return self._judge(result, options, kind)

    def _change(self, kind: Change, options: Options, *, create: bool) -> Exit:
        session = self.session
        # Everything that can be refused is refused before the first file is written.
        values = self._values(kind)
        resolved = project.resolve(session.project)
        if not create and not session.store.exists():
            raise self._no_stack()
        with session.store.backend.lock(session.store.reference):
            snapshot = self._load()
            if snapshot is None:
                session.store.create()
                sys.stderr.write(f"Created stack '{session.stack}'\n")
                snapshot = Snapshot()
            if self._all_is_kept(snapshot, options):
                return Exit.SUCCESS
            if options.clear_pending_creates:
                snapshot = pending.without_creates(snapshot)
            request = replace(self._request(kind, options, snapshot, values), project=resolved)
            if not options.skip_preview and not self._previewed(request, options):
                return Exit.ERROR
            if not options.yes and not self.confirm(_question(kind)):
                raise CommandError(f"confirmation declined, not proceeding with the {kind}")
            return self._perform(kind, request, options)

    def _all_is_kept(self, snapshot: Snapshot, options: Options) -> bool:
        """Tell whether a destroy would leave everything, as it is protected or needed by what is, and say so."""
        spared = protected_with_needs(snapshot.resources) if options.exclude_protected else ()
        if not nothing_else(snapshot.resources, spared):
            return False
        self._say(options, kept.nothing_to_destroy(len(spared)), *kept.after_destroy(snapshot, snapshot))
        return True

    def _perform(self, kind: Change, request: UpdateRequest, options: Options) -> Exit:
        store = self.session.store
        writer = store.writer(request.snapshot)

        def save(snapshot: Snapshot) -> None:
            store.backend.write(store.reference, writer.render(snapshot))

        begun = time.time()
        if options.clear_pending_creates:
            save(request.snapshot)
        result, before = self._run(replace(request, save=save), options, preview=False)
        store.backend.record(
            store.reference, UpdateRecord(kind, begun, time.time(), result.succeeded, dict(result.resource_changes))
        )
        verify(result.snapshot, store.backend.place(store.reference))
        # What a refresh takes out of the state is gone, whatever was to be retained.
        if kind == "destroy" and result.succeeded:
            after = kept.after_destroy(before, result.snapshot)
            self._say(options, kept.end_of_destroy(len(result.protected)), *after)
        elif kind == "update" and result.succeeded:
            self._say(options, *kept.retained(before, result.snapshot))
        return self._judge(result, options, kind)

    def _say(self, options: Options, *lines: str) -> None:
        if not options.json:
            for line in lines:
                self.console.print(line, soft_wrap=True)

    def _previewed(self, request: UpdateRequest, options: Options) -> bool:
        looking = replace(request, kind="preview") if request.kind == "update" else replace(request, look_only=True)
        return self._run(looking, options, preview=True)[0].succeeded

    def _run(self, request: UpdateRequest, options: Options, *, preview: bool) -> tuple[UpdateResult, Snapshot]:
        """Return what has come of `request`, and of the state that it went out from after any refresh."""
        with self._display(request, options, preview=preview) as display:
            result = self._refresh_first(request, options, display, preview=preview)
            before = result.snapshot if result else request.snapshot
            if result is None or result.succeeded:
                result = self.run_update(replace(request, snapshot=before), display.tell)
            display.finish(*_shown_outputs(request.kind, result, before), succeeded=result.succeeded)
        return result, before

    def _refresh_first(
        self, request: UpdateRequest, options: Options, display: Display, *, preview: bool
    ) -> UpdateResult | None:
        if request.kind == "refresh" or not (options.refresh or self.session.project.always_refreshes):
            return None
        if request.kind == "destroy" and hooks_without_program(request.snapshot.resources):
            # It is going to be refused.
            return None
        first = replace(request, kind="refresh", look_only=preview, goes_on=True)
        return self.run_update(first, display.tell)

    def _display(self, request: UpdateRequest, options: Options, *, preview: bool) -> Display:
        if options.json:
            return JsonDisplay(sys.stdout.write, request.config, preview)
        name = request.project.name
        root = make_urn(request.stack, name, "", ROOT_STACK_TYPE, f"{name}-{request.stack}")
        return TextDisplay(
            self.console, request.kind, request.stack, preview, options.show_secrets, progress=Progress(root)
        )

    def _load(self) -> Snapshot | None:
        return self.session.load()

    def _existing(self) -> Snapshot:
        snapshot = self._load()
        if snapshot is None:
            raise self._no_stack()
        return snapshot

    def _values(self, kind: str) -> Mapping[str, ConfigValue]:
        # Neither runs a program: a stack file that has gone, or lacks a value, is no reason to leave the resources.
        runs_program = kind not in {"refresh", "destroy"}
        if not runs_program and not self.session.project.stack_file(self.session.stack).is_file():
            return {}
        return self.session.values(checked=runs_program)

    def _request(
        self,
        kind: Literal["preview", "update", "refresh", "destroy"],
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

    def _no_stack(self) -> CommandError:
        return CommandError(f"no stack named '{self.session.stack}' found", Exit.STACK_NOT_FOUND)

    @staticmethod
    def _judge(result: UpdateResult, options: Options, kind: str) -> Exit:
        if not result.succeeded:
            return Exit.ERROR
        if options.expect_no_changes and any(count for op, count in result.resource_changes.items() if op != "same"):
            raise CommandError(f"no changes were expected for {kind} but changes were proposed", Exit.NO_CHANGES)
        return Exit.SUCCESS


def _question(kind: Change) -> str:
    asked = f"Do you want to perform this {kind}?"
    if kind != "refresh":
        return asked
    return f"{asked}\nNo resources will be modified as part of this refresh; just your stack's state will be."


def _shown_outputs(kind: str, result: UpdateResult, before: Snapshot) -> tuple[Properties, Properties | None]:
    """Return the stack's outputs and those that it had, None where there was no stack.

    A destroy shows what goes, and nothing where it has failed before the stack went.
    """
    old = root_of(before)
    if kind != "destroy":
        return result.outputs, old.outputs if old else None
    left = root_of(result.snapshot)
    if left and not result.succeeded:
        return {}, {}
    return left.outputs if left else {}, old.outputs if old else {}


def _paired(packs: tuple[Path, ...], configs: tuple[Path, ...]) -> list[tuple[Path, Path | None]]:
    if len(configs) > len(packs):
        raise CommandError("--policy-pack-config: more files than policy packs", Exit.CONFIGURATION)
    return [(pack, configs[index].absolute() if index < len(configs) else None) for index, pack in enumerate(packs)]


def _never_saved(_snapshot: Snapshot) -> None:
    raise StateError("a preview was about to write the state")
