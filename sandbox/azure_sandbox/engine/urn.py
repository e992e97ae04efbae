"""URNs and provider references: how the engine names what it manages.

The forms are those of pulumi/pulumi `sdk/go/common/resource/urn/urn.go` and `sdk/go/common/providers/reference.go`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

ROOT_STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_TYPE_PREFIX: Final = "pulumi:providers:"
UNKNOWN_ID: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for an id that an update has yet to find out; also the wire's unknown string."""

_DELIMITER: Final = "::"
_PARTS: Final = 4


class ProviderReference(NamedTuple):
    """Which provider resource manages a resource, as a resource's state names it: `urn::id`."""

    urn: str
    id: str

    def __str__(self) -> str:
        return f"{self.urn}{_DELIMITER}{self.id}"


def make_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """Return the URN of a resource; the root stack's type is left out of the chain of parents' types."""
    parent_type = qualified_type(parent) if parent else ""
    chain = f"{parent_type}${type_}" if parent_type not in {"", ROOT_STACK_TYPE} else type_
    return f"urn:pulumi:{stack}::{project}::{chain}::{name}"


def is_urn(text: str) -> bool:
    """Tell whether `text` has the form of a URN."""
    return text.startswith("urn:pulumi:") and text.count(_DELIMITER) >= _PARTS - 1


def urn_stack(urn: str) -> str:
    """Return the stack that a resource belongs to."""
    return urn.split(_DELIMITER, 1)[0].removeprefix("urn:pulumi:")


def urn_project(urn: str) -> str:
    """Return the project that a resource belongs to."""
    return urn.split(_DELIMITER, _PARTS - 1)[1]


def qualified_type(urn: str) -> str:
    """Return the types of a resource's parents and its own, joined by `$`."""
    return urn.split(_DELIMITER, _PARTS - 1)[2]


def urn_type(urn: str) -> str:
    """Return a resource's own type."""
    return qualified_type(urn).rsplit("$", 1)[-1]


def urn_name(urn: str) -> str:
    """Return a resource's logical name."""
    return urn.split(_DELIMITER, _PARTS - 1)[3]


def parse_reference(text: str) -> ProviderReference:
    """Return the provider reference that `text` is; ValueError where it is none."""
    urn, delimiter, id_ = text.rpartition(_DELIMITER)
    if not delimiter or not is_urn(urn) or not is_provider_type(urn_type(urn)):
        raise ValueError(f"{text!r} is no provider reference")
    return ProviderReference(urn, id_)


def provider_urn(reference: str) -> str:
    """Return the URN in a provider reference, empty for the empty reference of a component."""
    return parse_reference(reference).urn if reference else ""


def is_provider_type(type_: str) -> bool:
    """Tell whether `type_` is the type of a provider resource."""
    return type_.startswith(PROVIDER_TYPE_PREFIX)


def package_of(type_: str) -> str:
    """Return the package that a type belongs to; that of a provider's type is the package it provides."""
    return type_.removeprefix(PROVIDER_TYPE_PREFIX).split(":", 1)[0]


def is_default_provider(urn: str) -> bool:
    """Tell whether `urn` is a provider that the engine made and the program never named."""
    name = urn_name(urn)
    return is_provider_type(urn_type(urn)) and (name == "default" or name.startswith("default_"))
