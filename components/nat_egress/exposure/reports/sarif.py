"""A report as SARIF 2.1.0, as code scanning takes it.

What does not count (exempt, or known from a baseline) is no result but a notification of the run: code scanning shows
every result as an open alert, one that is marked as suppressed too (github/codeql-action#1230, 2022-09-02).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from ..finding import Finding
from ..fingerprint import fingerprint, name_of
from ..policies import POLICIES, Level, Policy, Severity
from .report import Outcome, Report

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT: Final = "natEgress/v1"
_CODE_SCANNING: Final = "primaryLocationLineHash"
"""The only fingerprint that GitHub looks at (docs.github.com, SARIF support for code scanning)."""

_LEVELS: Final = {Outcome.REFUSED: "error", Outcome.WARNED: "warning", Outcome.UNDECIDABLE: "note"}
_SECURITY_SEVERITY: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
}
"""Scores in the middle of the spans that GitHub names so (same page: above 9.0, 7.0, 4.0 and 0.1)."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """Where alerts are shown: a resource of a stack has no line, so it is the program's file."""

    path: str
    """Below the root of the repository, such as `Pulumi.yaml`."""
    line: int = 1


def document_of(report: Report, program: Program, version: str) -> Document:
    """Return a report as a SARIF log; `version` is that of this package."""
    seen: Counter[str] = Counter()
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "nat-egress",
                        "version": version,
                        "rules": [
                            _rule(policy, report.configuration.levels[policy.name]) for policy in POLICIES.values()
                        ],
                    }
                },
                "automationDetails": {"id": f"nat-egress/{report.subject}/"},
                "invocations": [
                    {"executionSuccessful": True, "toolExecutionNotifications": list(_notifications(report))}
                ],
                "results": [_result(report, finding, program, seen) for finding in report.findings],
            }
        ],
    }


def _rule(policy: Policy, level: Level) -> Document:
    return {
        "id": policy.name,
        "shortDescription": {"text": policy.title},
        "fullDescription": {"text": policy.description},
        "help": {"text": policy.remediation},
        "defaultConfiguration": {
            "enabled": level is not Level.DISABLED,
            "level": "error" if level is Level.MANDATORY else "warning",
        },
        "properties": {
            "tags": ["security", "azure", "network"],
            "precision": "high",
            "security-severity": _SECURITY_SEVERITY[policy.severity],
        },
    }


def _result(report: Report, finding: Finding, program: Program, seen: Counter[str]) -> Document:
    print_ = fingerprint(finding)
    seen[print_] += 1
    return {
        "ruleId": finding.policy,
        "ruleIndex": list(POLICIES).index(finding.policy),
        "level": _LEVELS[report.outcome(finding)],
        "message": {"text": _without_links(str(finding))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(program.path.replace("\\", "/"))},
                    "region": {"startLine": program.line},
                },
                "logicalLocations": [
                    {"name": name_of(finding.urn), "fullyQualifiedName": finding.urn, "kind": "resource"}
                ],
            }
        ],
        "partialFingerprints": {FINGERPRINT: print_, _CODE_SCANNING: f"{print_}:{seen[print_]}"},
        "properties": {"verdict": finding.verdict.value, "path": list(finding.path), "remedy": finding.remedy},
    }


def _notifications(report: Report) -> Iterator[Document]:
    for use in report.uses:
        yield _notification("exempt", f"Exempt: {use.exemption}: {use.finding.what}")
    for exemption in report.ended:
        yield _notification("exemption-ended", f"This exemption has ended: {exemption}.", "warning")
    for exemption in report.unused:
        yield _notification("exemption-unused", f"This exemption is for nothing that was found: {exemption}.")
    for finding in report.known:
        yield _notification("known", f"Known from the baseline: {finding.policy} for {finding.urn}: {finding.what}")
    for entry in report.gone:
        yield _notification("gone", f"In the baseline, and found no more: {entry.policy} for {entry.resource}.")


def _notification(kind: str, text: str, level: str = "note") -> Document:
    return {"descriptor": {"id": kind}, "level": level, "message": {"text": _without_links(text)}}


def _without_links(text: str) -> str:
    """Return `text` without what a SARIF message takes for a link, `[text](target)` (3.11.6)."""
    return text.replace("](", "] (")
