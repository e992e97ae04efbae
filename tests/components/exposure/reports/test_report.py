from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from nat_egress.exposure.baseline import entries_of, parse, text_of
from nat_egress.exposure.configuration import Configuration
from nat_egress.exposure.exemptions import Exemption
from nat_egress.exposure.finding import Verdict
from nat_egress.exposure.fingerprint import name_of
from nat_egress.exposure.policies import Level
from nat_egress.exposure.reports import Outcome, report_of
from nat_egress.exposure.reports.plain import plain

TODAY = date(2026, 11, 25)


def names(findings):
    return [name_of(finding.urn) for finding in findings]


def test_everything_has_its_place(full):
    assert names(full.of(Outcome.REFUSED)) == ["old", "web"]
    assert names(full.of(Outcome.WARNED)) == ["dnat", "hint"]
    assert names(full.of(Outcome.UNDECIDABLE)) == ["ask"]
    assert names(full.findings) == ["old", "web", "dnat", "hint", "ask"]
    assert names(full.known) == ["known"]
    assert [entry.resource.rpartition("::")[2] for entry in full.gone] == ["past"]
    assert names(use.finding for use in full.uses) == ["relay"]
    assert [one.resource for one in full.ended] == ["old"]
    assert [one.resource for one in full.unused] == ["idle"]


@pytest.mark.parametrize(
    ("verdict", "level", "outcome"),
    [
        (Verdict.DENY, Level.MANDATORY, Outcome.REFUSED),
        (Verdict.DENY, Level.ADVISORY, Outcome.WARNED),
        (Verdict.WARN, Level.MANDATORY, Outcome.WARNED),
        (Verdict.UNDECIDABLE, Level.MANDATORY, Outcome.UNDECIDABLE),
        (Verdict.UNDECIDABLE, Level.ADVISORY, Outcome.UNDECIDABLE),
    ],
)
def test_what_denies_is_refused_where_its_policy_is_mandatory(finding, verdict, level, outcome):
    levels = {**Configuration().levels, "vm-no-public-ip": level}
    report = report_of("s", [finding(verdict=verdict)], replace(Configuration(), levels=levels), TODAY)
    assert report.outcome(report.findings[0]) is outcome


@pytest.mark.parametrize(
    ("verdict", "level", "outcome"),
    [
        (Verdict.WARN, Level.ADVISORY, Outcome.WARNED),
        (Verdict.WARN, Level.MANDATORY, Outcome.REFUSED),
        (Verdict.UNDECIDABLE, Level.MANDATORY, Outcome.UNDECIDABLE),
    ],
)
def test_what_an_advisory_policy_warns_of_is_refused_where_it_is_made_mandatory(finding, verdict, level, outcome):
    levels = {**Configuration().levels, "nat-has-ip": level}
    one = finding(policy="nat-has-ip", verdict=verdict)
    report = report_of("s", [one], replace(Configuration(), levels=levels), TODAY)
    assert report.outcome(one) is outcome


def test_what_is_disabled_is_not_there(finding):
    levels = {**Configuration().levels, "vm-no-public-ip": Level.DISABLED}
    report = report_of("s", [finding()], replace(Configuration(), levels=levels), TODAY)
    assert (report.findings, report.entries) == ((), [])


def test_exemptions_that_resources_declare(finding):
    def declared(resource, expires=TODAY):
        return Exemption("vm-no-public-ip", resource, "Relay", "inbound of PrivateMachine relay", expires)

    own = [declared("web"), declared("idle"), declared("api", TODAY - timedelta(days=1))]
    report = report_of("s", [finding(), finding("api")], Configuration(), TODAY, declared=own)
    assert names(use.finding for use in report.uses) == ["web"]
    assert names(report.findings) == ["api"]
    assert "It was exempt until 2026-11-24" in report.findings[0].what
    assert (report.unused, report.ended) == ((), (own[2],))


def test_the_order_of_the_findings_does_not_depend_on_the_stacks(finding):
    findings = [finding("b"), finding("a"), finding("c", verdict=Verdict.WARN), finding("a", path=("x",))]
    for baseline in ([], entries_of(findings)):
        orders = (findings, findings[::-1])
        reports = [report_of("s", order, Configuration(), TODAY, baseline=baseline) for order in orders]
        assert reports[0] == reports[1]


def test_a_baseline_of_a_report_covers_it(finding, full, nasty):
    for report in (full, nasty):
        findings = [*report.findings, *report.known, *(use.finding for use in report.uses)]
        entries = parse(text_of(report.entries), "known.json")
        again = report_of(report.subject, findings, report.configuration, TODAY, baseline=entries)
        assert [one.verdict for one in again.findings if one.verdict is not Verdict.UNDECIDABLE] == []
        assert again.gone == ()


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("plain é 日本 😀", "plain é 日本 😀"),
        ("a\nb\tc\r\nd", "a b c  d"),
        ("\x1b[31m\x00\x9b", "\ufffd[31m\ufffd\ufffd"),
        ("a\u2028b\u202eb\ud800", "a b\ufffdb\ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
    ],
)
def test_plain(text, fit):
    assert plain(text) == fit


def test_what_hides_itself_stays_hidden(finding):
    class Hidden(str):
        __slots__ = ()

        def __format__(self, spec):
            return "[secret]"

    report = report_of("s", [finding(path=(Hidden("pw"),), what=Hidden("pw"))], Configuration(), TODAY)
    assert (report.findings[0].path, report.findings[0].what) == (("[secret]",), "[secret]")
