"""The shape of every property of the served types, as the SDK declares it (`schema.json`, written by `generate`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

Kind: TypeAlias = Literal["string", "boolean", "integer", "number", "any", "array", "map", "object", "union"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a value."""

    kind: Kind
    items: Shape | None = None
    """Shape of the elements of an array or of the values of a map."""
    object: ObjectShape | None = None
    alternatives: tuple[ObjectShape, ...] = ()
    """Shapes of a union, told apart by the constants in them."""

    def object_of(self, value: Mapping[str, Any]) -> ObjectShape | None:
        """Return the shape of an object: of a union, the alternative whose constants it has."""
        return next((one for one in self.alternatives if one.has_constants_of(value)), self.object)


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an object."""

    shape: Shape
    required: bool = False
    in_properties: bool = False
    """Whether ARM keeps it inside `properties`, from where azure-native lifts it (x-ms-client-flatten)."""
    default: Any = None
    wire: str = ""
    """Its name in ARM's JSON, where that differs."""
    maintained: bool = False
    """Whether its elements exist as resources of their own too, so that leaving it out must not delete them."""
    string_set: bool = False
    """Whether a list of texts is, to ARM, an object with those as keys and nothing behind them."""


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """The properties of an object. Filled after construction, as the shapes refer to each other in circles."""

    properties: dict[str, Property] = field(default_factory=dict)

    def has_constants_of(self, value: Mapping[str, Any]) -> bool:
        """Tell whether `value` has what is constant in this shape: what the SDK requires, and fills in itself."""
        return all(
            prop.default in (value.get(name), value.get(prop.wire))
            for name, prop in self.properties.items()
            if prop.required and prop.default is not None
        )


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """What a resource takes and gives; path parameters are not among the inputs' properties."""

    inputs: ObjectShape
    outputs: ObjectShape

    @property
    def maintained(self) -> tuple[str, ...]:
        """Names of the inputs whose elements may be managed as resources of their own."""
        return tuple(name for name, prop in self.inputs.properties.items() if prop.maintained)


@cache
def load_schemas() -> Mapping[str, ResourceSchema]:
    """Read the schema of every served type, by token."""
    document = json.loads(files(__package__).joinpath("schema.json").read_text(encoding="utf-8"))
    objects = {name: ObjectShape() for name in document["types"]}
    for name, properties in document["types"].items():
        _fill(objects[name], properties, objects)
    schemas = {}
    for token, sides in document["resources"].items():
        schema = ResourceSchema(inputs=ObjectShape(), outputs=ObjectShape())
        _fill(schema.inputs, sides["inputs"], objects)
        _fill(schema.outputs, sides["outputs"], objects)
        schemas[token] = schema
    return schemas


def _fill(target: ObjectShape, properties: Mapping[str, Any], objects: Mapping[str, ObjectShape]) -> None:
    for name, declared in properties.items():
        options = {key: value for key, value in declared.items() if key != "shape"}
        target.properties[name] = Property(shape=_shape(declared["shape"], objects), **options)


def _shape(declared: str | Mapping[str, Any], objects: Mapping[str, ObjectShape]) -> Shape:
    if isinstance(declared, str):
        primitive = _PRIMITIVES.get(declared)
        return Shape(primitive) if primitive else Shape("object", object=objects[declared])
    if "one_of" in declared:
        return Shape("union", alternatives=tuple(objects[name] for name in declared["one_of"]))
    if "array" in declared:
        return Shape("array", items=_shape(declared["array"], objects))
    return Shape("map", items=_shape(declared["map"], objects))


_PRIMITIVES: Final[Mapping[str, Kind]] = {
    "string": "string",
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
    "any": "any",
}
