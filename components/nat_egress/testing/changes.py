"""What a change of a program, or of its configuration, changes in what it registers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import json_format

from ..graph.values import MISSING, Value
from .differing import differing, worded
from .failures import Failure, hidden
from .graph import ResourceGraph
from .recorded import Properties
from .resource import Resource
from .wire import opened

__tracebackhide__ = hidden

_OPTIONS: Final = (
    "read",
    "protect",
    "retain_on_delete",
    "delete_before_replace",
    "aliases",
    "ignore_changes",
    "replace_on_changes",
    "provider",
    "version",
)
_NAMED: Final = (
    *("type", "name", "parent", "object", "dependencies", "propertyDependencies", "protect", "retainOnDelete"),
    *("deleteBeforeReplace", "aliases", "aliasURNs", "ignoreChanges", "replaceOnChanges", "provider", "version"),
)
"""What of a registration is compared under another name."""
_OF_THE_RUN: Final = ("sourcePosition", "stackTrace", "stateMigrations")
"""What of it tells where in the program it is made, and whom to call there."""


def differences(before: ResourceGraph, after: ResourceGraph) -> Mapping[str, Any]:
    """Return what differs between two recordings, by resource: none where a change leaves all as it was.

    A resource is called by its kind and name, and those of the components that it is in. It is `added`, `removed`, or
    a dict with each of its inputs, options and dependencies that differ, as in `{"inputs.prefixLength": "29 => 28"}`.
    The stack's outputs stand under `stack outputs`. Secrets are compared and not shown. Raises `Failure` for a preview,
    in which much is unknown, so that nobody could tell whether it differs.
    """
    for graph in (before, after):
        if graph.preview:
            raise Failure(
                f"{graph.project}/{graph.stack} is recorded as a preview, which does not know what only an update "
                "tells, so it can't be compared. Record both without preview=True."
            )
    old, new = _by_path(before), _by_path(after)
    labels = {**_labels(before), **_labels(after)}
    found: dict[str, Any] = {}
    for path in sorted({*old, *new}):
        if path not in new:
            changed: str | dict[str, str] = "removed"
        elif path not in old:
            changed = "added"
        else:
            changed = _arrows(old[path], new[path])
        if changed:
            found[path if labels[path] in found else labels[path]] = changed
    if exported := _arrows(before.outputs, after.outputs):
        found["stack outputs"] = exported
    one, other = (f"{graph.project}/{graph.stack}" for graph in (before, after))
    return Properties(found, "what differs" if one == other else f"what differs between {one} and {other}")


def _arrows(before: Value, after: Value) -> dict[str, str]:
    return {path: " => ".join(worded(one, other)) for path, one, other in differing(before, after)}


def _by_path(graph: ResourceGraph) -> dict[str, dict[str, Value]]:
    """Return what is asked for, by URN without the names of project and stack."""
    labels = _labels(graph)
    return {_of_any_stack(graph, one.urn): _asked(graph, one, labels) for one in graph}


def _asked(graph: ResourceGraph, resource: Resource, labels: Mapping[str, str]) -> dict[str, Value]:
    """Return what a program asks for, under the names by which a test finds it in `Resource`."""
    request = json_format.MessageToDict(resource.request)
    options = {
        **{name: getattr(resource, name) for name in _OPTIONS},
        "dependencies": sorted(resource.dependencies),
        "request": {key: value for key, value in request.items() if key not in (*_NAMED, *_OF_THE_RUN)},
    }
    found = json.loads(_of_any_stack(graph, json.dumps(options)))
    found["dependencies"] = {labels.get(path, path): True for path in found["dependencies"]}
    return {"inputs": resource.inputs, **opened(found), "id": resource.id if resource.read else MISSING}


def _labels(graph: ResourceGraph) -> dict[str, str]:
    """Return kind and name of each resource and of the components that it is in, by URN without project and stack."""
    found: dict[str, str] = {}
    for one in graph:  # a component comes before what is in it
        parent = found.get(_of_any_stack(graph, one.parent))
        found[_of_any_stack(graph, one.urn)] = f"{one!r} in {parent}" if parent else f"{one!r}"
    return found


def _of_any_stack(graph: ResourceGraph, text: str) -> str:
    """Return text without the names of project and stack in the URNs that it holds."""
    return text.replace(f"urn:pulumi:{graph.stack}::{graph.project}::", "")
