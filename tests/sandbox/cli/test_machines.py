"""The table of machines: what it shows of each, and what it says where there is none."""

from __future__ import annotations

import json

import pytest
from azure_sandbox.arm import ControlPlane
from azure_sandbox.arm.ways_out import Exit, Method, Part, WayOut
from azure_sandbox.errors import Exit as Status
from azure_sandbox.machines import as_json, table
from azure_sandbox.provider.settings import SUBSCRIPTION, Place
from rich.console import Console

from tests.sandbox.arm.conftest import Azure

STACK = ("--stack", "dev")


def way(name="web", group="rg", **fields):
    prefix = f"/subscriptions/s/resourceGroups/{group}/providers"
    values = {
        "machine": f"{prefix}/Microsoft.Compute/virtualMachines/{name}",
        "zone": "1",
        "interface": f"{prefix}/Microsoft.Network/networkInterfaces/nic",
        "primary": True,
        "private_address": "10.0.0.4",
        "subnet": f"{prefix}/Microsoft.Network/virtualNetworks/net/subnets/app",
        "exit": Exit(Method.NAT_GATEWAY, f"{prefix}/Microsoft.Network/natGateways/ng", ("192.0.2.1", "192.0.2.8/31")),
        "parts": (),
        "inbound": (),
    }
    return WayOut(**{**values, **fields})


def rows(*found):
    console = Console(width=200, file=None, record=True, quiet=False)
    with console.capture() as captured:
        console.print(table(found))
    return [line.split("  ") for line in captured.get().splitlines()[1:]]


def cells(line):
    return [cell.strip() for cell in line if cell.strip()]


def test_a_row():
    (line,) = rows(way())
    assert cells(line) == [
        "web", "1", "net/app", "10.0.0.4", "NAT gateway ng", "192.0.2.1, 192.0.2.8/31", "none",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("exit_", "shown"),
    [
        (Exit(Method.APPLIANCE, "10.0.9.4"), ["route to an appliance 10.0.9.4", "those of the appliance"]),
        (Exit(Method.NETWORK_GATEWAY), ["route to a virtual network gateway", "those behind the gateway"]),
        (Exit(Method.INSTANCE, addresses=("192.0.2.7",)), ["instance public address", "192.0.2.7"]),
        (Exit(Method.LOAD_BALANCER, "/x/lb", ("192.0.2.1",)), ["load balancer lb", "192.0.2.1"]),
        (Exit(Method.DEFAULT), ["default outbound access", "one of Microsoft's, which changes"]),
        (Exit(Method.DROPPED), ["dropped by a route", "none"]),
        (Exit(Method.NONE), ["none", "none"]),
    ],
)
def test_ways_out(exit_, shown):
    (line,) = rows(way(zone="", exit=exit_, inbound=("192.0.2.7", "192.0.2.9")))
    assert cells(line) == ["web", "-", "net/app", "10.0.0.4", *shown, "192.0.2.7, 192.0.2.9"]


def test_parts_have_lines_of_their_own():
    lines = rows(way(exit=Exit(Method.NONE), parts=(Part("AzureCloud", Exit(Method.APPLIANCE, "10.0.9.4")),)))
    assert cells(lines[1]) == ["AzureCloud: route to an appliance 10.0.9.4", "AzureCloud: those of the appliance"]


def test_names_that_two_groups_have_are_told_apart():
    found = [way(), way(group="other"), way("db"), way("db", primary=False)]
    assert [cells(line)[0] for line in rows(*found)] == ["rg/web", "other/web", "db", "db (nic)"]


def test_json_has_ids_and_knows_what_it_does_not_know():
    part = Part("AzureCloud", Exit(Method.NONE))
    (machine,) = json.loads(as_json([way(exit=Exit(Method.DEFAULT), zone="", parts=(part,), inbound=("192.0.2.7",))]))
    assert machine["machine"].endswith("/virtualMachines/web")
    assert (machine["zone"], machine["inboundAddresses"]) == (None, ["192.0.2.7"])
    assert machine["wayOut"] == {"method": "DEFAULT", "via": None, "addresses": None}
    assert machine["elsewhere"] == [{"destination": "AzureCloud", "method": "NONE", "via": None, "addresses": []}]
    (machine,) = json.loads(as_json([way()]))
    assert machine["wayOut"]["addresses"] == ["192.0.2.1", "192.0.2.8/31"]


def test_no_machine_is_said_kindly_and_nothing_is_made(run, root):
    status, out, err = run("machines", *STACK)
    assert (status, err) == (Status.SUCCESS, "")
    assert out.startswith(f"There is no virtual machine in subscription {SUBSCRIPTION} of ")
    assert "`python -m azure_sandbox up --stack dev`" in out
    assert run("machines", *STACK, "--json")[:2] == (Status.SUCCESS, "[]\n")
    assert not (root / ".sandbox").exists()


def fill(root, subscription, machine_of):
    cloud = Place(root / ".sandbox").cloud
    plane = ControlPlane(cloud)
    azure = machine_of(plane, subscription)
    plane.close()
    return azure


@pytest.fixture
def machine_of():
    """Makes a machine named `vm` in a subscription."""

    def make(plane, subscription):
        azure = Azure(plane, subscription=subscription)
        steps = (azure.put_group, azure.put_network, azure.put_subnet, azure.put_interface, azure.put_machine)
        assert all(step().ok for step in steps)
        return azure

    return make


def test_the_machines_of_the_stacks_subscription(run, root, machine_of):
    fill(root, SUBSCRIPTION, machine_of)
    status, out, _ = run("machines", *STACK)
    assert status == Status.SUCCESS
    assert cells(out.splitlines()[1].split("  "))[:5] == ["vm", "-", "vnet/app", "10.0.1.4", "default outbound access"]
    (root / "stacks/Pulumi.dev.yaml").write_text("config: {'azure-native:subscriptionId': another}\n")
    assert "subscription another" in run("machines", *STACK)[1]
    fill(root, "another", machine_of)
    (machine,) = json.loads(run("machines", *STACK, "--json")[1])
    assert machine["machine"].startswith("/subscriptions/another/")


def test_a_cloud_that_is_none_is_told(run, root):
    cloud = Place(root / ".sandbox").cloud
    cloud.parent.mkdir()
    cloud.write_text("not SQLite" * 100)
    status, _, err = run("machines", *STACK)
    assert status == Status.ERROR
    assert f"{cloud} is damaged or not a SQLite file" in err


def test_a_stack_without_a_file(run):
    status, _, err = run("machines", "--stack", "nowhere")
    assert status == Status.STACK_NOT_FOUND
    assert "no stack file for 'nowhere'" in err
