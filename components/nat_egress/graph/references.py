"""References from one resource to another, by id: as text where it is known, else by what the input depends on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .resource import Declared
from .values import MISSING, UNKNOWN, Missing, Text, Value, peek, text

_ID: Final = re.compile(r"/subscriptions/[^/]+/resourcegroups/([^/]+)/providers/(.+?)/*")


@dataclass(frozen=True)
class Reference:
    """An id that stands in a resource's inputs."""

    holder: Declared
    key: str
    """The input that it stands in, whatever the depth: what it depends on is known for inputs as a whole."""
    id: Text

    @property
    def given(self) -> bool:
        """Whether there is one at all, known or not."""
        return not isinstance(self.id, Missing)


def reference(holder: Declared, key: str, node: Value, *path: str) -> Reference:
    """Return the reference at `path` under `node`, an id or an object with one."""
    value = peek(node, *path)
    if isinstance(value, str):
        return Reference(holder, key, value or MISSING)
    if value is UNKNOWN or value is MISSING:
        return Reference(holder, key, value)
    found = text(value, "id")
    # What is described in the place of an id is some resource.
    described = isinstance(value, dict) and any(name != "id" for name in value)
    return Reference(holder, key, UNKNOWN if found is MISSING and described else found)


@dataclass(frozen=True)
class ArmId:
    """The parts of an id that tell one resource of a stack from another, in small letters."""

    group: str
    path: tuple[str, ...]
    """Namespace, then types and names in turn."""

    def split(self, pairs: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the path up to the given number of types and names, and what is left of it."""
        return self.path[: 1 + 2 * pairs], self.path[1 + 2 * pairs :]

    @property
    def pairs(self) -> int:
        """How many types with names there are."""
        return (len(self.path) - 1) // 2


def arm_id(value: str) -> ArmId | None:
    """Read the id of a resource in a resource group; None where `value` is none."""
    match = _ID.fullmatch(value.lower())
    return ArmId(match[1], tuple(match[2].split("/"))) if match else None


@dataclass(frozen=True)
class Target:
    """What a reference may lead to."""

    resource: Declared
    rest: tuple[str, ...] | None = ()
    """What the id says beyond the resource, types and names in turn, in small letters: a part that is declared inside
    it, as in `("backendaddresspools", "web")`. None where the id is not known."""

    def part(self, kind: str) -> Text:
        """Return the name of the part of a kind, as in `subnets`; `MISSING` where it is the resource itself."""
        if self.rest is None:
            return UNKNOWN
        if not self.rest:
            return MISSING
        return self.rest[1] if len(self.rest) > 1 and self.rest[0] == kind.lower() else UNKNOWN


@dataclass(frozen=True)
class Followed:
    """Where a reference leads."""

    targets: tuple[Target, ...] = ()
    """Any of these; none where it leads out of the stack, or nobody knows where."""
    outside: str = ""
    """The id, where it is known and of no resource of the stack."""
