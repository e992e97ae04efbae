"""The resources of a program, as it registered them, and what it told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..did_you_mean import nearest_in_any_case
from ..drawing.formats import Format, View, written
from ..graph.kinds import KINDS
from ..graph.of_mocks import resources_of
from ..graph.values import listed
from .failures import Failure, hidden
from .resource import Call, Message, Resource

__tracebackhide__ = hidden

_ALIKE: Final = 0.94
"""No two kinds of azure-native, of which one is among those known here, are as alike (3.29)."""


@dataclass(frozen=True, repr=False)
class ResourceGraph:
    """What one run of a program came to."""

    project: str
    stack: str
    preview: bool
    resources: tuple[Resource, ...]
    """Each after all that it depends on. Which of two that do not depend on each other comes first, differs by run."""
    outputs: Mapping[str, Any]
    """The outputs of the stack."""
    result: Any
    """What a callable returned, its outputs resolved."""
    calls: tuple[Call, ...]
    messages: tuple[Message, ...]

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def __len__(self) -> int:
        return len(self.resources)

    def __repr__(self) -> str:
        return f"<{self.project}/{self.stack}: {len(self)} resources>"

    @property
    def warnings(self) -> list[str]:
        """What the program warned of."""
        return [message.text for message in self.messages if message.severity == "warning"]

    def one(self, kind: str, name: str | None = None) -> Resource:
        """Return the one resource of a kind, and of a name where one is given; a kind is as in `Resource.is_a`."""
        found = [one for one in self.all(kind) if name in (None, one.name)]
        if len(found) == 1:
            return found[0]
        names = listed(one.name for one in self.all(kind))
        if not found:
            raise Failure(f"No {kind} is called {name}. There are: {names}.")
        raise Failure(f"There are {len(found)} of {kind}: {names}. Name the one that is meant.")

    def all(self, kind: str) -> list[Resource]:
        """Return the resources of a kind, at least one: an assertion on each of none would assert nothing."""
        found = [one for one in self.resources if one.is_a(kind)]
        if not found:
            raise Failure(f"The program registers no {kind}. There are: {listed(sorted(self.kinds()))}.")
        return found

    def names(self, kind: str) -> list[str]:
        """Return the names of the resources of a kind, sorted; none where there is none.

        Raises `Failure` for a kind that there can't be, and of which there would always be none.
        """
        found = sorted(one.name for one in self.resources if one.is_a(kind))
        if not found:
            _refuse_mistyped(kind, self.kinds())
        return found

    def kinds(self) -> frozenset[str]:
        """Return the kinds that there are."""
        return frozenset(one.kind for one in self.resources)

    def of_component(self, name: str) -> list[Resource]:
        """Return all resources below the components of a name, at whatever depth."""
        inside = {one.urn for one in self.resources if one.name == name and not one.custom}
        if not inside:
            components = listed(one.name for one in self.resources if not one.custom)
            raise Failure(f"No component is called {name}. There are: {components or 'none'}.")
        found: list[Resource] = []
        for one in self.resources:  # a component comes before what is in it
            if one.parent in inside:
                inside.add(one.urn)
                found.append(one)
        return found

    def by_urn(self, urn: str) -> Resource:
        """Return the resource of a URN, such as stands in `dependencies`."""
        found = next((one for one in self.resources if one.urn == urn), None)
        if found is None:
            raise Failure(f"No resource has the URN {urn}.")
        return found

    def to_json(self, view: str = "network") -> str:
        """Write the network, or with `view="resources"` all resources, as JSON; docs/drawing.md has its keys."""
        return _drawn(self, Format.JSON, view)

    def to_dot(self, view: str = "network") -> str:
        """Write the network, or with `view="resources"` all resources, in the language of Graphviz."""
        return _drawn(self, Format.DOT, view)

    def to_mermaid(self, view: str = "network") -> str:
        """Write the network, or with `view="resources"` all resources, in Mermaid."""
        return _drawn(self, Format.MERMAID, view)

    def to_html(self) -> str:
        """Draw the network on a page that needs nothing but itself."""
        return _drawn(self, Format.HTML, "network")

    def to_svg(self) -> str:
        """Draw the network as a picture."""
        return _drawn(self, Format.SVG, "network")

    def depended_on(self, resource: Resource) -> frozenset[str]:
        """Return the URNs of all that a resource depends on, directly or through others."""
        known = {one.urn: one for one in self.resources}
        found: set[str] = set()
        left = list(resource.dependencies)
        while left:
            urn = left.pop()
            if urn not in found:
                found.add(urn)
                left += known[urn].dependencies if urn in known else ()
        return frozenset(found)


def _refuse_mistyped(kind: str, there: frozenset[str]) -> None:
    if kind.count(":") > 1:
        return
    word = kind.rpartition(":")[2]
    known = {*there, *(one.rpartition(":")[2] for one in KINDS)}
    meant = nearest_in_any_case(word, known, alike=_ALIKE)
    if word not in known and meant:
        raise Failure(
            f"There is no kind {kind}, so that there would never be one. Did you mean {meant}? "
            "A kind of your own has a whole token, package:module:Type."
        )


def _drawn(graph: ResourceGraph, form: Format, view: str) -> str:
    """Write what a program registered."""
    stack = f"{graph.project}/{graph.stack}"
    return written(resources_of(graph.resources), stack, form, View(view), preview=graph.preview)
