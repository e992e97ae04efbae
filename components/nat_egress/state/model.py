"""What a checkpoint holds, in memory: resources in an order in which each comes after all it depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .values import Properties


@dataclass
class ResourceState:
    """One resource of a stack.

    Names follow the checkpoint's keys (apitype.ResourceV3 in pulumi/pulumi `sdk/go/common/apitype/core.go`). Keys that
    this class has no field for are kept in `extra` and written back unchanged.
    """

    urn: str
    type: str
    custom: bool = False
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    delete: bool = False
    """True for the old half of a create-before-delete replacement that is still to be deleted."""
    protect: bool = False
    external: bool = False
    retain_on_delete: bool = False
    pending_replacement: bool = False
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    init_errors: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    resource_hooks: dict[str, list[str]] = field(default_factory=dict)
    deleted_with: str = ""
    created: str = ""
    modified: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class PendingOperation:
    """An operation that had begun when the state was last written: `creating`, `updating`, `deleting` or `reading`."""

    resource: ResourceState
    type: str


@dataclass
class Snapshot:
    """The state of one stack."""

    resources: list[ResourceState] = field(default_factory=list)
    pending_operations: list[PendingOperation] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    secrets_provider: dict[str, Any] | None = None
    """The checkpoint's `secrets_providers`: `{"type": "passphrase", "state": {"salt": "v1:…"}}`."""
    metadata: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    """Keys of the deployment that this class has no field for (`snippets`, `extensions`), written back unchanged."""
