"""What docs/policies.md and docs/testing.md show of refusals is what is said."""

from __future__ import annotations

import pytest
from nat_egress.testing import assert_private, record
from pulumi_azure_native import network

from tests.docs.blocks import all_blocks

NETWORK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
BALANCER = f"{NETWORK}/loadBalancers/lb"


def words(text):
    return " ".join(text.split())


def shown(page, first):
    (block,) = [one for one in all_blocks() if (one.page, one.first) == (page, first)]
    return block


def refusal(program, **more):
    with pytest.raises(AssertionError) as refused:
        assert_private(record(program, **more))
    return words(str(refused.value))


def test_the_load_balancer_of_the_policies():
    def program():
        address = network.PublicIPAddress("pip", resource_group_name="g")
        network.LoadBalancer(
            "lb",
            resource_group_name="g",
            load_balancer_name="lb",
            frontend_ip_configurations=[{"name": "front", "public_ip_address": {"id": address.id}}],
            backend_address_pools=[{"name": "pool"}],
            load_balancing_rules=[
                {
                    "name": "web",
                    "protocol": "Tcp",
                    "frontend_port": 443,
                    "backend_port": 443,
                    "frontend_ip_configuration": {"id": f"{BALANCER}/frontendIPConfigurations/front"},
                    "backend_address_pool": {"id": f"{BALANCER}/backendAddressPools/pool"},
                }
            ],
        )
        pools = [{"id": f"{BALANCER}/backendAddressPools/pool"}]
        subnet = {"id": f"{NETWORK}/virtualNetworks/v/subnets/s"}
        network.NetworkInterface(
            "nic",
            resource_group_name="g",
            ip_configurations=[{"name": "primary", "subnet": subnet, "load_balancer_backend_address_pools": pools}],
        )

    block = shown("docs/policies.md", "[mandatory]  lb-no-public-inbound  (azure-native:network:LoadBalancer: lb)")
    assert f"lb-no-public-inbound: {words(block.body.partition(chr(10))[2])}" in refusal(program)


def test_the_machines_of_the_guide_to_testing(tmp_path):
    for one in all_blocks():
        if one.page == "docs/testing.md" and one.file and one.file.startswith("infra/"):
            path = tmp_path / one.file
            path.parent.mkdir(exist_ok=True)
            path.write_text(one.body)
    program = tmp_path / "infra" / "__main__.py"
    subnet = '"subnet": {"id": workers.id}'
    assert subnet in program.read_text()
    program.write_text(program.read_text().replace(subnet, f'{subnet}, "public_ip_address": {{"id": prefix.id}}'))
    said = refusal(tmp_path / "infra", stack="prod")
    assert said.startswith(words(shown("docs/testing.md", "shop/prod is not private:").text))
