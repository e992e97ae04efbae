"""A report as plain values for JSON. docs/policy-reports.md has its keys; `VERSION` changes when one means another."""

from __future__ import annotations

from typing import Any, Final

from ..baseline import Entry
from ..exemptions import Exemption
from ..finding import Finding
from ..fingerprint import fingerprint, resource_of
from ..policies import POLICIES
from .report import Outcome, Report

VERSION: Final = 1

Document = dict[str, Any]


def document_of(report: Report) -> Document:
    """Return a report as mappings, lists, numbers, texts and None."""
    return {
        "version": VERSION,
        "subject": report.subject,
        "refused": bool(report.of(Outcome.REFUSED)),
        "counts": {
            **{outcome.value: len(report.of(outcome)) for outcome in Outcome},
            "exempt": len(report.uses),
            "known": len(report.known),
        },
        "findings": [_finding(report, one) for one in report.findings],
        "known": [_finding(report, one) for one in report.known],
        "gone": [_entry(one) for one in report.gone],
        "exemptions": {
            "used": [{**_exemption(use.exemption), "finding": _finding(report, use.finding)} for use in report.uses],
            "ended": [_exemption(one) for one in report.ended],
            "unused": [_exemption(one) for one in report.unused],
        },
    }


def _finding(report: Report, finding: Finding) -> Document:
    return {
        "policy": finding.policy,
        "verdict": finding.verdict.value,
        "outcome": report.outcome(finding).value,
        "level": report.configuration.levels[finding.policy].value,
        "severity": POLICIES[finding.policy].severity.value,
        "urn": finding.urn,
        "resource": resource_of(finding.urn),
        "path": list(finding.path),
        "what": finding.what,
        "remedy": finding.remedy,
        "fingerprint": fingerprint(finding),
    }


def _exemption(exemption: Exemption) -> Document:
    return {
        "policy": exemption.policy,
        "resource": exemption.resource,
        "reason": exemption.reason,
        "owner": exemption.owner,
        "expires": exemption.expires.isoformat(),
    }


def _entry(entry: Entry) -> Document:
    return {
        "policy": entry.policy,
        "resource": entry.resource,
        "path": list(entry.path),
        "verdict": entry.verdict.value,
        "count": entry.count,
        "fingerprint": entry.fingerprint,
    }
