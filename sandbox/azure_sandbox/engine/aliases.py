"""Aliases: under which names a resource may stand in the state of an earlier update.

The rules are those of pulumi/pulumi `pkg/resource/deploy/step_generator.go` (generateAliases) and
`sdk/go/common/apitype/core.go` (NormalizeURNReferences).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from nat_egress.state.model import ResourceState

from .goals import Alias, Goal
from .urn import (
    ROOT_STACK_TYPE,
    ProviderReference,
    make_urn,
    parse_reference,
    qualified_type,
    urn_name,
    urn_project,
    urn_stack,
    urn_type,
)


def resolve_alias(goal: Goal, alias: Alias, renamed: Mapping[str, str], stack: str, project: str) -> str:
    """Return the URN that `alias` means for the resource of `goal`; `renamed` maps URNs to the ones they had before."""
    if alias.urn:
        return alias.urn
    parent = renamed.get(alias.parent, alias.parent) if alias.parent else goal.parent
    if alias.no_parent or (parent and qualified_type(parent) == ROOT_STACK_TYPE):
        parent = ""
    return make_urn(
        alias.stack or stack, alias.project or project, parent, alias.type or goal.type, alias.name or goal.name
    )


def inherited_alias(type_: str, name: str, *, parent: str, parent_alias: str, stack: str, project: str) -> str:
    """Return the URN that a child had while its `parent` was `parent_alias`.

    A child whose name begins with its parent's name is taken to have followed the parent's earlier name.
    """
    parent_name = urn_name(parent)
    if name.startswith(parent_name):
        name = urn_name(parent_alias) + name.removeprefix(parent_name)
    return make_urn(stack, project, parent_alias, type_, name)


def alias_urns(goal: Goal, renamed: Mapping[str, str], stack: str, project: str) -> list[str]:
    """Return every URN that the resource of `goal` may have had, in the order in which they are looked for."""
    own = [resolve_alias(goal, alias, renamed, stack, project) for alias in goal.aliases]
    urns = dict.fromkeys(own)
    parent_alias = renamed.get(goal.parent) if goal.parent else None
    if parent_alias is not None:
        names = [(goal.type, goal.name), *((urn_type(urn), urn_name(urn)) for urn in own)]
        for type_, name in names:
            urn = inherited_alias(
                type_, name, parent=goal.parent, parent_alias=parent_alias, stack=stack, project=project
            )
            urns[urn] = None
    return list(urns)


def normalize(resources: Sequence[ResourceState]) -> list[ResourceState]:
    """Return `resources` with every mention of an earlier name replaced by the present one, and without aliases."""
    renamed: dict[str, str] = {}
    for resource in resources:
        renamed.update(dict.fromkeys(resource.aliases, resource.urn))
        parent = renamed.get(resource.parent) if renamed else None
        if parent is not None and qualified_type(parent) != ROOT_STACK_TYPE:
            stack, project = urn_stack(resource.urn), urn_project(resource.urn)
            renamed[resource.urn] = make_urn(stack, project, parent, urn_type(resource.urn), urn_name(resource.urn))
    if not renamed:
        return list(resources)
    return [_with_present_names(resource, lambda urn: renamed.get(urn, urn)) for resource in resources]


def _with_present_names(resource: ResourceState, present: Callable[[str], str]) -> ResourceState:
    provider = resource.provider
    if provider:
        reference = parse_reference(provider)
        provider = str(ProviderReference(present(reference.urn), reference.id))
    return replace(
        resource,
        urn=present(resource.urn),
        parent=present(resource.parent),
        provider=provider,
        dependencies=[present(urn) for urn in resource.dependencies],
        property_dependencies={
            key: [present(urn) for urn in urns] for key, urns in resource.property_dependencies.items()
        },
        deleted_with=present(resource.deleted_with),
        aliases=[],
    )
