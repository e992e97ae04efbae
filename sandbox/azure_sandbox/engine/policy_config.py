"""The configuration of policy packs: a JSON file over a pack's own defaults, checked against what its policies declare.

Mirrors pulumi/pulumi `pkg/resource/analyzer/config.go`. Of JSON Schema the keywords that policies declare settings
with are checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from .events import PolicySeverity
from .refusals import EngineError

Schema: TypeAlias = Mapping[str, Any]

LEVELS: Final = ("advisory", "mandatory", "remediate", "disabled")
_ALL: Final = "all"
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
    "number": (int, float),
    "integer": (int, float),
}


@dataclass(frozen=True)
class PolicySettings:
    """How one policy is to be applied."""

    level: str = ""
    """One of LEVELS; empty where nothing is said about it."""
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PolicyDeclaration:
    """What a policy says of itself."""

    name: str
    level: str
    schema: Schema | None = None
    """JSON Schema of its settings, None where it has none."""
    judges: Literal["", "resource", "stack"] = ""
    """Empty where an older library does not say."""
    severity: PolicySeverity = ""


def read_config(file: Path) -> dict[str, PolicySettings]:
    """Return the settings in a configuration file, by policy; EngineError where it cannot be used."""
    try:
        text = file.read_text()
    except OSError as error:
        raise EngineError(f"the policy configuration {file} cannot be read: {error.strerror}") from None
    if not text.strip():
        return {}
    try:
        document = json.loads(text)
    except ValueError as error:
        raise EngineError(f"the policy configuration {file} is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise EngineError(f"the policy configuration {file} must be an object with a key for each policy")
    if "environments" in document:
        raise EngineError(
            f"the policy configuration {file} names ESC environments, which need Pulumi Cloud; put the values "
            "in the file"
        )
    return {name: _settings(file, name, value) for name, value in document.items()}


def _settings(file: Path, name: str, value: object) -> PolicySettings:
    properties: dict[str, Any] = {}
    level: object = value
    if isinstance(value, dict):
        properties = {key: item for key, item in value.items() if key != "enforcementLevel"}
        level = value.get("enforcementLevel", "")
    if level not in {"", *LEVELS}:
        raise EngineError(
            f"the policy configuration {file}: {level!r} is not a valid enforcement level for {name!r}; "
            f"give one of {', '.join(LEVELS)}"
        )
    return PolicySettings(str(level), properties)


def reconcile(
    policies: Sequence[PolicyDeclaration], *given: Mapping[str, PolicySettings]
) -> tuple[dict[str, PolicySettings], list[str]]:
    """Return the settings of each policy, later ones over earlier ones over defaults, and what is wrong with them."""
    settings = {policy.name: PolicySettings(policy.level, _defaults(policy.schema)) for policy in policies}
    for layer in given:
        level = layer[_ALL].level if _ALL in layer else ""
        if level:
            settings = {name: replace(item, level=level) for name, item in settings.items()}
        for name, item in layer.items():
            old = settings.get(name, PolicySettings())
            settings[name] = PolicySettings(item.level or old.level, {**old.properties, **item.properties})
    errors = [
        f"{policy.name}: {error}"
        for policy in policies
        if policy.schema is not None
        for error in violations({"type": "object", **policy.schema}, dict(settings[policy.name].properties))
    ]
    return settings, sorted(errors)


def _defaults(schema: Schema | None) -> dict[str, Any]:
    properties = (schema or {}).get("properties", {})
    return {key: item["default"] for key, item in properties.items() if isinstance(item, dict) and "default" in item}


def violations(schema: Schema, value: object, place: str = "") -> Iterator[str]:
    """Yield what of `schema` does not hold for `value`."""
    types = schema.get("type")
    wanted = [types] if isinstance(types, str) else types or []
    if wanted and not any(_is(value, name) for name in wanted):
        yield f"{_at(place)}must be of type {' or '.join(wanted)}, not {json.dumps(value)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{_at(place)}must be one of {', '.join(map(json.dumps, schema['enum']))}, not {json.dumps(value)}"
    if "const" in schema and value != schema["const"]:
        yield f"{_at(place)}must be {json.dumps(schema['const'])}, not {json.dumps(value)}"
    if isinstance(value, str):
        yield from _of_text(schema, value, place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _of_number(schema, value, place)
    elif isinstance(value, list):
        yield from _of_list(schema, value, place)
    elif isinstance(value, dict):
        yield from _of_object(schema, value, place)


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES.get(name, ()))


def _at(place: str) -> str:
    return f"{place}: " if place else ""


def _of_text(schema: Schema, value: str, place: str) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{_at(place)}must have at least {schema['minLength']} characters, {value!r} has {len(value)}"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{_at(place)}must have at most {schema['maxLength']} characters, {value!r} has {len(value)}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{_at(place)}must match {schema['pattern']}, {value!r} does not"


def _of_number(schema: Schema, value: float, place: str) -> Iterator[str]:
    bounds = {
        "minimum": ("at least", value >= schema.get("minimum", value)),
        "maximum": ("at most", value <= schema.get("maximum", value)),
        "exclusiveMinimum": ("greater than", value > schema.get("exclusiveMinimum", value - 1)),
        "exclusiveMaximum": ("less than", value < schema.get("exclusiveMaximum", value + 1)),
    }
    for key, (words, holds) in bounds.items():
        if not holds:
            yield f"{_at(place)}must be {words} {schema[key]}, not {value}"


def _of_list(schema: Schema, value: list[Any], place: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{_at(place)}must have at least {schema['minItems']} items, not {len(value)}"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{_at(place)}must have at most {schema['maxItems']} items, not {len(value)}"
    if schema.get("uniqueItems") and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        yield f"{_at(place)}must not have the same item twice"
    if isinstance(schema.get("items"), dict):
        for index, item in enumerate(value):
            yield from violations(schema["items"], item, f"{place}[{index}]")


def _of_object(schema: Schema, value: dict[str, Any], place: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{_at(place)}{key} is required"
    for key, item in value.items():
        inner = f"{place}.{key}" if place else key
        if key in known:
            yield from violations(known[key], item, inner)
        elif schema.get("additionalProperties") is False:
            yield f"{_at(place)}{key} is not a setting; known are {', '.join(sorted(known))}"
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from violations(schema["additionalProperties"], item, inner)
