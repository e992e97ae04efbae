"""The vocabulary of rules: what a type module says about a PUT, each rule in one line.

A rule looks at a PUT and at the world and raises a `Refusal`, or says nothing. Rules run in the order of the list,
after the body has its shape and its defaults and before anything is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

from . import regions
from .errors import Refusal
from .ids import ResourceId
from .limits import AVAILABILITY_ZONES
from .schema import Body
from .world import Resource, World


@dataclass(frozen=True)
class Put:
    """A PUT under examination."""

    id: ResourceId
    type: str
    location: str
    """Of the resource, or of the parent where it is a child."""
    body: Body
    """What was asked for, with the defaults."""
    old: Resource | None
    """What is there now."""
    api_version: str

    @property
    def properties(self) -> Body:
        """`properties` of the body."""
        properties: Body = self.body["properties"]
        return properties


Rule: TypeAlias = Callable[[Put, World], None]


def at(body: Body, path: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at a dotted path, or None."""
    value: Any = body
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return value


def required(path: str, code: str, example: str) -> Rule:
    """Return the rule that a member must be there."""

    def rule(put: Put, _world: World) -> None:
        if at(put.body, path) in (None, "", []):
            raise Refusal(code, f"{path} of {put.id} is missing. Set it, for example to {example}.")

    return rule


def within(path: str, bounds: tuple[int, int], code: str) -> Rule:
    """Return the rule that a number lies in a range, both ends included."""
    low, high = bounds

    def rule(put: Put, _world: World) -> None:
        value = at(put.body, path)
        if value is not None and not low <= value <= high:
            raise Refusal(code, f"{path} of {put.id} is {value}. It must be {low} to {high}.")

    return rule


def unchanged(path: str, code: str) -> Rule:
    """Return the rule that a member stays as it is once the resource exists; text is compared without case."""

    def rule(put: Put, _world: World) -> None:
        if put.old is None:
            return
        old, new = at(put.old.body, path), at(put.body, path)
        if _folded(old) != _folded(new):
            raise Refusal(
                code,
                f"{path} of {put.id} is {old!r} and can't be changed to {new!r}. Create another resource with the new "
                "value and move what uses this one to it.",
            )

    return rule


def available_in(locations: Collection[str]) -> Rule:
    """Return the rule that the location is one of those where the type exists."""

    def rule(put: Put, _world: World) -> None:
        if put.location not in locations:
            raise Refusal(
                "LocationNotAvailableForResourceType",
                f"The provided location '{put.location}' is not available for resource type '{put.type}'. List of "
                f"available regions for the resource type is '{','.join(sorted(locations))}'.",
            )

    return rule


def same_location(put: Put, _world: World) -> None:
    """Refuse another region for a resource that exists."""
    if put.old and put.old.location != put.location:
        raise Refusal(
            "InvalidResourceLocation",
            f"The resource '{put.id.name}' already exists in location '{put.old.location}' in resource group "
            f"'{put.id.group}'. A resource with the same name cannot be created in location '{put.location}'. Please "
            "select a new resource name.",
        )


def same_zones(put: Put, _world: World) -> None:
    """Refuse other availability zones for a resource that exists."""
    if put.old is None:
        return
    old, new = zones(put.old.body), zones(put.body)
    if old != new:
        raise Refusal(
            "ResourceAvailabilityZonesCannotBeModified",
            f"Resource {put.id} has an existing availability zone constraint {_zone_text(old)} and the request has "
            f"availability zone constraint {_zone_text(new)}, which do not match. Zones cannot be "
            "added/updated/removed once the resource is created. The resource cannot be updated from regional to zonal "
            "or vice-versa.",
        )


def zones_in_region(put: Put, _world: World) -> None:
    """Refuse zones where the region has none."""
    if zones(put.body) and put.location not in regions.WITH_ZONES:
        raise Refusal(
            "LocationNotSupportAvailabilityZones",
            f"The resource '{put.type}/{put.id.name}' does not support availability zones at location "
            f"'{put.location}'.",
        )


def zones(body: Body) -> frozenset[str]:
    """Return the availability zones of a resource; none where it is not bound to any."""
    return frozenset(body.get("zones", ()))


def valid_zones(code: str) -> Rule:
    """Return the rule that zones are named 1, 2 and 3."""

    def rule(put: Put, _world: World) -> None:
        unknown = zones(put.body) - set(AVAILABILITY_ZONES)
        if unknown:
            raise Refusal(code, f"zones of {put.id} has {', '.join(sorted(unknown))}. Zones are 1, 2 and 3.")

    return rule


def _zone_text(zones_: frozenset[str]) -> str:
    return ", ".join(sorted(zones_)) or "NoZone"


def _folded(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _folded(member) for name, member in value.items()}
    return value.lower() if isinstance(value, str) else value
