"""What each kind of step does: the calls to the provider, the hooks around them, and the state that comes of it.

Mirrors the Apply methods of pulumi/pulumi `pkg/resource/deploy/step.go`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar

from nat_egress.state.model import ResourceState

from .answers import Outcome, ProviderError
from .diffing import deep_equal
from .goals import HookType
from .hooks import MAX_RETRIES, Hooks
from .providers import Provider
from .refreshing import Refresher, is_read
from .refusals import EngineError
from .registry import Registry
from .reporting import Reporter
from .steps import PlannedStep
from .urn import UNKNOWN_ID, is_provider_type

T = TypeVar("T")

_DELETIONS: Final = frozenset({"delete", "delete-replaced", "discard", "discard-replaced"})


class Applier:
    """Does what steps say."""

    def __init__(self, registry: Registry, hooks: Hooks, reporter: Reporter, *, preview: bool) -> None:
        self._registry = registry
        self._hooks = hooks
        self._refresher = Refresher(registry, reporter)
        self._reporter = reporter
        self.preview = preview
        self.post_error = False
        """Whether something failed after a resource had been dealt with; its state stands all the same."""
        self.retained: list[str] = []
        """URNs of what was let go of without being deleted, because the program had asked for that."""

    async def apply(self, step: PlannedStep) -> None:
        """Do what `step` says; EngineError or ProviderError where that fails."""
        if step.op in _DELETIONS and step.old is not None:
            await self._delete(step, step.old)
        elif step.op == "same" and step.old is not None and step.new is not None:
            await self._same(step, step.old, step.new)
        elif step.op in {"create", "create-replacement"} and step.new is not None:
            await self._create(step, step.new)
        elif step.op == "update" and step.old is not None and step.new is not None:
            await self._update(step.old, step.new)
        elif step.op in {"read", "read-replacement"} and step.new is not None:
            await self._read(step, step.new)
        elif step.op == "refresh" and step.old is not None and is_read(step.old):
            await self._refresher.refresh(step, step.old, self._provider(step.old), _now())

    def refuses_deletion(self, step: PlannedStep) -> bool:
        """Tell whether `step` would delete what is protected; such refusals are all told, not only the first."""
        return step.op in {"delete", "discard"} and step.old is not None and step.old.protect

    async def after_component(self, step: PlannedStep) -> None:
        """Run the hooks that follow the making or the change of a component, whose outputs are known now."""
        if step.new is None:
            return
        if step.op == "create":
            await self._after("AfterCreate", None, step.new)
        elif step.op == "update":
            await self._after("AfterUpdate", step.old, step.new)

    async def _same(self, step: PlannedStep, old: ResourceState, new: ResourceState) -> None:
        new.id = old.id
        new.outputs = old.outputs
        if is_provider_type(new.type) and not step.untargeted:
            # What a provider called no change is no change: it goes on with the inputs it had.
            await self._registry.same(replace(new, inputs=old.inputs), from_check=True)

    async def _create(self, step: PlannedStep, new: ResourceState) -> None:
        await self._hooks.run("BeforeCreate", None, new)
        outcome = Outcome("", {})
        if is_provider_type(new.type):
            outcome = await self._registry.create(new)
        elif new.custom:
            provider = self._provider(new)
            try:
                outcome = await self._retrying("create", None, new, lambda: provider.create(new, preview=self.preview))
            except ProviderError as error:
                if error.partial is not None:
                    self._make(step, new, error.partial)
                raise
        self._make(step, new, outcome)
        if new.custom:
            await self._after("AfterCreate", None, new)

    def _make(self, step: PlannedStep, new: ResourceState, outcome: Outcome) -> None:
        new.id = outcome.id
        new.outputs = outcome.outputs
        new.init_errors = list(outcome.init_errors)
        new.created = new.modified = _now()
        if step.op == "create-replacement" and step.pending_delete and step.old is not None:
            step.old.delete = True

    async def _update(self, old: ResourceState, new: ResourceState) -> None:
        new.id, new.created, new.modified = old.id, old.created, old.modified
        await self._hooks.run("BeforeUpdate", old, new, old_outputs=old.outputs)
        if new.custom:
            try:
                outcome = await self._retrying("update", old, new, lambda: self._change(old, new))
            except ProviderError as error:
                if error.partial is not None:
                    # The resource has changed, but not to what was asked: it keeps the inputs that made it.
                    new.outputs, new.init_errors = error.partial.outputs, list(error.partial.init_errors)
                    new.inputs, new.modified = dict(old.inputs), _now()
                raise
            new.outputs, new.modified = outcome.outputs, _now()
            await self._after("AfterUpdate", old, new)

    async def _change(self, old: ResourceState, new: ResourceState) -> Outcome:
        if is_provider_type(new.type):
            return await self._registry.update(old, new)
        return await self._provider(new).update(old, new, new.ignore_changes, preview=self.preview)

    async def _delete(self, step: PlannedStep, old: ResourceState) -> None:
        await self._hooks.run("BeforeDelete", old, None, old_outputs=old.outputs)
        if self.refuses_deletion(step):
            raise EngineError(
                f'resource "{old.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either '
                "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the "
                f"command:\n`pulumi state unprotect '{old.urn}'`",
                old.urn,
            )
        if old.retain_on_delete:
            self.retained.append(old.urn)
        elif not self.preview and not old.external and old.custom and not step.is_deleted(old.deleted_with):
            if is_provider_type(old.type):
                await self._registry.delete(old)
            else:
                provider = self._provider(old)
                await self._retrying("delete", old, None, lambda: provider.delete(old))
        if step.pending_replacement:
            old.pending_replacement = True
        await self._after("AfterDelete", old, None)

    async def _read(self, step: PlannedStep, new: ResourceState) -> None:
        if new.id != UNKNOWN_ID:
            outcome = await self._provider(new).read(new)
            if not outcome.exists:
                raise EngineError(f"resource '{new.id}' does not exist", new.urn)
            new.id, new.outputs = outcome.id, outcome.outputs
        old = step.old
        if old is None:
            return
        if step.op == "read-replacement":
            old.delete = True
        new.created, new.modified = old.created, old.modified
        if not deep_equal(new.inputs, old.inputs) or not deep_equal(new.outputs, old.outputs):
            new.modified = _now()

    def _provider(self, state: ResourceState) -> Provider:
        provider = self._registry.get(state.provider)
        if provider is None:
            raise EngineError(f"unknown provider '{state.provider}' for resource '{state.urn}'", state.urn)
        return provider

    async def _retrying(
        self,
        operation: str,
        old: ResourceState | None,
        new: ResourceState | None,
        attempt: Callable[[], Awaitable[T]],
    ) -> T:
        errors: list[str] = []
        while True:
            try:
                return await attempt()
            except ProviderError as error:
                errors.insert(0, str(error))
                if len(errors) > MAX_RETRIES or not await self._hooks.wants_retry(operation, old, new, errors):
                    raise
            state = new or old
            self._reporter.say(
                "warning",
                f"retrying {operation} due to on-error hook request ({len(errors)}/{MAX_RETRIES})",
                state.urn if state else "",
            )

    async def _after(self, type_: HookType, old: ResourceState | None, new: ResourceState | None) -> None:
        try:
            await self._hooks.run(
                type_,
                old,
                new,
                old_outputs=old.outputs if old else None,
                new_outputs=new.outputs if new else None,
            )
        except EngineError as error:
            self._reporter.error(error)
            self.post_error = True


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
