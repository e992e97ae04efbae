"""The official CLI, with the provider as its azure-native plugin. What it asserts is asserted without it elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH"),
]

PROGRAM = """
import pulumi
from pulumi_azure_native import network, resources

group = resources.ResourceGroup("group")
prefix = network.PublicIPPrefix(
    "prefix", resource_group_name=group.name, prefix_length=31, sku={"name": "Standard"},
    opts=pulumi.ResourceOptions(ignore_changes=["natGateway"]),
)
gateway = network.NatGateway(
    "gateway",
    resource_group_name=group.name,
    sku={"name": "Standard"},
    idle_timeout_in_minutes=pulumi.Config().get_int("idle") or 4,
    public_ip_prefixes=[{"id": prefix.id}],
)
net = network.VirtualNetwork(
    "net", resource_group_name=group.name, address_space={"address_prefixes": ["10.0.0.0/16"]}
)
subnet = network.Subnet(
    "subnet",
    resource_group_name=group.name,
    virtual_network_name=net.name,
    address_prefix="10.0.0.0/24",
    nat_gateway={"id": gateway.id},
)
pulumi.export("idle", gateway.idle_timeout_in_minutes)
pulumi.export("addresses", prefix.ip_prefix)
"""

Pulumi = Callable[..., str]


@pytest.fixture
def pulumi(tmp_path: Path) -> Pulumi:
    """Run the CLI on a small project in a sandbox of its own."""
    home, project, sandbox = tmp_path / "home", tmp_path / "project", tmp_path / "sandbox"
    plugin = home / "plugins" / "resource-azure-native-v3.29.0" / "pulumi-resource-azure-native"
    for folder in (plugin.parent, project, sandbox / "backend"):
        folder.mkdir(parents=True)
    plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m azure_sandbox.provider "$@"\n', encoding="utf-8")
    plugin.chmod(0o755)
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    (project / "Pulumi.yaml").write_text(json.dumps({"name": "small", "runtime": runtime}), encoding="utf-8")
    (project / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_", "PULUMI_"))}
    environment = {
        **kept,
        "AZURE_SANDBOX": str(sandbox),
        "PULUMI_BACKEND_URL": f"file://{sandbox}/backend",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def run(*arguments: str) -> str:
        command = ["pulumi", *arguments, "--non-interactive", "--stack", "dev"]
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    subprocess.run(["pulumi", "stack", "init", "dev"], cwd=project, env=environment, check=True, capture_output=True)
    run("config", "set", "azure-native:location", "westeurope")
    return run


def test_a_stack_from_preview_to_destroy(pulumi: Pulumi) -> None:
    assert _changes(pulumi("preview", "--json")) == {"create": 6}
    pulumi("up", "--yes", "--skip-preview")
    outputs = json.loads(pulumi("stack", "output", "--json"))
    assert outputs["idle"] == 4
    assert outputs["addresses"].endswith("/31")
    assert _changes(pulumi("preview", "--json", "--expect-no-changes")) == {"same": 6}
    pulumi("refresh", "--yes", "--skip-preview")

    pulumi("config", "set", "idle", "10")
    assert _changes(pulumi("preview", "--json")) == {"same": 5, "update": 1}
    pulumi("up", "--yes", "--skip-preview")
    assert json.loads(pulumi("stack", "output", "--json"))["idle"] == 10

    pulumi("destroy", "--yes", "--skip-preview")
    assert json.loads(pulumi("stack", "export"))["deployment"].get("resources", []) == []


def _changes(preview: str) -> dict[str, Any]:
    return dict(json.loads(preview)["changeSummary"])
