"""What an update tells whoever watches it.

Names and fields follow the CLI's own events (apitype.EngineEvent in pulumi/pulumi `sdk/go/common/apitype/events.go`),
so that a display or a log of ours and of the CLI's say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties

Op: TypeAlias = Literal[
    "same",
    "create",
    "update",
    "delete",
    "replace",
    "create-replacement",
    "delete-replaced",
    "read",
    "read-replacement",
    "refresh",
    "discard",
    "discard-replaced",
    "remove-pending-replace",
]

Severity: TypeAlias = Literal["debug", "info", "info#err", "warning", "error"]

PolicySeverity: TypeAlias = Literal["", "low", "medium", "high", "critical"]
"""Empty where a policy says nothing of it."""


@dataclass(frozen=True)
class Step:
    """One step of an update: what happens to one resource, and why."""

    op: Op
    urn: str
    type: str
    provider: str = ""
    old: ResourceState | None = None
    new: ResourceState | None = None
    diffs: tuple[str, ...] = ()
    """Top-level input properties that differ."""
    replace_keys: tuple[str, ...] = ()
    """Properties whose change forces the replacement."""
    detailed_diff: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Property path to `{"diffKind": …, "inputDiff": …}`, as the CLI's JSON has it."""
    refresh: bool = False
    """Whether the resource is only looked at; `op` is `refresh`, or what was found where that is known."""


@dataclass(frozen=True)
class StepStarted:
    """A step begins (`resourcePreEvent`). Steps of op `same` are told too."""

    step: Step


@dataclass(frozen=True)
class StepSucceeded:
    """A step has ended well (`resOutputsEvent`); its `new` state has outputs and id."""

    step: Step


@dataclass(frozen=True)
class StepFailed:
    """A step has failed (`resOpFailedEvent`); a `Diagnostic` with the reason has been told before."""

    step: Step


@dataclass(frozen=True)
class Diagnostic:
    """Something said by the engine, the program, a provider or a hook (`diagnosticEvent`). Secrets are blinded."""

    severity: Severity
    message: str
    urn: str = ""


@dataclass(frozen=True)
class PolicyLoad:
    """A policy pack begins to load (`policyLoadEvent`)."""


@dataclass(frozen=True)
class PolicyViolation:
    """What a policy found (`policyEvent`). Secrets are blinded."""

    policy_pack: str
    policy: str
    enforcement_level: Literal["advisory", "mandatory", "remediate"]
    message: str
    urn: str = ""
    severity: PolicySeverity = ""
    policy_pack_version: str = ""


@dataclass(frozen=True)
class PolicyRemediation:
    """What a policy has made of a resource's inputs (`policyRemediationEvent`)."""

    policy_pack: str
    policy_pack_version: str
    policy: str
    urn: str
    before: Properties
    after: Properties


@dataclass(frozen=True)
class PolicySummary:
    """Which policies of a pack hold, of those that were asked (`policy…SummaryEvent`)."""

    asked: Literal["remediate", "analyze", "analyze_stack"]
    policy_pack: str
    policy_pack_version: str
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    urn: str = ""
    """The resource, none where the stack as a whole was judged."""


@dataclass(frozen=True)
class Summary:
    """The end of an update (`summaryEvent`)."""

    preview: bool
    duration_seconds: float
    resource_changes: dict[Op, int]
    policy_packs: dict[str, str] = field(default_factory=dict)
    """Pack, as `pack_name` writes it, to version, of the packs that ran."""
    maybe_corrupt: bool = False


PolicyFinding: TypeAlias = PolicyViolation | PolicyRemediation | PolicySummary

Event: TypeAlias = StepStarted | StepSucceeded | StepFailed | Diagnostic | PolicyLoad | PolicyFinding | Summary
