"""What depends on what in a state: the rows of a state come in an order in which each follows all it depends on.

The relations and their subtleties are those of pulumi/pulumi `pkg/resource/graph/dependency_graph.go`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from nat_egress.state.model import ResourceState

from .urn import provider_urn


def dependencies_but_parent(state: ResourceState) -> set[str]:
    """Return the URNs that `state` depends on by name, its provider included, its parent not."""
    urns = set(state.dependencies)
    for dependencies in state.property_dependencies.values():
        urns.update(dependencies)
    urns.update(filter(None, (state.deleted_with, provider_urn(state.provider))))
    return urns


class DependencyGraph:
    """The rows of a state and what they depend on; rows are told apart by identity, as one URN may have several."""

    def __init__(self, resources: Sequence[ResourceState]) -> None:
        self._resources = resources
        self._index = {id(resource): index for index, resource in enumerate(resources)}
        self._by_urn: dict[str, list[int]] = {}
        self._children: dict[str, list[int]] = {}
        for index, resource in enumerate(resources):
            self._by_urn.setdefault(resource.urn, []).append(index)
            if resource.parent:
                self._children.setdefault(resource.parent, []).append(index)

    def __contains__(self, resource: ResourceState) -> bool:
        return id(resource) in self._index

    def depending_on(self, root: ResourceState, ignore: Collection[str]) -> list[ResourceState]:
        """Return what depends on `root`, directly or not, in order; children alone are no dependents."""
        found = {root.urn}
        dependents = []
        for resource in self._resources[self._index[id(root)] + 1 :]:
            if resource.urn not in ignore and not found.isdisjoint(dependencies_but_parent(resource)):
                found.add(resource.urn)
                dependents.append(resource)
        return dependents

    def dependencies_of(self, resource: ResourceState) -> list[ResourceState]:
        """Return what `resource` depends on directly: its parent too, and the children of components it depends on."""
        limit = self._index[id(resource)]
        found = set(self._by_urn.get(resource.parent, ()))
        for urn in dependencies_but_parent(resource):
            for index in self._by_urn.get(urn, ()):
                found.add(index)
                if not self._resources[index].custom:
                    found |= self._descendants(urn)
        return [self._resources[index] for index in sorted(found) if index < limit]

    def with_dependencies(self, urns: Collection[str]) -> set[str]:
        """Return `urns` and those of all they depend on, directly or not: what is in a component too.

        As getExcludeDependencies in `pkg/resource/deploy/step_generator.go`.
        """
        found: set[str] = set()
        frontier = [resource for resource in self._resources if resource.urn in urns]
        while frontier:
            resource = frontier.pop()
            if resource.urn not in found:
                found.add(resource.urn)
                frontier += self.dependencies_of(resource)
        return found

    def _descendants(self, urn: str) -> set[int]:
        found: set[int] = set()
        frontier = [urn]
        while frontier:
            for index in self._children.get(frontier.pop(), ()):
                if index not in found:
                    found.add(index)
                    frontier.append(self._resources[index].urn)
        return found

    def transitive_dependencies_of(self, roots: Iterable[ResourceState]) -> list[ResourceState]:
        """Return what `roots` need, directly or not: parents and providers too, but not what is in a component.

        Of two rows of one URN, one of them to be deleted, that one is meant which is like the row that mentions it.
        """
        rows = {(resource.urn, resource.delete): resource for resource in self._resources}
        found: dict[int, ResourceState] = {}
        frontier = list(roots)
        while frontier:
            state = frontier.pop()
            for urn in (state.parent, *dependencies_but_parent(state)):
                needed = rows.get((urn, state.delete)) or rows.get((urn, not state.delete))
                if needed is not None and id(needed) not in found:
                    found[id(needed)] = needed
                    frontier.append(needed)
        return list(found.values())


def schedule_deletions(
    condemned: Sequence[ResourceState], resources: Sequence[ResourceState]
) -> list[list[ResourceState]]:
    """Return groups of `condemned`, each to be deleted at once after the group before it is gone.

    Nothing is deleted before all that depends on it. `resources` is the state in its order and has all of `condemned`.
    """
    graph = DependencyGraph(resources)
    ids = {id(resource) for resource in condemned}
    depth: dict[int, int] = {}
    groups: list[list[ResourceState]] = []
    for resource in resources:
        if id(resource) not in ids:
            continue
        level = max((depth[id(d)] + 1 for d in graph.dependencies_of(resource) if id(d) in depth), default=0)
        depth[id(resource)] = level
        if level == len(groups):
            groups.append([])
        groups[level].append(resource)
    return groups[::-1]
