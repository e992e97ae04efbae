"""Exemptions: a policy that does not hold for a resource, for a reason, on someone's word, for a time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from .finding import Finding
from .fingerprint import name_of


@dataclass(frozen=True)
class Exemption:
    """One exemption."""

    policy: str
    resource: str
    """A resource's URN or name; or a pattern of one, with `*`, `?` and `[…]`."""
    reason: str
    owner: str
    """Who answers for it."""
    expires: date
    """The last day, in UTC."""

    def is_for(self, finding: Finding) -> bool:
        """Tell whether a finding is of its policy and its resource."""
        subject = finding.urn if self.resource.startswith("urn:") else name_of(finding.urn)
        # A name may hold what is special in a pattern, such as vm[0].
        matches = subject == self.resource or fnmatchcase(subject, self.resource)
        return finding.policy == self.policy and matches

    def __str__(self) -> str:
        return f"{self.policy} for {self.resource} ({self.owner}, until {self.expires.isoformat()}: {self.reason})"


@dataclass(frozen=True)
class Use:
    """A finding that does not count, and why."""

    finding: Finding
    exemption: Exemption


@dataclass(frozen=True)
class Exempted:
    """What exemptions leave of the findings."""

    findings: tuple[Finding, ...]
    """Those that count. One whose exemption has ended says so."""
    uses: tuple[Use, ...]
    ended: tuple[Exemption, ...]
    """Those that have ended, needed or not."""
    unused: tuple[Exemption, ...]
    """Those that have not ended and are for nothing that was found."""


def exempt(findings: Iterable[Finding], exemptions: Sequence[Exemption], today: date) -> Exempted:
    """Take away the findings that are exempt on the day `today`, in UTC."""
    in_force = [exemption for exemption in exemptions if exemption.expires >= today]
    ended = [exemption for exemption in exemptions if exemption.expires < today]
    left: list[Finding] = []
    uses: list[Use] = []
    for finding in findings:
        used = next((exemption for exemption in in_force if exemption.is_for(finding)), None)
        if used is not None:
            uses.append(Use(finding, used))
        else:
            left.append(_with_its_ended(finding, ended))
    unused = [exemption for exemption in in_force if not any(exemption.is_for(use.finding) for use in uses)]
    return Exempted(tuple(left), tuple(uses), tuple(ended), tuple(unused))


def _with_its_ended(finding: Finding, ended: Iterable[Exemption]) -> Finding:
    latest = max((one for one in ended if one.is_for(finding)), key=lambda one: one.expires, default=None)
    if latest is None:
        return finding
    what = f"{finding.what} It was exempt until {latest.expires.isoformat()} ({latest.owner}: {latest.reason})."
    return replace(finding, what=what, remedy=f"{finding.remedy} Or have the exemption renewed.")
