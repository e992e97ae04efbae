"""What there is to report: the findings that count, those that don't, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ..baseline import Entry, compare, entries_of
from ..configuration import Configuration
from ..exemptions import Exemption, Use, exempt
from ..finding import Finding, Verdict
from ..fingerprint import resource_of
from ..levels import level_of
from ..policies import Level
from .plain import plain


class Outcome(StrEnum):
    """What a finding leads to."""

    REFUSED = "refused"
    WARNED = "warned"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True)
class Report:
    """What was found in one stack. All text in it is fit for any report."""

    subject: str
    """What was looked at, such as the name of the stack."""
    configuration: Configuration
    findings: tuple[Finding, ...]
    """Those that count: refused first, then by policy, resource and path."""
    known: tuple[Finding, ...] = ()
    """Those that a baseline covers."""
    gone: tuple[Entry, ...] = ()
    """What a baseline has and was not found any more."""
    uses: tuple[Use, ...] = ()
    """Findings that are exempt."""
    ended: tuple[Exemption, ...] = ()
    unused: tuple[Exemption, ...] = ()

    @property
    def entries(self) -> list[Entry]:
        """What a baseline holds that takes all of it: what counts and what is known, but not what is exempt."""
        return entries_of((*self.findings, *self.known))

    def outcome(self, finding: Finding) -> Outcome:
        """Tell what a finding leads to, under the level of its policy."""
        if finding.verdict is Verdict.UNDECIDABLE:
            return Outcome.UNDECIDABLE
        level = level_of(finding, self.configuration.levels[finding.policy])
        return Outcome.REFUSED if level is Level.MANDATORY else Outcome.WARNED

    def of(self, outcome: Outcome) -> list[Finding]:
        """Return the findings that count and lead to `outcome`."""
        return [finding for finding in self.findings if self.outcome(finding) is outcome]


def report_of(
    subject: str,
    findings: Iterable[Finding],
    configuration: Configuration,
    today: date,
    *,
    baseline: Iterable[Entry] = (),
    declared: Iterable[Exemption] = (),
) -> Report:
    """Sort out what was found on the day `today`, in UTC: by level, exemption and baseline.

    Exemptions that resources declare themselves, such as this package's inbound exceptions, are as good as those of the
    configuration; that one is not needed is not told, since it goes with its resource.
    """
    enabled = [_fit(one) for one in findings if configuration.levels[one.policy] is not Level.DISABLED]
    exempted = exempt(enabled, [*declared, *configuration.exemptions], today)
    unused = [exemption for exemption in exempted.unused if exemption in configuration.exemptions]
    compared = compare(exempted.findings, baseline)
    report = Report(
        plain(subject),
        configuration,
        compared.new,
        tuple(sorted(compared.known, key=_place)),
        tuple(map(_fit_entry, compared.gone)),
        tuple(Use(use.finding, _fit_exemption(use.exemption)) for use in exempted.uses),
        tuple(map(_fit_exemption, exempted.ended)),
        tuple(map(_fit_exemption, unused)),
    )
    order = list(Outcome)
    ordered = sorted(report.findings, key=lambda one: (order.index(report.outcome(one)), *_place(one)))
    return replace(report, findings=tuple(ordered))


def _place(finding: Finding) -> tuple[str, str, tuple[str, ...]]:
    return finding.policy, resource_of(finding.urn), finding.path


def _fit(finding: Finding) -> Finding:
    path = tuple(map(plain, finding.path))
    return replace(finding, urn=plain(finding.urn), path=path, what=plain(finding.what), remedy=plain(finding.remedy))


def _fit_exemption(one: Exemption) -> Exemption:
    return replace(one, resource=plain(one.resource), reason=plain(one.reason), owner=plain(one.owner))


def _fit_entry(entry: Entry) -> Entry:
    return replace(entry, resource=plain(entry.resource), path=tuple(map(plain, entry.path)))
