from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from junitparser import Failure, JUnitXml, Skipped
from nat_egress.exposure.policies import POLICIES
from nat_egress.exposure.reports.junit import text_of

ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id"},
    "testcase": {"name", "assertions", "time", "classname", "status", "file", "line"},
    "failure": {"type", "message"},
    "skipped": {"type", "message"},
}
"""Elements and attributes of jenkinsci/xunit-plugin's junit-10.xsd that these reports may have."""


def read(report):
    document = JUnitXml.fromstring(text_of(report).encode())
    (suite,) = document
    return suite, list(suite)


def outcome(case):
    return next(({Failure: "failed", Skipped: "skipped"}[type(one)] for one in case.result), "passed")


def test_a_test_for_each_finding_and_one_for_each_policy_without_any(full):
    suite, cases = read(full)
    assert suite.name == "shop-dev"
    assert [(case.classname, case.name.rpartition("::")[2], outcome(case)) for case in cases[:7]] == [
        ("vm-no-public-ip", "old", "failed"),
        ("vm-no-public-ip", "web", "failed"),
        ("firewall-no-dnat", "dnat", "skipped"),
        ("nat-has-ip", "hint", "skipped"),
        ("egress-nat-only", "ask", "skipped"),
        ("vm-no-public-ip", "relay", "skipped"),
        ("egress-nat-only", "known", "skipped"),
    ]
    rest = {case.classname: outcome(case) for case in cases[7:]}
    found = {"vm-no-public-ip", "firewall-no-dnat", "nat-has-ip", "egress-nat-only"}
    assert rest.keys() == POLICIES.keys() - found
    assert {policy for policy, what in rest.items() if what != "passed"} == {"public-ip-purpose"}


def test_messages(full):
    _, cases = read(full)
    (failure,) = cases[1].result
    assert (failure.message, failure.type) == ("The machine has a public address.", "vm-no-public-ip")
    assert failure.text == "The machine has a public address (internet > public address). Remove it."
    assert [case.result[0].message.partition(":")[0] for case in cases[2:7]] == [
        "warned",
        "warned",
        "undecidable",
        "exempt",
        "known from the baseline",
    ]
    assert "netops, until 2027-01-31: SMTP of partners" in cases[5].result[0].message


@pytest.mark.parametrize("name", ["full", "empty", "nasty"])
def test_the_counts_are_those_of_the_tests(request, name):
    suite, cases = read(request.getfixturevalue(name))
    outcomes = [outcome(case) for case in cases]
    counts = (suite.tests, suite.failures, suite.errors, suite.skipped)
    assert counts == (len(cases), outcomes.count("failed"), 0, outcomes.count("skipped"))
    root = ET.fromstring(text_of(request.getfixturevalue(name)).encode())  # noqa: S314 - just written here
    assert (root.get("tests"), root.get("failures")) == (str(suite.tests), str(suite.failures))


@pytest.mark.parametrize("name", ["full", "empty", "nasty"])
def test_elements_and_attributes_are_those_that_ci_systems_know(request, name):
    text = text_of(request.getfixturevalue(name))
    root = ET.fromstring(text.encode())  # noqa: S314 - just written here
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    for element in root.iter():
        assert set(element.keys()) <= ALLOWED[element.tag], element.tag
    assert all({"name", "classname"} <= set(case.keys()) for case in root.iter("testcase"))


def test_special_characters_arrive(nasty):
    _, cases = read(nasty)
    (failure,) = cases[0].result
    assert "a<b>&\"'" in failure.message
    assert "é 日本 ]]> --" in failure.text
    assert "\x1b" not in failure.text
