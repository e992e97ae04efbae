"""Components that a plugin makes: the Construct call, from a registration of the program and back to its answer.

Mirrors pulumi/pulumi `pkg/resource/deploy/source_eval.go` (RegisterResource of a remote component) and
`pkg/resource/plugin/provider_plugin.go` (Construct).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from google.protobuf import struct_pb2
from nat_egress.state.values import contains_unknown
from pulumi.runtime.proto import errors_pb2, provider_pb2, resource_pb2

from .properties import OUTPUT_VALUE, SECRET, SIGNATURE_KEY, UNKNOWNS, Accepts, decode, encode
from .refusals import EngineError, unsupported
from .request import UpdateRequest
from .requests import Wanted
from .rpc import RpcError

_HOOKS: Final = tuple(provider_pb2.ConstructRequest.ResourceHooksBinding.DESCRIPTOR.fields_by_name)
_TIMEOUTS: Final = ("create", "update", "delete")


def construct_request(
    update: UpdateRequest,
    monitor: str,
    request: resource_pb2.RegisterResourceRequest,
    want: Wanted,
    providers: Mapping[str, str],
) -> provider_pb2.ConstructRequest:
    """Return what the plugin is asked; `monitor` is where it registers the component and its children."""
    if request.transforms:
        raise unsupported("transforms of remote components", f"{request.type} {request.name!r}")
    options = want.options
    asked = provider_pb2.ConstructRequest(
        project=update.project.name,
        stack=update.stack,
        organization=update.organization,
        config={key: value.text for key, value in update.config.items()},
        configSecretKeys=[key for key, value in update.config.items() if value.secret],
        dryRun=update.kind == "preview",
        parallel=update.parallel,
        monitorEndpoint=monitor,
        type=request.type,
        name=request.name,
        parent=request.parent,
        inputs=_with_outputs(want.properties),
        inputDependencies={
            key: provider_pb2.ConstructRequest.PropertyDependencies(urns=sorted(urns))
            for key, urns in want.dependencies.items()
        },
        providers=providers,
        aliases=options.aliases,
        dependencies=options.depends_on,
        additionalSecretOutputs=options.additional_secret_outputs,
        deletedWith=options.deleted_with,
        ignoreChanges=options.ignore_changes,
        replaceOnChanges=options.replace_on_changes,
        accepts_output_values=True,
    )
    if options.HasField("protect"):
        asked.protect = options.protect
    if options.HasField("retain_on_delete"):
        asked.retainOnDelete = options.retain_on_delete
    if options.HasField("delete_before_replace"):
        asked.deleteBeforeReplace = options.delete_before_replace
    if options.HasField("custom_timeouts"):
        for key in _TIMEOUTS:
            setattr(asked.customTimeouts, key, getattr(options.custom_timeouts, key))
    if options.HasField("hooks"):
        for key in _HOOKS:
            getattr(asked.resource_hooks, key).extend(getattr(options.hooks, key))
    return asked


def registered(
    request: resource_pb2.RegisterResourceRequest, made: provider_pb2.ConstructResponse
) -> resource_pb2.RegisterResourceResponse:
    """Return what the program is told of a component that the plugin has made."""
    dependencies = {key: set(urns.urns) for key, urns in made.stateDependencies.items()}
    outputs = decode(made.state, dependencies)
    if not request.supportsPartialValues:
        outputs = {key: value for key, value in outputs.items() if not contains_unknown(value)}
    accepts = Accepts(secrets=request.acceptSecrets, resources=request.acceptResources)
    return resource_pb2.RegisterResourceResponse(
        urn=made.urn,
        object=encode(outputs, accepts),
        propertyDependencies={
            key: resource_pb2.RegisterResourceResponse.PropertyDependencies(urns=sorted(urns))
            for key, urns in dependencies.items()
        },
    )


def complaint(request: resource_pb2.RegisterResourceRequest, error: RpcError) -> EngineError:
    """Return what is said where the plugin makes no component: its words, and the properties that it names."""
    lines = [str(error)]
    for detail in error.status.details:
        if detail.Is(errors_pb2.InputPropertiesError.DESCRIPTOR):
            wrong = errors_pb2.InputPropertiesError()
            detail.Unpack(wrong)
            lines += [f"  - property {one.property_path} has a problem: {one.reason}" for one in wrong.errors]
    return EngineError(f"{request.type} resource '{request.name}' has a problem: " + "\n".join(lines))


def _with_outputs(properties: struct_pb2.Struct) -> struct_pb2.Struct:
    """Return `properties` with all that is unknown or secret as output values, which is how components take them."""
    upgraded = struct_pb2.Struct()
    for key, value in properties.fields.items():
        _upgrade(upgraded.fields[key], value)
    return upgraded


def _upgrade(target: struct_pb2.Value, value: struct_pb2.Value) -> None:
    fields = value.struct_value.fields
    if value.string_value in UNKNOWNS:
        target.struct_value.fields[SIGNATURE_KEY].string_value = OUTPUT_VALUE
    elif value.HasField("list_value"):
        target.list_value.SetInParent()
        for item in value.list_value.values:
            _upgrade(target.list_value.values.add(), item)
    elif not value.HasField("struct_value") or (
        SIGNATURE_KEY in fields and fields[SIGNATURE_KEY].string_value != SECRET
    ):
        target.CopyFrom(value)
    elif SIGNATURE_KEY in fields:
        inner = target.struct_value.fields
        inner[SIGNATURE_KEY].string_value = OUTPUT_VALUE
        inner["secret"].bool_value = True
        if fields["value"].string_value not in UNKNOWNS:
            inner["value"].CopyFrom(fields["value"])
    else:
        target.struct_value.CopyFrom(_with_outputs(value.struct_value))
