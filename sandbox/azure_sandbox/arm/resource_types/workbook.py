"""Workbooks of Azure Monitor.

Shape: azure-rest-api-specs, workbooks_API.json 2023-06-01. Name and display name: learn.microsoft.com/azure/
azure-monitor/visualize/workbooks-automate, 2023-06-21. Of the content it is checked that it is JSON; what the portal
makes of it is not.
"""

from __future__ import annotations

import json
import re
from typing import Final

from ..errors import Refusal
from ..rules import Put, required
from ..schema import OneOf, ReadOnly
from ..world import World
from . import names
from .base import ResourceType

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORKBOOK_INCOMPLETE = "SandboxWorkbookIncomplete"


def _name(put: Put, _world: World) -> None:
    if not _GUID.fullmatch(put.id.name):
        raise Refusal("BadRequest", f"Invalid Workbook resource name: '{put.id.name.lower()}'")


def _content(put: Put, _world: World) -> None:
    try:
        json.loads(put.properties["serializedData"])
    except ValueError as error:
        raise Refusal(
            "SandboxWorkbookContent", f"properties.serializedData of {put.id} is no JSON: {error}. Write it as JSON."
        ) from None


def _display_name(put: Put, world: World) -> None:
    """Refuse a name that another workbook of the same source has in the resource group.

    So the page, and so Azure answered in 2020; Azure/azure-mcp#629, 2025-07, says that names are not unique any more.
    """
    own = _shown(put.properties)
    for other in world.in_group(put.id.resource_group):
        if other.type == names.WORKBOOK and other.id.key != put.id.key and _shown(other.properties) == own:
            raise Refusal("Conflict", "A Workbook with the same name already exists within this subscription.")


def _shown(properties: dict[str, str]) -> tuple[str, str]:
    return properties["displayName"].lower(), properties.get("sourceId", "").lower()


WORKBOOK = ResourceType(
    name=names.WORKBOOK,
    schema={
        "kind": OneOf(("shared",)),
        "properties": {
            "displayName": str,
            "category": str,
            "serializedData": str,
            "description": str,
            "sourceId": str,
            "storageUri": str,
            "version": str,
            "revision": ReadOnly(),
            "timeModified": ReadOnly(),
            "userId": ReadOnly(),
        },
    },
    rules=(
        _name,
        required("properties.displayName", _WORKBOOK_INCOMPLETE, "the name that people see"),
        required("properties.category", _WORKBOOK_INCOMPLETE, "workbook"),
        required("properties.serializedData", _WORKBOOK_INCOMPLETE, "the content, as JSON"),
        _content,
        _display_name,
    ),
)
