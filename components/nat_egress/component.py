"""What a component's own options are, and the hook that refuses a change which Azure would refuse halfway through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias
from uuid import uuid4

from pulumi import (
    Output,
    Resource,
    ResourceHook,
    ResourceHookArgs,
    ResourceHookBinding,
    ResourceHookOptions,
    ResourceOptions,
)
from pulumi.output import Unknown
from pulumi.resource import DependencyResource
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import monitor_supports_feature

from . import ids
from .aliases import without_version_aliases
from .errors import refuse
from .id_rules import id_problems
from .lifecycle import Identity
from .problems import Problem

Decision: TypeAlias = Callable[[Identity, Identity], list[Problem]]


def component_options(
    kind: str, name: str, decide: Decision | None, opts: ResourceOptions | None, *, keep_version_aliases: bool
) -> ResourceOptions:
    """Return the options of a component: its user's, the guard, and what spares its children the version aliases.

    Where Azure can change all that a component makes, there is nothing to `decide`, and no guard.
    """
    own = ResourceOptions(hooks=_guard(kind, name, decide, opts.parent if opts else None) if decide else None)
    if not keep_version_aliases:
        own.transformations = [without_version_aliases]
    return ResourceOptions.merge(opts, own)


def _guard(kind: str, name: str, decide: Decision, parent: Resource | None) -> ResourceHookBinding | None:
    """Return a hook that compares a component's old inputs with its new ones.

    The hook runs in previews too, and before any child is registered: children wait for their parent's URN, and the
    engine runs the hooks of a component before it gives one out (pulumi `pkg/resource/deploy/step.go`, UpdateStep). A
    monitor without hooks leaves the component without this guard, and with all else.
    """
    if not monitor_supports_feature(resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS):
        return None

    def compare(args: ResourceHookArgs) -> None:
        old, new = known(args.old_inputs), known(args.new_inputs)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            refuse(f"The change of {kind} {name!r}", decide(old, new))

    hook = ResourceHook(_hook_name(f"{kind}/{name}/change", parent), compare, ResourceHookOptions(on_dry_run=True))
    return ResourceHookBinding(before_update=[hook])


def _hook_name(name: str, parent: Resource | None) -> str:
    """Return the name of a hook that no other has: components of one name differ in their parents."""
    if isinstance(parent, DependencyResource):
        return f"{name}-{uuid4().hex[:8]}"  # of a parent in another language nothing is known here
    return f"{parent.pulumi_resource_type}/{parent.pulumi_resource_name}/{name}" if parent else name


def known(value: object) -> object:
    """Return `value` with None for all in it that is not known, or secret."""
    if isinstance(value, Mapping):
        return {key: known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return None if isinstance(value, Output | Unknown) else value


def without_dependencies(value: object) -> object:
    """Return `value` with its outputs as they are, known, unknown or secret, and no resource that they come from.

    What a component registers for the guard alone must not make it depend on anything: a component that is kept, as
    the parent of protected addresses is in a destroy, keeps all that it depends on.
    """
    if isinstance(value, Mapping):
        return {key: without_dependencies(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_dependencies(item) for item in value]
    if not isinstance(value, Output):
        return value
    return Output(set(), value.future(with_unknowns=True), value.is_known(), value.is_secret())


def registered(identity: Identity) -> dict[str, object]:
    """Return the inputs that a component registers of its identity."""
    return {key: without_dependencies(value) for key, value in identity.items()}


def by_key(outputs: Mapping[str, Output[str]]) -> Output[dict[str, str]]:
    """Turn a mapping of outputs into an output of the mapping, an empty one too."""
    return Output.all(*outputs.values()).apply(lambda values: dict(zip(outputs, values, strict=True)))


def or_empty(text: Output[str | None]) -> Output[str]:
    """Return `text`, "" where Azure gives none."""
    return text.apply(lambda value: value or "")


def parsed_id(component: Resource, argument: str, text: str, kind: str) -> ids.ResourceId:
    """Read the id of a `Microsoft.Network/<kind>`, once it is known. Raises `InvalidArguments` where it is none."""
    refuse(subject_of(component), id_problems(argument, text, kind))
    return ids.parse(text)


def subject_of(component: Resource) -> str:
    """Name a component as messages do."""
    kind = component.pulumi_resource_type.rpartition(":")[2]
    return f"{kind} {component.pulumi_resource_name!r}"
