"""Write `schema.json` from the pulumi_azure_native package that is installed.

Run as `python -m azure_sandbox.provider.generate`. The provider reads the file and never imports the SDK, which takes
seconds.
"""

from __future__ import annotations

import inspect
import json
import re
import types
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, Final, ForwardRef, Union, get_args, get_origin

from .resources import RESOURCE_TYPES, ResourceType

SCHEMA_FILE: Final = Path(__file__).with_name("schema.json")

TOP_LEVEL: Final = frozenset({
    "id", "name", "type", "etag", "location", "tags", "zones", "sku", "extendedLocation", "identity", "kind",
    "managedBy", "managedByExtended", "placement", "plan", "resources", "systemData",
})  # fmt: skip
"""What ARM keeps beside `properties` in every object that has them (swagger of Microsoft.Network, 2024-05-01, and of
Microsoft.Compute, 2024-11-01)."""

_MARKS_OF_A_RESOURCE: Final = frozenset({"etag", "provisioningState"})
"""An object of the Microsoft.Network swagger, 2024-05-01, keeps its settings in `properties` where it has one of
these; the two sets below are the exceptions among all objects that the served types refer to."""

_FLAT_WITHOUT_MARK: Final = frozenset(
    {
        "LoadBalancerBackendAddress",
        "NetworkInterfaceReference",
        "VirtualMachineNetworkInterfaceConfiguration",
        "VirtualMachineNetworkInterfaceIPConfiguration",
        "VirtualMachinePublicIPAddressConfiguration",
    }
)
_FLAT_RESOURCES: Final = frozenset({"MetricAlert", "ActionGroup", "ActivityLogAlert"})
"""Resources without a mark that keep their settings in `properties` all the same (swagger of Microsoft.Insights,
2018-03-01, 2024-10-01-preview, 2020-10-01); one of them has an object of its name in another."""

_WIRE_NAMES: Final = {"odataType": "odata.type"}
"""Properties that the SDK calls otherwise than ARM."""

_PLAIN_WITH_MARK: Final = frozenset({"ServiceEndpointPropertiesFormat"})

_STANDALONE: Final = "also available as standalone resources"
"""How the SDK's documentation marks a property whose elements can be resources of their own."""

_PRIMITIVES: Final[Mapping[Any, str]] = {str: "string", bool: "boolean", int: "integer", float: "number", Any: "any"}

Document = dict[str, Any]


def generate() -> Document:
    """Return the document that `schema.json` holds."""
    nested: dict[str, Document] = {}
    resources = {token: _resource(row, nested) for token, row in RESOURCE_TYPES.items()}
    return {"resources": resources, "types": dict(sorted(nested.items()))}


def render(document: Document) -> str:
    """Return the document as the text of the file, one type a line."""
    sections = []
    for section, entries in document.items():
        lines = (f"  {json.dumps(name)}: {json.dumps(entry, sort_keys=True)}" for name, entry in entries.items())
        sections.append(f" {json.dumps(section)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def _resource(row: ResourceType, nested: dict[str, Document]) -> Document:
    _, module, name = row.token.split(":")
    resource = _sdk_class(module, name)
    args = _sdk_class(module, f"{name}InitArgs", f"{name}Args")
    flat = name in _FLAT_RESOURCES or _is_flat({*_annotations(resource), *_annotations(args)}, name)
    outputs = _properties(resource, module, nested, flat=flat)
    inputs = _properties(args, module, nested, flat=flat)
    for shared in inputs.keys() & outputs.keys():
        if outputs[shared]["shape"] == "any":  # a union, of which the SDK does not tell
            outputs[shared]["shape"] = inputs[shared]["shape"]
    for gone in row.parameters:
        inputs.pop(gone, None)
    for gone in ("id", "urn", "azureApiVersion"):
        outputs.pop(gone, None)
    if "location" in inputs and outputs["location"].get("required"):
        inputs["location"]["required"] = True
    return {"inputs": inputs, "outputs": outputs}


def _properties(cls: type, module: str, nested: dict[str, Document], *, flat: bool) -> Document:
    defaults = _defaults(cls)
    found: Document = {}
    for name, annotation in _annotations(cls).items():
        required, declared = _unwrap(annotation)
        entry: Document = {"shape": _shape(declared, module, nested)}
        if required:
            entry["required"] = True
        if flat and name not in TOP_LEVEL:
            entry["in_properties"] = True
        if name in _WIRE_NAMES:
            entry["wire"] = _WIRE_NAMES[name]
        if name in defaults:
            entry["default"] = defaults[name]
        if _STANDALONE in _documentation(cls, name):
            entry["maintained"] = True
        found[name] = entry
    return found


def _shape(annotation: object, module: str, nested: dict[str, Document]) -> object:
    if annotation in _PRIMITIVES:
        return _PRIMITIVES[annotation]
    if isinstance(annotation, str):
        return _reference(annotation, module, nested)
    if isinstance(annotation, ForwardRef):
        return _reference(annotation.__forward_arg__, module, nested)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Union:
        return {"one_of": [_shape(argument, module, nested) for argument in arguments]}
    if origin is Sequence:
        return {"array": _shape(_unwrap(arguments[0])[1], module, nested)}
    if origin is Mapping:
        return {"map": _shape(_unwrap(arguments[1])[1], module, nested)}
    raise TypeError(f"no shape for the annotation {annotation!r} in pulumi_azure_native.{module}")


def _reference(name: str, module: str, nested: dict[str, Document]) -> str:
    name = name.removeprefix("outputs.")
    cls = _nested_class(module, name)
    if cls is None:
        raise LookupError(f"pulumi_azure_native.{module} has no {name}")
    if issubclass(cls, Enum):
        return "string"
    if name not in nested:
        nested[name] = {}
        base = re.sub(r"(Response|Args)$", "", name)
        siblings = (_nested_class(module, base + "Response"), _nested_class(module, base + "Args"))
        names = {prop for sibling in siblings if sibling for prop in _annotations(sibling)}
        nested[name].update(_properties(cls, module, nested, flat=_is_flat(names, base)))
        for prop in _sets(cls, siblings[0]) if name.endswith("Args") else ():
            nested[name][prop]["string_set"] = True
    # One that is still empty is being described, and refers to itself.
    elif nested[name] and set(nested[name]) != set(_annotations(cls)):
        raise LookupError(f"two modules of pulumi_azure_native have a {name}, each another one")
    return name


def _sets(args: type, response: type | None) -> Iterator[str]:
    """Yield the properties that the SDK takes as a list of texts and that ARM has as an object with those as keys."""
    answered = _annotations(response) if response else {}
    for name, annotation in _annotations(args).items():
        origins = [get_origin(_unwrap(of)[1]) for of in (annotation, answered.get(name, annotation))]
        if origins == [Sequence, Mapping]:
            yield name


def _is_flat(names: set[str], base: str) -> bool:
    return (bool(names & _MARKS_OF_A_RESOURCE) or base in _FLAT_WITHOUT_MARK) and base not in _PLAIN_WITH_MARK


def _unwrap(annotation: object) -> tuple[bool, object]:
    """Take `Output[…]`, `Optional[…]` and the alternatives of `Input[…]` away; tell whether a value is required."""
    if getattr(get_origin(annotation), "__name__", "") == "Output":
        return _unwrap(get_args(annotation)[0])
    if get_origin(annotation) not in (Union, types.UnionType):
        return True, annotation
    options = list(get_args(annotation))
    required = type(None) not in options
    values = [option for option in options if not _is_wrapper(option)]
    primitives = [value for value in values if value in _PRIMITIVES]
    # One value is its own union.
    return required, primitives[0] if primitives else Union[tuple(values)]  # noqa: UP007 - of a number known at run time


def _is_wrapper(option: object) -> bool:
    return option is type(None) or get_origin(option) is Awaitable or option == ForwardRef("Output[T]")


def _annotations(cls: type) -> dict[str, Any]:
    """Property name on the wire to annotation."""
    return {wire: member.fget.__annotations__["return"] for wire, member in _members(cls)}


def _documentation(cls: type, name: str) -> str:
    return next(member.fget.__doc__ or "" for wire, member in _members(cls) if wire == name)


def _members(cls: type) -> Iterator[tuple[str, Any]]:
    for member in vars(cls).values():
        wire = getattr(getattr(member, "fget", None), "_pulumi_name", None)
        if wire is not None:
            yield wire, member


def _defaults(cls: type) -> dict[str, Any]:
    """Tell what the SDK itself fills in where an argument is left out."""
    if not cls.__name__.endswith("Args"):
        return {}
    parameters = list(inspect.signature(cls).parameters.values())
    wire = {member.fget.__name__: name for name, member in _members(cls)}
    needed = {parameter.name: None for parameter in parameters if parameter.default is inspect.Parameter.empty}
    filled = vars(cls(**needed))
    return {wire[name]: value for name, value in filled.items() if value is not None}


def _nested_class(module: str, name: str) -> type | None:
    for part in ("outputs", "_inputs"):
        found = getattr(import_module(f"pulumi_azure_native.{module}.{part}"), name, None)
        if isinstance(found, type):
            return found
    return None


def _sdk_class(module: str, *names: str) -> type:
    """Find a class in a package of the SDK, which loads on first use.

    A module of it that is imported before it leaves the package without that module's names for good.
    """
    loaded = import_module(f"pulumi_azure_native.{module}")
    for name in names:
        found = getattr(loaded, name, None)
        if isinstance(found, type):
            return found
    raise LookupError(f"pulumi_azure_native.{module} has none of {', '.join(names)}")


if __name__ == "__main__":
    SCHEMA_FILE.write_text(render(generate()), encoding="utf-8")
