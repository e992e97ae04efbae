"""The life of a gateway and its addresses: what a change of settings does to what exists, in the sandbox's Azure."""

import pytest

from tests.program.conftest import deployed, settle

ONE = {"one": {"length": 31}}
MOVING = {"zone": 2, "prefixes": {"one": {"length": 31, "attached": False}, "meanwhile": {"length": 31}}}


def network(*names, **settings):
    """Subnets of a /24 each, whose range goes with the name so that it stays when others come and go."""
    ranges = {name: f"10.0.{ord(name[0])}.0/24" for name in names}
    return {
        "addressSpace": ["10.0.0.0/16"],
        "subnets": {name: {"addressPrefix": cidr, **settings.get(name, {})} for name, cidr in ranges.items()},
    }


def egress(**settings):
    return {"egress": settings}


with_a_prefix = deployed({"network": network("a"), **egress(prefixes=ONE)})
in_zone_1 = deployed({"network": network("a"), **egress(zone=1, prefixes=ONE)})


def test_growing_from_one_prefix_to_two_keeps_the_old_addresses(azure_sandbox, with_a_prefix):
    stack = azure_sandbox.copy_of(with_a_prefix)
    before = stack.outputs["addresses"]
    planned = stack.preview(config=egress(prefixes={**ONE, "two": {"length": 30}}))
    assert planned.changes == {
        "PublicIPPrefix egress-two": "create",
        "NatGateway egress": "update",
        "NatEgress egress": "update",
    }
    after = settle(stack).outputs["addresses"]
    assert after[: len(before)] == before
    assert len(after) == 6


def test_subnets_come_and_go_in_the_middle_without_replacing_any(started):
    stack = started({"network": network("a", "c"), **egress(prefixes=ONE)})
    stack.up()
    done = settle(stack, {"network": network("a", "b", "c")})
    assert {name: change for name, change in done.changes.items() if "Subnet " in name} == {
        "Subnet network-b": "create"
    }
    done = settle(stack, {"network": network("b", "c")})
    assert {name: change for name, change in done.changes.items() if "Subnet " in name} == {
        "Subnet network-a": "delete"
    }


def test_a_gateway_that_would_share_its_addresses_with_its_successor_is_refused(azure_sandbox, in_zone_1):
    stack = azure_sandbox.copy_of(in_zone_1)
    stack.configure(egress(zone=2, prefixes=ONE))
    for refused in (stack.preview(expect_failure=True), stack.up(expect_failure=True)):
        assert "zone" in refused.error
        assert "attached: False" in refused.error, "tells the staged way"
        assert (refused.writes, refused.refusals) == ([], []), "nothing was changed"


def test_the_staged_way_moves_the_gateway_and_keeps_the_addresses(azure_sandbox, in_zone_1):
    stack = azure_sandbox.copy_of(in_zone_1)
    before = stack.outputs
    assert "NatGateway egress" in stack.preview(config=egress(**MOVING)).replaced
    between = settle(stack).outputs
    assert between["gatewayId"] != before["gatewayId"]
    assert not set(between["addresses"]) & set(before["addresses"])

    after = settle(stack, egress(zone=2, prefixes=ONE)).outputs
    assert after["addresses"] == before["addresses"]
    assert after["gatewayId"] == between["gatewayId"]


def test_a_replaced_gateway_is_created_before_the_old_one_goes_and_subnets_move_in_between(azure_sandbox, in_zone_1):
    done = azure_sandbox.copy_of(in_zone_1).up(config=egress(**MOVING))
    created = done.writes.index("PUT natGateways")
    moved = done.writes.index("PUT subnets")
    deleted = done.writes.index("DELETE natGateways")
    assert created < moved < deleted
    done.assert_order("create-replacement NatGateway", "update Subnet", "delete-replaced NatGateway")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"length": 31}, {"length": 30}),
        ({"length": 31, "zones": ["1", "2", "3"]}, {"length": 31, "zones": ["1"]}),
    ],
)
def test_protected_addresses_are_not_replaced(started, before, after):
    stack = started({"network": network("a"), **egress(protectAddresses=True, prefixes={"one": before})})
    stack.up()
    refused = stack.up(config=egress(protectAddresses=True, prefixes={"one": after}), expect_failure=True)
    assert "protect" in refused.error
    assert (refused.writes, refused.refusals) == ([], [])


def test_unprotected_addresses_that_change_are_replaced_create_before_delete(azure_sandbox, with_a_prefix):
    stack = azure_sandbox.copy_of(with_a_prefix)
    before = stack.outputs["addresses"]
    done = settle(stack, egress(prefixes={"one": {"length": 30}}))
    assert "PublicIPPrefix egress-one" in done.replaced
    done.assert_order("create-replacement PublicIPPrefix", "update NatGateway", "delete-replaced PublicIPPrefix")
    after = done.outputs["addresses"]
    assert len(after) == 4
    assert not set(before) & set(after)


def test_given_up_addresses_stay_in_azure_where_they_were_retained(started):
    both = {**ONE, "two": {"length": 31}}
    stack = started({"network": network("a"), **egress(protectAddresses=True, prefixes=both)})
    stack.up()
    prefix = stack.state.one("PublicIPPrefix", "egress-two").id

    refused = stack.up(config=egress(protectAddresses=True, prefixes=ONE), expect_failure=True)
    assert "protect" in refused.error, "not unasked"

    stack.up(config=egress(prefixes=both))
    settle(stack, egress(prefixes=ONE))
    assert stack.azure.get(prefix, api_version="2024-05-01").status == 404, "given up on purpose"


def test_subnets_let_go_of_the_gateway(started):
    stack = started({"network": network("a", "b"), **egress(prefixes=ONE)})
    stack.up()
    done = settle(stack, {"network": network("a", "b", b={"egress": False})})
    subnet = stack.azure.get(done.outputs["subnetIds"]["b"], api_version="2024-05-01").body
    assert "natGateway" not in subnet["properties"]
    stack.destroy()


def test_an_adopted_prefix_is_used_and_never_deleted(started):
    group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-partners"
    prefix = f"{group}/providers/Microsoft.Network/publicIPPrefixes/partners"
    stack = started({"network": network("a"), **egress(prefixes={"partners": {"id": prefix, "length": 30}})})
    stack.azure.put(group, {"location": "westeurope"}, api_version="2024-03-01")
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {"prefixLength": 30}}
    made = stack.azure.put(prefix, body, api_version="2024-05-01")
    assert made.ok, made.error

    assert settle(stack).outputs["cidrs"] == [made.body["properties"]["ipPrefix"]]
    stack.destroy()
    assert stack.left == [group, prefix]

    other = egress(prefixes={"partners": {"id": prefix, "length": 31}})
    assert "length" in stack.preview(config=other, expect_failure=True).error


def test_all_mistakes_against_azures_rules_are_named_before_anything_is_made(started):
    subnets = {
        "GatewaySubnet": {"addressPrefix": "10.0.0.0/27", "egress": True},
        "outside": {"addressPrefix": "10.9.0.0/24"},
    }
    stack = started(
        {
            "network": {"addressSpace": ["10.0.0.0/24"], "subnets": subnets},
            **egress(idleTimeoutMinutes=3, prefixes={"a": {"length": 28}, "b": {"length": 31}}),
        }
    )
    said = stack.preview(expect_failure=True).error
    assert "egress.idleTimeoutMinutes is 3" in said
    assert "18 addresses" in said
