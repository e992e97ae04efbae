from __future__ import annotations

from dataclasses import replace

import pytest
from nat_egress import InvalidArguments, NatEgress
from nat_egress.addresses import AddressSpec
from nat_egress.adoption import Expected, Found, found_problems
from nat_egress.rules import GatewaySpec
from pulumi import Output

BASE = "/subscriptions/s/resourceGroups/rg-addresses/providers/Microsoft.Network"
PREFIX_ID, ADDRESS_ID = f"{BASE}/publicIPPrefixes/pip", f"{BASE}/publicIPAddresses/ip"
OURS = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/natGateways/egress1a2b3c4d"
PREFIX = {
    "ipPrefix": "203.0.113.8/30",
    "prefixLength": 30,
    "sku": {"name": "Standard"},
    "location": "westeurope",
    "publicIPAddressVersion": "IPv4",
    "zones": ["1", "2", "3"],
}
ADDRESS = {
    "ipAddress": "198.51.100.9",
    "sku": {"name": "Standard"},
    "location": "westeurope",
    "publicIPAllocationMethod": "Static",
    "zones": ["3", "1", "2"],
}
ARGS = {
    "resource_group_name": "rg",
    "location": "westeurope",
    "zone": "1",
    "prefixes": {"partners": {"id": PREFIX_ID, "length": 30}},
    "addresses": {"spare": {"id": ADDRESS_ID}},
}

GATEWAY = GatewaySpec("rg", "rg", zone="1")
EXPECTED = Expected("egress", "rg", "westeurope")
SPEC = AddressSpec("prefix", "p", 30, id=PREFIX_ID)
FOUND = Found(PREFIX_ID, "203.0.113.8/30", "Standard", 30, "IPv4", "westeurope", ("1", "2", "3"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"sku": "StandardV2"}, "of SKU StandardV2: a gateway of SKU Standard takes"),
        ({"sku": "Basic"}, "of SKU Basic"),
        ({"length": 28}, "has length 28. Set length to 28."),
        ({"version": "IPv6"}, "takes IPv4 only"),
        ({"location": "West Europe"}, None),
        ({"location": "northeurope"}, "this gateway is in westeurope"),
        ({"zones": ()}, "in no zone"),
        ({"zones": ("2",)}, "in zone 2"),
        ({"zones": ("1",)}, None),
        ({"allocation": "Dynamic"}, "static allocation only"),
        ({"routing_preference": "Internet"}, "Microsoft network only"),
        ({"protection": "Enabled"}, "no address with DDoS protection"),
        ({"used_by": "/lb"}, "used by /lb"),
        ({"gateway_id": OURS}, None),
        ({"gateway_id": OURS.replace("egress1a", "Egress1A").replace("rg", "RG")}, None),
        ({"gateway_id": OURS.replace("/rg/", "/other/")}, "on one gateway at a time"),
        ({"gateway_id": OURS.replace("egress1", "another")}, "on one gateway at a time"),
        ({"sku": None, "length": None, "version": None, "location": None}, None),
    ],
)
def test_what_keeps_an_address_off_the_gateway(change, expected):
    problems = [str(problem) for problem in found_problems(GATEWAY, EXPECTED, SPEC, replace(FOUND, **change))]
    if expected is None:
        assert problems == []
    else:
        (line,) = problems
        assert line.startswith("prefixes['p'] is ")
        assert expected in line


def test_what_is_not_attached_may_be_elsewhere():
    spec = replace(SPEC, attached=False)
    found = replace(FOUND, zones=("2",), gateway_id=OURS.replace("egress1", "another"))
    assert found_problems(GATEWAY, EXPECTED, spec, found) == []


def test_adopted_addresses_are_read_and_attached(run):
    def program():
        egress = NatEgress("egress", ARGS)
        assert egress.address_count == 5
        return Output.all(egress.addresses, egress.prefix_ids, egress.cidrs)

    done = run(program, existing={"pip": PREFIX, "ip": ADDRESS})
    addresses, prefixes, cidrs = done.result
    assert addresses == ["203.0.113.8", "203.0.113.9", "203.0.113.10", "203.0.113.11", "198.51.100.9"]
    assert cidrs == ["203.0.113.8/30", "198.51.100.9/32"]
    assert prefixes == {"partners": PREFIX_ID}
    assert {call[0].rpartition(":")[2] for call in done.calls} == {"getPublicIPPrefix", "getPublicIPAddress"}
    assert all(call[1]["resourceGroupName"] == "rg-addresses" for call in done.calls)
    assert done.names("PublicIPPrefix") == done.names("PublicIPAddress") == []
    gateway = done.one("NatGateway", "egress").inputs
    assert gateway["publicIpPrefixes"] == [{"id": PREFIX_ID}]
    assert gateway["publicIpAddresses"] == [{"id": ADDRESS_ID}]


def test_all_that_is_wrong_with_adopted_addresses_is_said_before_the_gateway_is_registered(run):
    existing = {"pip": PREFIX | {"prefixLength": 28, "zones": ["2"]}, "ip": ADDRESS | {"sku": {"name": "Basic"}}}
    with pytest.raises(InvalidArguments) as caught:
        run(lambda: NatEgress("egress", ARGS), existing=existing)
    assert len(caught.value.problems) == 3
    assert {problem.argument for problem in caught.value.problems} == {"prefixes['partners']", "addresses['spare']"}
    assert run.last.names("NatGateway") == []


def test_an_id_that_is_an_output_is_checked_when_it_is_known(run):
    args = ARGS | {"prefixes": {}, "addresses": {"spare": {"id": Output.from_input(PREFIX_ID)}}}
    with pytest.raises(InvalidArguments, match=r"it is the id of a Microsoft\.Network/publicIPPrefixes"):
        run(lambda: NatEgress("egress", args))
    assert run.last.names("NatGateway") == []


def test_an_address_tells_more_than_a_prefix(run):
    address = ADDRESS | {
        "ipTags": [{"ipTagType": "RoutingPreference", "tag": "Internet"}],
        "ddosSettings": {"protectionMode": "Enabled"},
        "ipConfiguration": {"id": "/nic"},
        "publicIPAllocationMethod": "Dynamic",
        "natGateway": {"id": OURS.replace("/rg/", "/other/")},
    }
    with pytest.raises(InvalidArguments) as caught:
        run(lambda: NatEgress("egress", ARGS | {"prefixes": {}}), existing={"ip": address})
    assert len(caught.value.problems) == 5
