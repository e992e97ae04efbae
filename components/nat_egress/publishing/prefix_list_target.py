"""A managed prefix list of EC2 as a place to publish to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from . import prefix_list
from .change import Change
from .errors import PublishingError
from .outcome import Outcome
from .prefix_list import ListOptions, PrefixList
from .prefix_lists import PrefixLists
from .publication import Publication


@dataclass
class PrefixListTarget:
    """A prefix list of one address family."""

    wanted: str
    """Its id, or its name."""
    family: str
    publication: Publication
    options: ListOptions
    _found: PrefixList | None = field(default=None, init=False)
    _change: Change = field(default=Change((), (), (), ()), init=False)

    @cached_property
    def lists(self) -> PrefixLists:
        """Return the lists of the region; PublishingError where the AWS configuration can't be used."""
        return PrefixLists(self.options.region)

    def plan(self) -> Outcome:
        """Read the list that is there, and say what would be changed in it."""
        self._found = self.lists.find(self.wanted)
        self._change = prefix_list.change_to(self.publication, self.family, self._found)
        problems = prefix_list.room_problems(
            f"the prefix list {self.wanted}", self._found, self._change, self.options.limit
        )
        if self._found:
            owner = self.publication.owner
            problems += prefix_list.ownership_problems(self._found, self.family, owner, adopt=self.options.adopt)
        if problems:
            raise PublishingError("\n".join(problems))
        return self._outcome(self._found)

    def publish(self) -> Outcome:
        """Make the list where there is none, and bring its entries up to date."""
        if not self._change.needed:
            return self._outcome(self._found)
        present = self._found
        if present is None:
            room = prefix_list.room_for(len(self._change.add), self.options.limit)
            self.options.tell(f"making the prefix list {self.wanted}")
            present = self.lists.create(self.wanted, self.family, room, self.publication.owner)
        return self._outcome(self.lists.bring(present, self.publication, self.options.limit, self.options.tell))

    def _outcome(self, now: PrefixList | None) -> Outcome:
        family, region = self.family, self.lists.region
        if now is None:
            place, state = f"prefix list {self.wanted} ({family}, {region})", "not there yet"
        else:
            place = f"prefix list {now.id} ({now.name}, {family}, {region})"
            state = f"version {now.version}, {len(now.entries)} of at most {now.max_entries} entries"
        details = {
            "id": now.id if now else None,
            "name": now.name if now else self.wanted,
            "family": family,
            "region": region,
            "version": now.version if now else None,
            "maxEntries": now.max_entries if now else None,
            "ofOthers": list(now.of_others(self.publication.owner)) if now else [],
        }
        return Outcome(place, state, self._change, changed=self._change.needed, details=details)
