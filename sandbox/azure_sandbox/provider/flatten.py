"""Between Pulumi's flat shape of a resource and ARM's JSON, where most settings sit inside `properties`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from .schema import ObjectShape, Shape
from .wire import Properties, Value

_SELF: Final = "$self/"

_Convert: TypeAlias = Callable[[ObjectShape, Properties], Properties]


def to_body(shape: ObjectShape, inputs: Properties) -> Properties:
    """Build the body of a PUT. Inputs that the shape does not know, such as path parameters, are left out."""
    body: Properties = {}
    for name, value in inputs.items():
        prop = shape.properties.get(name)
        if prop is not None:
            target = body.setdefault("properties", {}) if prop.in_properties else body
            is_set = prop.string_set and isinstance(value, list)
            target[prop.wire or name] = {text: {} for text in value} if is_set else _convert(prop.shape, value, to_body)
    return body


def from_body(shape: ObjectShape, body: Properties) -> Properties:
    """Take from a body what the shape knows, nulls left out."""
    inner = body.get("properties") or {}
    found: Properties = {}
    for name, prop in shape.properties.items():
        value = (inner if prop.in_properties else body).get(prop.wire or name)
        if value is not None:
            found[name] = list(value) if prop.string_set else _convert(prop.shape, value, from_body)
    return found


def to_inputs(shape: ObjectShape, outputs: Properties) -> Properties:
    """Reduce outputs to what can be set: read-only properties are left out at every depth."""
    return {
        name: list(outputs[name]) if prop.string_set else _convert(prop.shape, outputs[name], to_inputs)
        for name, prop in shape.properties.items()
        if name in outputs
    }


def with_own_id(shape: ObjectShape, inputs: Properties, resource_id: str) -> Properties:
    """Give references to parts of the resource itself, as in `$self/frontendIPConfigurations/web`, its id.

    No program knows it before there is one. In azure-native, `convert/sdkInputsToRequestBody.go`, for `SubResource`
    alone: an object of nothing but an id.
    """

    def convert(known: ObjectShape, values: Properties) -> Properties:
        match values:
            case {"id": str(text)} if text.startswith(_SELF) and known.properties.keys() == {"id"}:
                return {"id": f"{resource_id}/{text.removeprefix(_SELF)}"}
        properties = known.properties
        return {
            name: _convert(properties[name].shape, value, convert) if name in properties else value
            for name, value in values.items()
        }

    return convert(shape, inputs)


def _convert(shape: Shape, value: Value, convert: _Convert) -> Value:
    if isinstance(value, dict):
        if (known := shape.object_of(value)) is not None:
            return convert(known, value)
        if shape.items is not None:
            return {name: _convert(shape.items, item, convert) for name, item in value.items()}
    if isinstance(value, list) and shape.items is not None:
        return [_convert(shape.items, item, convert) for item in value]
    return value
