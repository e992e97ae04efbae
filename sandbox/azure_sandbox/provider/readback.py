"""Inputs made out of what Azure holds (azure-native `provider.go` Read, `convert/responseToSdkInputs.go`)."""

from __future__ import annotations

from .flatten import from_body, to_inputs
from .resources import ResourceType
from .schema import ResourceSchema
from .wire import Properties, Value


def imported_inputs(row: ResourceType, schema: ResourceSchema, resource_id: str, body: Properties) -> Properties:
    """Return inputs that would have made the resource: from its id and its settings, empty collections left out.

    Raises:
        IdError: the id is not one of this type.

    """
    settings = {name: _without_empty(value) for name, value in from_body(schema.inputs, body).items() if name != "id"}
    return {
        **row.parse_id(resource_id),
        **{name: value for name, value in settings.items() if value is not None},
    }


def refreshed_inputs(
    schema: ResourceSchema, inputs: Properties, old_state: Properties, outputs: Properties
) -> Properties:
    """Return the inputs of before with what has changed in Azure since.

    Inputs cannot be read back, as ARM adds defaults of its own. So what can be set of the old outputs is compared with
    what can be set of the new ones, and the difference is applied to the inputs. What may be managed as resources of
    its own, such as subnets, does not become an input unless it was one.
    """
    foreign = {name for name in schema.maintained if name not in inputs}
    seen = {name: value for name, value in outputs.items() if name not in foreign}
    return _apply(inputs, to_inputs(schema.inputs, old_state), to_inputs(schema.inputs, seen))


def _apply(base: Properties, old: Properties, new: Properties) -> Properties:
    result = {name: value for name, value in base.items() if name in new or name not in old}
    for name, value in new.items():
        if name not in old or name not in base:
            if old.get(name) != value:
                result[name] = value
        else:
            result[name] = _apply_value(base[name], old[name], value)
    return result


def _apply_value(base: Value, old: Value, new: Value) -> Value:
    if old == new:
        return base
    if isinstance(base, dict) and isinstance(old, dict) and isinstance(new, dict):
        return _apply(base, old, new)
    if isinstance(base, list) and isinstance(old, list) and isinstance(new, list):
        common = min(len(base), len(old))
        changed = [_apply_value(*items) for items in zip(base, old, new, strict=False)]
        return changed + new[common:]
    return new


def _without_empty(value: Value) -> Value:
    """Return None for what is empty at every depth: ARM answers with empty lists where nothing was said."""
    if isinstance(value, dict):
        kept = {name: item for name, item in ((n, _without_empty(i)) for n, i in value.items()) if item is not None}
        return kept or None
    if isinstance(value, list):
        return [item for item in map(_without_empty, value) if item is not None] or None
    return value
