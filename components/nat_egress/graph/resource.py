"""A resource as a stack declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .kinds import KINDS
from .values import Text, Value, text


@dataclass(frozen=True, eq=False)
class Declared:
    """One resource: what the program asked for, and what it depends on."""

    urn: str
    token: str
    kind: str
    """What it is in azure-native's words, as in `network:Subnet`, whichever provider it is of."""
    inputs: dict[str, Value]
    """As azure-native names and nests them."""
    outputs: Mapping[str, Value] = field(default_factory=dict)
    """What Azure answered, as far as the source has it."""
    api_version: str = ""
    """The version of Azure's interface that it is written with, "" where nothing says so."""
    id: str = ""
    """Its id in Azure, "" where it is not known."""
    parent: str = ""
    """The URN of the component that it belongs to."""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The URNs that each input depends on."""

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def names(self) -> tuple[Text, ...]:
        """The names in its id in Azure, its parents' first, as far as the inputs hold them."""
        return tuple(text(self.inputs, key) for key in KINDS[self.kind].names) if self.kind in KINDS else ()

    @property
    def azure_name(self) -> str:
        """Its own name in Azure, that in the program where it is not known."""
        names = self.names
        return names[-1] if names and isinstance(names[-1], str) else self.name

    @property
    def everything(self) -> frozenset[str]:
        """All URNs that it depends on."""
        return frozenset(self.dependencies).union(*self.property_dependencies.values())
