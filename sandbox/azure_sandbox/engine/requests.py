"""Registrations as they come over the wire, turned into goals.

Mirrors pulumi/pulumi `pkg/resource/deploy/source_eval.go` (RegisterResource).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from google.protobuf import struct_pb2
from pulumi.runtime.proto import alias_pb2, resource_pb2

from .goals import Alias, Goal, ReadGoal
from .properties import UnsupportedValueError, decode
from .refusals import EngineError, unsupported
from .urn import is_urn, package_of, parse_reference, urn_type

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)")
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_HOOK_FIELDS: Final = {
    "before_create": "BeforeCreate",
    "after_create": "AfterCreate",
    "before_update": "BeforeUpdate",
    "after_update": "AfterUpdate",
    "before_delete": "BeforeDelete",
    "after_delete": "AfterDelete",
    "on_error": "OnError",
}


@dataclass
class Wanted:
    """A registration while it is made into a goal: what transforms see and may change."""

    properties: struct_pb2.Struct
    options: resource_pb2.TransformResourceOptions
    dependencies: dict[str, set[str]] = field(default_factory=dict)
    """The URNs that each property depends on, as the request says it."""


def wanted(request: resource_pb2.RegisterResourceRequest) -> Wanted:
    """Return what `request` asks for, in the form that transforms are given."""
    aliases = [alias_pb2.Alias(urn=urn) for urn in request.aliasURNs]
    options = resource_pb2.TransformResourceOptions(
        depends_on=request.dependencies,
        ignore_changes=request.ignoreChanges,
        replace_on_changes=request.replaceOnChanges,
        version=request.version,
        aliases=[*aliases, *request.aliases],
        provider=request.provider,
        providers=request.providers,
        plugin_download_url=request.pluginDownloadURL,
        deleted_with=request.deletedWith,
        replace_with=request.replace_with,
        additional_secret_outputs=request.additionalSecretOutputs,
        hooks=request.hooks if request.HasField("hooks") else None,
        custom_timeouts=request.customTimeouts if request.HasField("customTimeouts") else None,
        replacement_trigger=request.replacement_trigger if request.HasField("replacement_trigger") else None,
        hide_diff=request.hideDiffs,
    )
    setattr(options, "import", request.importId)
    if request.HasField("protect"):
        options.protect = request.protect
    if request.HasField("retainOnDelete"):
        options.retain_on_delete = request.retainOnDelete
    if request.deleteBeforeReplaceDefined or request.deleteBeforeReplace:
        options.delete_before_replace = request.deleteBeforeReplace
    given = request.propertyDependencies
    if given or request.remote:
        dependencies = {key: set(urns.urns) for key, urns in given.items()}
    else:
        dependencies = {key: set(request.dependencies) for key in request.object.fields}
    return Wanted(request.object, options, dependencies)


def inherit(options: resource_pb2.TransformResourceOptions, type_: str, parent: Goal, *, custom: bool) -> None:
    """Fill in the options that a resource takes over from its parent where it does not set them itself."""
    options.deleted_with = options.deleted_with or parent.deleted_with
    if not options.HasField("protect") and parent.protect is not None:
        options.protect = parent.protect
    if not options.HasField("retain_on_delete") and parent.retain_on_delete is not None:
        options.retain_on_delete = parent.retain_on_delete
    if not options.provider and parent.provider:
        package = package_of(urn_type(parse_reference(parent.provider).urn))
        if not custom or package == package_of(type_):
            options.provider = parent.provider


def refuse_unsupported(
    request: resource_pb2.RegisterResourceRequest, options: resource_pb2.TransformResourceOptions
) -> None:
    """Refuse by name what the embedded engine does not do."""
    of = f"{request.type} {request.name!r}"
    refused = {
        "the option import_": bool(getattr(options, "import")),
        "the option replace_with": bool(options.replace_with),
        "the option replacement_trigger": options.HasField("replacement_trigger"),
        "the option env_var_mappings": bool(request.envVarMappings),
        "state migrations": bool(request.state_migrations),
        "parameterized providers": bool(request.packageRef),
    }
    for feature, used in refused.items():
        if used:
            raise unsupported(feature, of)
    refuse_builtin(request.type, of)


def refuse_builtin(type_: str, of: str) -> None:
    """Refuse by name the resources that the official engine itself provides."""
    package = package_of(type_)
    if type_ == "pulumi:pulumi:StackReference":
        raise unsupported("stack references", of)
    if package.startswith("pulumi-") and package.removeprefix("pulumi-") in {"python", "nodejs"}:
        raise unsupported("dynamic providers", of)


def goal(request: resource_pb2.RegisterResourceRequest, want: Wanted, provider: str, positions: dict[str, Any]) -> Goal:
    """Return the goal of a registration after its transforms have run."""
    options = want.options
    dependencies = set(options.depends_on)
    found: dict[str, set[str]] = {}
    try:
        properties = decode(want.properties, found)
    except UnsupportedValueError as error:
        raise unsupported(f"this value: {error}", f"{request.type} {request.name!r}") from None
    # Transforms speak of dependencies through output values alone; without them the request's own words count.
    by_property = {} if request.transforms else want.dependencies
    for key in properties:
        by_property.setdefault(key, set()).update(found.get(key, ()))
        if request.transforms:
            dependencies |= by_property[key]
    timeouts = options.custom_timeouts
    hooks = options.hooks
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        parent=request.parent,
        properties=properties,
        provider=provider,
        dependencies=sorted(dependencies),
        property_dependencies={key: sorted(urns) for key, urns in by_property.items()},
        aliases=[_alias(alias) for alias in options.aliases],
        protect=options.protect if options.HasField("protect") else None,
        retain_on_delete=options.retain_on_delete if options.HasField("retain_on_delete") else None,
        delete_before_replace=options.delete_before_replace if options.HasField("delete_before_replace") else None,
        deleted_with=options.deleted_with,
        ignore_changes=list(options.ignore_changes),
        replace_on_changes=list(options.replace_on_changes),
        additional_secret_outputs=list(options.additional_secret_outputs),
        custom_timeouts={
            key: seconds(text) for key in ("create", "update", "delete") if (text := getattr(timeouts, key))
        },
        hooks={name: list(names) for key, name in _HOOK_FIELDS.items() if (names := getattr(hooks, key))},
        positions=positions,
    )


def read_goal(request: resource_pb2.ReadResourceRequest, provider: str, positions: dict[str, Any]) -> ReadGoal:
    """Return the goal of a request to look at a resource."""
    return ReadGoal(
        type=request.type,
        name=request.name,
        id=request.id,
        parent=request.parent,
        properties=decode(request.properties),
        provider=provider,
        dependencies=sorted(request.dependencies),
        additional_secret_outputs=list(request.additionalSecretOutputs),
        positions=positions,
    )


def seconds(text: str) -> float:
    """Return the seconds in a duration such as `1h30m`; EngineError where it is none."""
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text):
        raise EngineError(f"unable to parse customTimeout Value {text}")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def positions(request: Any, root: Path) -> dict[str, Any]:  # noqa: ANN401 - registrations and reads alike
    """Return where in the program a request was made, as a checkpoint has it.

    The stack traces that come along are left out: a dozen frames of the library for each resource, read by nobody.
    """
    source = _position(request.sourcePosition, root)
    return {"sourcePosition": source} if source else {}


def _position(position: Any, root: Path) -> str:  # noqa: ANN401 - the message's stub has no type
    url = urlsplit(position.uri)
    if url.scheme != "file" or not url.path.startswith("/"):
        return ""
    relative = Path(os.path.relpath(unquote(url.path), root)).as_posix()
    column = f",{position.column}" if position.column else ""
    return f"project:///{quote(relative)}#{position.line}{column}"


def _alias(message: alias_pb2.Alias) -> Alias:
    if message.WhichOneof("alias") != "spec":
        if not is_urn(message.urn):
            raise EngineError(f"invalid alias URN: {message.urn!r}")
        return Alias(urn=message.urn)
    spec = message.spec
    return Alias(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn,
        no_parent=spec.noParent,
    )


def provider_for(package: str, own: str, given: Mapping[str, str], of_parent: Mapping[str, str]) -> str:
    """Return the provider reference for a resource of `package`: its own, or that which it or its parent is given."""
    return own or given.get(package, "") or of_parent.get(package, "")
