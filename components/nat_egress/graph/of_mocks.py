"""Resources as a program registers them in a test, into what rules read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from .declare import declare
from .resource import Declared
from .values import Value


class Registered(Protocol):
    """A registration, as `nat_egress.testing` keeps it."""

    @property
    def urn(self) -> str:
        """Its URN."""

    @property
    def type(self) -> str:
        """Its type token."""

    @property
    def id(self) -> Any:  # noqa: ANN401 - text where it is known
        """Its id in Azure."""

    @property
    def asked(self) -> Mapping[str, Value]:
        """Its inputs, or what was read of it."""

    @property
    def answered(self) -> Mapping[str, Value]:
        """What the mocks answered."""

    @property
    def parent(self) -> str:
        """The URN of what it belongs to."""

    @property
    def dependencies(self) -> frozenset[str]:
        """The URNs of all that it depends on."""

    @property
    def property_dependencies(self) -> Mapping[str, frozenset[str]]:
        """The URNs that each input depends on."""


def resources_of(registered: Iterable[Registered]) -> Iterator[Declared]:
    """Yield the resources that a program registered."""
    for one in registered:
        yield declare(
            one.urn,
            one.type,
            one.asked,
            outputs=one.answered,
            id=one.id if isinstance(one.id, str) else "",
            parent=one.parent,
            dependencies=sorted(one.dependencies),
            property_dependencies={key: sorted(urns) for key, urns in one.property_dependencies.items()},
        )
