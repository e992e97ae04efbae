"""A step of an update: what happened to one resource, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..engine.display_words import REPLACEMENTS
from ..engine.urn import urn_name, urn_type
from . import names


@dataclass(frozen=True)
class Step:
    """One step, as the engine told it."""

    op: str
    """In the engine's words: `create`, `update`, `delete`, `same`, `create-replacement`, `delete-replaced`, …"""
    urn: str
    diffs: tuple[str, ...] = ()
    """The top-level inputs that differ."""
    replace_keys: tuple[str, ...] = ()
    """The inputs whose change forces the replacement."""
    detailed_diff: Mapping[str, str] = field(default_factory=dict)
    """Path of a property to `add`, `delete` or `update`, with `-replace` behind it where that replaces."""
    old: Mapping[str, Any] | None = field(default=None, repr=False)
    """The resource before the step, as a checkpoint has it, secrets blinded; None of one that is new."""
    new: Mapping[str, Any] | None = field(default=None, repr=False)
    """The resource after the step; None of one that goes."""
    begun: int = 0
    """The place of its begin among the begins and ends of all steps."""
    ended: int | None = None
    """The place of its end; None of one that had not ended when the update did, and of all in a preview."""
    failed: bool = False

    @property
    def type(self) -> str:
        """The type token, as in `azure-native:network:NatGateway`."""
        return urn_type(self.urn)

    @property
    def name(self) -> str:
        """The name in the program."""
        return urn_name(self.urn)

    @property
    def kind(self) -> str:
        """The last part of the type, as in `NatGateway`."""
        return self.type.rpartition(":")[2]

    @property
    def label(self) -> str:
        """Kind and name, as in `NatGateway egress`."""
        return names.label(self.urn)

    @property
    def change(self) -> str:
        """What it is part of: `replace` of each step of a replacement, the op itself of any other."""
        return "replace" if self.op in REPLACEMENTS else self.op

    def is_a(self, kind: str) -> bool:
        """Tell whether it is about a kind of resource, named as in `names.is_a`."""
        return names.is_a(self.type, kind)

    def matches(self, named: str) -> bool:
        """Tell whether it is what is named, as in `create NatGateway egress`, or without the name."""
        op, kind, *name = named.split(" ", 2)
        return self.op == op and self.is_a(kind) and name in ([], [self.name])

    def __str__(self) -> str:
        return f"{self.op} {self.label}"
