"""`nat-egress capacity` on the state of the real program, as a rehearsal leaves it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

PROFILE = """\
end: {fin: 1}
destinations:
  api:
    destination: {host: api.example.com, port: 443}
    source: {machines: 6}
    requests: {rate_per_s: 1500, per_connection: 1, spacing_s: 0.2}
"""
BACKEND = ("--backend", "file://.sandbox/backend")  # as README has it


def capacity(root, *arguments):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    command = [sys.executable, "-m", "nat_egress.cli", "capacity", *arguments]
    return subprocess.run(
        command, cwd=root, env={**kept, "COLUMNS": "160"}, capture_output=True, text=True, timeout=60, check=False
    )


def document(root, *arguments, status=0):
    ran = capacity(root, *arguments, "--json")
    assert (ran.returncode, ran.stderr) == (status, "")
    return json.loads(ran.stdout)


def test_the_state_of_a_rehearsal_tells_what_is_deployed(project):
    project.up()
    outputs = project.outputs()
    (project.root / "api.profile.yaml").write_text(PROFILE)
    found = document(project.root, "sandbox", *BACKEND, "--profile", "api.profile.yaml")
    assert found["stack"] == "organization/private-egress/sandbox"
    (gateway,) = found["gateways"]
    assert gateway["id"] == outputs["gatewayId"]
    assert gateway["addresses"] == len(outputs["addresses"]) == 2
    assert gateway["snat_ports"] == outputs["snatPorts"]
    assert [(one["length"], one["told_by"]) for one in gateway["attached"]] == [(31, "resource")]
    assert sorted(gateway["subnets"]) == sorted(outputs["subnetIds"].values())
    assert gateway["machines"] == len(outputs["machines"]) == 3
    assert (gateway["capacity"]["addresses_needed"], gateway["capacity"]["enough"]) == (2, True)

    export = project.run("export")
    (project.root / "state.json").write_text(export.stdout)
    assert document(project.root, "--state", "state.json", "--profile", "api.profile.yaml") == found

    shrunk = {"location": "westeurope", "egress": {"addresses": {"one": {}}}}
    network = {"addressSpace": ["10.10.0.0/16"], "subnets": {"web": {"addressPrefix": "10.10.0.0/24"}}}
    project.settings("sandbox", {**shrunk, "network": network})
    project.run("up", "--yes", "--skip-preview")
    ran = capacity(project.root, "sandbox", *BACKEND, "--profile", "api.profile.yaml")
    assert ran.returncode == 1
    assert "1 x single address" in ran.stdout
    assert "1 subnet (web) behind it, 0 machines in them in the state" in ran.stdout
    # Azure answered before the other subnet was deleted.
    assert "1 subnet (data) that the stack does not keep, as of the last update or refresh" in ran.stdout
    assert "needs 2 addresses, 1 more than there are: 1 x /31" in ran.stdout


def test_prefixes_of_others_are_counted_as_they_are_declared(project):
    """A prefix that another stack keeps is in this state by its id alone, in the gateway and in the component."""
    project.up()
    prefix = project.resources()["egress-primary"]["id"]
    project.settings(
        "second",
        {
            "network": {"addressSpace": ["10.20.0.0/16"], "subnets": {"web": {"addressPrefix": "10.20.0.0/24"}}},
            "egress": {"prefixes": {"shared": {"id": prefix, "length": 31}}},
        },
    )
    first = {"prefixes": {"primary": {"length": 31, "attached": False}}, "addresses": {"one": {}}}
    network = {"addressSpace": ["10.10.0.0/16"], "subnets": {"web": {"addressPrefix": "10.10.0.0/24"}}}
    project.settings("sandbox", {"network": network, "egress": first})
    project.run("up", "--yes", "--skip-preview")
    project.up(stack="second")
    (gateway,) = document(project.root, "second", *BACKEND)["gateways"]
    assert [(one["length"], one["told_by"]) for one in gateway["attached"]] == [(31, "component")]
    assert (gateway["addresses"], gateway["addresses_complete"]) == (2, True)
    (left,) = document(project.root, "sandbox", *BACKEND)["gateways"]
    assert [(one["length"], one["told_by"]) for one in left["attached"]] == [(32, "resource")]


def test_the_profile_that_the_program_leaves_in_the_state_is_held_against_it(project):
    hot = {
        "destination": {"host": "api.example", "port": 443},
        "source": {"machines": 400},
        "connections": {"ratePerS": 5_200, "lifeS": 0.2},
    }
    stack = {
        "network": {"addressSpace": ["10.0.0.0/16"], "subnets": {"web": {"addressPrefix": "10.0.0.0/24"}}},
        "capacity": {"end": {"fin": 1}, "destinations": {"hot": hot}},
    }
    project.settings("sandbox", {**stack, "egress": {}})
    project.up()
    (gateway,) = document(project.root, "sandbox", *BACKEND)["gateways"]
    told = project.outputs()["capacity"]
    found = gateway["capacity"]
    assert found["profile_from"] == "capacityProfile of NatEgress 'egress'"
    assert (found["addresses_needed"], found["enough"]) == (told["addressesNeeded"], told["enough"]) == (6, True)
    assert found["size"]["addresses_deployed"] == gateway["addresses"] == told["addressesDeployed"] == 8

    project.settings("fixed", {**stack, "egress": {"prefixes": {"one": {"length": 30}}, "undersized": "warn"}})
    project.up(stack="fixed")
    (gateway,) = document(project.root, "fixed", *BACKEND, status=1)["gateways"]
    found = gateway["capacity"]
    assert (found["addresses_needed"], found["addresses_missing"], found["enough"]) == (6, 2, False)
