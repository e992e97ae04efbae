"""What an update is asked to do, and what comes of it: the seam between the command line and the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from nat_egress.state.model import Snapshot
from nat_egress.state.values import Properties

from .events import Event


@dataclass(frozen=True)
class ConfigValue:
    """One value of a stack's configuration, as the program is given it: text, structured values as JSON text."""

    text: str
    secret: bool = False


@dataclass(frozen=True)
class Project:
    """A Pulumi project: where it is, and how its program is run."""

    name: str
    root: Path
    """The folder that holds Pulumi.yaml."""
    program: Path
    """The folder that holds the program (`main` of Pulumi.yaml; the root where there is none)."""
    python: Path
    """The interpreter of the project's virtual environment."""


@dataclass(frozen=True)
class PolicyPack:
    """A policy pack to run, and its configuration file (JSON) where there is one."""

    root: Path
    config: Path | None = None


@dataclass(frozen=True)
class Plugin:
    """How a resource provider is started: a command that prints its port as its first line."""

    name: str
    version: str
    command: tuple[str, ...]
    early: bool = True
    """Whether a first process is started at once, before anything is known of the program's resources."""


@dataclass(frozen=True)
class UpdateRequest:
    """One preview, update, refresh or destroy of one stack."""

    kind: Literal["preview", "update", "refresh", "destroy"]
    project: Project
    stack: str
    config: Mapping[str, ConfigValue]
    """Fully qualified keys (`project:key`)."""
    snapshot: Snapshot
    save: Callable[[Snapshot], None]
    """Called after every step of an update; never where nothing is changed. Must have written when it returns."""
    plugins: tuple[Plugin, ...]
    """The providers that exist; a resource of any other package is refused by name."""
    policy_packs: tuple[PolicyPack, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    """The whole environment of the processes that the engine starts."""
    parallel: int = 16
    """Resource operations under way at once, at most."""
    exclude_protected: bool = False
    """With destroy: leave protected resources, and what they need, and say which."""
    look_only: bool = False
    """With refresh and destroy: leave the cloud and the state as they are."""
    goes_on: bool = False
    """With refresh: another operation goes out from its result, and tells the summary of both."""
    organization: str = "organization"

    @property
    def preview(self) -> bool:
        """Whether nothing is to be changed, in the cloud or in the state."""
        return self.kind == "preview" or self.look_only


@dataclass(frozen=True)
class UpdateResult:
    """How an update ended."""

    succeeded: bool
    snapshot: Snapshot
    """What `save` last got; in a preview what the stack would become, as far as it can be known."""
    outputs: Properties
    """The stack's outputs."""
    resource_changes: dict[str, int]
    protected: tuple[str, ...] = ()
    """URNs that a destroy left because they are protected."""
    retained: tuple[str, ...] = ()
    """URNs that left the state while what they stand for was kept (retainOnDelete)."""


RunUpdate = Callable[[UpdateRequest, Callable[[Event], None]], UpdateResult]
"""The engine's one entry: `azure_sandbox.engine.update.run_update`.

`emit` may be called from any thread, never twice at once.
"""
