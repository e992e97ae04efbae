"""What providers answer, in the engine's own words.

Mirrors pulumi/pulumi `pkg/resource/plugin/provider_plugin.go` (decodeDetailedDiff, parseError, createConfigureError).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from nat_egress.state.values import Properties
from pulumi.runtime.proto import provider_pb2

from .diffing import Diff, DiffKind, PropertyDiff
from .rpc import RpcError

_CHANGES: Final[dict[int, Literal["unknown", "none", "some"]]] = {0: "unknown", 1: "none", 2: "some"}
_KINDS: Final[dict[int, DiffKind]] = {
    0: "add",
    1: "add-replace",
    2: "delete",
    3: "delete-replace",
    4: "update",
    5: "update-replace",
}


class DiffUnavailableError(Exception):
    """The provider cannot compare: its own configuration is not known yet."""


class ProviderError(Exception):
    """A provider has failed at what it was asked for.

    `partial` is what there is nevertheless, where a resource exists but did not come up; `in_doubt` tells that nobody
    knows whether something was done.
    """

    def __init__(self, message: str, *, partial: Outcome | None = None, in_doubt: bool = False) -> None:
        super().__init__(message)
        self.partial = partial
        self.in_doubt = in_doubt


@dataclass(frozen=True)
class Outcome:
    """What has come of creating, updating or reading a resource."""

    id: str
    outputs: Properties
    init_errors: tuple[str, ...] = ()
    exists: bool = True
    inputs: Properties | None = None
    """What a provider has read of the inputs; None where it says nothing of them."""


@dataclass(frozen=True)
class Checked:
    """The inputs as the provider will have them, and what is wrong with them: property (may be empty) and reason."""

    inputs: Properties
    failures: tuple[tuple[str, str], ...] = ()


def failures_of(response: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - several messages have this field
    """Return what is wrong with what was checked: property (may be empty) and reason."""
    return tuple((failure.property, failure.reason) for failure in response.failures)


def diff_of(response: provider_pb2.DiffResponse) -> Diff:
    """Return what a provider says of a change."""
    detailed = None
    if response.hasDetailedDiff:
        detailed = {
            path: PropertyDiff(_KINDS.get(item.kind, "update"), item.inputDiff)
            for path, item in response.detailedDiff.items()
        }
    return Diff(
        changes=_CHANGES.get(response.changes, "unknown"),
        replace_keys=tuple(response.replaces),
        changed_keys=tuple(response.diffs),
        detailed=detailed,
        delete_before_replace=response.deleteBeforeReplace,
    )


def partial_of(error: RpcError) -> provider_pb2.ErrorResourceInitFailed | None:
    """Return what there is of a resource that exists but did not come up."""
    for detail in error.status.details:
        if detail.Is(provider_pb2.ErrorResourceInitFailed.DESCRIPTOR):
            failed = provider_pb2.ErrorResourceInitFailed()
            detail.Unpack(failed)
            return failed
    return None


def configuration_complaint(error: RpcError) -> str:
    """Return why a provider cannot be configured, with the settings that it misses."""
    lines = []
    for detail in error.status.details:
        if detail.Is(provider_pb2.ConfigureErrorMissingKeys.DESCRIPTOR):
            missing = provider_pb2.ConfigureErrorMissingKeys()
            detail.Unpack(missing)
            lines += [
                f'missing required configuration key "{key.name}": {key.description}' for key in missing.missingKeys
            ]
    return "\n".join(lines) or str(error)
