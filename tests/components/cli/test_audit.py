"""`nat-egress audit`: states of several forms, its reports, baselines, secrets, and mistakes."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from nat_egress.cli.app import main
from nat_egress.state import FileBackend, Passphrase, StackReference, StackStore, checkpoint
from nat_egress.state.model import ResourceState, Snapshot
from nat_egress.state.values import Secret
from nat_egress.state.workspace import open_backend

from tests.components.cli.conftest import PASSPHRASE

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "policy-reports.md").read_text().split("## A stack that is up")[1].split("\n## ")[0]
EXAMPLES = re.findall(r"\$ (nat-egress audit .+)\n((?:(?!```|\$ ).*\n)*)", GUIDE)
TODAY = datetime.now(UTC).date()
TOMORROW, YESTERDAY = (f"{TODAY + timedelta(days=days)}" for days in (1, -1))
URN = "urn:pulumi:dev::shop::"
GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
PUBLIC = [{"name": "primary", "publicIPAddress": {"id": f"{GROUP}/publicIPAddresses/one"}}]


def resource(kind, name, inputs, parents="", **more):
    type_ = f"azure-native:network:{kind}"
    return ResourceState(f"{URN}{parents}{type_}::{name}", type_, custom=True, id=f"{GROUP}/x", inputs=inputs, **more)


def nic(name="nic", configurations=PUBLIC, parents="", **inputs):
    return resource("NetworkInterface", name, {"ipConfigurations": configurations, **inputs}, parents)


def group(source, times=1):
    rule = {
        "name": "sftp",
        "access": "Allow",
        "direction": "Inbound",
        "priority": 100,
        "protocol": "Tcp",
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "2222",
    }
    return resource("NetworkSecurityGroup", "rules", {"securityRules": [rule] * times})


def excepted(expires):
    tags = {"nat-egress-inbound-reason": "partners deliver files", "nat-egress-inbound-expires": expires}
    return nic("sftp", parents="nat-egress:index:PrivateMachine$", tags=tags)


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """Take away the project, the login and the passphrase of whoever runs the tests."""
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def audit(capsys):
    def run(*arguments, status=0):
        assert main(["audit", *map(str, arguments)]) == status
        return capsys.readouterr()

    return run


def found(audit, *arguments, status=0):
    return json.loads(audit(*arguments, "--json", status=status).out)


def verdicts(document):
    return [(one["policy"], one["outcome"], one["resource"].rpartition("::")[2]) for one in document["findings"]]


def test_what_the_pack_refuses_has_a_status_of_its_own(audit, state):
    told = audit("--state", state(nic()), status=1)
    assert told.out.startswith("organization/shop/dev: 1 refused.\n")
    assert "The network interface nic gets a public IP address in primary" in told.out
    assert told.err == ""
    assert audit("--state", state(nic(configurations=[{"name": "primary"}]))).out == (
        "organization/shop/dev: nothing found.\n"
    )


def test_what_is_only_worth_a_look_is_not_refused(audit, state):
    document = found(audit, "--state", state(resource("BastionHost", "host", {"enableShareableLink": True})))
    assert verdicts(document) == [("bastion-hardening", "warned", "host")]


def test_what_reads_the_same_is_one_finding(audit, state):
    """As in the pack."""
    assert found(audit, "--state", state(group("*", times=2)), status=1)["counts"]["refused"] == 1


def test_a_stack_of_a_backend(audit, tmp_path):
    backend = FileBackend(tmp_path / "states")
    deployment = {"version": 3, "checkpoint": {"stack": "organization/shop/dev"}}
    deployment["checkpoint"]["latest"] = checkpoint.dump(Snapshot([nic()]), lambda *_: {})
    file = tmp_path / "states" / ".pulumi" / "stacks" / "shop" / "dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(deployment))
    assert backend.read(StackReference("shop", "dev")) is not None
    document = found(audit, "organization/shop/dev", "--backend", f"file://{tmp_path}/states", status=1)
    assert document["subject"] == "organization/shop/dev"
    assert verdicts(document) == [("vm-no-public-ip", "refused", "nic")]


@pytest.mark.process
@pytest.mark.parametrize("store", ["s3", "azblob"])
def test_a_stack_of_a_bucket(audit, request, monkeypatch, store):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", PASSPHRASE)
    url = request.getfixturevalue(store).url("states/of/team")
    kept = StackStore(open_backend(url), StackReference("shop", "dev"), Passphrase(PASSPHRASE))
    # A public address that is a secret: what the passphrase opens is judged.
    snapshot = Snapshot([nic(configurations=Secret(PUBLIC))])
    kept.backend.write(kept.reference, kept.writer(snapshot).render(snapshot))
    document = found(audit, "organization/shop/dev", "--backend", url, status=1)
    assert verdicts(document) == [("vm-no-public-ip", "refused", "nic")]


def test_the_configuration_of_the_pack(audit, state, tmp_path):
    config = tmp_path / "policies.json"
    config.write_text(json.dumps({"vm-no-public-ip": "advisory"}))
    document = found(audit, "--state", state(nic()), "--config", config)
    assert verdicts(document) == [("vm-no-public-ip", "warned", "nic")]
    exemption = {"resource": "nic", "reason": "a partner's device", "owner": "netops", "expires": TOMORROW}
    config.write_text(json.dumps({"vm-no-public-ip": {"exemptions": [exemption, {**exemption, "resource": "gone"}]}}))
    told = audit("--state", state(nic(), nic("other")), "--config", config, status=1).out
    assert told.startswith("organization/shop/dev: 1 refused, 1 exempt.\n")
    assert f"vm-no-public-ip for nic (netops, until {TOMORROW}: a partner's device): The network" in told
    assert "Exemptions for nothing that was found:\n  vm-no-public-ip for gone" in told


@pytest.mark.parametrize(
    ("expires", "status", "summary"),
    [(TOMORROW, 0, "1 exempt"), (YESTERDAY, 1, "1 refused"), ("2099-01-01", 1, "1 refused")],
    ids=["in-force", "ended", "too-long"],
)
def test_the_exception_of_a_private_machine(audit, state, expires, status, summary):
    told = audit("--state", state(excepted(expires)), status=status).out
    assert told.startswith(f"organization/shop/dev: {summary}.\n")
    assert ("partners deliver files" in told) == (expires != "2099-01-01")


def test_a_baseline_takes_what_is_there(audit, state, tmp_path):
    known = tmp_path / "known.json"
    told = audit("--state", state(nic()), "--write-baseline", known).out
    assert told.startswith("organization/shop/dev: 1 known from the baseline.\n")
    assert [one["resource"] for one in json.loads(known.read_text())["findings"]] == [
        "shop::azure-native:network:NetworkInterface::nic"
    ]
    document = found(audit, "--state", state(nic(), nic("new")), "--baseline", known, status=1)
    assert verdicts(document) == [("vm-no-public-ip", "refused", "new")]
    assert document["counts"]["known"] == 1
    assert [one["resource"] for one in found(audit, "--state", state(), "--baseline", known)["gone"]] == [
        "shop::azure-native:network:NetworkInterface::nic"
    ]
    # It is written anew with what is there, and what is there no more goes.
    audit("--state", state(nic("new")), "--baseline", known, "--write-baseline", known)
    assert "::new" in known.read_text()
    assert "::nic" not in known.read_text()


def test_the_baselines_of_a_configuration_are_found_from_its_folder(audit, state, tmp_path):
    folder = tmp_path / "pack"
    folder.mkdir()
    audit("--state", state(nic(), group("*")), "--write-baseline", folder / "known.json")
    (folder / "policies.json").write_text(json.dumps({"vm-no-public-ip": {"baseline": "known.json"}}))
    document = found(audit, "--state", state(nic(), group("*")), "--config", folder / "policies.json", status=1)
    assert verdicts(document) == [("nsg-no-internet-inbound", "refused", "rules")]
    audit("--state", state(nic()), "--write-baseline", tmp_path / "all.json")
    chosen = ("--config", folder / "policies.json", "--baseline", tmp_path / "all.json")
    assert found(audit, "--state", state(nic()), *chosen)["counts"]["known"] == 1


def test_secrets_are_judged_where_their_passphrase_is_set(audit, state, monkeypatch):
    file = state(group(Secret("0.0.0.0/0")))
    document = found(audit, "--state", file)
    assert verdicts(document) == [("nsg-no-internet-inbound", "warned", "rules")]
    for passphrase in ("wrong", PASSPHRASE):
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", passphrase)
        opened = passphrase == PASSPHRASE
        told = audit("--state", file, status=int(opened))
        assert "0.0.0.0/0" not in told.out + told.err
        assert ("1 refused" in told.out) == opened
        assert ("note: inputs of 1 resources are secrets that were not opened" in told.err) != opened


def test_a_public_address_that_is_secret_is_refused_all_the_same(audit, state):
    document = found(audit, "--state", state(nic(configurations=[{"publicIPAddress": Secret({"id": "x"})}])), status=1)
    assert verdicts(document) == [("vm-no-public-ip", "refused", "nic")]


def test_the_passphrase_in_a_file(audit, state, monkeypatch, tmp_path):
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    audit("--state", state(group(Secret("0.0.0.0/0"))), status=1)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "none"))
    assert "PULUMI_CONFIG_PASSPHRASE_FILE=" in audit("--state", state(nic()), status=2).err


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
def test_each_format_to_the_terminal_and_to_a_file(audit, state, tmp_path, form):
    told = audit("--state", state(nic()), "--format", form, status=1).out
    output = tmp_path / "report"
    text = audit("--state", state(nic()), "--format", form, "--output", output, status=1).out
    assert output.read_text() == told
    assert text == audit("--state", state(nic()), status=1).out
    match form:
        case "json":
            assert json.loads(told)["refused"] is True
        case "sarif":
            (run,) = json.loads(told)["runs"]
            assert [one["ruleId"] for one in run["results"]] == ["vm-no-public-ip"]
        case "junit":
            assert ET.fromstring(told).get("failures") == "1"  # noqa: S314 - our own


def test_where_sarif_shows_what_was_found(audit, state):
    def place(*arguments):
        told = json.loads(audit("--state", state(nic()), "--format", "sarif", *arguments, status=1).out)
        return told["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    assert place() == "Pulumi.yaml"
    assert place("--program", "infra/network/Pulumi.yaml") == "infra/network/Pulumi.yaml"


def test_a_state_without_resources_says_so(audit, state):
    told = audit("--state", state())
    assert "has no resources in its state" in told.err
    assert told.out.endswith("nothing found.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give either a stack or --state"),
        (("dev", "--state", "state.json"), "give either a stack or --state"),
        (("--state", "state.json", "--backend", "file://."), "--backend says where a stack is kept"),
        (("--state", "none.json"), "none.json: can't be read: No such file"),
        (("dev", "--backend", "gs://states"), "a backend of gs:// is not read here"),
        (("dev", "--backend", "azblob://states?colour=red"), "unknown parameter 'colour'"),
        (("dev", "--backend", "s3://states?colour=red"), "unknown parameter 'colour'"),
        (("--state", "state.json", "--config", "none.json"), "--config is none.json, which can't be read"),
        (("--state", "state.json", "--config", "wrong.json"), "Did you mean vm-no-public-ip?"),
        (
            ("--state", "state.json", "--baseline", "none.json"),
            "The baseline none.json has a problem:\n  - the file is unreadable: No such file",
        ),
        (("--state", "state.json", "--baseline", "wrong.json"), "The baseline wrong.json has a problem"),
        (("--state", "state.json", "--config", "lost.json"), "lost-known.json"),
        (("--state", "state.json", "--output", "none/report"), "--output is none/report, which can't be written: No"),
        (("--state", "state.json", "--write-baseline", "none/x"), "--write-baseline is none/x, which can't be written"),
        (("--state", "state.json", "--json", "--format", "sarif"), "--json and --format sarif"),
    ],
)
def test_mistakes_are_one_message(audit, state, tmp_path, arguments, said):
    state(nic())
    (tmp_path / "wrong.json").write_text(json.dumps({"vm-no-public-ips": "advisory"}))
    (tmp_path / "lost.json").write_text(json.dumps({"vm-no-public-ip": {"baseline": "lost-known.json"}}))
    told = audit(*arguments, status=2)
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert said in told.err


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_the_examples_of_the_page(capsys, monkeypatch, command, output):
    monkeypatch.chdir(ROOT)
    main(shlex.split(command)[1:])
    assert capsys.readouterr().out == output


def test_there_are_examples():
    assert len(EXAMPLES) >= 1
