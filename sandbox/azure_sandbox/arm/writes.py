"""What a PUT and a DELETE do, inside one transaction."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from . import regions
from .errors import Refusal
from .ids import ResourceId
from .resource_types import RESOURCE_TYPES, ResourceType
from .rules import Put, available_in, same_location
from .schema import KEPT, Body, ReadOnly, Reference, Shape, conform, references
from .world import Resource, World

_ENVELOPE: dict[str, Shape] = {
    "id": ReadOnly(),
    "name": ReadOnly(),
    "type": ReadOnly(),
    "etag": ReadOnly(),
    "location": str,
    "tags": {},
    "zones": [str],
    "properties": {},
}
_PROPERTIES: dict[str, Shape] = {"provisioningState": ReadOnly(), "resourceGuid": ReadOnly()}


def type_of(name: str, api_version: str) -> ResourceType:
    """Return the resource type of this name, or refuse it."""
    type_ = RESOURCE_TYPES.get(name.lower())
    if type_ is None:
        namespace, _, kind = name.partition("/")
        raise Refusal(
            "InvalidResourceType",
            f"The resource type '{kind}' could not be found in the namespace '{namespace}' for api version "
            f"'{api_version}'. The sandbox knows {', '.join(sorted(known.name for known in RESOURCE_TYPES.values()))}.",
        )
    return type_


def put_resource(id_: ResourceId, body: Any, api_version: str, world: World) -> Resource:  # noqa: ANN401 - any JSON
    """Create a resource or replace it, with the children written inside it."""
    stored = _put_one(id_, body, api_version, world)
    if stored.id.parent:
        _check_siblings(stored.id.parent, stored.type, frozenset({stored.id.key}), world)
    _check_settled(stored.id, world)
    return stored


def delete_resource(resource: Resource, world: World) -> None:
    """Delete a resource, its children, and what goes with it."""
    _delete_one(resource, world)
    if resource.id.parent:
        _check_settled(resource.id.parent, world)


def _delete_one(resource: Resource, world: World) -> None:
    for child in world.children(resource.id):
        _delete_one(child, world)
    type_ = RESOURCE_TYPES[resource.type.lower()]
    for rule in type_.deletion_rules:
        rule(resource, world)
    for referrer in world.referrers(resource.id):
        raise Refusal(
            "SandboxResourceInUse",
            f"{resource.id} is referred to by {referrer.element} ({referrer.path}) and can't be deleted. Remove the "
            "reference first.",
        )
    going = type_.deleted_with(resource, world)
    world.remove(resource.id)
    for other in going:
        _delete_one(other, world)


def delete_group(group: Resource, world: World) -> None:
    """Delete a resource group with all that is in it, unless something outside still uses some of it."""
    members = world.in_group(group.id)
    inside = {member.id.key for member in members}
    blocked = {
        f"{member.type}/{member.id.name}": referrer.element
        for member in members
        for referrer in world.referrers(member.id)
        if referrer.id.lower() not in inside
    }
    if blocked:
        raise Refusal(
            "ResourceGroupDeletionBlocked",
            f"Deletion of resource group '{group.id.name}' failed as resources with identifiers "
            f"'{','.join(sorted(blocked))}' could not be deleted. The provisioning state of the resource group will be "
            f"rolled back. They are used by {', '.join(sorted(set(blocked.values())))}.",
        )
    going = [
        other
        for member in members
        for other in RESOURCE_TYPES[member.type.lower()].deleted_with(member, world)
        if other.id.key not in inside
    ]
    for member in reversed(members):
        world.remove(member.id)
    world.remove(group.id)
    for other in going:
        _delete_one(other, world)


def _put_one(id_: ResourceId, raw: Any, api_version: str, world: World) -> Resource:  # noqa: ANN401 - any JSON
    type_ = type_of(id_.type, api_version)
    body = _conforming(raw, type_, api_version)
    inline = {name: body["properties"].pop(name, None) for name in type_.inline}
    old = world.get(id_)
    put = Put(
        id=old.id if old else _canonical(id_, type_),
        type=type_.name,
        location=_location(id_, body, world),
        body=body,
        old=old,
        api_version=api_version,
    )
    if id_.segments and not id_.parent:
        # What the resource manager itself looks at, before the resource's own provider sees the request.
        available_in(type_.locations)(put, world)
        same_location(put, world)
    found = list(references(body, _shape(type_), str(put.id)))
    _check_references(put, found, world)
    for rule in type_.rules:
        rule(put, world)
    type_.allocate(put, world)
    resource = Resource(
        put.id, put.type, put.location, body, old.revision + 1 if old else 1, old.api_version if old else api_version
    )
    # Azure may have added some: a machine's disks, for example.
    world.put(resource, references(body, _shape(type_), str(put.id)))
    for name, children in inline.items():
        _put_children(resource, name, children, api_version, world)
    return resource


def _put_children(
    parent: Resource, property_: str, items: Sequence[Body] | None, api_version: str, world: World
) -> None:
    """Make the children of one type those of the list: the others are deleted."""
    type_ = RESOURCE_TYPES[parent.type.lower()]
    child_type = type_.inline[property_]
    kept = items is None and type_.inline_kept_since is not None and api_version >= type_.inline_kept_since
    written: frozenset[str] = frozenset()
    if not kept:
        ids = {item["name"].lower(): parent.id.child(property_, item["name"]) for item in items or ()}
        written = frozenset(id_.key for id_ in ids.values())
        for child in world.children(parent.id, child_type):
            if child.id.key not in written:
                _delete_one(child, world)
        for item in items or ():
            _put_one(ids[item["name"].lower()], item, api_version, world)
    _check_siblings(parent.id, child_type, written, world)


def _check_siblings(parent: ResourceId, type_name: str, written: frozenset[str], world: World) -> None:
    above = world.get(parent)
    rules = RESOURCE_TYPES[type_name.lower()].sibling_rules
    if above and rules:
        children = world.children(parent, type_name)
        for rule in rules:
            rule(above, children, written)


def _check_settled(id_: ResourceId, world: World) -> None:
    """Look once more at a resource, and at what it is part of, when the request is done."""
    resource = world.get(id_)
    if resource:
        for rule in RESOURCE_TYPES[resource.type.lower()].settled_rules:
            rule(resource, world)
    if id_.parent:
        _check_settled(id_.parent, world)


def _check_references(put: Put, found: Sequence[Reference], world: World) -> None:
    for reference in found:
        if reference.target.type.lower() != reference.type.lower():
            raise Refusal(
                "InvalidRequestFormat",
                f"Cannot parse the request. Reference Id {reference.target} is referencing resource of a wrong type. "
                f"The Id is expected to reference resources of type {reference.type}. Path {reference.path}.",
            )
        target = world.get(reference.target)
        same_subscription = reference.target.subscription.lower() == put.id.subscription.lower()
        # The network resource provider looks in one subscription and one region only.
        if target is None or not same_subscription or target.location != put.location:
            raise Refusal(
                "InvalidResourceReference",
                f"Resource {reference.target} referenced by resource {put.id} was not found. Please make sure that the "
                "referenced resource exists, and that both resources are in the same region.",
            )


def _location(id_: ResourceId, body: Body, world: World) -> str:
    if id_.parent:
        parent = world.get(id_.parent)
        if parent is None:
            raise Refusal(
                "ParentResourceNotFound",
                f"Failed to perform 'write' on resource(s) of type '{id_.type.partition('/')[2]}', because the parent "
                f"resource '{id_.parent}' could not be found.",
            )
        body.pop("location", None)
        return parent.location
    if not body.get("location"):
        raise Refusal("LocationRequired", f"The location property is required for this definition. Set it for {id_}.")
    body["location"] = regions.normalized(body["location"])
    location: str = body["location"]
    return location


def _conforming(raw: Any, type_: ResourceType, api_version: str) -> Body:  # noqa: ANN401 - any JSON
    if not isinstance(raw, dict):
        raise Refusal(
            "InvalidRequestContent",
            f"The request content was invalid and could not be deserialized: an object is expected, not {raw!r}.",
        )
    body: Body = conform(raw, _shape(type_), api_version)
    body.pop(KEPT, None)
    _fill(body, {"properties": {}})
    _fill(body, type_.defaults)
    return body


def _shape(type_: ResourceType) -> dict[str, Shape]:
    properties = type_.schema.get("properties", {})
    merged = {**_PROPERTIES, **properties} if isinstance(properties, dict) else _PROPERTIES
    return {**_ENVELOPE, **type_.schema, "properties": merged}


def _fill(body: Body, defaults: Body) -> None:
    for name, value in defaults.items():
        if isinstance(value, dict) and isinstance(body.get(name), dict):
            _fill(body[name], value)
        else:
            body.setdefault(name, copy.deepcopy(value))


def _canonical(id_: ResourceId, type_: ResourceType) -> ResourceId:
    """Return the id of a new resource with its types in Azure's casing."""
    namespace, *kinds = type_.name.split("/")
    if not id_.segments:
        return id_
    pairs = zip(kinds, (name for _, name in id_.segments), strict=True)
    return ResourceId(id_.subscription, id_.group, namespace, tuple(pairs))
