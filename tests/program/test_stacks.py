"""What the README promises a new user, on the stacks that are here."""

import json
from pathlib import Path

import pytest

STACKS = sorted(path.name.split(".")[1] for path in (Path(__file__).parents[2] / "stacks").glob("Pulumi.*.yaml"))


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_file_is_previewed(project, stack):
    steps = project.steps(stack)
    assert ("create", "NatGateway", "egress") in steps
    assert {op for op, _, _ in steps} == {"create"}


def test_up_then_nothing_changes_then_destroy(either_engine):
    project = either_engine
    first = project.up()
    assert "egress" in first.said
    outputs = project.outputs()
    assert outputs["snatPorts"] == 2 * 64_512
    assert len(outputs["addresses"]) == 2
    assert set(outputs["subnetIds"]) == {"web", "data"}

    assert project.steps() == set()
    again = project.up()
    assert "unchanged" in again.said

    project.run("destroy", "--yes")
    assert project.resources() == {}
    assert (
        project.cloud().list("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups").body["value"] == []
    )


def test_prod_is_rehearsed_and_keeps_its_addresses(either_engine):
    project = either_engine
    project.up("prod")
    before, resources = project.outputs("prod"), project.resources("prod")
    assert len(before["addresses"]) == 8

    for way in "--yes", "--preview-only":
        refused = project.refused("destroy", way, stack="prod")
        assert "egress-partners" in refused
        assert "Preview failed: resource" in refused
        assert "delete[retain]" in refused
        assert "2 errored" in refused
        assert project.outputs("prod") == before
        assert project.resources("prod") == resources, "a refused destroy takes nothing away"

    planned = project.run("destroy", "--exclude-protected", "--preview-only", stack="prod")
    assert "Kept" not in planned.said
    assert project.resources("prod") == resources
    destroyed = project.run("destroy", "--exclude-protected", "--yes", stack="prod")
    for said, counted in ((planned, "120 to delete"), (destroyed, "120 deleted")):
        assert f"    - {counted}\n    4 unchanged\n" in said.said
    assert "Kept, because protected" in destroyed.said
    assert "egress-partners" in destroyed.said
    kept = {
        name for name, resource in project.resources("prod").items() if resource["type"].startswith("azure-native:")
    }
    assert kept == {"addresses", "egress-partners"}

    project.up("prod")
    assert project.outputs("prod")["addresses"] == before["addresses"]


def test_a_rehearsal_writes_nothing_into_the_project(either_engine):
    project = either_engine
    files = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    project.up("dev")
    project.run("destroy", "--yes", stack="dev")
    after = {
        path: path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file() and ".sandbox" not in path.parts and "__pycache__" not in path.parts
    }
    assert after == files


def test_the_plan_names_every_subnet_of_prod_in_one_chain(project):
    document = json.loads(project.run("preview", "--json", stack="prod").stdout)
    subnets = [step["newState"] for step in document["steps"] if step["urn"].split("::")[2].endswith("network:Subnet")]
    assert len(subnets) >= 12
    inputs = [subnet["inputs"] for subnet in subnets]
    assert all(subnet["defaultOutboundAccess"] is False for subnet in inputs)
    chained = [any("network:Subnet::" in urn for urn in subnet["dependencies"]) for subnet in subnets]
    assert chained.count(False) == 1, "all but the first subnet wait for another"
