"""Provider resources: checking, comparing and making them starts and configures providers.

Mirrors pulumi/pulumi `pkg/resource/deploy/providers/registry.go`, whose words `same`, `create` and so on are used here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties

from .answers import Checked, Outcome
from .diffing import Diff, deep_equal
from .launching import Launcher
from .providers import Provider
from .refusals import EngineError
from .urn import UNKNOWN_ID, ProviderReference, is_provider_type, package_of, parse_reference, urn_type

INTERNAL_KEY: Final = "__internal"
_VERSION_KEY: Final = "version"


class Registry:
    """The providers of one update, by reference."""

    def __init__(self, launcher: Launcher, old: Sequence[ResourceState], *, preview: bool) -> None:
        self._launcher = launcher
        self._old = {ProviderReference(row.urn, row.id): row for row in old if is_provider_type(row.type)}
        self._preview = preview
        self._configured: dict[ProviderReference, Provider] = {}
        self._checked: dict[str, Provider] = {}
        self._renamed: dict[str, str] = {}

    def rename(self, urn: str, alias: str) -> None:
        """Note that the provider resource `urn` was called `alias` before."""
        self._renamed[urn] = alias

    def get(self, reference: str) -> Provider | None:
        """Return the configured provider that a resource's state names, if there is one."""
        return self._configured.get(parse_reference(reference))

    async def ensure(self, reference: str) -> None:
        """Make sure that the provider is there, from the state of an earlier update if need be."""
        if not reference or self.get(reference) is not None:
            return
        state = self._old.get(parse_reference(reference))
        if state is None:
            raise EngineError(f"could not find provider {reference} in the state")
        await self.same(state, from_check=False)

    async def check(self, urn: str, old: Properties, new: Properties) -> Checked:
        """Start a provider and return its configuration with defaults filled in."""
        provider = await self._launcher.provider(package_of(urn_type(urn)), urn)
        answer = await provider.check_config(urn, without_internal(old), without_internal(new))
        if answer.failures:
            await provider.close()
            return answer
        self._checked[urn] = provider
        inputs = dict(answer.inputs)
        for key in (_VERSION_KEY, INTERNAL_KEY):
            if key in new:
                inputs.setdefault(key, new[key])
        if inputs.get(_VERSION_KEY) != new.get(_VERSION_KEY, inputs.get(_VERSION_KEY)):
            raise EngineError(
                f"provider {urn!r} attempted to change version from {new[_VERSION_KEY]!r} to {inputs[_VERSION_KEY]!r}"
            )
        return Checked(inputs)

    async def diff(self, urn: str, old: ResourceState, new: Properties) -> Diff:
        """Return what a change of the configuration of a provider, now called `urn`, means."""
        provider = self._checked.get(urn) or self._configured.get(ProviderReference(urn, old.id))
        if provider is None:
            raise EngineError(f"provider {urn!r} was not checked before it was compared")
        filtered = without_internal(new)
        diff = await provider.diff_config(urn, _filtered(old), filtered)
        if diff.changes == "unknown":
            same = deep_equal(old.outputs, filtered)
            return Diff("none" if same else "some", diff.replace_keys, diff.changed_keys, diff.detailed)
        return diff

    async def changed_config(self, reference: str, old: ResourceState, new: Properties) -> Diff:
        """Return what it means for a resource that its provider was `old` and is now the one of `reference`."""
        provider = self.get(reference)
        if provider is None:
            raise EngineError(f"failed to resolve provider reference {reference!r}")
        return await provider.diff_config(parse_reference(reference).urn, _filtered(old), without_internal(new))

    async def same(self, state: ResourceState, *, from_check: bool) -> None:
        """Make the provider of an unchanged provider resource usable."""
        reference = ProviderReference(state.urn, state.id)
        if reference in self._configured:
            return
        provider = self._checked.pop(state.urn, None) if from_check else None
        if provider is None:
            provider = await self._launcher.provider(package_of(state.type), state.urn)
        self._configure(provider, reference, state.inputs)

    async def create(self, state: ResourceState) -> Outcome:
        """Make a provider resource: its provider becomes usable under a new id."""
        provider = self._checked.pop(state.urn, None)
        if provider is None:
            provider = await self._launcher.provider(package_of(state.type), state.urn)
        id_ = UNKNOWN_ID if self._preview else str(uuid.uuid4())
        self._configure(provider, ProviderReference(state.urn, id_), state.inputs)
        return Outcome(id_, without_internal(state.inputs))

    async def update(self, old: ResourceState, new: ResourceState) -> Outcome:
        """Change a provider resource in place: a provider with the new configuration takes the old one's place."""
        provider = self._checked.pop(new.urn, None)
        if provider is None:
            raise EngineError(f"provider {new.urn!r} was not checked before it was updated")
        self._configure(provider, ProviderReference(new.urn, old.id), new.inputs)
        return Outcome(old.id, without_internal(new.inputs))

    async def delete(self, state: ResourceState) -> None:
        """Forget a provider resource and end its provider."""
        provider = self._configured.pop(ProviderReference(state.urn, state.id), None)
        if provider is not None:
            await provider.close()

    def _configure(self, provider: Provider, reference: ProviderReference, inputs: Properties) -> None:
        provider.configure(reference.urn, reference.id, without_internal(inputs))
        self._configured[reference] = provider
        if reference.urn in self._renamed:
            self._configured[ProviderReference(self._renamed[reference.urn], reference.id)] = provider


def without_internal(inputs: Properties) -> Properties:
    """Return a provider's inputs without what the engine keeps among them for itself."""
    return {key: value for key, value in inputs.items() if key != INTERNAL_KEY}


def _filtered(state: ResourceState) -> ResourceState:
    return ResourceState(state.urn, state.type, inputs=without_internal(state.inputs), outputs=state.outputs)
