"""From what the program asks for to steps: what is new, what changes, what must be replaced, what goes.

One request at a time, in the order of arrival, as in pulumi/pulumi `pkg/resource/deploy/step_generator.go`, whose cases
and words are kept. Steps are only planned here; `executor` takes them.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties

from .aliases import alias_urns
from .diffing import NO_DIFF, Diff, apply_replace_on_changes, deep_equal, diff_inputs
from .goals import Goal, ReadGoal
from .graph import DependencyGraph, schedule_deletions
from .paths import parse_path, reset
from .policies import Policies
from .providers import Checked, DiffUnavailableError, Provider
from .refusals import EngineError, ReportedError
from .registry import Registry
from .replacements import Condemned, dependents_to_replace
from .reporting import Reporter
from .steps import PlannedStep, Registration, deletion, replacement
from .urn import is_provider_type, make_urn, parse_reference

_SEED_BYTES = 32


@dataclass
class Seen:
    """The URNs that this update has decided about, by decision."""

    urns: set[str] = field(default_factory=set)
    creates: set[str] = field(default_factory=set)
    sames: set[str] = field(default_factory=set)
    updates: set[str] = field(default_factory=set)
    replaces: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    deletes: set[str] = field(default_factory=set)

    @property
    def decided(self) -> set[str]:
        """Every URN that something was decided about."""
        return self.creates | self.sames | self.updates | self.replaces | self.reads | self.deletes

    def operated_on(self, urn: str) -> bool:
        """Tell whether the program still has the resource of an earlier state."""
        return urn in self.sames or urn in self.updates or urn in self.replaces or urn in self.reads


@dataclass(frozen=True)
class _Change:
    """A resource that exists and that the program asks for: what is known of it while its steps are planned."""

    registration: Registration
    goal: Goal
    old: ResourceState
    new: ResourceState
    provider: Provider | Registry | None
    seed: bytes


class Generator:
    """Plans the steps of one update."""

    def __init__(
        self,
        *,
        stack: str,
        project: str,
        old: Sequence[ResourceState],
        registry: Registry,
        policies: Policies,
        reporter: Reporter,
        preview: bool,
    ) -> None:
        self._stack = stack
        self._project = project
        self._old = old
        self._old_by_urn = {state.urn: state for state in old if not state.delete}
        self._graph = DependencyGraph(old)
        self._registry = registry
        self._policies = policies
        self._reporter = reporter
        self._preview = preview
        self._seen = Seen()
        self._pending_deletes: set[int] = set()
        self._dependent_keys: dict[str, tuple[str, ...]] = {}
        self._aliased: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self.providers: dict[str, ResourceState] = {}
        """The provider resources of this update, by present and earlier URN."""
        self.news: dict[str, ResourceState] = {}
        """What this update has made of the resources that it owns; the executor fills it in."""
        self.goals: dict[str, Goal] = {}
        self.failed = False
        """Whether something was refused that a preview goes on after."""

    def urn(self, parent: str, type_: str, name: str) -> str:
        """Return the URN that a resource of the program has."""
        return make_urn(self._stack, self._project, parent, type_, name)

    async def register(self, goal: Goal, registration: Registration) -> list[PlannedStep]:
        """Plan the steps that bring a resource to what the program asks for."""
        urn = self._claim(goal.parent, goal.type, goal.name)
        old, alias, valid = self._find_old(urn, goal)
        self.goals[urn] = goal
        new = _new_state(urn, goal, old, alias)
        if is_provider_type(goal.type):
            self.providers.update(dict.fromkeys((urn, *new.aliases), new))
        provider = self._provider(urn, goal)
        recreating = urn in self._seen.deletes
        external = old is not None and old.external
        inputs = goal.properties
        if old is not None:
            inputs = self._ignore_changes(urn, inputs, old.inputs, goal.ignore_changes)
        new.inputs = inputs
        seed = secrets.token_bytes(_SEED_BYTES)
        if provider is not None:
            known = old is not None and not (recreating or external or _tainted(old))
            checked = await self._check(
                urn, provider, old.inputs if old and known else {}, inputs if known else goal.properties, seed
            )
            new.inputs = checked.inputs
            valid = self._tell_failures(new, checked) and valid
        valid = await self._police(new, goal) and valid
        if not valid:
            raise ReportedError(f"resource {urn} is invalid", urn)
        if old is None:
            self._seen.creates.add(urn)
            return [PlannedStep("create", new=new, registration=registration)]
        if recreating:
            return self._recreate(registration, old, new)
        if external:
            self._seen.creates.add(urn)
            return replacement(registration, old, new, Diff("some"), create_first=True)
        return await self._change(_Change(registration, goal, old, new, provider, seed))

    async def read(self, goal: ReadGoal, registration: Registration) -> list[PlannedStep]:
        """Plan the steps that show the program a resource that exists."""
        urn = self._claim(goal.parent, goal.type, goal.name)
        old = self._old_by_urn.get(urn)
        new = ResourceState(
            urn,
            goal.type,
            custom=True,
            id=goal.id,
            inputs=goal.properties,
            parent=goal.parent,
            external=True,
            dependencies=goal.dependencies,
            provider=goal.provider,
            additional_secret_outputs=goal.additional_secret_outputs,
            extra=dict(goal.positions),
        )
        if not new.id:
            raise EngineError(f"Expected an ID for {urn}", urn)
        if old is not None and not old.external and old.id != new.id:
            self._seen.replaces.add(urn)
            return [
                PlannedStep("read-replacement", old, new, registration),
                PlannedStep("replace", old, new, pending_delete=True),
            ]
        self._seen.reads.add(urn)
        return [PlannedStep("read", old, new, registration)]

    async def deletions(self, excluded: Collection[str] = ()) -> tuple[list[PlannedStep], list[list[PlannedStep]]]:
        """Plan what is left to do after the program: resources to keep as they are, and groups of deletions."""
        kept: list[PlannedStep] = []
        condemned: dict[int, PlannedStep] = {}
        for state in self._old:
            step: PlannedStep | None = None
            if state.urn in excluded:
                if not self._operated_on(state.urn):
                    kept.append(PlannedStep("same", state, replace(state, id=""), untargeted=True))
            elif state.delete:
                if id(state) not in self._pending_deletes:
                    step = deletion(state, self._is_deleted, replaced=True)
            elif not self._operated_on(state.urn):
                if state.pending_replacement:
                    step = PlannedStep("remove-pending-replace", old=state)
                else:
                    step = deletion(state, self._is_deleted)
            if step is not None:
                self._seen.deletes.add(state.urn)
                await self._registry.ensure(state.provider)
                condemned[id(state)] = step
        groups = schedule_deletions([step.state for step in condemned.values()], self._old)
        return kept, [[condemned[id(state)] for state in group] for group in groups]

    def needs_of(self, steps: Sequence[PlannedStep]) -> set[str]:
        """Return the URNs of all that the resources of `steps` depend on."""
        states = [state for step in steps if (state := step.old) is not None and state in self._graph]
        return self._graph.transitive_dependencies_of(states)

    def provider_of(self, state: ResourceState) -> ResourceState | None:
        """Return the provider resource that manages a resource."""
        if not state.provider:
            return None
        reference = parse_reference(state.provider)
        return self.providers.get(reference.urn) or self._old_by_urn.get(reference.urn)

    def _is_deleted(self, urn: str) -> bool:
        return urn in self._seen.deletes

    def _operated_on(self, urn: str) -> bool:
        return self._seen.operated_on(self._aliased.get(urn, urn))

    def _claim(self, parent: str, type_: str, name: str) -> str:
        if parent and parent not in self._seen.urns:
            raise EngineError(f"could not find parent resource {parent}")
        urn = self.urn(parent, type_, name)
        if urn in self._seen.urns:
            message = f"Duplicate resource URN '{urn}'; try giving it a unique name"
            raise EngineError(message, urn)
        self._seen.urns.add(urn)
        return urn

    def _find_old(self, urn: str, goal: Goal) -> tuple[ResourceState | None, str, bool]:
        valid = True
        if urn in self._aliased:
            valid = False
            self._reporter.say(
                "error",
                f"Duplicate resource URN '{urn}' conflicting with alias on resource with URN '{self._aliased[urn]}'",
                urn,
            )
        if urn in self._old_by_urn:
            return self._old_by_urn[urn], "", valid
        for alias in alias_urns(goal, self._aliases, self._stack, self._project):
            old = self._old_by_urn.get(alias)
            if old is None:
                continue
            other = self._aliased.get(alias) or (urn if alias in self._seen.urns else "")
            if other:
                valid = False
                self._reporter.say(
                    "error",
                    f"Duplicate resource alias '{alias}' applied to resource with URN '{urn}' "
                    f"conflicting with resource with URN '{other}'",
                    urn,
                )
            self._aliased[alias] = urn
            self._aliases[urn] = alias
            self._registry.rename(urn, alias)
            return old, alias, valid
        return None, "", valid

    def _provider(self, urn: str, goal: Goal) -> Provider | Registry | None:
        if not goal.custom:
            return None
        if is_provider_type(goal.type):
            return self._registry
        try:
            provider = self._registry.get(goal.provider)
        except ValueError as error:
            raise EngineError(f"bad provider reference '{goal.provider}' for resource '{urn}': {error}", urn) from None
        if provider is None:
            raise EngineError(f"unknown provider '{goal.provider}' for resource '{urn}'", urn)
        return provider

    def _ignore_changes(self, urn: str, new: Properties, old: Properties, paths: Sequence[str]) -> Properties:
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

    async def _check(
        self, urn: str, provider: Provider | Registry, old: Properties, new: Properties, seed: bytes
    ) -> Checked:
        if isinstance(provider, Registry):
            return await provider.check(urn, old, new)
        return await provider.check(urn, old, new, seed)

    def _tell_failures(self, new: ResourceState, checked: Checked) -> bool:
        name = new.urn.rsplit("::", 1)[-1]
        for key, reason in checked.failures:
            if key:
                value = new.inputs.get(key)
                message = f"{new.type} resource '{name}': property {key} value {{{value}}} has a problem: {reason}"
            else:
                message = f"{new.type} resource '{name}' has a problem: {reason}"
            self._reporter.say("error", message, new.urn)
        return not checked.failures

    async def _police(self, new: ResourceState, goal: Goal) -> bool:
        if not self._policies.present:
            return True
        provider = self.provider_of(new)
        new.inputs = await self._policies.remediate(new, goal, provider)
        return await self._policies.analyze(new, goal, provider)

    def _recreate(self, registration: Registration, old: ResourceState, new: ResourceState) -> list[PlannedStep]:
        self._seen.deletes.discard(new.urn)
        self._seen.replaces.add(new.urn)
        replace_step, create = replacement(registration, old, new, Diff("some"), create_first=False)
        create.diff = Diff("some", replace_keys=self._dependent_keys.get(new.urn, ()))
        return [replace_step, create]

    async def _change(self, change: _Change) -> list[PlannedStep]:
        old, new, registration = change.old, change.new, change.registration
        diff = apply_replace_on_changes(
            await self._diff(change), change.goal.replace_on_changes, has_init_errors=bool(old.init_errors)
        )
        if (diff.changes == "some" and diff.replaces) or old.pending_replacement:
            return await self._replace(change, diff)
        if diff.changes == "some" or old.init_errors:
            self._seen.updates.add(new.urn)
            return [PlannedStep("update", old, new, registration, diff)]
        self._seen.sames.add(new.urn)
        return [PlannedStep("same", old, new, registration)]

    async def _diff(self, change: _Change) -> Diff:
        old, new, provider = change.old, change.new, change.provider
        if _tainted(old):
            return Diff("some", replace_keys=("id",))
        if new.deleted_with and new.deleted_with in self._seen.replaces:
            return Diff("some", replace_keys=("deletedWith",))
        if await self._provider_changed(old, new):
            return Diff("some", replace_keys=("provider",))
        if provider is None:
            return NO_DIFF if deep_equal(old.inputs, new.inputs) else Diff("some")
        try:
            return await self._diff_resource(new.urn, old, new.inputs, provider, change.goal.ignore_changes)
        except DiffUnavailableError as error:
            self._reporter.say("warning", str(error), new.urn)
            return Diff("some")

    async def _diff_resource(
        self,
        urn: str,
        old: ResourceState,
        new: Properties,
        provider: Provider | Registry,
        ignore_changes: Sequence[str],
    ) -> Diff:
        if isinstance(provider, Registry):
            return await provider.diff(urn, old, new)
        diff = await provider.diff(urn, old, new, ignore_changes)
        if diff.changes != "unknown":
            return diff
        own = diff_inputs(old.inputs, self._ignore_changes(urn, new, old.inputs, ignore_changes))
        return replace(diff, changes=own.changes, changed_keys=own.changed_keys, detailed=own.detailed)

    async def _provider_changed(self, old: ResourceState, new: ResourceState) -> bool:
        if old.provider == new.provider:
            return False
        if not old.provider or not new.provider:
            return True
        old_urn, new_urn = parse_reference(old.provider).urn, parse_reference(new.provider).urn
        if self._aliased.get(old_urn) == new_urn:
            return False
        old_provider, new_provider = self._old_by_urn.get(old_urn), self.providers.get(new_urn)
        if old_provider is None or new_provider is None:
            raise EngineError(f"the provider {old.provider} of {old.urn} is not in the state", new.urn)
        return (await self._registry.changed_config(new.provider, old_provider, new_provider.inputs)).replaces

    async def _replace(self, change: _Change, diff: Diff) -> list[PlannedStep]:
        goal, old, new, registration = change.goal, change.old, change.new, change.registration
        if new.protect and old.protect:
            self._refuse_replacement(new.urn)
        self._seen.replaces.add(new.urn)
        if change.provider is not None and not _tainted(old):
            checked = await self._check(new.urn, change.provider, {}, goal.properties, change.seed)
            new.inputs = checked.inputs
            if not self._tell_failures(new, checked):
                raise ReportedError(f"resource {new.urn} has check errors", new.urn)
        delete_first = diff.delete_before_replace
        if goal.delete_before_replace is not None:
            delete_first = goal.delete_before_replace
        if not delete_first:
            return replacement(registration, old, new, diff, create_first=True)
        steps = [self._delete_dependent(condemned, new.urn) for condemned in await self._condemned(old)]
        await self._registry.ensure(old.provider)
        if not old.pending_replacement:
            self._seen.deletes.add(old.urn)
            steps.append(deletion(old, self._is_deleted, replaced=True, pending_replacement=True))
        return [*steps, *replacement(registration, old, new, diff, create_first=False)]

    def _refuse_replacement(self, urn: str) -> None:
        message = (
            f'unable to replace resource "{urn}"\nas it is currently marked for protection. To unprotect the resource, '
            "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
        )
        self._reporter.say("error", message, urn)
        self.failed = True
        if not self._preview:
            raise ReportedError(message, urn)

    async def _condemned(self, root: ResourceState) -> list[Condemned]:
        """Return what must go before `root` does, those first that nothing else depends on."""
        if root not in self._graph:
            return []

        async def diff(state: ResourceState, inputs: Properties) -> Diff:
            provider: Provider | Registry | None = self._registry
            if is_provider_type(state.type):
                await self._registry.same(state, from_check=False)
            else:
                await self._registry.ensure(state.provider)
                provider = self._registry.get(state.provider)
            if provider is None:
                raise EngineError(f"resource {state.urn} has no provider", state.urn)
            found = await self._diff_resource(state.urn, state, inputs, provider, state.ignore_changes)
            return apply_replace_on_changes(found, state.replace_on_changes, has_init_errors=False)

        dependents = self._graph.depending_on(root, ignore=self._seen.decided)
        condemned = await dependents_to_replace(root, dependents, diff, self._registry.ensure)
        cascading = {**self._old_by_urn, **self.news}
        condemned += [Condemned(state) for state in cascading.values() if state.deleted_with == root.urn]
        fresh = []
        for item in reversed(condemned):
            if id(item.state) not in self._pending_deletes:
                self._pending_deletes.add(id(item.state))
                fresh.append(item)
        return fresh

    def _delete_dependent(self, condemned: Condemned, because: str) -> PlannedStep:
        state = condemned.state
        self._dependent_keys[state.urn] = condemned.keys
        if not state.delete and state.protect:
            message = (
                f'unable to replace resource "{state.urn}" as part of replacing "{because}" as it is currently marked '
                "for protection. To unprotect the resource, remove the `protect` flag from the resource in your Pulumi "
                f"program and run `pulumi up`, or use the command:\n`pulumi state unprotect '{state.urn}'`"
            )
            raise EngineError(message, because)
        self._seen.deletes.add(state.urn)
        if state.delete:
            return deletion(state, self._is_deleted)
        return deletion(state, self._is_deleted, replaced=True, pending_replacement=True)


def _tainted(state: ResourceState) -> bool:
    return bool(state.extra.get("taint"))


def _new_state(urn: str, goal: Goal, old: ResourceState | None, alias: str) -> ResourceState:
    return ResourceState(
        urn,
        goal.type,
        custom=goal.custom,
        inputs=goal.properties,
        parent=goal.parent,
        provider=goal.provider,
        protect=bool(goal.protect),
        retain_on_delete=bool(goal.retain_on_delete),
        dependencies=goal.dependencies,
        property_dependencies=goal.property_dependencies,
        additional_secret_outputs=goal.additional_secret_outputs,
        aliases=[alias] if alias else [],
        ignore_changes=goal.ignore_changes,
        replace_on_changes=goal.replace_on_changes,
        custom_timeouts=goal.custom_timeouts,
        resource_hooks=goal.hooks,
        deleted_with=goal.deleted_with,
        created=old.created if old else "",
        modified=old.modified if old else "",
        extra=dict(goal.positions),
    )
