"""What has to change where addresses are published: nothing leaves that serves, or that nobody has named."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .prefixes import in_order


@dataclass(frozen=True, slots=True)
class Change:
    """Ranges by what becomes of them, each in order."""

    add: tuple[str, ...]
    keep: tuple[str, ...]
    """What is there already, and in the stack."""
    hold: tuple[str, ...]
    """What has left the stack and stays published, since nobody named it to be removed."""
    remove: tuple[str, ...]

    @property
    def needed(self) -> bool:
        """Whether anything is to be added or removed."""
        return bool(self.add or self.remove)


def change_of(serving: Collection[str], published: Collection[str], named: Collection[str]) -> Change:
    """Return the change from what is `published` to what is `serving`; of what is not, only what is `named` leaves."""
    gone = set(published) - set(serving)
    return Change(
        add=in_order(set(serving) - set(published)),
        keep=in_order(set(serving) & set(published)),
        hold=in_order(gone - set(named)),
        remove=in_order(gone & set(named)),
    )


def removal_problems(serving: Collection[str], named: Collection[str], *, unfinished: bool) -> list[str]:
    """Find what forbids to remove what is named; `unfinished` is whether an update was interrupted."""
    problems = [
        f"--remove {one}: the stack still has it, so connections may come from it: take it out of the stack first"
        for one in in_order(set(named) & set(serving))
    ]
    if named and unfinished:
        problems.append(
            "--remove: the stack's last update was interrupted, so its state may not have all that serves: finish it "
            "with pulumi up, or pulumi refresh, first"
        )
    return problems
