"""A program with a load balancer, written as users write it, rehearsed from its first update to its end."""

import shutil
import sys

import pytest
import yaml
from azure_sandbox.arm.ways_out import Method

from tests.program.conftest import Project

PROGRAM = """
import pulumi
import pulumi_azure_native as azure

outbound = pulumi.Config().require_bool("outbound")
key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3PhX4g54YCvms6V8f7+1cF5XX4Qv3TOvWp256ZIX0q"
group = azure.resources.ResourceGroup("web")
network = azure.network.VirtualNetwork(
    "net", resource_group_name=group.name, address_space={"address_prefixes": ["10.0.0.0/16"]}
)
subnet = azure.network.Subnet(
    "app", resource_group_name=group.name, virtual_network_name=network.name, address_prefix="10.0.1.0/24"
)
address = azure.network.PublicIPAddress(
    "front", resource_group_name=group.name, sku={"name": "Standard"}, public_ip_allocation_method="Static"
)
end = {"id": "$self/frontendIPConfigurations/front"}
pool = {"id": "$self/backendAddressPools/web"}
balancer = azure.network.LoadBalancer(
    "lb",
    resource_group_name=group.name,
    sku={"name": "Standard"},
    frontend_ip_configurations=[{"name": "front", "public_ip_address": {"id": address.id}}],
    backend_address_pools=[{"name": "web"}],
    probes=[{"name": "tcp", "protocol": "Tcp", "port": 443}],
    load_balancing_rules=[{
        "name": "https",
        "protocol": "Tcp",
        "frontend_port": 443,
        "backend_port": 443,
        "frontend_ip_configuration": end,
        "backend_address_pool": pool,
        "probe": {"id": "$self/probes/tcp"},
        "disable_outbound_snat": True,
    }],
    outbound_rules=[{
        "name": "out", "protocol": "All", "frontend_ip_configurations": [end], "backend_address_pool": pool
    }] if outbound else [],
)
ssh = azure.network.InboundNatRule(
    "ssh",
    resource_group_name=group.name,
    load_balancer_name=balancer.name,
    protocol="Tcp",
    frontend_port=2222,
    backend_port=22,
    frontend_ip_configuration={"id": balancer.frontend_ip_configurations[0].id},
)
# Pools are written inside or as resources of their own, never both in one load balancer.
inside = azure.network.LoadBalancer(
    "inside",
    resource_group_name=group.name,
    sku={"name": "Standard"},
    frontend_ip_configurations=[{"name": "front", "subnet": {"id": subnet.id}}],
)
other = azure.network.LoadBalancerBackendAddressPool(
    "other", resource_group_name=group.name, load_balancer_name=inside.name
)
nic = azure.network.NetworkInterface(
    "nic",
    resource_group_name=group.name,
    ip_configurations=[{
        "name": "c",
        "subnet": {"id": subnet.id},
        "load_balancer_backend_address_pools": [{"id": balancer.backend_address_pools[0].id}, {"id": other.id}],
        "load_balancer_inbound_nat_rules": [{"id": ssh.id}],
    }],
)
azure.compute.VirtualMachine(
    "vm",
    resource_group_name=group.name,
    network_profile={"network_interfaces": [{"id": nic.id, "primary": True}]},
    os_profile={
        "computer_name": "web",
        "admin_username": "somebody",
        "linux_configuration": {
            "disable_password_authentication": True,
            "ssh": {"public_keys": [{"path": "/home/somebody/.ssh/authorized_keys", "key_data": key}]},
        },
    },
    storage_profile={
        "image_reference": {"publisher": "Canonical", "offer": "o", "sku": "s", "version": "latest"},
        "os_disk": {"create_option": "FromImage", "delete_option": "Delete"},
    },
)
pulumi.export("address", address.ip_address)
"""


@pytest.fixture(params=["embedded", pytest.param("official", marks=pytest.mark.cli)])
def balanced(request, tmp_path):
    if request.param == "official" and shutil.which("pulumi") is None:
        pytest.skip("pulumi CLI not on PATH")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "__main__.py").write_text(PROGRAM)
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    project = {"name": "private-egress", "runtime": runtime, "stackConfigDir": "stacks"}
    (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    found = Project(tmp_path, request.param)
    found.settings("sandbox", {"outbound": False})
    return found


def way(project):
    """How the program's machine leaves for the internet, and is reached from there, by the sandbox's own answer."""
    plane = project.cloud()
    (found,) = plane.ways_out()
    plane.close()
    return found.exit.method, found.exit.addresses, found.inbound


def test_the_life_of_a_load_balancer(balanced):
    balanced.up()
    assert balanced.steps() == set()
    assert "11 unchanged" in balanced.up().stdout
    address = balanced.outputs()["address"]
    assert way(balanced) == (Method.NONE, (), (address,))
    balanced.run("refresh", "--yes")
    assert balanced.steps() == set(), "what joined the pools since is no drift"

    balanced.settings("sandbox", {"outbound": True})
    # The ids of its parts are outputs, which a preview of a change does not know.
    dependants = {("update", "InboundNatRule", "ssh"), ("update", "NetworkInterface", "nic")}
    assert balanced.steps() == {("update", "LoadBalancer", "lb"), *dependants}
    balanced.up()
    assert balanced.steps() == set()
    assert way(balanced) == (Method.LOAD_BALANCER, (address,), (address,))

    balanced.run("destroy", "--yes")
    assert balanced.resources() == {}
    plane = balanced.cloud()
    assert plane.ways_out() == []
    asked = plane.requests()
    plane.close()
    assert all(request.error_code is None for request in asked if request.method != "GET"), "nothing was refused"
    made = {request.id.lower() for request in asked if request.method == "PUT"}
    assert made == {request.id.lower() for request in asked if request.method == "DELETE"}, "what was made is gone"
