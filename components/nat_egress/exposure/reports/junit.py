"""A report as JUnit XML, as CI systems read it: a test for each finding, and one for each policy without any.

The elements and attributes are those of Jenkins' schema (jenkinsci/xunit-plugin, junit-10.xsd). JUnit has no word for a
warning: what is not refused is skipped, so that it is seen and fails nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from ..finding import Finding
from ..fingerprint import resource_of
from ..policies import POLICIES, Level
from .report import Outcome, Report


def text_of(report: Report) -> str:
    """Write a report as an XML document."""
    cases = list(_cases(report))
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": "0",
    }
    root = ET.Element("testsuites", {"name": "nat-egress", **{key: counts[key] for key in _OF_ALL}})
    suite = ET.SubElement(root, "testsuite", {"name": report.subject, **counts})
    suite.extend(cases)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


_OF_ALL = ("tests", "failures", "errors", "time")


def _cases(report: Report) -> Iterator[ET.Element]:
    for finding in report.findings:
        outcome = report.outcome(finding)
        if outcome is Outcome.REFUSED:
            case = _case(finding.policy, resource_of(finding.urn))
            failure = ET.SubElement(case, "failure", {"message": finding.what, "type": finding.policy})
            failure.text = str(finding)
            yield case
        else:
            yield _skipped(finding, f"{outcome.value}: {finding}")
    for use in report.uses:
        yield _skipped(use.finding, f"exempt: {use.exemption}: {use.finding.what}")
    for finding in report.known:
        yield _skipped(finding, f"known from the baseline: {finding.what}")
    found = {one.policy for one in (*report.findings, *report.known, *(use.finding for use in report.uses))}
    for policy in POLICIES.values():
        if report.configuration.levels[policy.name] is Level.DISABLED:
            case = _case(policy.name, policy.title)
            ET.SubElement(case, "skipped", {"message": "disabled in the configuration of the policies"})
            yield case
        elif policy.name not in found:
            yield _case(policy.name, policy.title)


def _skipped(finding: Finding, message: str) -> ET.Element:
    case = _case(finding.policy, resource_of(finding.urn))
    ET.SubElement(case, "skipped", {"message": message})
    return case


def _case(policy: str, name: str) -> ET.Element:
    return ET.Element("testcase", {"classname": policy, "name": name, "time": "0"})
