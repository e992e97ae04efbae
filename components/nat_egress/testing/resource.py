"""A resource as a program registered it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format
from pulumi.runtime.proto import resource_pb2

from ..graph import tokens
from ..graph.values import Value


@dataclass(frozen=True, eq=False, repr=False)
class Resource:
    """One resource: what the program asked for, with which options, and what it was answered.

    Unknown values fail the test that uses them (`unknown.NotKnown`); secret ones are `nat_egress.state.values.Secret`.
    """

    urn: str
    inputs: Mapping[str, Any]
    """As the provider names them, in camel case."""
    outputs: Mapping[str, Any]
    """What the provider answers; of a component what it gives to `register_outputs`."""
    id: Any
    """Its id in Azure; "" of a component."""
    read: bool
    """Whether it exists already and is only read, as with `get`."""
    request: resource_pb2.RegisterResourceRequest
    """The registration itself, for all that has no name here; it shows secrets as they are."""
    asked: Mapping[str, Value]
    """The inputs as they are, with `UNKNOWN`."""
    answered: Mapping[str, Value]
    """The outputs that are there, as they are."""

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "request": self.request.SerializeToString()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Messages of the SDK know no module that they could be loaded from again.
        vars(self).update(state, request=resource_pb2.RegisterResourceRequest.FromString(state["request"]))

    @property
    def type(self) -> str:
        """The type token, as in `azure-native:network:NatGateway`."""
        return self.request.type

    @property
    def name(self) -> str:
        """The name in the program."""
        return self.request.name

    @property
    def kind(self) -> str:
        """The last part of the type, as in `NatGateway`."""
        return self.type.rpartition(":")[2]

    @property
    def custom(self) -> bool:
        """Whether a provider makes it; a component is none that does."""
        return self.request.custom

    @property
    def parent(self) -> str:
        """The URN of what it belongs to."""
        return self.request.parent

    @property
    def dependencies(self) -> frozenset[str]:
        """The URNs of all that it depends on."""
        return frozenset(self.request.dependencies)

    @property
    def property_dependencies(self) -> dict[str, frozenset[str]]:
        """The URNs that each input depends on."""
        return {key: frozenset(found.urns) for key, found in self.request.propertyDependencies.items()}

    @property
    def depends_on(self) -> frozenset[str]:
        """The URNs that it depends on and no input explains: those of `depends_on`."""
        return self.dependencies.difference(*self.property_dependencies.values())

    @property
    def protect(self) -> bool:
        """Whether Pulumi refuses to delete it."""
        return self.request.protect

    @property
    def retain_on_delete(self) -> bool:
        """Whether it stays in Azure when it leaves the stack."""
        return self.request.retainOnDelete

    @property
    def delete_before_replace(self) -> bool:
        """Whether it is deleted before the one that replaces it is made."""
        return self.request.deleteBeforeReplace

    @property
    def aliases(self) -> list[str | dict[str, Any]]:
        """What it was called before: a URN, or the parts that differ (`name`, `type`, `parentUrn`, …)."""
        return [one.urn or _given(json_format.MessageToDict(one.spec)) for one in self.request.aliases]

    @property
    def ignore_changes(self) -> list[str]:
        """The inputs whose changes are ignored."""
        return list(self.request.ignoreChanges)

    @property
    def replace_on_changes(self) -> list[str]:
        """The inputs whose changes replace it."""
        return list(self.request.replaceOnChanges)

    @property
    def provider(self) -> str:
        """The reference to an explicit provider, `urn::id`; "" for the default one."""
        return self.request.provider

    @property
    def version(self) -> str:
        """The version of the provider's SDK."""
        return self.request.version

    def is_a(self, kind: str) -> bool:
        """Tell whether it is of a kind: `NatGateway`, `network:NatGateway`, or a whole token, of any version."""
        return kind in tokens.spellings(self.type)

    def __repr__(self) -> str:
        return f"{self.kind} {self.name}"


def _given(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value}


@dataclass(frozen=True)
class Call:
    """A function of a provider that the program called."""

    token: str
    """As in `azure-native:network:getSubnet`."""
    arguments: Mapping[str, Any]
    provider: str
    """The reference to an explicit provider, "" for the default one."""


@dataclass(frozen=True)
class Message:
    """What the program told its user."""

    severity: str
    """`info`, `warning` or `error`."""
    text: str
    urn: str = ""
