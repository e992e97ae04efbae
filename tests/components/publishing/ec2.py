"""An EC2 that keeps the rules of prefix lists. Only the fixture `ec2` imports it: moto's EC2 takes a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.ec2.responses.vpcs import VPCs

from tests.components.publishing.states import REGION


class Rules:
    """What EC2 refuses, which moto does not: the rules of prefix lists, and what a test adds to them."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int, int]] = []
        """How many entries each adds and removes, and the new maximum."""
        self.before_next: list[Callable[[Any], None]] = []
        """Functions of the list, each called once before a modification is looked at."""
        self.descriptions: list[list[str]] = []
        """The ids that each description asks for."""
        self.before_next_description: list[Callable[[Any], None]] = []
        """Functions of the ids, each called once before a description is given."""

    def check(self, found: Any, add: list[Any], remove: list[Any], version: int, size: int) -> None:
        if self.before_next:
            self.before_next.pop(0)(found)
        if found.state.endswith("in-progress"):
            raise EC2ClientError("IncorrectState", "modify-in-progress")
        if (add or remove) and version != found.version:
            raise EC2ClientError("PrefixListVersionMismatch", "The prefix list has the incorrect version number")
        if (add or remove) and size:
            raise EC2ClientError("InvalidParameterCombination", "entries and the maximum in the same request")
        if len(add) + len(remove) > 100:
            raise EC2ClientError("InvalidParameterValue", "more than 100 entry additions or removals")
        present = {one["Cidr"] for one in found.entries.get(found.version) or []}
        if {one["Cidr"] for one in remove} - present or {one["Cidr"] for one in add} & present:
            raise EC2ClientError("InvalidPrefixListModification", "does not exist, or does already")
        if len(present) + len(add) - len(remove) > int(found.max_entries):
            raise EC2ClientError("PrefixListMaxEntriesExceeded", "no room")


def keep_rules(monkeypatch: pytest.MonkeyPatch) -> Rules:
    """Make moto's EC2 keep the rules of AWS's documentation, change sizes, and keep a list's name."""
    kept, described = Rules(), VPCs.describe_managed_prefix_lists

    def modify(self: VPCs) -> ActionResult:
        add, remove = self._get_param("AddEntries", []), self._get_param("RemoveEntries", [])
        version, size = int(self._get_param("CurrentVersion") or 0), int(self._get_param("MaxEntries") or 0)
        found = self.ec2_backend.managed_prefix_lists[self._get_param("PrefixListId")]
        found.entries = found.entries or {found.version: []}
        kept.calls.append((len(add), len(remove), size))
        kept.check(found, add, remove, version, size)
        found.max_entries = size or found.max_entries
        self.ec2_backend.modify_managed_prefix_list(add, remove, found.id, version, found.prefix_list_name)
        return ActionResult({"PrefixList": found})

    def describe(self: VPCs) -> ActionResult:
        asked = self._get_param("PrefixListIds", [])
        kept.descriptions.append(asked)
        if kept.before_next_description:
            kept.before_next_description.pop(0)(asked)
        return described(self)

    monkeypatch.setattr(VPCs, "modify_managed_prefix_list", modify)
    monkeypatch.setattr(VPCs, "describe_managed_prefix_lists", describe)
    return kept


@dataclass(frozen=True)
class Ec2:
    """An EC2 on this machine."""

    client: Any
    rules: Rules

    def make(
        self,
        name: str,
        *cidrs: str,
        size: int = 20,
        description: str = "nat-egress shop/prod",
        owners: tuple[str, ...] = ("shop/prod",),
    ) -> str:
        """Make a prefix list, that of the stack shop/prod where `owners` does not say otherwise, and return its id."""
        made = self.client.create_managed_prefix_list(
            PrefixListName=name,
            AddressFamily="IPv4",
            MaxEntries=size,
            Entries=[{"Cidr": one, "Description": description} for one in cidrs],
            TagSpecifications=[
                {"ResourceType": "prefix-list", "Tags": [{"Key": "nat-egress:stack", "Value": one}]} for one in owners
            ],
        )
        return str(made["PrefixList"]["PrefixListId"])

    def entries(self, id_: str) -> dict[str, str]:
        found = self.client.get_managed_prefix_list_entries(PrefixListId=id_).get("Entries", ())
        return {one["Cidr"]: one["Description"] for one in found}

    def named(self, name: str) -> dict[str, Any]:
        (found,) = [one for one in self.all() if one["PrefixListName"] == name]
        return found

    def all(self) -> list[dict[str, Any]]:
        """Return all prefix lists but those of AWS."""
        found = self.client.describe_managed_prefix_lists()["PrefixLists"]
        return [one for one in found if one["OwnerId"] != "AWS"]

    @staticmethod
    def refusal(code: str, words: str) -> Callable[[Any], NoReturn]:
        """Return a function for `rules` that refuses."""

        def refuse(_asked: Any) -> NoReturn:
            raise EC2ClientError(code, words)

        return refuse


@contextmanager
def prefix_lists() -> Iterator[dict[str, Any]]:
    """Give the prefix lists of moto's EC2, which takes seconds to begin with, and makes each reset of its S3 slower."""
    backend = ec2_backends[DEFAULT_ACCOUNT_ID][REGION]
    yield backend.managed_prefix_lists
    ec2_backends[DEFAULT_ACCOUNT_ID].pop(REGION, None)


def running(endpoint: str, present: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Ec2:
    """Return the EC2 of moto's server at `endpoint`, with no prefix lists but those of AWS."""
    for one in [one for one in present.values() if one.owner_id != "AWS"]:
        del present[one.id]
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    return Ec2(boto3.Session().client("ec2", region_name=REGION), keep_rules(monkeypatch))
