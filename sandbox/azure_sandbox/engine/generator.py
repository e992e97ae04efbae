"""From what the program asks for to steps: what is new, what changes, what must be replaced, what goes.

One request at a time, in the order of arrival, as in pulumi/pulumi `pkg/resource/deploy/step_generator.go`, whose cases
and words are kept. Steps are only planned here; `executor` takes them.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties

from .answers import DiffUnavailableError
from .comparing import Comparer
from .diffing import NO_DIFF, Diff, apply_replace_on_changes, deep_equal
from .earlier import Earlier, Seen
from .goals import Goal, ReadGoal
from .graph import schedule_deletions
from .policies import Policies
from .providers import Provider
from .refusals import EngineError, ReportedError
from .registry import Registry
from .replacements import Condemned, dependents_to_replace
from .reporting import Reporter
from .steps import PlannedStep, Registration, deletion, replacement
from .urn import is_provider_type, make_urn, parse_reference

_SEED_BYTES = 32


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
        self._place = (stack, project)
        self._seen = Seen()
        self._earlier = Earlier(old, self._seen, registry, reporter, place=self._place)
        self._comparer = Comparer(registry, reporter)
        self._registry = registry
        self._policies = policies
        self._reporter = reporter
        self._preview = preview
        self._pending_deletes: set[int] = set()
        self._dependent_keys: dict[str, tuple[str, ...]] = {}
        self.providers: dict[str, ResourceState] = {}
        """The provider resources of this update, by present and earlier URN."""
        self.news: dict[str, ResourceState] = {}
        """What this update has made of the resources that it owns; the executor fills it in."""
        self.goals: dict[str, Goal] = {}
        self.failed = False
        """Whether something was refused that a preview goes on after."""

    def urn(self, parent: str, type_: str, name: str) -> str:
        """Return the URN that a resource of the program has."""
        return make_urn(*self._place, parent, type_, name)

    async def register(self, goal: Goal, registration: Registration) -> list[PlannedStep]:
        """Plan the steps that bring a resource to what the program asks for."""
        urn = self._claim(goal.parent, goal.type, goal.name)
        old, alias, valid = self._earlier.find(urn, goal)
        self.goals[urn] = goal
        self._reporter.hide(goal.properties)
        new = _new_state(urn, goal, old, alias)
        if is_provider_type(goal.type):
            self.providers.update(dict.fromkeys((urn, *new.aliases), new))
        provider = self._comparer.provider(urn, goal.type, goal.provider, custom=goal.custom)
        recreating = urn in self._seen.deletes
        external = old is not None and old.external
        inputs = goal.properties
        if old is not None:
            inputs = self._comparer.ignore_changes(urn, inputs, old.inputs, goal.ignore_changes)
        new.inputs = inputs
        seed = secrets.token_bytes(_SEED_BYTES)
        if provider is not None:
            known = old is not None and not (recreating or external or _tainted(old))
            before = old.inputs if old and known else {}
            after = inputs if known else goal.properties
            valid = await self._comparer.check(new, provider, before, after, seed) and valid
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
        old = self._earlier.by_urn.get(urn)
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

    async def refreshes(self) -> list[PlannedStep]:
        """Plan the steps that look at all that is in the state."""
        for state in self._earlier.rows:
            await self._registry.ensure(state.provider)
        return [PlannedStep("refresh", state, state) for state in self._earlier.rows if not _is_view(state)]

    async def deletions(self, excluded: Collection[str] = ()) -> tuple[list[PlannedStep], list[list[PlannedStep]]]:
        """Plan what is left to do after the program: resources to keep as they are, and groups of deletions."""
        left = self._earlier.graph.with_dependencies(excluded) & self._earlier.by_urn.keys()
        kept: list[PlannedStep] = []
        condemned: dict[int, PlannedStep] = {}
        for state in self._earlier.rows:
            step: PlannedStep | None = None
            if state.urn in left:
                if not self._earlier.operated_on(state.urn):
                    kept.append(PlannedStep("same", state, replace(state, id=""), untargeted=True))
            elif state.delete:
                if id(state) not in self._pending_deletes:
                    step = deletion(state, self._is_deleted, replaced=True)
            elif not self._earlier.operated_on(state.urn):
                if state.pending_replacement:
                    step = PlannedStep("remove-pending-replace", old=state)
                else:
                    step = deletion(state, self._is_deleted)
            if step is not None:
                self._seen.deletes.add(state.urn)
                await self._registry.ensure(state.provider)
                condemned[id(state)] = step
        groups = schedule_deletions([step.state for step in condemned.values()], self._earlier.rows)
        return kept, [[condemned[id(state)] for state in group] for group in groups]

    def needs_of(self, steps: Sequence[PlannedStep]) -> list[ResourceState]:
        """Return all earlier states that the resources of `steps` depend on."""
        graph = self._earlier.graph
        states = [state for step in steps if (state := step.old) is not None and state in graph]
        return graph.transitive_dependencies_of(states)

    def provider_of(self, state: ResourceState) -> ResourceState | None:
        """Return the provider resource that manages a resource."""
        if not state.provider:
            return None
        reference = parse_reference(state.provider)
        return self.providers.get(reference.urn) or self._earlier.by_urn.get(reference.urn)

    def _is_deleted(self, urn: str) -> bool:
        return urn in self._seen.deletes

    def _claim(self, parent: str, type_: str, name: str) -> str:
        if parent and parent not in self._seen.urns:
            raise EngineError(f"could not find parent resource {parent}")
        urn = self.urn(parent, type_, name)
        if urn in self._seen.urns:
            message = f"Duplicate resource URN '{urn}'; try giving it a unique name"
            raise EngineError(message, urn)
        self._seen.urns.add(urn)
        return urn

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
            return await self._comparer.diff(new.urn, old, new.inputs, provider, change.goal.ignore_changes)
        except DiffUnavailableError as error:
            self._reporter.say("warning", str(error), new.urn)
            return Diff("some")

    async def _provider_changed(self, old: ResourceState, new: ResourceState) -> bool:
        if old.provider == new.provider:
            return False
        if not old.provider or not new.provider:
            return True
        old_urn, new_urn = parse_reference(old.provider).urn, parse_reference(new.provider).urn
        if self._earlier.present.get(old_urn) == new_urn:
            return False
        old_provider, new_provider = self._earlier.by_urn.get(old_urn), self.providers.get(new_urn)
        if old_provider is None or new_provider is None:
            raise EngineError(f"the provider {old.provider} of {old.urn} is not in the state", new.urn)
        return (await self._registry.changed_config(new.provider, old_provider, new_provider.inputs)).replaces

    async def _replace(self, change: _Change, diff: Diff) -> list[PlannedStep]:
        goal, old, new, registration = change.goal, change.old, change.new, change.registration
        if new.protect and old.protect:
            self._refuse_replacement(new.urn)
        self._seen.replaces.add(new.urn)
        if change.provider is not None and not _tainted(old):
            valid = await self._comparer.check(new, change.provider, {}, goal.properties, change.seed)
            if not valid:
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
        graph = self._earlier.graph
        if root not in graph:
            return []

        async def diff(state: ResourceState, inputs: Properties) -> Diff:
            found = await self._comparer.diff_from_state(state, inputs)
            return apply_replace_on_changes(found, state.replace_on_changes, has_init_errors=False)

        dependents = graph.depending_on(root, ignore=self._seen.decided)
        condemned = await dependents_to_replace(root, dependents, diff, self._registry.ensure)
        cascading = {**self._earlier.by_urn, **self.news}
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


def _is_view(state: ResourceState) -> bool:
    """Tell whether a row is a view that its provider gives of another resource, and goes with it."""
    return bool(state.extra.get("viewOf"))


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
