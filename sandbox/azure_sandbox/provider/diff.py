"""What a change of inputs does to a resource (azure-native `provider/pkg/provider/diff.go` and `provider.go` Diff).

Inputs are compared with inputs, never with what Azure holds. Every path parameter replaces, and the few properties that
azure-native lists; a change that ARM will refuse is an update here, as it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from .difference import Change, Difference
from .resources import ResourceType
from .schema import ResourceSchema
from .wire import Properties, Value

CREATE_BEFORE_DELETE: Final = "__createBeforeDelete"
"""Input that Check adds to a resource with a generated name: its replacement may stand beside it."""


def diff(
    row: ResourceType, schema: ResourceSchema, old_inputs: Properties, new_inputs: Properties, old_state: Properties
) -> Difference:
    """Compare inputs and tell what changes, and what that forces."""
    migrated = "azureApiVersion" not in old_inputs and "azureApiVersion" in old_state
    if migrated:
        old_inputs = {**old_inputs, "azureApiVersion": old_state["azureApiVersion"]}
    replace_on = row.replace_on | frozenset(row.parameters)
    changes: dict[str, Change] = {}
    counted: list[str] = []
    for path, found in _objects(old_inputs, _without_equivalent(old_inputs, new_inputs), "", "", replace_on):
        change = found
        if change.kind == "add":
            if change.replaces and old_state.get(path) == new_inputs.get(path):
                change = Change("add")
            initial = schema.inputs.properties.get(path)
            if not change.replaces and initial and initial.default is not None and initial.default == new_inputs[path]:
                changes[path] = change
                continue
        changes[path] = Change(change.kind, change.replaces, from_inputs=not (migrated and path == "azureApiVersion"))
        counted.append(path.partition(".")[0].partition("[")[0])
    replaces = tuple(path for path, change in changes.items() if change.replaces)
    flag = old_inputs.get(CREATE_BEFORE_DELETE)
    return Difference(
        changes=changes,
        properties=tuple(dict.fromkeys(counted)),
        replaces=replaces,
        delete_before_replace=not flag if isinstance(flag, bool) else bool(replaces),
    )


def normalized_location(location: str) -> str:
    """Bring "West US 2" and "westus2" to one form."""
    return location.replace(" ", "").lower()


_EQUIVALENT: Final[Mapping[str, Callable[[str], str]]] = {
    "location": normalized_location,
    "resourceGroupName": str.lower,
}


def _without_equivalent(old: Properties, new: Properties) -> Properties:
    """Take the old spelling where Azure reads the new one as the same."""
    same = {
        name: old[name]
        for name, form in _EQUIVALENT.items()
        if isinstance(old.get(name), str) and isinstance(new.get(name), str) and form(old[name]) == form(new[name])
    }
    return {**new, **same}


def _objects(
    old: Properties, new: Properties, path: str, pattern: str, replace_on: frozenset[str]
) -> Iterator[tuple[str, Change]]:
    for name in dict.fromkeys((*old, *new)):
        if name.startswith("__"):
            continue
        if name in old and name in new:
            yield from _values(old[name], new[name], path + name, pattern + name, replace_on)
        else:
            yield path + name, Change("add" if name in new else "delete", pattern + name in replace_on)


def _values(
    old: Value, new: Value, path: str, pattern: str, replace_on: frozenset[str]
) -> Iterator[tuple[str, Change]]:
    """Compare two values; `pattern` is the path with the indices of arrays left out, as replacement is listed."""
    if isinstance(old, dict) and isinstance(new, dict):
        for inner, change in _objects(old, new, path + ".", pattern + ".", replace_on):
            replaces = change.replaces or (change.kind == "update" and pattern in replace_on)
            yield inner, Change(change.kind, replaces)
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip(old, new, strict=False)):
            yield from _values(before, after, f"{path}[{index}]", pattern + "[]", replace_on)
        for index in range(len(old), len(new)):
            yield f"{path}[{index}]", Change("add")
        for index in range(len(new), len(old)):
            yield f"{path}[{index}]", Change("delete")
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield path, Change("update", pattern in replace_on)
