"""The state of the update before this one: which of its resources is which of the program's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nat_egress.state.model import ResourceState

from .aliases import alias_urns
from .goals import Goal
from .graph import DependencyGraph
from .registry import Registry
from .reporting import Reporter


@dataclass
class Seen:
    """The URNs that this update has decided about, by decision."""

    urns: set[str] = field(default_factory=set)
    creates: set[str] = field(default_factory=set)
    sames: set[str] = field(default_factory=set)
    updates: set[str] = field(default_factory=set)
    replaces: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    deletes: set[str] = field(default_factory=set)

    @property
    def decided(self) -> set[str]:
        """Every URN that something was decided about."""
        return self.creates | self.sames | self.updates | self.replaces | self.reads | self.deletes

    def operated_on(self, urn: str) -> bool:
        """Tell whether the program still has the resource of an earlier state."""
        return urn in self.sames or urn in self.updates or urn in self.replaces or urn in self.reads


class Earlier:
    """Finds the earlier states of what the program registers, by present name and by aliases."""

    def __init__(
        self,
        rows: Sequence[ResourceState],
        seen: Seen,
        registry: Registry,
        reporter: Reporter,
        *,
        place: tuple[str, str],
    ) -> None:
        self.rows = rows
        self.by_urn = {state.urn: state for state in rows if not state.delete}
        self.graph = DependencyGraph(rows)
        self.present: dict[str, str] = {}
        """Earlier URN to the one that has taken it over."""
        self._names_before: dict[str, str] = {}
        self._seen = seen
        self._registry = registry
        self._reporter = reporter
        self._stack, self._project = place

    def operated_on(self, urn: str) -> bool:
        """Tell whether the program still has the resource that was called `urn`."""
        return self._seen.operated_on(self.present.get(urn, urn))

    def find(self, urn: str, goal: Goal) -> tuple[ResourceState | None, str, bool]:
        """Return the earlier state of a resource, the alias that it was found by, and whether that is unambiguous."""
        valid = True
        if urn in self.present:
            valid = False
            self._reporter.say(
                "error",
                f"Duplicate resource URN '{urn}' conflicting with alias on resource with URN '{self.present[urn]}'",
                urn,
            )
        if urn in self.by_urn:
            return self.by_urn[urn], "", valid
        for alias in alias_urns(goal, self._names_before, self._stack, self._project):
            old = self.by_urn.get(alias)
            if old is None:
                continue
            other = self.present.get(alias) or (urn if alias in self._seen.urns else "")
            if other:
                valid = False
                self._reporter.say(
                    "error",
                    f"Duplicate resource alias '{alias}' applied to resource with URN '{urn}' "
                    f"conflicting with resource with URN '{other}'",
                    urn,
                )
            self.present[alias] = urn
            self._names_before[urn] = alias
            self._registry.rename(urn, alias)
            return old, alias, valid
        return None, "", valid
