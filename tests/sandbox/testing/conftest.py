"""A small program, its life in sandboxes, and updates made up by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from azure_sandbox.arm import Request
from azure_sandbox.testing import Sandbox, State, Step, Update
from azure_sandbox.testing.events import Message
from nat_egress.state import Passphrase

PROGRAM = """
import os, time
import pulumi
from pulumi import CustomResource, ResourceOptions

config = pulumi.Config()
IN_GROUP = {"resourceGroupName": "rg", "location": "westeurope"}


def made(kind, name, inputs, *after, **options):
    options = ResourceOptions(depends_on=after, **options)
    return CustomResource(f"azure-native:{kind}", name, IN_GROUP | inputs, options)


group = made("resources:ResourceGroup", "group", {})
owner = {"tags": {"owner": config.get("owner") or "us"}}
table = made("network:RouteTable", "table", owner, group, replace_on_changes=["tags"])
vnet = made(
    "network:VirtualNetwork",
    "vnet",
    {"virtualNetworkName": "vnet", "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
    group,
)
last = vnet
for index, name in enumerate(config.get_object("subnets") or ["web", "data"]):
    last = made(
        "network:Subnet",
        name,
        {
            "virtualNetworkName": "vnet",
            "subnetName": name,
            "addressPrefix": f"10.0.{index}.0/24",
            "routeTable": {"id": table.id},
        },
        last,
    )
pulumi.export("table", table.id)
pulumi.export("environment", sorted(name for name in os.environ if name.startswith(("ARM_", "AWS_", "AZURE_C"))))
if config.get("secret"):
    pulumi.export("secret", config.require_secret("secret"))
if config.get_bool("waits"):
    print("waiting", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="session")
def program(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text("config: {azure-native:location: westeurope, subnets: [web, data]}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    return folder


@pytest.fixture(scope="module")
def brought_up(program, tmp_path_factory):
    """The program's stack as its first update has left it, and that update."""
    with Sandbox(program, stack="dev", folder=tmp_path_factory.mktemp("deployed")) as stack:
        yield stack, stack.up()


@pytest.fixture
def first(brought_up):
    return brought_up[1]


@pytest.fixture
def stack(azure_sandbox, brought_up):
    """A copy of the stack, for one test."""
    return azure_sandbox.copy_of(brought_up[0])


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::azure-native:{kind}::{name}"


def step(op: str, kind: str, name: str, begun: int = 0, ended: int | None = None, **more) -> Step:
    return Step(op, urn(kind, name), begun=begun, ended=ended, **more)


NOTHING = State(None, "nowhere", Passphrase(None))


def update(*steps: Step, verb="up", status=0, killed=False, messages=(), said="", asked=()) -> Update:
    made = tuple(Request(number, *each, 0.0, None, None) for number, each in enumerate(asked, 1))
    return Update(
        verb,
        "shop/dev",
        status,
        killed,
        1.0,
        steps,
        tuple(Message(*each) for each in messages),
        said,
        made,
        NOTHING,
        NOTHING,
        Path("commands/1-up"),
    )
