"""A managed prefix list of EC2, and the requests that bring it from what it has to what it is to have.

Figures and rules: docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html and
docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html, 2026-11-25.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .change import Change, change_of
from .prefixes import in_order
from .publication import Publication

MOST_ENTRIES: Final = 1000
"""Of one list."""
MOST_IN_A_REQUEST: Final = 100
"""Entries that one request adds or removes."""
LEAST_ROOM: Final = 10
"""The maximum of a new list that has few entries. In a security group a list counts with its maximum, not with its
entries, against a quota of 60 rules by default: room is not free."""
TAG: Final = "nat-egress:stack"
"""The tag of a list that this made: the stack, as PROJECT/STACK."""
AWS: Final = "AWS"
"""The owner of the lists that AWS keeps itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A range of a list."""

    prefix: str
    description: str


@dataclass(frozen=True, slots=True)
class PrefixList:
    """A list as EC2 has it."""

    id: str
    name: str
    family: str
    """`IPv4` or `IPv6`."""
    max_entries: int
    version: int
    state: str
    """As in `modify-complete`."""
    state_message: str
    owner: str
    tags: Mapping[str, str]
    entries: tuple[Entry, ...]

    def of(self, stack: str) -> tuple[str, ...]:
        """Return the ranges that a stack, as PROJECT/STACK, has put in."""
        return in_order(one.prefix for one in self.entries if one.description == description_of(stack))

    def of_others(self, stack: str) -> tuple[str, ...]:
        """Return all other ranges."""
        return in_order(one.prefix for one in self.entries if one.description != description_of(stack))


@dataclass(frozen=True, slots=True)
class Resize:
    """A request that changes how many entries a list can have."""

    max_entries: int


@dataclass(frozen=True, slots=True)
class Modify:
    """A request that adds or removes entries."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


Request = Resize | Modify
Tell = Callable[[str], None]
"""Says what is being done."""


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How prefix lists are looked for and written."""

    region: str | None = None
    """None for that of the AWS configuration."""
    limit: int | None = None
    """How many entries a list may have room for; None leaves that to what is needed."""
    adopt: bool = False
    """Whether a list that was not made for the stack is added to."""
    tell: Tell = print


def description_of(stack: str) -> str:
    """Return what the entries of a stack say, by which they are known."""
    return f"nat-egress {stack}"


def change_to(publication: Publication, family: str, found: PrefixList | None) -> Change:
    """Return what becomes of the ranges of a stack; what others have put in is there, and theirs."""
    mine, others = (found.of(publication.owner), found.of_others(publication.owner)) if found else ((), ())
    return change_of(set(publication.serving(family)) - set(others), mine, publication.named)


def room_for(count: int, limit: int | None) -> int:
    """Return the maximum of a list for so many entries: `limit`, or twice as many, and at least ten."""
    return limit or min(max(2 * count, LEAST_ROOM), MOST_ENTRIES)


def requests(found: PrefixList, change: Change, limit: int | None) -> Iterator[Request]:
    """Yield the requests of a change, in order: room, then what is added, then what is removed.

    Entries and the maximum can't change in one request. All is added before anything is removed, so a list has both
    for a while.
    """
    needed = len(found.entries) + len(change.add)
    if change.add and needed > found.max_entries:
        yield Resize(room_for(needed, limit))
    yield from (Modify(add=part) for part in parts(change.add))
    yield from (Modify(remove=part) for part in parts(change.remove))


def parts(prefixes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield so many as one request takes."""
    for start in range(0, len(prefixes), MOST_IN_A_REQUEST):
        yield tuple(prefixes[start : start + MOST_IN_A_REQUEST])


def room_problems(where: str, found: PrefixList | None, change: Change, limit: int | None) -> list[str]:
    """Find out why the entries that are there and those that are added do not fit into one list."""
    present, room = (len(found.entries), found.max_entries) if found else (0, 0)
    needed, most = present + len(change.add), limit or MOST_ENTRIES
    if not change.add or needed <= max(room, most):
        return []
    rule = f"--max-entries is {limit}" if limit else f"a prefix list has at most {MOST_ENTRIES:,} entries"
    remedy = "raise it, or " if limit and limit < MOST_ENTRIES else ""
    come = f"{present:,} are there, {len(change.add):,} come"
    remedy += "remove what has left the stack first, with --remove"
    return [f"{where}: needs room for {needed:,} entries ({come}), and {rule}: {remedy}"]


def ownership_problems(found: PrefixList, family: str, owner: str, *, adopt: bool) -> list[str]:
    """Find out why a list that is there is not written to."""
    where = f"the prefix list {found.id} ({found.name})"
    if found.owner == AWS:
        return [f"{where}: is kept by AWS itself, and nobody can change it"]
    problems = []
    if found.family != family:
        problems.append(f"{where}: holds {found.family}, and {family} addresses are for it: give another list")
    tagged = found.tags.get(TAG)
    if tagged != owner and not adopt:
        whose = f"was made for the stack {tagged}" if tagged else "was not made by nat-egress publish"
        problems.append(
            f"{where}: {whose}: with --adopt, entries of {owner} are added to it, and nothing else is touched"
        )
    return problems
