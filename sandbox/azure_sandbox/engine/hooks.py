"""Hooks: functions of the program that run before and after what happens to a resource.

Mirrors pulumi/pulumi `pkg/resource/deploy/deployment.go` (RunHooks) and `resource_options.go`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties
from pulumi.runtime.proto import alias_pb2, callback_pb2, resource_pb2

from .callbacks import Callbacks
from .goals import HookType
from .properties import encode
from .refusals import EngineError
from .reporting import Reporter
from .urn import urn_name

MAX_RETRIES: Final = 100
"""How often error hooks may ask for another try (pulumi/pulumi `pkg/resource/deploy/retries.go`)."""


@dataclass(frozen=True)
class _Hook:
    callback: callback_pb2.Callback
    on_dry_run: bool = False
    ignore_errors: bool = False
    on_error: bool = False


def hooks_without_program(rows: Sequence[ResourceState]) -> list[EngineError]:
    """Return why `rows` cannot be destroyed by who does not run the program: hooks of their deletion are part of it.

    Mirrors pulumi/pulumi `pkg/engine/destroy.go` (newDestroySource): nothing is deleted where any resource has one.
    """
    found = {row.urn: names for row in rows if (names := _deletion_hooks(row))}
    errors = [
        EngineError(
            f"Resource has delete hooks registered, but the program is not running. Hooks: {', '.join(names)}", urn
        )
        for urn, names in found.items()
    ]
    if errors:
        errors.append(
            EngineError(
                "The embedded engine does not run the program in a destroy: take the hooks off the resources with an "
                "update first, or use `destroy --run-program` of the official Pulumi CLI (`make cli` installs it)"
            )
        )
    return errors


def _deletion_hooks(row: ResourceState) -> list[str]:
    return [*row.resource_hooks.get("BeforeDelete", ()), *row.resource_hooks.get("AfterDelete", ())]


class Hooks:
    """The hooks that the program has registered, by name."""

    def __init__(self, callbacks: Callbacks, reporter: Reporter, *, preview: bool) -> None:
        self._callbacks = callbacks
        self._reporter = reporter
        self._preview = preview
        self._hooks: dict[str, _Hook] = {}

    def register(self, request: resource_pb2.RegisterResourceHookRequest) -> None:
        """Keep a hook that runs before or after an operation."""
        self._add(request.name, _Hook(request.callback, request.on_dry_run, request.ignore_errors))

    def register_error_hook(self, request: resource_pb2.RegisterErrorHookRequest) -> None:
        """Keep a hook that is asked whether an operation that has failed is to be tried again."""
        self._add(request.name, _Hook(request.callback, on_error=True))

    async def run(
        self,
        type_: HookType,
        old: ResourceState | None,
        new: ResourceState | None,
        *,
        old_outputs: Properties | None = None,
        new_outputs: Properties | None = None,
    ) -> None:
        """Run the hooks of one kind that the resource names; EngineError where one of them fails."""
        state = new or old
        if state is None:
            return
        for name in state.resource_hooks.get(type_, ()):
            hook = self._hooks.get(name)
            if hook is None:
                raise EngineError(f'hook "{name}" was not registered')
            if self._preview and not hook.on_dry_run:
                continue
            request = resource_pb2.ResourceHookRequest(
                urn=state.urn,
                id=state.id,
                name=urn_name(state.urn),
                type=state.type,
                old_options=_options(old),
                new_options=_options(new),
                new_inputs=encode(new.inputs) if new else None,
                old_inputs=encode(old.inputs) if old else None,
                new_outputs=encode(new_outputs) if new_outputs is not None else None,
                old_outputs=encode(old_outputs) if old_outputs is not None else None,
            )
            error = await self._call(hook, request)
            if not error:
                continue
            if not hook.ignore_errors:
                moment = "before" if type_.startswith("Before") else "after"
                raise EngineError(f'{moment} hook "{name}" failed: {error}', state.urn)
            self._reporter.say("warning", f'{type_} hook "{name}" failed: {error}', state.urn)

    async def wants_retry(
        self, operation: str, old: ResourceState | None, new: ResourceState | None, errors: list[str]
    ) -> bool:
        """Ask the error hooks of a resource whether an operation that has failed is to be tried again."""
        state = new or old
        if state is None:
            return False
        retry = False
        for name in state.resource_hooks.get("OnError", ()):
            hook = self._hooks.get(name)
            if hook is None or not hook.on_error:
                raise EngineError(f'error hook "{name}" was not registered')
            request = resource_pb2.ErrorHookRequest(
                urn=state.urn,
                id=state.id,
                name=urn_name(state.urn),
                type=state.type,
                new_inputs=encode(new.inputs) if new else None,
                old_inputs=encode(old.inputs) if old else None,
                old_outputs=encode(old.outputs) if old else None,
                failed_operation=operation,
                errors=errors,
                old_options=_options(old),
                new_options=_options(new),
            )
            response = resource_pb2.ErrorHookResponse.FromString(await self._callbacks.call(hook.callback, request))
            if response.error:
                raise EngineError(f'error hook "{name}" failed: {response.error}', state.urn)
            retry = retry or response.retry
        return retry

    def _add(self, name: str, hook: _Hook) -> None:
        if not name:
            raise EngineError("resource hook name cannot be empty")
        if name in self._hooks:
            raise EngineError(f'resource hook already registered for name "{name}"')
        self._hooks[name] = hook

    async def _call(self, hook: _Hook, request: resource_pb2.ResourceHookRequest) -> str:
        try:
            answer = await self._callbacks.call(hook.callback, request)
        except EngineError as error:
            return str(error)
        message: str = resource_pb2.ResourceHookResponse.FromString(answer).error
        return message


def _options(state: ResourceState | None) -> resource_pb2.ResourceOptions | None:
    if state is None:
        return None
    timeouts = state.custom_timeouts
    return resource_pb2.ResourceOptions(
        depends_on=state.dependencies,
        ignore_changes=state.ignore_changes,
        replace_on_changes=state.replace_on_changes,
        provider=state.provider,
        deleted_with=state.deleted_with,
        hooks=_binding(state.resource_hooks),
        parent=state.parent,
        aliases=[alias_pb2.Alias(urn=urn) for urn in state.aliases],
        custom_timeouts=resource_pb2.RegisterResourceRequest.CustomTimeouts(
            **{key: f"{seconds:g}s" for key, seconds in timeouts.items() if seconds}
        )
        if any(timeouts.values())
        else None,
        additional_secret_outputs=state.additional_secret_outputs,
        protect=state.protect,
        retain_on_delete=state.retain_on_delete,
    )


def _binding(hooks: dict[str, list[str]]) -> resource_pb2.RegisterResourceRequest.ResourceHooksBinding | None:
    if not hooks:
        return None
    return resource_pb2.RegisterResourceRequest.ResourceHooksBinding(
        before_create=hooks.get("BeforeCreate", ()),
        after_create=hooks.get("AfterCreate", ()),
        before_update=hooks.get("BeforeUpdate", ()),
        after_update=hooks.get("AfterUpdate", ()),
        before_delete=hooks.get("BeforeDelete", ()),
        after_delete=hooks.get("AfterDelete", ()),
        on_error=hooks.get("OnError", ()),
    )
