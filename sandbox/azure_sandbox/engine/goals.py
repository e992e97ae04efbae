"""What the program asks for, in the engine's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

from nat_egress.state.values import Properties

HookType: TypeAlias = Literal[
    "BeforeCreate", "AfterCreate", "BeforeUpdate", "AfterUpdate", "BeforeDelete", "AfterDelete", "OnError"
]
HOOK_TYPES: Final[tuple[HookType, ...]] = get_args(HookType)


@dataclass(frozen=True)
class Alias:
    """Another name that a resource may have in state: a URN, or what differs from its present name."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


@dataclass
class Goal:
    """A resource as the program registers it.

    An option that is None was not given; it is then inherited from the parent where that is the rule.
    """

    type: str
    name: str
    custom: bool
    parent: str = ""
    properties: Properties = field(default_factory=dict)
    provider: str = ""
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    aliases: list[Alias] = field(default_factory=list)
    protect: bool | None = None
    retain_on_delete: bool | None = None
    delete_before_replace: bool | None = None
    deleted_with: str = ""
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    hooks: dict[str, list[str]] = field(default_factory=dict)
    positions: dict[str, Any] = field(default_factory=dict)
    """Where in the program the request was made, as a checkpoint has it."""


@dataclass
class ReadGoal:
    """A resource that exists already and that the program only wants to look at (`.get()`)."""

    type: str
    name: str
    id: str
    parent: str = ""
    properties: Properties = field(default_factory=dict)
    provider: str = ""
    dependencies: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    positions: dict[str, Any] = field(default_factory=dict)
    """Where in the program the request was made, as a checkpoint has it."""
