"""What somebody has changed in Azure behind the stack's back: a refresh finds it, the next update puts it right."""

import json
import re
import shutil

import pytest
from azure_sandbox.arm import Fault, faults
from azure_sandbox.errors import Exit
from azure_sandbox.provider.resources import NETWORK_API, RESOURCES_API

from tests.program.conftest import make_project
from tests.program.test_life import network

TWO_SUBNETS = {
    "network": network("a", "b"),
    "egress": {"idleTimeoutMinutes": 4, "prefixes": {"one": {"length": 31}}, "addresses": {"two": {}}},
}


def drift(project, *arguments):
    """What a refresh would find: (op, type, logical name)."""
    document = json.loads(project.run("refresh", "--preview-only", "--json", *arguments).stdout)
    return {
        (step["op"], step["urn"].split("::")[2].rsplit(":", 1)[-1], step["urn"].split("::")[3])
        for step in document["steps"]
        if step["op"] != "refresh"
    }


def steady(project):
    """Bring the stack up, and take in what Azure writes when an address is attached: no change of anybody's."""
    project.settings("sandbox", TWO_SUBNETS)
    project.up()
    project.run("refresh", "--yes", "--skip-preview")


def live(project, name):
    """A resource as Azure has it."""
    return project.cloud().get(project.resources()[name]["id"], api_version=NETWORK_API).body


def change(project, name, edit):
    """Write a resource as somebody does in the portal: as it is, but for what `edit` does to it."""
    body = live(project, name)
    edit(body)
    answer = project.cloud().put(body["id"], body, api_version=NETWORK_API)
    assert answer.status == 200, answer


def tamper(project):
    """Change the gateway, tag it, and leave a subnet without it."""

    def gateway(body):
        body["properties"]["idleTimeoutInMinutes"] = 30
        body["tags"] = {**body.get("tags", {}), "owner": "nobody"}

    change(project, "egress", gateway)
    change(project, "network-a", lambda body: body["properties"].pop("natGateway"))


def lose_address(project):
    """Take an address off the gateway and delete it."""
    change(project, "egress", lambda body: body["properties"].pop("publicIpAddresses"))
    answer = project.cloud().delete(project.resources()["egress-two"]["id"], api_version=NETWORK_API)
    assert answer.status == 200, answer


TAMPERED = {("update", "NatGateway", "egress"), ("update", "Subnet", "network-a")}


def test_what_somebody_changed_is_found_and_put_right(either_engine):
    project = either_engine
    steady(project)
    before = {name: live(project, name) for name in ("egress", "network-a")}
    project.run("refresh", "--preview-only", "--expect-no-changes")
    tamper(project)
    assert project.steps() == set(), "without a refresh nothing is known of it"

    assert drift(project) == TAMPERED
    ran = project.try_run("refresh", "--yes", "--expect-no-changes")
    assert ran.status == Exit.NO_CHANGES
    assert "no changes were expected for refresh but changes were proposed" in ran.stderr
    assert "[diff: +tags~idleTimeoutInMinutes]" in ran.stdout
    assert "[diff: -natGateway]" in ran.stdout
    assert "~ 2 updated" in ran.stdout
    gateway = project.resources()["egress"]
    assert gateway["inputs"]["idleTimeoutInMinutes"] == gateway["outputs"]["idleTimeoutInMinutes"] == 30
    assert gateway["inputs"]["tags"]["owner"] == "nobody"
    assert "natGateway" not in project.resources()["network-a"]["inputs"]
    project.run("refresh", "--preview-only", "--expect-no-changes")

    assert project.steps() == TAMPERED
    project.up()
    assert live(project, "egress")["properties"]["idleTimeoutInMinutes"] == 4
    assert live(project, "egress").get("tags") == before["egress"].get("tags")
    attached = live(project, "network-a")["properties"]["natGateway"]
    assert attached == before["network-a"]["properties"]["natGateway"]
    project.run("refresh", "--preview-only", "--expect-no-changes")


def test_an_address_that_somebody_deleted_is_made_again(either_engine):
    project = either_engine
    steady(project)
    lost = project.outputs()["addresses"]
    lose_address(project)
    found = {("update", "NatGateway", "egress"), ("delete", "PublicIPAddress", "egress-two")}
    assert drift(project) == found
    assert project.try_run("refresh", "--preview-only", "--expect-no-changes").status == Exit.NO_CHANGES
    assert "egress-two" in project.resources(), "it was only looked at"
    said = project.run("refresh", "--yes", "--skip-preview").stdout
    assert "- 1 deleted" in said
    assert "~ 1 updated" in said
    resources = project.resources()
    assert "egress-two" not in resources
    assert not any("egress-two" in json.dumps(row.get("dependencies", [])) for row in resources.values())

    project.up()
    addresses = project.outputs()["addresses"]
    assert len(addresses) == len(lost) == 3
    assert addresses != lost
    assert project.steps() == set()


def test_an_update_and_a_destroy_can_refresh_first(either_engine):
    project = either_engine
    steady(project)
    tamper(project)
    lose_address(project)
    project.run("up", "--yes", "--refresh")
    assert project.steps() == set()
    assert live(project, "egress")["properties"]["idleTimeoutInMinutes"] == 4
    assert len(project.outputs()["addresses"]) == 3
    assert live(project, "network-a")["properties"]["natGateway"]

    group = live(project, "egress")["id"].partition("/providers/")[0]
    assert project.cloud().delete(group, api_version=RESOURCES_API).status == 200
    asked = len(project.cloud().requests())
    project.run("destroy", "--yes", "--refresh")
    assert project.resources() == {}
    assert [request for request in project.cloud().requests()[asked:] if request.method == "DELETE"] == []


def test_a_resource_that_azure_does_not_show_is_left_as_it_was_and_the_others_are_found(either_engine):
    project = either_engine
    steady(project)
    tamper(project)
    unwell = Fault(method="GET", type="Microsoft.Network/natGateways", times=0, happens=faults.server_error())
    project.cloud().inject(unwell)
    ran = project.try_run("refresh", "--yes", "--skip-preview")
    assert ran.status == Exit.ERROR
    assert "InternalServerError" in ran.said
    assert project.resources()["egress"]["inputs"]["idleTimeoutInMinutes"] == 4
    assert "natGateway" not in project.resources()["network-a"]["inputs"]
    project.cloud().clear_faults()
    assert drift(project) == {("update", "NatGateway", "egress")}


def test_there_must_be_a_stack_to_refresh(either_engine):
    ran = either_engine.try_run("refresh", "--yes")
    assert ran.status == Exit.STACK_NOT_FOUND
    assert "no stack named 'sandbox' found" in ran.stderr


OWN = {"modified", "version", "magic", "time", "metadata", "secrets_providers"}
"""What the engines write of themselves."""
FRACTION = re.compile(r"(?<=:\d\d)\.\d+Z$")
"""Of a second, in a time: Go leaves out the zeros at its end."""


def same_text(value):
    """JSON without what the engines write each in its own way: times, orders without a meaning."""
    if isinstance(value, dict):
        return {key: same_text(item) for key, item in value.items() if key not in OWN and item not in ({}, "")}
    if isinstance(value, str):
        return FRACTION.sub(lambda found: found[0].rstrip("0Z.") + "Z", value)
    return [same_text(item) for item in value] if isinstance(value, list) else value


@pytest.mark.cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH")
@pytest.mark.parametrize("damages", [(), (tamper,), (lose_address,), (tamper, lose_address)])
def test_both_engines_make_the_same_of_the_same_cloud(tmp_path, damages):
    (tmp_path / "embedded").mkdir()
    embedded = make_project(tmp_path / "embedded", "embedded")
    embedded.settings("sandbox", TWO_SUBNETS)
    embedded.up()
    for damage in damages:
        damage(embedded)
    shutil.copytree(embedded.root, tmp_path / "official")
    official = type(embedded)(tmp_path / "official", "official")
    found = [drift(project) for project in (embedded, official)]
    assert found[0] == found[1]
    states = []
    for project in (embedded, official):
        project.run("refresh", "--yes", "--skip-preview")
        states.append(json.loads(project.run("export").stdout)["deployment"])
    assert same_text(states[0]) == same_text(states[1])
    steps = [project.steps() for project in (embedded, official)]
    assert steps[0] == steps[1]
