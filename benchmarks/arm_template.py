"""Resources of an estate as an ARM template, in which checkov reads them. Pure."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.estate import Id, Resource

_GROUP: Final = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/estate"
_BESIDE: Final = frozenset({"location", "tags", "sku", "zones"})
"""What Azure keeps beside `properties`."""


def template(resources: list[Resource]) -> dict[str, Any]:
    """Return the template that deploys `resources`."""
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [_resource(one) for one in resources],
    }


def arm_id(where: Id) -> str:
    """Return an id as Azure writes it."""
    namespace, *types = where.type.arm.split("/")
    path = "".join(f"/{kind}/{name}" for kind, name in zip(types, where.path, strict=True))
    return f"{_GROUP}/providers/{namespace}{path}{where.part}"


def _resource(resource: Resource) -> dict[str, Any]:
    settings, kind = resource.settings, resource.id.type
    nested = kind.arm.startswith("Microsoft.Network/")
    return {
        "type": kind.arm,
        "apiVersion": kind.api_version,
        "name": "/".join(resource.id.path),
        **{key: value for key, value in settings.items() if key in _BESIDE},
        "properties": {key: _value(item, nested=nested) for key, item in settings.items() if key not in _BESIDE},
    }


def _value(value: object, *, nested: bool) -> object:
    """Return a value with ids written out; in Azure's network, parts with a name have `properties` of their own."""
    if isinstance(value, Id):
        return arm_id(value)
    if isinstance(value, list):
        return [_part(item) if nested and _named(item) else _value(item, nested=nested) for item in value]
    if isinstance(value, dict):
        return {key: _value(item, nested=nested) for key, item in value.items()}
    return value


def _named(item: object) -> bool:
    return isinstance(item, dict) and "name" in item


def _part(item: dict[str, Any]) -> dict[str, Any]:
    rest = {key: _value(value, nested=True) for key, value in item.items() if key != "name"}
    return {"name": item["name"], "properties": rest}
