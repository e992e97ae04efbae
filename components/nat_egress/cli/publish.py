"""`nat-egress publish`: a stack's egress addresses, brought to those who must allow them."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from ..publishing.errors import ChangedMeanwhileError, PublishingError
from ..publishing.prefix_list import MOST_ENTRIES, ListOptions
from ..publishing.prefixes import normal
from ..publishing.publication import Publication, publication_of
from ..publishing.serving import egress_of
from ..state import s3_url
from ..state.errors import StateError
from ..state.s3_url import S3Url
from .errors import MISTAKE, CommandError
from .publish_text import document_of, text_of
from .stack_options import Backend, Stack, State, find
from .stack_state import sealed

if TYPE_CHECKING:
    from ..publishing.outcome import Outcome, Target

OVERTAKEN: Final = 1
"""The exit status where somebody else has published at the same time: nothing of theirs is overwritten."""

_NO_OBJECT: Final = "--manifest must name an object, as s3://BUCKET/KEY, such as s3://partners/shop/prod.json"
_OPTIONS: Final = {"IPv4": "--prefix-list", "IPv6": "--prefix-list-ipv6"}

ManifestUrl = Annotated[str | None, typer.Option("--manifest", help="Write a manifest to s3://BUCKET/KEY.")]
List4 = Annotated[
    str | None, typer.Option("--prefix-list", help="The prefix list for IPv4: its id, or its name; made if not there.")
]
List6 = Annotated[str | None, typer.Option("--prefix-list-ipv6", help="The same for IPv6.")]
Region = Annotated[str | None, typer.Option(help="The AWS region of the prefix lists; by default that of AWS_REGION.")]
MaxEntries = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_ENTRIES, help="How many entries a prefix list may have room for; what is needed."),
]
Adopt = Annotated[bool, typer.Option("--adopt", help="Add to a prefix list that was not made for this stack.")]
Remove = Annotated[
    list[str] | None,
    typer.Option("--remove", metavar="CIDR", help="Take out a range that has left the stack; may be repeated."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would change, and write nothing.")]
Json = Annotated[
    bool, typer.Option("--json", "-j", help="Print JSON and nothing else; docs/publishing.md has its keys.")
]


def publish(
    stack: Stack = None,
    *,
    state: State = None,
    backend: Backend = None,
    manifest: ManifestUrl = None,
    prefix_list: List4 = None,
    prefix_list_ipv6: List6 = None,
    region: Region = None,
    max_entries: MaxEntries = None,
    adopt: Adopt = False,
    remove: Remove = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Bring a stack's egress addresses to those who must allow them: a manifest in S3, prefix lists in EC2."""
    lists = {family: name for family, name in (("IPv4", prefix_list), ("IPv6", prefix_list_ipv6)) if name}
    if not manifest and not lists:
        raise CommandError("give at least one place: --manifest, --prefix-list or --prefix-list-ipv6")
    publication = _publication(stack, state, backend, remove or [])
    console = Console(stderr=True)
    with console.status("reading what is published") as status:
        if json or not console.is_terminal:
            status.stop()
        options = ListOptions(region, max_entries, adopt, status.update)
        targets = _targets(publication, manifest, lists, options)
        outcomes = _planned(targets, publication.problems())
        if not dry_run:
            outcomes = _published(targets)
    document = document_of(publication, outcomes, dry_run=dry_run)
    typer.echo(json_text.dumps(document, indent=2) if json else text_of(publication, outcomes, dry_run=dry_run))
    for family in sorted({"IPv4", "IPv6"} - set(lists)):
        if lists and publication.serving(family):
            typer.echo(f"note: the stack's {family} ranges are in no prefix list: give {_OPTIONS[family]}", err=True)


def _publication(stack: str | None, state: Path | None, backend: str | None, remove: Sequence[str]) -> Publication:
    """Read what is to be published from the state that is meant."""
    try:
        named = [normal(one) for one in remove]
    except ValueError as error:
        raise CommandError(f"--remove: {error}: give a range as it is published, such as 203.0.113.0/29") from None
    try:
        found = find(stack, state, backend, sealed)
        if state is not None and not found.resources:
            raise CommandError(f"--state is {state}: it has no resources, so it tells no stack: give the stack instead")
        return publication_of(found.stack, egress_of(found.resources), named, unfinished=found.unfinished)
    except (StateError, PublishingError) as error:
        raise CommandError(str(error)) from None


def _targets(
    publication: Publication, manifest: str | None, lists: Mapping[str, str], options: ListOptions
) -> list[Target]:
    try:
        # boto3 is loaded only where it is needed.
        from ..publishing.manifest_target import ManifestTarget  # noqa: PLC0415
        from ..publishing.prefix_list_target import PrefixListTarget  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise CommandError(
            f"publishing needs {missing.name}, which is not installed: pip install 'nat-egress[publish]'"
        ) from None
    targets: list[Target] = []
    if manifest:
        targets.append(ManifestTarget(_url(manifest), publication, datetime.now(UTC)))
    targets += [PrefixListTarget(name, family, publication, options) for family, name in lists.items()]
    return targets


def _url(text: str) -> S3Url:
    if not text.startswith(s3_url.SCHEME):
        raise CommandError(_NO_OBJECT)
    try:
        url = s3_url.parse(text, "--manifest")
    except StateError as error:
        raise CommandError(str(error)) from None
    if not url.folder or text.partition("?")[0].endswith("/"):
        raise CommandError(_NO_OBJECT)
    return url


def _planned(targets: Sequence[Target], problems: Sequence[str]) -> list[Outcome]:
    """Read all places, and refuse with all that is wrong with any of them."""
    found, outcomes = list(problems), []
    for target in targets:
        try:
            outcomes.append(target.plan())
        except PublishingError as error:
            found += str(error).splitlines()
    if found:
        raise CommandError("\n  - ".join(["nothing is published:", *found]) if len(found) > 1 else found[0])
    return outcomes


def _published(targets: Sequence[Target]) -> list[Outcome]:
    """Write to one place after the other, and say what is done where one fails."""
    outcomes: list[Outcome] = []
    for target in targets:
        try:
            outcomes.append(target.publish())
        except PublishingError as error:
            done = ", ".join(one.place for one in outcomes)
            raise CommandError(
                f"{error}{f' (done before: {done})' if done else ''}",
                OVERTAKEN if isinstance(error, ChangedMeanwhileError) else MISTAKE,
            ) from None
    return outcomes
