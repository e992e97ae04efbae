"""A report as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..finding import Finding
from ..fingerprint import resource_of
from .report import Outcome, Report

_HEADINGS: Final = {
    Outcome.REFUSED: "Refused",
    Outcome.WARNED: "Worth a look",
    Outcome.UNDECIDABLE: "Not decidable in this stack",
}


def lines(report: Report) -> Iterator[str]:
    """Write a report, from what is refused on down to what is known."""
    yield _summary(report)
    for outcome, heading in _HEADINGS.items():
        yield from _section(heading, (line for one in report.of(outcome) for line in _finding(one)))
    yield from _section("Exempt", (f"{use.exemption}: {use.finding.what}" for use in report.uses))
    yield from _section("Exemptions that have ended", (str(one) for one in report.ended))
    yield from _section("Exemptions for nothing that was found", (str(one) for one in report.unused))
    yield from _section("Known from the baseline", (f"{_subject(one)}: {one.what}" for one in report.known))
    yield from _section(
        "In the baseline, and found no more",
        (f"{one.policy}: {one.resource}" + (f" ({one.count} times)" if one.count > 1 else "") for one in report.gone),
    )


def _summary(report: Report) -> str:
    counts = [(len(report.of(outcome)), heading.lower()) for outcome, heading in _HEADINGS.items()]
    counts += [(len(report.uses), "exempt"), (len(report.known), "known from the baseline")]
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"{report.subject}: {said or 'nothing found'}."


def _section(heading: str, entries: Iterable[str]) -> Iterator[str]:
    found = list(entries)
    if found:
        yield ""
        yield f"{heading}:"
        yield from (f"  {entry}" for entry in found)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"{_subject(finding)}:"
    yield f"  {finding}"


def _subject(finding: Finding) -> str:
    return f"{finding.policy}: {resource_of(finding.urn)}"
