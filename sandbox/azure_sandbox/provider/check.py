"""Defaults for inputs, and what is wrong with them (azure-native `provider.go` Check).

Values of enumerations and unknown properties pass, as they do there: they are ARM's to refuse or to ignore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .naming import Autonaming, default_name
from .resources import ResourceType
from .schema import ObjectShape, ResourceSchema, Shape
from .wire import UNKNOWN, Properties, Unknown, Value, contains_unknown

LocationOfGroup = Callable[[str], str | None]
"""Asks ARM for the location of a resource group by name."""


@dataclass(frozen=True)
class LocationDefaults:
    """Where a location comes from when neither the program nor the old inputs give one."""

    configured: str | None
    of_group: LocationOfGroup


def with_defaults(
    row: ResourceType,
    schema: ResourceSchema,
    urn: str,
    olds: Properties,
    news: Properties,
    *,
    seed: bytes,
    autonaming: Autonaming | None,
    locations: LocationDefaults,
) -> Properties:
    """Return the new inputs with name, location and API version filled in where they are missing."""
    inputs = dict(news)
    if row.name_parameter not in inputs:
        inputs.update(default_name(row, urn, olds, seed, autonaming))
    if "location" in schema.inputs.properties and "location" not in inputs:
        location = _default_location(olds, inputs, locations)
        if location is not None:
            inputs["location"] = location
    inputs.setdefault("azureApiVersion", row.api_version)
    return inputs


def _default_location(olds: Properties, news: Properties, locations: LocationDefaults) -> Value:
    if "location" in olds:
        return olds["location"]
    if locations.configured:
        return locations.configured
    group = news.get("resourceGroupName")
    if contains_unknown(group):
        return UNKNOWN
    return locations.of_group(group) if isinstance(group, str) else None


def failures(row: ResourceType, schema: ResourceSchema, inputs: Properties) -> Iterator[str]:
    """Tell what is wrong with the inputs, each in a sentence that names the property."""
    text = Shape("string")
    for name in row.parameters:
        if name in inputs:
            yield from _value_failures(name, text, inputs[name])
        else:
            yield f"missing required property '{name}'"
    yield from _object_failures("", schema.inputs, inputs)


def _object_failures(context: str, shape: ObjectShape, values: Properties) -> Iterator[str]:
    for name, prop in shape.properties.items():
        path = f"{context}.{name}" if context else name
        if name in values:
            yield from _value_failures(path, prop.shape, values[name])
        elif prop.required:
            hint = (
                ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
                if path == "location"
                else ""
            )
            yield f"missing required property '{path}'{hint}"


def _value_failures(path: str, shape: Shape, value: Value) -> Iterator[str]:
    if isinstance(value, Unknown | bool) or shape.kind == "any":
        return
    if isinstance(value, dict):
        if (known := shape.object_of(value)) is not None:
            yield from _object_failures(path, known, value)
    elif isinstance(value, list):
        yield from _array_failures(path, shape, value)
    elif isinstance(value, str):
        if shape.kind != "string":
            yield _wrong_type(path, shape, "a string")
    else:
        yield from _number_failures(path, shape, value)


def _array_failures(path: str, shape: Shape, values: list[Value]) -> Iterator[str]:
    if shape.kind != "array" or shape.items is None:
        yield _wrong_type(path, shape, "an array")
        return
    for index, item in enumerate(values):
        yield from _value_failures(f"{path}[{index}]", shape.items, item)


def _number_failures(path: str, shape: Shape, value: float) -> Iterator[str]:
    if shape.kind not in ("integer", "number"):
        yield _wrong_type(path, shape, "a number")
    elif shape.kind == "integer" and isinstance(value, float):
        yield f"'{path}' must be an integer but got {value:f}"


def _wrong_type(path: str, shape: Shape, got: str) -> str:
    kind = "object" if shape.kind in ("map", "union") else shape.kind
    return f"'{path}' should be of type '{kind}' but got {got}"
