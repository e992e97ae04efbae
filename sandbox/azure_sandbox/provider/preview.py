"""What a resource will look like, as far as its inputs tell (azure-native `provider/pkg/convert/previewOutputs.go`)."""

from __future__ import annotations

from .schema import ObjectShape, Shape
from .wire import UNKNOWN, Properties, Value

STABLE_OUTPUTS = ("name", "location")
"""Outputs that no update changes: the preview of an update takes them from the old state."""


def preview_create(outputs: ObjectShape, inputs: Properties) -> Properties:
    """Echo the inputs; every other output is unknown, at every depth."""
    return {name: _preview(prop.shape, inputs.get(name, UNKNOWN)) for name, prop in outputs.properties.items()}


def preview_update(outputs: ObjectShape, inputs: Properties, old_state: Properties) -> Properties:
    """As the preview of a create, with what no update changes taken from the old state."""
    stable = {name: old_state[name] for name in STABLE_OUTPUTS if name in old_state}
    return {**preview_create(outputs, inputs), **stable}


def _preview(shape: Shape, value: Value) -> Value:
    if shape.kind == "any":
        return value
    if isinstance(value, dict):
        if (known := shape.object_of(value)) is not None:
            return preview_create(known, value)
        if shape.kind == "map" and shape.items is not None:
            return {name: _preview(shape.items, item) for name, item in value.items()}
        return UNKNOWN
    if isinstance(value, list):
        is_array = shape.kind == "array" and shape.items is not None
        return [_preview(shape.items, item) for item in value] if is_array and shape.items else UNKNOWN
    is_leaf = shape.object is None and shape.items is None
    return value if is_leaf and isinstance(value, str | int | float) else UNKNOWN
