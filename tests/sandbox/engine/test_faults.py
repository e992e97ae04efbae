"""What a user sees of Azure's faults in an update, what the state holds then, and what mends it, on both engines."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import yaml
from azure_sandbox.arm import ControlPlane, Fault, LostReply, OperationFailed, Slow, faults

from tests.program.conftest import Project

# A gateway of a given name and one whose name is generated; all that stands below the network comes in turn.
PROGRAM = """\
import pulumi
from pulumi import CustomTimeouts, ResourceOptions
from pulumi_azure_native import network, resources

config = pulumi.Config()
group = resources.ResourceGroup("group", resource_group_name="rg")
vnet = network.VirtualNetwork(
    "vnet",
    resource_group_name=group.name,
    virtual_network_name="vnet",
    address_space={"address_prefixes": ["10.0.0.0/16"]},
    opts=ResourceOptions(ignore_changes=["subnets"]),
)
last = vnet
for number in range(3):
    last = network.Subnet(
        f"subnet-{number}",
        resource_group_name=group.name,
        virtual_network_name=vnet.name,
        subnet_name=f"subnet-{number}",
        address_prefix=f"10.0.{number}.0/24",
        opts=ResourceOptions(depends_on=[last]),
    )
gateway = network.NatGateway(
    "gateway",
    resource_group_name=group.name,
    nat_gateway_name=None if config.get_bool("generated") else "ng",
    sku={"name": "Standard"},
    tags={"size": config.get("size") or "small"},
    opts=ResourceOptions(
        depends_on=[last],
        import_=config.get("adopt"),
        custom_timeouts=CustomTimeouts(create=config.get("timeout")),
    ),
)
pulumi.export("gateway", gateway.id)
"""
GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet"
GATEWAY = f"{GROUP}/providers/Microsoft.Network/natGateways/ng"
SUBNETS = "Microsoft.Network/virtualNetworks/subnets"
GATEWAYS = "Microsoft.Network/natGateways"
API = "2024-05-01"


def make(folder, engine):
    (folder / "stacks").mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    (folder / "Pulumi.yaml").write_text(
        yaml.safe_dump({"name": "shop", "runtime": runtime, "stackConfigDir": "stacks"})
    )
    (folder / "__main__.py").write_text(PROGRAM)
    (folder / ".sandbox").mkdir()
    found = Project(folder, engine)
    found.settings("sandbox", {})
    return found


@pytest.fixture(params=["embedded", pytest.param("official", marks=pytest.mark.cli)])
def project(request, tmp_path):
    """The program on each engine; the official CLI's half is skipped by name where there is none."""
    if request.param == "official" and shutil.which("pulumi") is None:
        pytest.skip("pulumi CLI not on PATH")
    return make(tmp_path, request.param)


@pytest.fixture
def plane(project):
    plane = ControlPlane(project.root / ".sandbox" / "azure.sqlite")
    yield plane
    plane.close()


def tries(plane, id_, method="PUT"):
    return [
        (request.status, request.fault) for request in plane.requests() if (request.method, request.id) == (method, id_)
    ]


def in_azure(plane):
    """The ids of what Azure has."""
    kinds = ("natGateways", "virtualNetworks", "virtualNetworks/vnet/subnets")
    lists = [plane.list(f"{GROUP}/providers/Microsoft.Network/{kind}").body for kind in kinds]
    return {GROUP, *(item["id"] for found in lists for item in found.get("value", []))}


def in_state(project):
    """The ids of what the state has."""
    rows = project.resources().values()
    return {row["id"] for row in rows if row["type"].startswith("azure-native:") and row.get("id")}


def fails(project):
    return project.refused("up", "--yes", "--skip-preview")


def up(project):
    project.run("up", "--yes", "--skip-preview")


def settles(project):
    """Bring the stack up and see that a preview finds nothing to do."""
    up(project)
    project.run("preview", "--expect-no-changes")


def test_what_passes_is_not_seen_in_the_update(project, plane):
    plane.inject(Fault(type=SUBNETS, nth=3, happens=faults.conflict()))
    plane.inject(Fault(type=GATEWAYS, times=2, happens=faults.throttled(60)))
    plane.inject(Fault(type="Microsoft.Network/virtualNetworks", happens=LostReply()))
    settles(project)
    assert tries(plane, NETWORK) == [(201, 3), (200, None)]
    assert tries(plane, f"{NETWORK}/subnets/subnet-2") == [(409, 1), (201, None)]
    assert tries(plane, GATEWAY) == [(429, 2), (429, 2), (201, None)]


def test_a_refusal_names_the_resource_and_what_was_written_is_in_the_state(project, plane):
    plane.inject(Fault(type=SUBNETS, name="subnet-1", times=0, happens=faults.server_error()))
    said = fails(project)
    assert 'Status=500 Code="InternalServerError" Message="An error occurred."' in said
    assert "azure-native:network:Subnet" in said
    assert "subnet-1" in said
    assert in_state(project) == in_azure(plane) == {GROUP, NETWORK, f"{NETWORK}/subnets/subnet-0"}

    plane.clear_faults()
    plane.inject(Fault(type=GATEWAYS, happens=faults.quota_reached(10)))
    said = fails(project)
    assert 'Status=400 Code="PublicIPCountLimitReached" Message="Cannot create more than 10 public IP' in said
    assert "azure-native:network:NatGateway" in said
    assert in_state(project) == in_azure(plane)
    assert GATEWAY not in in_state(project)

    settles(project)
    assert in_state(project) == in_azure(plane)
    assert GATEWAY in in_state(project)


def lose_the_gateway(project, plane):
    """Have the gateway made and nobody hear of it: as when the connection is gone for three minutes."""
    plane.inject(Fault(type=GATEWAYS, times=4, happens=LostReply()))
    said = fails(project)
    assert 'Put "https://management.azure.com/subscriptions/' in said
    assert "gateway" in said
    [lost] = in_azure(plane) - in_state(project)
    return lost


def test_what_was_made_unheard_is_in_the_way_until_it_is_adopted_or_gone(project, plane):
    assert lose_the_gateway(project, plane) == GATEWAY
    assert f"cannot create already existing resource '{GATEWAY}'" in fails(project)
    assert GATEWAY not in in_state(project)
    if project.engine == "official":
        project.settings("sandbox", {"shop:adopt": GATEWAY})
        up(project)
        project.settings("sandbox", {})
    else:
        plane.delete(GATEWAY, api_version=API)
    settles(project)
    assert in_state(project) == in_azure(plane)


def test_under_a_generated_name_what_was_made_unheard_is_left_behind(project, plane):
    project.settings("sandbox", {"shop:generated": True})
    lost = lose_the_gateway(project, plane)
    settles(project)
    assert in_azure(plane) - in_state(project) == {lost}
    assert len([id_ for id_ in in_azure(plane) if "natGateways" in id_]) == 2


def test_a_change_or_a_deletion_that_was_done_unheard_is_made_again(project, plane):
    up(project)
    project.settings("sandbox", {"shop:size": "large"})
    plane.inject(Fault(type=GATEWAYS, times=4, happens=LostReply()))
    assert 'Put "https://management.azure.com/' in fails(project)
    assert project.resources()["gateway"]["inputs"]["tags"] == {"size": "small"}
    settles(project)
    assert project.resources()["gateway"]["outputs"]["tags"] == {"size": "large"}

    plane.inject(Fault(method="DELETE", type=GATEWAYS, times=4, happens=LostReply()))
    said = project.refused("destroy", "--yes", "--skip-preview")
    assert 'Delete "https://management.azure.com/' in said
    assert GATEWAY in in_state(project) - in_azure(plane)
    project.run("destroy", "--yes", "--skip-preview")
    assert in_state(project) == set()


def test_what_azure_took_and_did_not_bring_to_its_end_is_kept_and_mended(project, plane):
    plane.inject(Fault(type=GATEWAYS, happens=OperationFailed("InternalServerError", "An error occurred.", 25)))
    said = fails(project)
    assert 'Status=200 Code="InternalServerError" Message="An error occurred."' in said
    assert "azure-native:network:NatGateway" in said
    row = project.resources()["gateway"]
    assert (row["id"], row["outputs"]["provisioningState"]) == (GATEWAY, "Failed")
    up(project)
    assert tries(plane, GATEWAY) == [(201, 1), (200, None)]
    assert project.resources()["gateway"]["outputs"]["provisioningState"] == "Succeeded"

    project.settings("sandbox", {"shop:size": "large"})
    plane.inject(Fault(type=GATEWAYS, happens=faults.operation_failed()))
    assert 'Code="InternalServerError"' in fails(project)
    assert project.resources()["gateway"]["outputs"]["provisioningState"] == "Failed"
    settles(project)
    assert project.resources()["gateway"]["outputs"]["tags"] == {"size": "large"}


def test_a_creation_that_takes_longer_than_its_timeout_is_kept_and_mended(project, plane):
    project.settings("sandbox", {"shop:timeout": "60s"})
    plane.inject(Fault(type=GATEWAYS, happens=Slow(3_000)))
    assert "operation timed out" in fails(project)
    assert in_state(project) == in_azure(plane)
    time.sleep(3_000 * plane.time_scale)
    settles(project)
    assert tries(plane, GATEWAY)[-1] == (200, None)


def test_who_interrupts_a_slow_creation_keeps_what_azure_has_taken(project, plane):
    plane.inject(Fault(type=GATEWAYS, happens=Slow(10_000_000)))
    command = [sys.executable, "-m", "azure_sandbox", "up", "--yes", "--skip-preview", "--stack", "sandbox"]
    running = subprocess.Popen(
        [*command, "--engine", project.engine],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not any("/operations/" in request.id for request in plane.requests()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: all that were started hear of it
    said = running.communicate(timeout=60)[0]
    assert running.returncode != 0
    assert "context canceled" in said
    assert in_state(project) == in_azure(plane)
    assert json.loads(project.run("export").stdout)["deployment"].get("pending_operations", []) == []
