"""Resources inside ARM templates, as rules read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from .kinds import BY_ARM_TYPE
from .resource import Declared
from .values import MISSING, UNKNOWN, HiddenText, Value, items, peek, same

DEPLOYMENT: Final = "microsoft.resources/deployments"
_DEEPEST: Final = 20
"""How deep templates may stand in templates; Azure takes fewer."""


def read(text: Value) -> Value:
    """Return a template that is given as an object or as JSON; `UNKNOWN` where it is neither."""
    if not isinstance(text, str):
        return text if isinstance(text, Mapping) else UNKNOWN
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return UNKNOWN
    return found if isinstance(found, dict) else UNKNOWN


def resources(holder: Declared, template: Value, depth: int = 0) -> Iterator[Declared | None]:
    """Yield the resources in a template, those in templates inside it too; None for each that cannot be read."""
    found = peek(template, "resources")
    if found is MISSING:
        yield None
    nodes = list(found.values()) if _by_name(found) else items(template, "resources")
    for node in nodes:
        kind = peek(node, "type")
        if not isinstance(kind, str) or depth > _DEEPEST:
            yield None
        elif same(kind, DEPLOYMENT):
            inner = peek(node, "properties", "template")
            if isinstance(inner, Mapping):
                yield from resources(holder, inner, depth + 1)
            else:
                yield None
        else:
            yield resource(holder, kind, node)
            yield from resources(holder, {"resources": _nested(kind, node)}, depth + 1)


def resource(holder: Declared, kind: str, node: Value) -> Declared:
    """Return a resource that is written as Azure has it: its type, and its properties under `properties`."""
    flat = _flat({key: value for key, value in node.items() if key != "resources"})
    return Declared(
        urn=holder.urn,
        token=holder.token,
        kind=BY_ARM_TYPE.get(kind.lower(), kind),
        inputs=flat if isinstance(flat, dict) else {},
        property_dependencies={},
    )


def _by_name(found: Value) -> bool:
    """Tell whether resources are written by symbolic name, as `languageVersion` 2.0 has them."""
    return isinstance(found, Mapping) and "type" not in found


def _nested(kind: str, node: Value) -> list[Value]:
    """Return the resources inside one, whose types are written without their parent's."""
    return [
        {**child, "type": f"{kind}/{child['type']}"}
        if isinstance(child, Mapping) and isinstance(child.get("type"), str) and "." not in child["type"]
        else child
        for child in items(node, "resources")
    ]


def _flat(value: Value) -> Value:
    """Return a value with each `properties` beside its siblings, as azure-native has it, and expressions unknown."""
    if isinstance(value, HiddenText):
        return value
    if isinstance(value, str):
        return UNKNOWN if value.startswith("[") and not value.startswith("[[") else value
    if isinstance(value, Mapping):
        inner = value.get("properties")
        if isinstance(inner, Mapping):
            value = {**{key: item for key, item in value.items() if key != "properties"}, **inner}
        return {key: _flat(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_flat(item) for item in value]
    return value
