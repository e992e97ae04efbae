"""Asking a provider about a resource before anything is done: are the inputs right, and what does a change mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties

from .answers import Checked
from .diffing import Diff, diff_inputs
from .paths import parse_path, reset
from .providers import Provider
from .refusals import EngineError
from .registry import Registry
from .reporting import Reporter
from .urn import is_provider_type, urn_name


class Comparer:
    """Asks the provider of a resource; that of a provider resource is the registry."""

    def __init__(self, registry: Registry, reporter: Reporter) -> None:
        self._registry = registry
        self._reporter = reporter

    def provider(self, urn: str, type_: str, reference: str, *, custom: bool) -> Provider | Registry | None:
        """Return who is to be asked about a resource; nobody is where it is a component."""
        if not custom:
            return None
        if is_provider_type(type_):
            return self._registry
        try:
            provider = self._registry.get(reference)
        except ValueError as error:
            raise EngineError(f"bad provider reference '{reference}' for resource '{urn}': {error}", urn) from None
        if provider is None:
            raise EngineError(f"unknown provider '{reference}' for resource '{urn}'", urn)
        return provider

    async def check(
        self, new: ResourceState, provider: Provider | Registry, old: Properties, inputs: Properties, seed: bytes
    ) -> bool:
        """Give `new` the inputs as the provider will have them, and tell what is wrong; return whether nothing is."""
        checked: Checked
        if isinstance(provider, Registry):
            checked = await provider.check(new.urn, old, inputs)
        else:
            checked = await provider.check(new.urn, old, inputs, seed)
        for key, reason in checked.failures:
            message = f"{new.type} resource '{urn_name(new.urn)}'"
            if key:
                message += f": property {key} value {{{inputs.get(key)}}}"
            self._reporter.say("error", f"{message} has a problem: {reason}", new.urn)
        new.inputs = checked.inputs
        return not checked.failures

    def ignore_changes(self, urn: str, new: Properties, old: Properties, paths: Sequence[str]) -> Properties:
        """Return `new` inputs with the places of `paths` as they are in `old`; tell where that cannot be."""
        failed = []
        for text in paths:
            try:
                path = parse_path(text)
            except ValueError:
                continue
            new, done = reset(path, old, new)
            if not done:
                failed.append(text)
        if failed:
            listed = ", ".join(failed)
            self._reporter.say(
                "info", f'cannot ignore changes in added or removed elements of the path: "{listed}"', urn
            )
        return new

    async def diff(
        self,
        urn: str,
        old: ResourceState,
        new: Properties,
        provider: Provider | Registry,
        ignore_changes: Sequence[str],
    ) -> Diff:
        """Return what changing the resource of `old`, now called `urn`, to `new` inputs means."""
        if isinstance(provider, Registry):
            return await provider.diff(urn, old, new)
        diff = await provider.diff(urn, old, new, ignore_changes)
        if diff.changes != "unknown":
            return diff
        own = diff_inputs(old.inputs, self.ignore_changes(urn, new, old.inputs, ignore_changes))
        return replace(diff, changes=own.changes, changed_keys=own.changed_keys, detailed=own.detailed)

    async def diff_from_state(self, old: ResourceState, new: Properties) -> Diff:
        """Return what changing a resource that the program has not come to yet means."""
        if is_provider_type(old.type):
            await self._registry.same(old, from_check=False)
        else:
            await self._registry.ensure(old.provider)
        provider = self.provider(old.urn, old.type, old.provider, custom=True)
        if provider is None:
            raise EngineError(f"resource {old.urn} has no provider", old.urn)
        return await self.diff(old.urn, old, new, provider, old.ignore_changes)
