"""A stack's checkpoint, as the official CLI writes it, to and from a Snapshot.

The formats are those of `sdk/go/common/apitype/core.go` and `pkg/resource/stack/deployment.go` in pulumi/pulumi 3.259:
deployment version 3, and version 4 where a resource uses a feature that older CLIs must not overlook. Keys that nothing
here has a name for are kept and written back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from . import properties
from .errors import StateError
from .model import PendingOperation, ResourceState, Snapshot
from .properties import Json
from .secrets import Crypter

PLAIN_VERSION: Final = 3
FEATURES_VERSION: Final = 4
FEATURES: Final = {
    "refreshBeforeUpdate": "refreshBeforeUpdate",
    "viewOf": "views",
    "resourceHooks": "hooks",
    "taint": "taint",
    "replaceWith": "replaceWith",
    "snippetID": "snippets-prototype",
    "extensionRef": "extensionParameterization",
}
"""Key of a resource to the feature that a deployment with it must declare (`ApplyFeatures`)."""

FIELDS: Final = (
    ("delete", "delete", bool),
    ("id", "id", str),
    ("type", "type", str),
    ("inputs", "inputs", dict),
    ("outputs", "outputs", dict),
    ("parent", "parent", str),
    ("protect", "protect", bool),
    ("external", "external", bool),
    ("dependencies", "dependencies", list),
    ("init_errors", "initErrors", list),
    ("provider", "provider", str),
    ("property_dependencies", "propertyDependencies", dict),
    ("pending_replacement", "pendingReplacement", bool),
    ("additional_secret_outputs", "additionalSecretOutputs", list),
    ("aliases", "aliases", list),
    ("custom_timeouts", "customTimeouts", dict),
    ("retain_on_delete", "retainOnDelete", bool),
    ("deleted_with", "deletedWith", str),
    ("created", "created", str),
    ("modified", "modified", str),
    ("ignore_changes", "ignoreChanges", list),
    ("replace_on_changes", "replaceOnChanges", list),
    ("resource_hooks", "resourceHooks", dict),
)
"""Field of ResourceState, key in the file, JSON type. An empty one is not written, as in the CLI."""
KNOWN_KEYS: Final = frozenset({"urn", "custom", *(key for _, key, _ in FIELDS)})


@dataclass(frozen=True)
class Checkpoint:
    """A parsed checkpoint or export whose secrets are still encrypted."""

    source: str
    """Where it came from, for messages."""
    stack: str
    """Fully qualified name, `organization/project/stack`; empty in an export."""
    version: int
    features: tuple[str, ...]
    deployment: dict[str, Any]


def parse(text: str | bytes, source: str) -> Checkpoint:
    """Parse a checkpoint file or the output of `stack export`.

    Raises StateError naming `source` and the place in it.
    """
    try:
        document = json.loads(text)
    except UnicodeDecodeError as error:
        raise StateError(f"{source}: not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise StateError(f"{source}: line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None
    document = _expect(document, dict, source, "the document")
    version = document.get("version")
    if version not in {PLAIN_VERSION, FEATURES_VERSION}:
        _refuse_version(version, source)
    features = tuple(_expect(document.get("features") or [], list, source, "features"))
    unknown = sorted(set(features) - set(FEATURES.values()))
    if unknown:
        raise StateError(f"{source}: this stack's deployment needs support for the features: {', '.join(unknown)}")
    if "deployment" in document:
        return Checkpoint(source, "", version, features, _expect(document["deployment"], dict, source, "deployment"))
    checkpoint = _expect(document.get("checkpoint"), dict, source, "checkpoint")
    latest = _expect(checkpoint.get("latest") or {}, dict, source, "checkpoint.latest")
    return Checkpoint(source, str(checkpoint.get("stack", "")), version, features, latest)


def load(checkpoint: Checkpoint, crypter: Crypter) -> Snapshot:
    """Return the snapshot of a checkpoint, its secrets decrypted."""
    source, deployment = checkpoint.source, checkpoint.deployment
    resources = _expect(deployment.get("resources") or [], list, source, "resources")
    pending = _expect(deployment.get("pending_operations") or [], list, source, "pending_operations")
    return Snapshot(
        resources=[
            load_resource(raw, crypter.decrypt, f"{source}: resources[{index}]") for index, raw in enumerate(resources)
        ],
        pending_operations=[
            _load_operation(raw, crypter.decrypt, f"{source}: pending_operations[{index}]")
            for index, raw in enumerate(pending)
        ],
        manifest=_expect(deployment.get("manifest") or {}, dict, source, "manifest"),
        secrets_provider=deployment.get("secrets_providers"),
        metadata=_expect(deployment.get("metadata") or {}, dict, source, "metadata"),
        extra={key: value for key, value in deployment.items() if key not in _DEPLOYMENT_KEYS},
    )


def load_resource(raw: Json, decrypt: Callable[[str], str], place: str) -> ResourceState:
    """Return the resource of one entry of a deployment."""
    if not isinstance(raw, dict):
        raise StateError(f"{place}: must be an object, is {_json_type(raw)}")
    urn = raw.get("urn")
    if not isinstance(urn, str) or not urn:
        raise StateError(f"{place}: resource missing required 'urn' field")
    if not raw.get("type"):
        raise StateError(f"{place}: resource '{urn}' missing required 'type' field")
    fields: dict[str, Any] = {"urn": urn, "custom": bool(raw.get("custom"))}
    for name, key, kind in FIELDS:
        value = raw.get(key)
        if value is None:
            continue
        if not isinstance(value, kind):
            raise StateError(f"{place}.{key}: must be {_TYPE_NAMES[kind]}, is {_json_type(value)}")
        fields[name] = value
    for name in ("inputs", "outputs"):
        if name in fields:
            try:
                fields[name] = properties.decode_all(fields[name], decrypt)
            except StateError as error:
                raise type(error)(f"{place}.{name} of '{urn}': {error}") from None
    fields["extra"] = {key: value for key, value in raw.items() if key not in KNOWN_KEYS}
    return ResourceState(**fields)


def dump_resource(resource: ResourceState, encrypt: properties.EncryptSecret) -> dict[str, Any]:
    """Return one entry of a deployment's `resources`."""
    raw: dict[str, Any] = {"urn": resource.urn, "custom": resource.custom}
    for name, key, _ in FIELDS:
        value = getattr(resource, name)
        if value:
            raw[key] = properties.encode(value, encrypt) if name in {"inputs", "outputs"} else value
    return {**raw, **resource.extra}


def dump(snapshot: Snapshot, encrypt: properties.EncryptSecret) -> dict[str, Any]:
    """Return the deployment of a snapshot."""
    return assemble(
        snapshot,
        [dump_resource(resource, encrypt) for resource in snapshot.resources],
        [
            {"resource": dump_resource(operation.resource, encrypt), "type": operation.type}
            for operation in snapshot.pending_operations
        ],
    )


def assemble(snapshot: Snapshot, resources: list[Any], pending: list[Any]) -> dict[str, Any]:
    """Return the deployment of a snapshot around its resources and pending operations."""
    deployment: dict[str, Any] = {"manifest": snapshot.manifest}
    if snapshot.secrets_provider:
        deployment["secrets_providers"] = snapshot.secrets_provider
    if resources:
        deployment["resources"] = resources
    if pending:
        deployment["pending_operations"] = pending
    return {**deployment, "metadata": snapshot.metadata, **snapshot.extra}


def features_of(snapshot: Snapshot) -> list[str]:
    """Return the features that a deployment of `snapshot` must declare; with none it is of version 3."""
    used = {FEATURES[key] for resource in snapshot.resources for key in FEATURES.keys() & resource.extra.keys()}
    if any(resource.resource_hooks for resource in snapshot.resources):
        used.add(FEATURES["resourceHooks"])
    if snapshot.extra.get("snippets"):
        used.add(FEATURES["snippetID"])
    return sorted(used)


def versioned(features: list[str]) -> dict[str, Any]:
    """Return the head of a checkpoint or export that declares `features`."""
    return {"version": FEATURES_VERSION, "features": features} if features else {"version": PLAIN_VERSION}


_DEPLOYMENT_KEYS: Final = frozenset({"manifest", "secrets_providers", "resources", "pending_operations", "metadata"})
_TYPE_NAMES: Final[dict[type, str]] = {
    bool: "true or false",
    str: "a string",
    dict: "an object",
    list: "an array",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def _load_operation(raw: Json, decrypt: Callable[[str], str], place: str) -> PendingOperation:
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise StateError(f"{place}: must be an object with a 'resource' and a 'type'")
    return PendingOperation(load_resource(raw.get("resource"), decrypt, f"{place}.resource"), raw["type"])


def _expect(value: Json, kind: type, source: str, place: str) -> Json:
    if not isinstance(value, kind):
        raise StateError(f"{source}: {place} must be {_TYPE_NAMES[kind]}, is {_json_type(value)}")
    return value


def _json_type(value: Json) -> str:
    return _TYPE_NAMES[type(value)]


def _refuse_version(version: Json, source: str) -> NoReturn:
    if isinstance(version, int) and version > FEATURES_VERSION:
        why = f"deployment version {version} is too new: this release reads versions 3 and 4"
    elif isinstance(version, int):
        why = f"deployment version {version} is too old: an update with the official CLI lifts it to 3"
    else:
        why = "no deployment version: this is not a checkpoint or an export of a Pulumi stack"
    raise StateError(f"{source}: {why}")
