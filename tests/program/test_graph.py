"""The stack program's own graph, recorded in this process: what it declares of each stack file that is here."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from nat_egress.capacity import read_profile
from nat_egress.state.values import reveal
from nat_egress.testing import (
    assert_dependency,
    assert_egress,
    assert_no_orphans,
    assert_port_capacity,
    assert_private,
    assert_serialised,
    record,
)

ROOT = Path(__file__).parents[2]
LOGINS = yaml.safe_load((ROOT / "stacks" / "Pulumi.prod.yaml").read_text())["config"]["private-egress:logins"]
TODAY = datetime.now(UTC).date().isoformat()
STACKS = sorted(path.name.split(".")[1] for path in (ROOT / "stacks").glob("Pulumi.*.yaml"))
DETACHED = ("cache", "private-endpoints", "dns-inbound", "dns-outbound")


@pytest.fixture(scope="module")
def prod():
    return record(ROOT, stack="prod")


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_is_private_and_writes_one_subnet_at_a_time(stack):
    graph = record(ROOT, stack=stack)
    assert_private(graph)
    assert_serialised(graph)
    assert_no_orphans(graph)


def test_the_subnets_of_prod_leave_by_the_addresses_that_it_tells(prod):
    names = [one.inputs["subnetName"] for one in prod.all("network:Subnet") if one.name.startswith("network-")]
    for name in set(names) - set(DETACHED):
        assert_egress(prod, name, addresses=prod.outputs["addresses"])
    assert len(prod.outputs["addresses"]) == 8
    assert {name: prod.outputs["waysOut"][name] for name in DETACHED} == dict.fromkeys(DETACHED, "None")


def test_prod_has_the_addresses_that_its_traffic_needs(prod):
    assert_port_capacity(prod, read_profile(ROOT / "stacks" / "prod.profile.yaml"))
    assert prod.outputs["capacity"]["enough"]


def test_the_addresses_that_partners_allow_outlive_the_stack(prod):
    prefix, group = prod.one("PublicIPPrefix", "egress-partners"), prod.one("ResourceGroup", "addresses")
    assert prefix.inputs["resourceGroupName"] == "rg-egress-addresses-prod"
    assert_dependency(prod, prefix, group, by="resourceGroupName")
    assert [(one.protect, one.retain_on_delete) for one in (prefix, group)] == [(True, True), (True, True)]
    network = prod.one("ResourceGroup", "network")
    assert not network.protect
    assert not network.retain_on_delete


def test_bastions_subnet_comes_after_those_of_the_network(prod):
    bastion = prod.one("network:Subnet", "bastion-subnet")
    for subnet in prod.all("network:Subnet"):
        if subnet is not bastion:
            assert_dependency(prod, bastion, subnet)


def test_machines_are_told_with_their_way_out(prod):
    web = prod.outputs["machines"]["web-1"]
    assert (web["subnet"], web["zone"], web["wayOut"]) == ("web", "1", "NatGateway")
    assert web["outboundAddresses"] == prod.outputs["addresses"]
    assert web["inboundOnlyAddress"] == ""


def test_a_machine_without_egress_and_one_with_an_exception_are_told_as_they_are():
    inbound = {"reason": "a partner's relay", "expires": TODAY, "ports": [8443], "sources": ["203.0.113.0/24"]}
    config = {
        "azure-native:location": "westeurope",
        "resourceGroup": {"existing": "rg"},
        "network": {
            "addressSpace": ["10.0.0.0/16"],
            "subnets": {
                "app": {"addressPrefix": "10.0.0.0/24"},
                "data": {"addressPrefix": "10.0.1.0/24", "egress": False},
            },
        },
        "egress": {"prefixes": {"one": {"length": 31}}},
        "logins": LOGINS,
        "machines": {
            "db": {"subnet": "data", "size": "Standard_D2s_v5"},
            "relay": {"subnet": "app", "size": "Standard_D2s_v5", "inbound": inbound},
        },
    }
    graph = record(ROOT, config=config, invokes={"getSubnet": {"natGateway": {"id": "the one"}}})
    told = reveal(graph.outputs["machines"])
    assert (told["db-1"]["wayOut"], told["db-1"]["outboundAddresses"]) == ("None", [])
    assert told["relay-1"]["inboundOnlyAddress"] == graph.one("PublicIPAddress").outputs["ipAddress"]
