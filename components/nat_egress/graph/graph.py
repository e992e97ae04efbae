"""A stack's resources, and the ways from one to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .kinds import KINDS
from .references import ArmId, Followed, Reference, Target, arm_id
from .resource import Declared
from .values import strings, text


class Graph:
    """The resources of a stack."""

    def __init__(self, resources: Iterable[Declared]) -> None:
        self.resources = tuple(resources)
        self.by_urn = {resource.urn: resource for resource in self.resources}
        self._by_kind: defaultdict[str, list[Declared]] = defaultdict(list)
        self._by_path: defaultdict[tuple[str, ...], list[tuple[str, Declared]]] = defaultdict(list)
        self._children: dict[tuple[str, str], defaultdict[str, list[Declared]]] = {}
        for resource in self.resources:
            self._by_kind[resource.kind].append(resource)
            self._index(resource)

    def of(self, *kinds: str) -> list[Declared]:
        """Return the resources of these kinds, in the order in which they are declared."""
        return [resource for kind in kinds for resource in self._by_kind.get(kind, ())]

    def follow(self, reference: Reference, *kinds: str) -> Followed:
        """Return where a reference to a resource of `kinds`, or to a part of one, leads."""
        if isinstance(reference.id, str):
            return self._by_id(reference, reference.id, kinds)
        if not reference.given:
            return Followed()
        depended = self._depended(reference.holder, reference.key, kinds)
        return Followed(tuple(Target(resource, None) for resource in depended))

    def parents(self, resource: Declared, kind: str) -> Sequence[Declared]:
        """Return what a resource with an id below another's may belong to, such as the network of a subnet."""
        own, parent = KINDS[resource.kind], KINDS[kind]
        names = resource.names[: len(parent.names)]
        known = [name.lower() for name in names if isinstance(name, str)]
        if len(known) == len(names):
            found = self._at(text(resource.inputs, "resourceGroupName"), _path(parent.arm, known))
            return found or [one for one in self.of(kind) if not _named(one)]
        for key in own.names[: len(parent.names)]:
            if found := self._depended(resource, key, (kind,)):
                return found
        return ()

    def children(self, resource: Declared, kind: str) -> list[Declared]:
        """Return the resources of `kind` that belong, or may belong, to a resource."""
        relation = (resource.kind, kind)
        if relation not in self._children:
            found: defaultdict[str, list[Declared]] = defaultdict(list)
            for child in self._by_kind.get(kind, ()):
                for parent in self.parents(child, resource.kind):
                    found[parent.urn].append(child)
            self._children[relation] = found
        return self._children[relation][resource.urn]

    def referred_to(self) -> frozenset[str]:
        """Return the URNs of the resources that an input of one of Azure's resources refers to."""
        found: set[str] = set()
        for resource in self.resources:
            if resource.token.startswith("azure"):
                found.update(*resource.property_dependencies.values())
                ids = (arm_id(value) for value in strings(dict(resource.inputs)) if value.startswith("/"))
                found.update(one.urn for parsed in ids if parsed for one in self._at(parsed.group, parsed.path))
        return frozenset(found)

    def _index(self, resource: Declared) -> None:
        if resource.id and (found := arm_id(resource.id)):
            self._by_path[found.path].append((found.group, resource))
            return
        known = [name.lower() for name in resource.names if isinstance(name, str)]
        if known and len(known) == len(resource.names):
            group = text(resource.inputs, "resourceGroupName")
            name = group.lower() if isinstance(group, str) else ""
            self._by_path[_path(KINDS[resource.kind].arm, known)].append((name, resource))

    def _by_id(self, reference: Reference, value: str, kinds: Sequence[str]) -> Followed:
        found = arm_id(value)
        if found is None:
            # No id at all: what it is meant to be is as good as unknown.
            depended = self._depended(reference.holder, reference.key, kinds)
            return Followed(tuple(Target(one, None) for one in depended), "" if depended else value)
        for pairs in range(found.pairs, 0, -1):
            path, rest = found.split(pairs)
            targets = [Target(one, rest) for one in self._at(found.group, path) if one.kind in kinds]
            if targets:
                return Followed(tuple(targets))
        nameless = self._nameless(reference, found, kinds)
        return Followed(tuple(nameless), "" if nameless else value)

    def _nameless(self, reference: Reference, found: ArmId, kinds: Sequence[str]) -> list[Target]:
        """Return what the input depends on whose inputs do not spell out their id, and may have the one `found`."""
        return [
            Target(one, found.split(KINDS[one.kind].arm.count("/"))[1])
            for one in self._depended(reference.holder, reference.key, kinds)
            if not one.id and "/".join(found.path[:1] + found.path[1::2]).startswith(KINDS[one.kind].arm)
            if not _named(one)
        ]

    def _depended(self, holder: Declared, key: str, kinds: Sequence[str]) -> list[Declared]:
        urns = holder.property_dependencies.get(key, ())
        found = [self.by_urn[urn] for urn in urns if urn in self.by_urn]
        return [resource for resource in found if resource.kind in kinds]

    def _at(self, group: object, path: tuple[str, ...]) -> list[Declared]:
        wanted = group.lower() if isinstance(group, str) else ""
        return [one for name, one in self._by_path.get(path, ()) if not (name and wanted and name != wanted)]


def _named(resource: Declared) -> bool:
    """Tell whether the inputs spell out the id of a resource."""
    return bool(resource.id) or all(isinstance(name, str) for name in resource.names)


def _path(arm: str, names: Sequence[str]) -> tuple[str, ...]:
    namespace, *types = arm.split("/")
    return (namespace, *(part for pair in zip(types, names, strict=True) for part in pair))
