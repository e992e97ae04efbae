"""The project's own policy pack with its own stacks, and with programs that break a rule, on either engine."""

import json
import re
import textwrap

import pytest
from nat_egress.exposure.configuration import Configuration
from nat_egress.exposure.evaluate import of_stack
from nat_egress.exposure.finding import Verdict
from nat_egress.graph import kinds
from nat_egress.graph.declare import declare

from tests.program.conftest import ROOT
from tests.program.test_machines import INBOUND, machine, stack

SHOWN = re.findall(r"^ +(The network interface nic .+)$", (ROOT / "README.md").read_text(), re.MULTILINE)[0]
"""What README says that is said."""
PUBLIC_MACHINE = """
    import pulumi_azure_native as azure

    group = azure.resources.ResourceGroup("group")
    address = azure.network.PublicIPAddress(
        "address", resource_group_name=group.name, sku={"name": "Standard"}, public_ip_allocation_method="Static"
    )
    network = azure.network.VirtualNetwork(
        "network", resource_group_name=group.name, address_space={"address_prefixes": ["10.0.0.0/16"]}
    )
    subnet = azure.network.Subnet(
        "web",
        resource_group_name=group.name,
        virtual_network_name=network.name,
        subnet_name="web",
        address_prefix="10.0.0.0/24",
    )
    azure.network.NetworkInterface(
        "nic",
        resource_group_name=group.name,
        ip_configurations=[
            {"name": "primary", "subnet": {"id": subnet.id}, "public_ip_address": {"id": address.id}}
        ],
    )
"""


@pytest.mark.parametrize("name", ["sandbox", "dev", "prod"])
def test_the_projects_own_stacks_pass(with_policies, name):
    said = with_policies.run("preview", stack=name).said
    assert "nat-egress@v0.1.0" in said
    assert "[mandatory]" not in said


def test_what_passes_in_a_preview_passes_in_the_update_and_after_it(with_policies):
    said = with_policies.up("sandbox").said
    assert "nat-egress@v0.1.0" in said
    assert "[mandatory]" not in said
    state = [
        declare(
            each["urn"],
            each["type"],
            each.get("inputs", {}),
            id=each.get("id", ""),
            property_dependencies=each.get("propertyDependencies", {}),
        )
        for each in with_policies.resources("sandbox").values()
    ]
    assert {one.kind for one in state} >= {kinds.MACHINE, kinds.SUBNET, kinds.NAT_GATEWAY, kinds.BASTION_HOST}
    assert [one for one in of_stack(state, Configuration()) if one.verdict is Verdict.DENY] == []


def test_a_public_machine_is_refused_before_anything_is_made(with_policies):
    (with_policies.root / "__main__.py").write_text(textwrap.dedent(PUBLIC_MACHINE))
    for verb, *arguments in (("preview",), ("up", "--yes")):
        said = " ".join(with_policies.refused(verb, *arguments).split())
        # The official CLI writes the severity behind the level.
        said = re.sub(r" \[severity: \w+\]", "", said)
        assert "[mandatory] vm-no-public-ip" in said
        assert SHOWN in said
        assert "network interface nic gets a public IP address in primary" in said
        assert "internet > public address > network interface nic" in said
        assert "administrators come in through Bastion" in said
        assert "[mandatory] egress-nat-only" in said
        assert "The subnet web has no NAT gateway and is not private" in said
        assert said.count("[mandatory]") == 2
    assert with_policies.cloud().list("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups").body == {
        "value": []
    }


def test_an_inbound_exception_is_taken_for_what_it_is(with_policies):
    with_policies.settings("sandbox", stack({"sftp": machine(inbound=INBOUND)}))
    for verb in (("preview",), ("up", "--yes")):
        said = " ".join(with_policies.run(*verb).said.split())
        assert "[mandatory]" not in said
        assert "Exempt, vm-no-public-ip" in said
        assert "partners deliver files" in said
        assert INBOUND["expires"] in said


def test_a_mistake_in_the_configuration_ends_the_operation(with_policies):
    file = with_policies.root / "config.json"
    file.write_text(json.dumps({"egress-no-route-override": {"aprovedNextHops": ["10.0.0.4"]}}))
    said = " ".join(with_policies.refused("preview", "--policy-pack-config", str(file)).split())
    assert "egress-no-route-override.aprovedNextHops" in said
    assert "Did you mean approvedNextHops?" in said
