"""A stack gets the same verdict in its preview, in its state, and from `pulumi policy analyze`."""

import json
import os
import subprocess
import sys
import textwrap

import pytest
from azure_sandbox.rehearsal import Rehearsal

from tests.program.conftest import add_policies
from tests.program.test_machines import INBOUND, machine, stack
from tests.program.test_policies import PUBLIC_MACHINE

OPEN_RULES = """
    azure.network.NetworkSecurityGroup(
        "rules",
        resource_group_name=group.name,
        security_rules=[
            {
                "name": "ssh",
                "access": "Allow",
                "direction": "Inbound",
                "priority": 100,
                "protocol": "Tcp",
                "source_address_prefix": pulumi.Output.secret("0.0.0.0/0"),
                "source_port_range": "*",
                "destination_address_prefix": "*",
                "destination_port_range": "22",
            }
        ],
    )
"""
REFUSED = {
    ("egress-nat-only", "refused", "web"),
    ("nsg-no-internet-inbound", "refused", "rules"),
    ("vm-no-public-ip", "refused", "nic"),
}


def verdicts(document):
    """What is found, and what it is known by."""
    findings = {(one["policy"], one["outcome"], one["resource"].rpartition("::")[2]) for one in document["findings"]}
    return findings, sorted(one["fingerprint"] for one in document["findings"])


def audited(project, *arguments, status):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    command = [sys.executable, "-m", "nat_egress.cli", "audit", "sandbox", "--backend", "file://.sandbox/backend"]
    ran = subprocess.run(
        [*command, *arguments, "--json"],
        cwd=project.root,
        env={**kept, "PULUMI_CONFIG_PASSPHRASE": "rehearsal"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (status, "")
    assert "0.0.0.0/0" not in ran.stdout
    return json.loads(ran.stdout)


@pytest.fixture
def reported(monkeypatch, tmp_path_factory):
    """Ask the pack for a report, and return what reads it."""
    file = tmp_path_factory.mktemp("reports") / "report.json"
    monkeypatch.setenv("NAT_EGRESS_REPORT_JSON", str(file))

    def read():
        text = file.read_text()
        file.unlink()
        assert "0.0.0.0/0" not in text
        return json.loads(text)

    return read


def test_a_preview_and_the_state_get_one_verdict(either_engine, reported):
    program = "import pulumi\n" + textwrap.dedent(PUBLIC_MACHINE + OPEN_RULES)
    (either_engine.root / "__main__.py").write_text(program)
    either_engine.up()
    state = audited(either_engine, status=1)
    assert state["subject"] == "organization/private-egress/sandbox"
    assert verdicts(state)[0] == REFUSED

    add_policies(either_engine)
    either_engine.refused("preview")
    preview = reported()
    assert preview["subject"] == state["subject"]
    assert verdicts(preview) == verdicts(state)
    if either_engine.engine == "official":
        analyzed(either_engine)
        assert verdicts(reported()) == verdicts(state)


def analyzed(project):
    """Have the official CLI judge the state, of which it tells the pack no name."""
    environment = Rehearsal(project.root / ".sandbox").environment(os.environ)
    ran = subprocess.run(
        ["pulumi", "policy", "analyze", "--stack", "sandbox", "--policy-pack", "policies"],
        cwd=project.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode != 0
    assert "vm-no-public-ip" in ran.stdout


def test_an_inbound_exception_is_honoured_and_listed(with_policies, reported):
    with_policies.settings("sandbox", stack({"sftp": machine(inbound=INBOUND)}))
    with_policies.up()
    update, state = reported(), audited(with_policies, status=0)
    assert verdicts(update) == verdicts(state)
    for document in (update, state):
        used = {(one["policy"], one["expires"]) for one in document["exemptions"]["used"]}
        assert ("vm-no-public-ip", INBOUND["expires"]) in used
    assert update["exemptions"] == state["exemptions"]


def test_an_update_without_a_preview_that_is_stopped_leaves_its_report(with_policies, reported):
    (with_policies.root / "__main__.py").write_text(textwrap.dedent(PUBLIC_MACHINE))
    with_policies.refused("up", "--skip-preview", "--yes")
    assert [one["policy"] for one in reported()["findings"]] == ["vm-no-public-ip"]


def test_a_report_that_cannot_be_written_ends_the_preview(with_policies, monkeypatch):
    monkeypatch.setenv("NAT_EGRESS_REPORT_JSON", "report.json")
    said = " ".join(with_policies.refused("preview").split())
    assert "NAT_EGRESS_REPORT_JSON is report.json: the pack runs in a folder of its own" in said
