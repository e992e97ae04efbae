"""Resources as a program registers them in a test, into what rules read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

from .declare import declare
from .resource import Declared
from .values import Value

_OF_ALL: Final = frozenset({"id", "name", "location", "provisioningState", "type"})
"""What is answered of each resource of Azure, and says nothing of how it is set up."""


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
    def read(self) -> bool:
        """Whether it exists already and is only read."""

    @property
    def asked(self) -> Mapping[str, Value]:
        """Its inputs; none of what is only read."""

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
    """Yield the resources that a program registered.

    What is only read is as the answer says; of what nothing is said, it is as little known as one of another stack.
    """
    for one in registered:
        if one.read and one.answered.keys() <= _OF_ALL:
            continue
        yield declare(
            one.urn,
            one.type,
            {**one.answered, **one.asked} if one.read else one.asked,
            outputs=one.answered,
            id=one.id if isinstance(one.id, str) else "",
            parent=one.parent,
            dependencies=sorted(one.dependencies),
            property_dependencies={key: sorted(urns) for key, urns in one.property_dependencies.items()},
        )
