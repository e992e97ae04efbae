"""A stored resource as ARM shows it: with its id, what Azure derives, and its children inside."""

from __future__ import annotations

import uuid

from .ids import RESOURCE_GROUPS
from .resource_types import RESOURCE_TYPES
from .schema import KEPT, Body
from .world import Resource, World

_GUIDS = uuid.UUID("6f7c3a52-5b0e-4f0a-9d0e-3f6f4ad0c9a1")
"""Namespace of the sandbox's resource GUIDs."""

_NETWORK = "Microsoft.Network/"


def render(resource: Resource, world: World) -> Body:
    """Return the body of a GET."""
    type_ = RESOURCE_TYPES[resource.type.lower()]
    shown: Body = {"name": resource.id.name, "id": str(resource.id), "type": resource.type}
    properties: Body = {"provisioningState": world.provisioning_state(resource.id)}
    if resource.type != RESOURCE_GROUPS:
        shown["etag"] = resource.etag
        if resource.id.parent is None and resource.type.startswith(_NETWORK):
            properties["resourceGuid"] = str(uuid.uuid5(_GUIDS, resource.id.key))
    properties |= resource.properties
    for name, child_type in type_.inline.items():
        properties[name] = [render(child, world) for child in world.children(resource.id, child_type)]
    properties |= type_.back_references(resource, world)
    body = {name: value for name, value in resource.body.items() if name != KEPT}
    return {**shown, **body, **type_.envelope(resource, world), "properties": properties}
