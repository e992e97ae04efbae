"""The same program and stack on the embedded engine and on the official CLI: URNs, inputs, steps, outputs, state.

What is compared here stands in the other tests of this folder as expectations of the embedded engine.
"""

import json
import re
import shutil
from pathlib import Path

import pytest
from azure_sandbox.official import OfficialCli
from azure_sandbox.session import start

from tests.program.conftest import make_project

pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH"),
]

OWN = {
    "created",
    "modified",
    "sourcePosition",
    "stackTrace",
    "aliases",
    "etag",
    "resourceGuid",
    "ipAddress",
    "ipPrefix",
    "macAddress",
    "ciphertext",
}
"""Keys whose values two runs on one engine do not share either."""
GENERATED = re.compile(r"(?<=[a-z0-9])[0-9a-f]{8}(?=[/\"\\]|$)")
"""The eight hexadecimal digits that autonaming adds, from a seed that is random in both engines; also within JSON."""
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""The id of a provider resource."""
DISK = re.compile(r"[0-9a-f]{8}_OsDisk_1_[0-9a-f]{24}")
PRIVATE = re.compile(r"10(\.\d+){3}")
"""The private address of a machine: machines are made in no order, and Azure hands addresses out as they come."""
ADDRESS = re.compile(r"(198\.(51|18|19)|203\.0|192\.0)(\.\d+)+(/\d+)?")


@pytest.fixture
def engines(tmp_path):
    folders = {engine: tmp_path / engine for engine in ("embedded", "official")}
    for folder in folders.values():
        folder.mkdir()
    return {engine: make_project(folder, engine) for engine, folder in folders.items()}


def comparable(value, key=""):
    """Return JSON without what differs from run to run; dependencies have no order."""
    if isinstance(value, dict):
        return {name: comparable(item, name) for name, item in value.items() if name not in OWN}
    if isinstance(value, list):
        items = [comparable(item) for item in value]
        return sorted(items) if key == "dependencies" or all(str(item).startswith("urn:") for item in items) else items
    if not isinstance(value, str):
        return value
    if PRIVATE.fullmatch(value):
        return "private"
    return GENERATED.sub("", ADDRESS.sub("address", UUID.sub("uuid", DISK.sub("disk", value))))


def planned(project, stack):
    document = json.loads(project.run("preview", "--json", stack=stack).stdout)
    return comparable(
        {
            step["urn"]: {
                "op": step["op"],
                "inputs": step.get("newState", {}).get("inputs"),
                "dependencies": sorted(step.get("newState", {}).get("dependencies", [])),
                "protect": step.get("newState", {}).get("protect", False),
                "replaceReasons": step.get("replaceReasons"),
            }
            for step in document["steps"]
        }
    )


def state(project, stack):
    resources = json.loads(project.run("export", stack=stack).stdout)["deployment"]["resources"]
    return {resource["urn"]: comparable(resource) for resource in resources}


@pytest.mark.parametrize("stack", ["sandbox", "dev", "prod"])
def test_a_preview_plans_the_same(engines, stack):
    assert planned(engines["embedded"], stack) == planned(engines["official"], stack)


def test_an_update_leaves_the_same_state_and_outputs(engines):
    for project in engines.values():
        project.up("prod")
    assert state(engines["embedded"], "prod") == state(engines["official"], "prod")
    embedded, official = (project.outputs("prod") for project in engines.values())
    assert embedded["snatPorts"] == official["snatPorts"]
    assert len(embedded["addresses"]) == len(official["addresses"]) == 8
    assert set(embedded["subnetIds"]) == set(official["subnetIds"])


def test_a_staged_move_takes_the_same_steps(engines):
    network = {"addressSpace": ["10.0.0.0/16"], "subnets": {"a": {"addressPrefix": "10.0.0.0/24"}}}
    moved = {"zone": 2, "prefixes": {"one": {"length": 31, "attached": False}, "meanwhile": {"length": 31}}}
    plans = []
    for project in engines.values():
        project.settings("sandbox", {"network": network, "egress": {"zone": 1, "prefixes": {"one": {"length": 31}}}})
        project.up()
        project.settings("sandbox", {"network": network, "egress": moved})
        plans.append(project.steps())
        project.up()
        assert project.steps() == set()
    assert plans[0] == plans[1]


def test_what_a_component_refuses_is_refused_by_both(engines):
    network = {"addressSpace": ["10.0.0.0/16"], "subnets": {"a": {"addressPrefix": "10.0.0.0/24"}}}
    for project in engines.values():
        project.settings("sandbox", {"network": network, "egress": {"zone": 1, "prefixes": {"one": {"length": 31}}}})
        project.up()
        project.settings("sandbox", {"network": network, "egress": {"zone": 2, "prefixes": {"one": {"length": 31}}}})
        ran = project.try_run("preview")
        assert ran.status != 0
        assert "set attached: False on these" in ran.said


def test_a_stack_moves_from_one_engine_to_the_other(engines):
    project = engines["embedded"]
    project.up()
    other = type(project)(project.root, "official")
    assert other.steps() == set()
    other.run("destroy", "--yes")
    assert project.resources() == {}


def test_a_refresh_finds_nothing_to_take_back(engines):
    """What Azure itself writes, such as the gateway of a prefix, is no change of the program's."""
    project = engines["official"]
    egress = {"prefixes": {"one": {"length": 31}}, "addresses": {"two": {}}}
    network = {"addressSpace": ["10.0.0.0/16"], "subnets": {"a": {"addressPrefix": "10.0.0.0/24"}}}
    project.settings("sandbox", {"network": network, "egress": egress})
    project.up()
    cli = OfficialCli(Path(shutil.which("pulumi") or ""), start(project.root, "sandbox", None))
    cli.prepare(create=False)
    assert cli.run("refresh", "--yes", "--skip-preview") == 0
    assert project.steps() == set()
