"""What the pack leaves behind for CI, over the Analyzer protocol."""

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import grpc
import pytest
from nat_egress.exposure.baseline import entries_of, text_of
from nat_egress.exposure.evaluate import of_resource
from nat_egress.graph.declare import declare

from tests.policies.corpus import UNKNOWN, Resource
from tests.policies.pack import RunningPack

TOMORROW = datetime.now(UTC).date() + timedelta(days=1)
NIC = "azure-native:network:NetworkInterface"


def public(name="nic", parents=""):
    inputs = {"ipConfigurations": [{"name": "one", "publicIPAddress": {"id": UNKNOWN}}]}
    return Resource(f"urn:pulumi:dev::corpus::{parents}{NIC}::{name}", NIC, name, inputs, inputs, "", {})


def opening(name):
    """A subnet that is found fault with when the stack is judged, and not before."""
    kind = "azure-native:network:Subnet"
    inputs = {"subnetName": name, "addressPrefix": "10.0.0.0/24"}
    return Resource(f"urn:pulumi:dev::corpus::{kind}::{name}", kind, name, inputs, inputs, "", {})


@pytest.fixture
def started():
    """Start packs, each with an environment of its own, and end them."""
    running = []

    def start(*, preview=True, **environment):
        pack = RunningPack({name: str(value) for name, value in environment.items()})
        running.append(pack)
        if preview is not None:
            pack.begin(preview=preview)
        return pack

    yield start
    for pack in running:
        pack.close()


def test_each_format_in_a_file_of_its_own(started, tmp_path):
    forms = ("text", "json", "sarif", "junit")
    pack = started(**{f"NAT_EGRESS_REPORT_{form.upper()}": tmp_path / form for form in forms})
    pack.configure({})
    said = pack.everything([public()])
    read = {form: (tmp_path / form).read_text() for form in forms}
    assert read["text"].startswith("organization/corpus/dev: 1 refused.\n")
    document = json.loads(read["json"])
    assert document["subject"] == "organization/corpus/dev"
    assert [one["policy"] for one in document["findings"]] == [one.policy for one in said] == ["vm-no-public-ip"]
    (run,) = json.loads(read["sarif"])["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("vm-no-public-ip", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "Pulumi.yaml"
    assert ET.fromstring(read["junit"]).get("failures") == "1"  # noqa: S314 - our own


def test_a_report_has_all_that_is_said_and_why(started, tmp_path):
    known, excepted, new = public("known"), public("excepted"), public("new")
    baseline = tmp_path / "baseline.json"
    baseline.write_text(text_of(entries_of(of_resource(declare(known.urn, known.type, known.inputs)))))
    exemption = {"resource": "excepted", "reason": "a device", "owner": "netops", "expires": f"{TOMORROW}"}
    pack = started(NAT_EGRESS_REPORT_JSON=tmp_path / "report.json")
    pack.configure({"vm-no-public-ip": {"baseline": str(baseline), "exemptions": [exemption]}})
    pack.everything([known, excepted, new, opening("web")])
    document = json.loads((tmp_path / "report.json").read_text())
    found = [(one["policy"], one["resource"].rpartition("::")[2]) for one in document["findings"]]
    assert ("vm-no-public-ip", "new") in found
    assert ("egress-nat-only", "web") in found
    assert [one["resource"].rpartition("::")[2] for one in document["known"]] == ["known"]
    assert [one["owner"] for one in document["exemptions"]["used"]] == ["netops"]
    assert document["gone"] == []


def test_where_sarif_shows_what_was_found(started, tmp_path):
    file = tmp_path / "report.sarif"
    pack = started(NAT_EGRESS_REPORT_SARIF=file, NAT_EGRESS_REPORT_PROGRAM="infra/Pulumi.yaml")
    pack.configure({})
    pack.everything([public()])
    (result,) = json.loads(file.read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "infra/Pulumi.yaml"


@pytest.mark.parametrize("preview", [True, False])
def test_an_update_that_a_policy_stops_leaves_its_report(started, tmp_path, preview):
    """A preview goes on, and judges the stack at its end."""
    file = tmp_path / "report.json"
    pack = started(preview=preview, NAT_EGRESS_REPORT_JSON=file)
    pack.configure({})
    pack.analyze(public())
    assert file.exists() != preview
    pack.analyze_stack([public()])
    assert json.loads(file.read_text())["counts"]["refused"] == 1


def test_a_report_takes_the_place_of_the_one_before(started, tmp_path):
    file = tmp_path / "report.txt"
    file.write_text("of the preview" * 1000)
    pack = started(preview=False, NAT_EGRESS_REPORT_TEXT=file)
    pack.configure({})
    pack.everything([])
    assert file.read_text() == "organization/corpus/dev: nothing found.\n"


def test_a_stack_that_is_not_named_is_that_of_its_resources(started, tmp_path):
    """`pulumi policy analyze` of a state file does not say which stack it is."""
    pack = started(preview=None, NAT_EGRESS_REPORT_TEXT=tmp_path / "report")
    pack.configure({})
    pack.everything([public()])
    assert (tmp_path / "report").read_text().startswith("organization/corpus/dev: 1 refused.\n")


def test_a_variable_that_is_empty_asks_for_nothing(started):
    started(NAT_EGRESS_REPORT_SARIF="").configure({})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("NAT_EGRESS_REPORT_SARIF", "report.sarif", "the path of a report is a full one. Write $PWD/report.sarif"),
        ("NAT_EGRESS_REPORT_SARIFF", "/x", "there is no such variable. Known: NAT_EGRESS_REPORT_TEXT, "),
        ("NAT_EGRESS_REPORT", "/x", "there is no such variable"),
        ("NAT_EGRESS_REPORT_JSON", "/no/such/folder/x", "no file can be written there. Name a file in a folder that"),
        ("NAT_EGRESS_REPORT_JSON", "/", "no file can be written there"),
    ],
)
def test_a_mistake_ends_the_operation_before_it_begins(started, name, value, words):
    pack = started(**{name: value})
    with pytest.raises(grpc.RpcError) as raised:
        pack.configure({})
    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert words in raised.value.details()


def test_a_file_that_cannot_be_written_any_more_is_an_error(started, tmp_path):
    file = tmp_path / "report.json"
    pack = started(NAT_EGRESS_REPORT_JSON=file)
    pack.configure({})
    file.mkdir()
    with pytest.raises(grpc.RpcError) as raised:
        pack.analyze_stack([])
    assert "NAT_EGRESS_REPORT_JSON" in raised.value.details()


def test_the_counts_of_a_baseline_hold_over_all_that_is_shown(started, tmp_path):
    """Two of one name in different components are one entry; it covers as many as it counts, in one call or in two."""
    one, other = public(parents="a:b:One$"), public(parents="a:b:Other$")
    baseline, file = tmp_path / "baseline.json", tmp_path / "report.json"
    baseline.write_text(text_of(entries_of(of_resource(declare(one.urn, one.type, one.inputs)))))
    pack = started(NAT_EGRESS_REPORT_JSON=file)
    pack.configure({"vm-no-public-ip": {"baseline": str(baseline)}})
    said = pack.everything([one, other])
    assert [one.level for one in said] == ["ADVISORY", "MANDATORY"]
    counts = json.loads(file.read_text())["counts"]
    assert (counts["known"], counts["refused"]) == (1, 1)
