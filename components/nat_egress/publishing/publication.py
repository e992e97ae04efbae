"""What is to be published: whose addresses, which, and what may leave."""

from __future__ import annotations

from dataclasses import dataclass

from .change import removal_problems
from .prefixes import family_of, in_order
from .serving import Egress


@dataclass(frozen=True, slots=True)
class Publication:
    """The addresses of one stack."""

    project: str
    stack: str
    egress: Egress
    named: tuple[str, ...] = ()
    """What may be removed, in order."""
    unfinished: bool = False
    """Whether the stack's last update was interrupted."""

    @property
    def owner(self) -> str:
        """Return the stack as places know it, PROJECT/STACK."""
        return f"{self.project}/{self.stack}"

    def serving(self, family: str) -> tuple[str, ...]:
        """Return the ranges of a family, `IPv4` or `IPv6`, in order."""
        return tuple(one for one in self.egress.prefixes if family_of(one) == family)

    def problems(self) -> list[str]:
        """Find out why this can't be published anywhere."""
        if not self.egress.prefixes and not self.named:
            return [f"{self.owner} has no NAT gateway with addresses in its state; what is published stays"]
        return removal_problems(self.egress.prefixes, self.named, unfinished=self.unfinished)


def publication_of(qualified: str, egress: Egress, remove: list[str], *, unfinished: bool) -> Publication:
    """Return what is to be published of a stack named `organization/project/stack`. ValueError for what is no range."""
    project, stack = qualified.split("/")[-2:]
    return Publication(project, stack, egress, in_order(remove), unfinished)
