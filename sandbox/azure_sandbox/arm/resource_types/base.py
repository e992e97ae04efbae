"""What the control plane has to know about a resource type."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ..regions import ALL
from ..rules import Put, Rule
from ..schema import Body, Inline, Shape
from ..world import Resource, World

SiblingRule: TypeAlias = Callable[[Resource, Sequence[Resource], Collection[str]], None]
"""Looks at a parent, all its children of the type as they will be, and the keys of those just written."""

DeletionRule: TypeAlias = Callable[[Resource, World], None]

SettledRule: TypeAlias = Callable[[Resource, World], None]
"""Looks at a resource once all of a request to it, or to its children, is done."""


def _nothing_to_allocate(_put: Put, _world: World) -> None:
    return


def _no_back_references(_resource: Resource, _world: World) -> Body:
    return {}


def _nothing_goes_with_it(_resource: Resource, _world: World) -> list[Resource]:
    return []


@dataclass(frozen=True)
class ResourceType:
    """A resource type: a module of this package says all of it, and the table in `__init__` names it."""

    name: str
    schema: Mapping[str, Shape]
    locations: Collection[str] = ALL
    """Where it exists."""
    defaults: Body = field(default_factory=dict)
    """What Azure fills in where the request says nothing, nested as in the body."""
    rules: tuple[Rule, ...] = ()
    sibling_rules: tuple[SiblingRule, ...] = ()
    """Rules between children of one parent. They see a list written as a whole only when all of it is there, so that
    two subnets can swap their prefixes in one PUT of their network."""
    allocate: Callable[[Put, World], None] = _nothing_to_allocate
    """Adds to the body of an accepted PUT what Azure hands out and keeps: addresses, for example."""
    back_references: Callable[[Resource, World], Body] = _no_back_references
    """Properties that Azure derives from other resources, worked out at each read."""
    envelope: Callable[[Resource, World], Body] = _no_back_references
    """The same, for members beside `properties`."""
    deletion_rules: tuple[DeletionRule, ...] = ()
    settled_rules: tuple[SettledRule, ...] = ()
    deleted_with: Callable[[Resource, World], list[Resource]] = _nothing_goes_with_it
    """Other resources that Azure deletes once this one is gone, as `deleteOption` says."""
    inline_kept_since: str | None = None
    """First API version in which a PUT that omits its inline children leaves them; None where it never does."""

    @property
    def inline(self) -> dict[str, str]:
        """Properties in which children can be written inside this resource, with the children's type."""
        properties = self.schema.get("properties", {})
        members = properties.items() if isinstance(properties, dict) else ()
        return {name: shape.type for name, shape in members if isinstance(shape, Inline)}
