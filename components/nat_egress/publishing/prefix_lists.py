"""Managed prefix lists in EC2. Needs boto3, the extra `publish`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from . import prefix_list
from .ec2_errors import conflicts, explain, is_missing
from .errors import ChangedMeanwhileError, PublishingError
from .prefix_list import Entry, Modify, PrefixList, Request, Resize, Tell
from .prefixes import normal
from .publication import Publication

ATTEMPTS: Final = 5
"""How often a change is worked out anew where somebody else changes the same list."""
LONGEST_WAIT_S: Final = 120.0
POLL_S: Final = 1.0
_ID: Final = "pl-"


class _Conflict(Exception):  # noqa: N818 - never leaves this module
    """The list is not as it was read."""


class PrefixLists:
    """The prefix lists of an account in a region."""

    def __init__(self, region: str | None, pause: Callable[[float], None] = time.sleep) -> None:
        """PublishingError where the AWS configuration can't be used; nothing is asked of EC2 yet."""
        self._pause = pause
        with self._explained("", "reached"):
            self._client: Any = boto3.Session(region_name=region).client(
                "ec2", config=Config(retries={"mode": "standard"})
            )
        self.region: str = self._client.meta.region_name

    def find(self, wanted: str) -> PrefixList | None:
        """Return the list of an id or a name; None where there is none of that name."""
        by_id = wanted.startswith(_ID)
        chosen = (
            {"PrefixListIds": [wanted]} if by_id else {"Filters": [{"Name": "prefix-list-name", "Values": [wanted]}]}
        )
        found = self._described(wanted, chosen)
        if by_id and not found:
            raise PublishingError(f"the prefix list {wanted}: {self.region} has none of this id: check --region")
        if len(found) > 1:
            ids = ", ".join(one["PrefixListId"] for one in found)
            raise PublishingError(f"{self.region} has {len(found)} prefix lists named {wanted!r}: give one id of {ids}")
        return self._with_entries(found[0]) if found else None

    def create(self, name: str, family: str, max_entries: int, owner: str) -> PrefixList:
        """Make an empty list that belongs to a stack."""
        with self._explained(name, "created"):
            made = self._client.create_managed_prefix_list(
                PrefixListName=name,
                AddressFamily=family,
                MaxEntries=max_entries,
                TagSpecifications=[{"ResourceType": "prefix-list", "Tags": [{"Key": prefix_list.TAG, "Value": owner}]}],
            )
        return self._settled(made["PrefixList"]["PrefixListId"], new=True)

    def bring(self, found: PrefixList, publication: Publication, limit: int | None, tell: Tell) -> PrefixList:
        """Bring the entries of a stack up to date, and return the list as it is then."""
        for _ in range(ATTEMPTS):
            found = self._settled(found.id)
            change = prefix_list.change_to(publication, found.family, found)
            if problems := prefix_list.room_problems(f"the prefix list {found.id}", found, change, limit):
                raise PublishingError("\n".join(problems))
            try:
                for request in prefix_list.requests(found, change, limit):
                    tell(f"{found.id}: {_words(request)}")
                    found = self._sent(found, request, publication.owner)
            except _Conflict:
                self._pause(POLL_S)
                continue
            return found
        raise ChangedMeanwhileError(
            f"the prefix list {found.id}: somebody else has changed it each of the {ATTEMPTS} times: run it again"
        )

    def _sent(self, found: PrefixList, request: Request, owner: str) -> PrefixList:
        with self._explained(found.id, "changed"):
            self._client.modify_managed_prefix_list(PrefixListId=found.id, **_parameters(request, found.version, owner))
        return self._settled(found.id, _has_happened(request, found.version), failing=True)

    def _settled(
        self,
        id_: str,
        done: Callable[[PrefixList], bool] = lambda _: True,
        *,
        new: bool = False,
        failing: bool = False,
    ) -> PrefixList:
        """Wait until EC2 has finished with a list; what failed counts only where it is of a request of ours.

        A list that was just made may not be found everywhere yet: EC2 is eventually consistent
        (docs.aws.amazon.com/AWSEC2/latest/APIReference/query-api-troubleshooting.html, 2026-11-25).
        """
        waited = 0.0
        while True:
            described = self._described(id_, {"PrefixListIds": [id_]})
            (one,) = described or [{"State": "create-in-progress" if new else "delete-complete"}]
            state = one["State"]
            if state.startswith("delete"):
                raise PublishingError(f"the prefix list {id_}: has been deleted meanwhile")
            if failing and state.endswith("-failed"):
                why = one.get("StateMessage") or "EC2 does not say why"
                raise PublishingError(f"the prefix list {id_}: EC2 could not change it ({state}): {why}")
            if not state.endswith("-in-progress"):
                found = self._with_entries(one)
                if done(found):
                    return found
            if waited >= LONGEST_WAIT_S:
                raise PublishingError(
                    f"the prefix list {id_}: is {state} since {waited:.0f} seconds: run it again once EC2 has finished"
                )
            self._pause(POLL_S)
            waited += POLL_S

    def _described(self, wanted: str, chosen: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._explained(wanted, "read"):
            try:
                pages = self._client.get_paginator("describe_managed_prefix_lists").paginate(**chosen)
                return [one for page in pages for one in page["PrefixLists"]]
            except ClientError as error:
                if is_missing(error):
                    return []
                raise

    def _with_entries(self, described: Mapping[str, Any]) -> PrefixList:
        id_, version = described["PrefixListId"], described.get("Version") or 0
        with self._explained(id_, "read"):
            pages = self._client.get_paginator("get_managed_prefix_list_entries").paginate(
                PrefixListId=id_, **({"TargetVersion": version} if version else {})
            )
            entries = [one for page in pages for one in page.get("Entries", ())]
        return PrefixList(
            id=id_,
            name=described.get("PrefixListName", ""),
            family=described["AddressFamily"],
            max_entries=described.get("MaxEntries") or 0,
            version=version,
            state=described["State"],
            state_message=described.get("StateMessage", ""),
            owner=described.get("OwnerId", ""),
            tags={one["Key"]: one["Value"] for one in described.get("Tags", ())},
            entries=tuple(Entry(normal(one["Cidr"]), one.get("Description", "")) for one in entries),
        )

    @contextmanager
    def _explained(self, wanted: str, done: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError, ResponseParserError, ValueError) as error:
            if done == "changed" and conflicts(error):
                raise _Conflict from None
            raise PublishingError(explain(error, wanted, done)) from None


def _parameters(request: Request, version: int, owner: str) -> dict[str, Any]:
    match request:
        case Resize(size):
            return {"MaxEntries": size}
        case Modify(add, ()):
            description = prefix_list.description_of(owner)
            return {"CurrentVersion": version, "AddEntries": [{"Cidr": one, "Description": description} for one in add]}
        case Modify(_, remove):
            return {"CurrentVersion": version, "RemoveEntries": [{"Cidr": one} for one in remove]}


def _has_happened(request: Request, version: int) -> Callable[[PrefixList], bool]:
    """Return what tells that a request of the list in `version` is done."""
    if isinstance(request, Resize):
        return lambda now: now.max_entries == request.max_entries
    return lambda now: now.version > version


def _words(request: Request) -> str:
    match request:
        case Resize(size):
            return f"making room for {size} entries"
        case Modify(add, ()):
            return f"adding {len(add)} entries"
        case Modify(_, remove):
            return f"removing {len(remove)} entries"
