"""What `nat-egress publish` says: text for people, and the same as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..publishing.outcome import Outcome
from ..publishing.publication import Publication

VERSION = 1


def text_of(publication: Publication, outcomes: Sequence[Outcome], *, dry_run: bool) -> str:
    """Write what is published, place by place."""
    count, gateways = len(publication.egress.prefixes), len(publication.egress.gateways)
    lines = [f"{publication.owner}: {_counted(count, 'range')}, {_counted(gateways, 'NAT gateway')}"]
    for outcome in outcomes:
        lines += ["", *_place(publication, outcome, dry_run=dry_run)]
    if dry_run and any(one.changed for one in outcomes):
        lines += ["", "Nothing is written: this is a dry run."]
    return "\n".join(lines)


def document_of(publication: Publication, outcomes: Sequence[Outcome], *, dry_run: bool) -> dict[str, object]:
    """Return the same as mappings, lists, numbers, texts and None. docs/publishing.md says what each key means."""
    return {
        "version": VERSION,
        "project": publication.project,
        "stack": publication.stack,
        "dryRun": dry_run,
        "changed": any(one.changed for one in outcomes),
        "prefixes": list(publication.egress.prefixes),
        "places": [_place_document(one) for one in outcomes],
    }


def _place_document(outcome: Outcome) -> dict[str, object]:
    change = outcome.change
    return {
        "place": outcome.place,
        "changed": outcome.changed,
        "added": list(change.add),
        "kept": list(change.keep),
        "removed": list(change.remove),
        "held": [{"prefix": one, "since": outcome.since.get(one)} for one in change.hold],
        **outcome.details,
    }


def _place(publication: Publication, outcome: Outcome, *, dry_run: bool) -> Iterator[str]:
    change = outcome.change
    done = "would change" if dry_run else "changed"
    yield f"{outcome.place}: {done if outcome.changed else 'nothing to do'} ({outcome.state})"
    marks = [("+", change.add), ("-", change.remove), (" ", change.keep), ("!", change.hold)]
    width = max((len(prefix) for _, prefixes in marks for prefix in prefixes), default=0)
    for mark, prefixes in marks:
        for one in prefixes:
            yield f"  {mark} {one:{width}}  {_why(publication, outcome, one)}"


def _why(publication: Publication, outcome: Outcome, prefix: str) -> str:
    if prefix in outcome.change.remove:
        return "not in the stack"
    if prefix in outcome.change.hold:
        since = f" since {outcome.since[prefix]}" if prefix in outcome.since else ""
        return f"not in the stack{since}, and stays until --remove {prefix}"
    return publication.egress.use_of(prefix)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
