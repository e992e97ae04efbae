"""The life of a gateway and its addresses: what a change of settings does to what exists, in the sandbox's Azure."""

import pytest


def network(*names, **settings):
    """Subnets of a /24 each, whose range goes with the name so that it stays when others come and go."""
    ranges = {name: f"10.0.{ord(name[0])}.0/24" for name in names}
    return {
        "addressSpace": ["10.0.0.0/16"],
        "subnets": {name: {"addressPrefix": cidr, **settings.get(name, {})} for name, cidr in ranges.items()},
    }


def writes(project):
    """What ARM was asked to change so far."""
    return [
        (request.method, request.id) for request in project.cloud().requests() if request.method in ("PUT", "DELETE")
    ]


def settle(project):
    """Bring the stack up and see that a preview finds nothing to do."""
    project.up()
    assert project.steps() == set()


def test_growing_from_one_prefix_to_two_keeps_the_old_addresses(project):
    project.settings("sandbox", {"network": network("a"), "egress": {"prefixes": {"one": {"length": 31}}}})
    project.up()
    before = project.outputs()["addresses"]

    project.settings(
        "sandbox", {"network": network("a"), "egress": {"prefixes": {"one": {"length": 31}, "two": {"length": 30}}}}
    )
    assert project.steps() == {
        ("create", "PublicIPPrefix", "egress-two"),
        ("update", "NatGateway", "egress"),
        ("update", "NatEgress", "egress"),
    }
    settle(project)
    after = project.outputs()["addresses"]
    assert after[: len(before)] == before
    assert len(after) == 6


def test_subnets_come_and_go_in_the_middle_without_replacing_any(project):
    egress = {"prefixes": {"one": {"length": 31}}}
    project.settings("sandbox", {"network": network("a", "c"), "egress": egress})
    project.up()
    project.settings("sandbox", {"network": network("a", "b", "c"), "egress": egress})
    assert {step for step in project.steps() if step[1] == "Subnet"} == {("create", "Subnet", "network-b")}
    settle(project)
    project.settings("sandbox", {"network": network("b", "c"), "egress": egress})
    assert {step for step in project.steps() if step[1] == "Subnet"} == {("delete", "Subnet", "network-a")}
    settle(project)


def test_a_gateway_that_would_share_its_addresses_with_its_successor_is_refused(project):
    project.settings("sandbox", {"network": network("a"), "egress": {"zone": 1, "prefixes": {"one": {"length": 31}}}})
    project.up()
    asked = writes(project)

    project.settings("sandbox", {"network": network("a"), "egress": {"zone": 2, "prefixes": {"one": {"length": 31}}}})
    for verb in ("preview", "up"):
        said = project.refused(verb, *(["--yes", "--skip-preview"] if verb == "up" else []))
        assert "zone" in said
        assert "attached: False" in said, "tells the staged way"
    assert writes(project) == asked, "nothing was changed"


def test_the_staged_way_moves_the_gateway_and_keeps_the_addresses(project):
    project.settings("sandbox", {"network": network("a"), "egress": {"zone": 1, "prefixes": {"one": {"length": 31}}}})
    project.up()
    before = project.outputs()

    moving = {"zone": 2, "prefixes": {"one": {"length": 31, "attached": False}, "meanwhile": {"length": 31}}}
    project.settings("sandbox", {"network": network("a"), "egress": moving})
    assert ("replace", "NatGateway", "egress") in project.steps()
    settle(project)
    between = project.outputs()
    assert between["gatewayId"] != before["gatewayId"]
    assert not set(between["addresses"]) & set(before["addresses"])

    project.settings("sandbox", {"network": network("a"), "egress": {"zone": 2, "prefixes": {"one": {"length": 31}}}})
    settle(project)
    after = project.outputs()
    assert after["addresses"] == before["addresses"]
    assert after["gatewayId"] == between["gatewayId"]


def test_a_replaced_gateway_is_created_before_the_old_one_goes_and_subnets_move_in_between(project):
    project.settings("sandbox", {"network": network("a"), "egress": {"zone": 1, "prefixes": {"one": {"length": 31}}}})
    project.up()
    seen = len(writes(project))
    moving = {"zone": 2, "prefixes": {"one": {"length": 31, "attached": False}, "meanwhile": {"length": 31}}}
    project.settings("sandbox", {"network": network("a"), "egress": moving})
    project.up()
    kinds = [(method, id_.split("/")[-2].lower()) for method, id_ in writes(project)[seen:]]
    created = kinds.index(("PUT", "natgateways"))
    moved = kinds.index(("PUT", "subnets"))
    deleted = kinds.index(("DELETE", "natgateways"))
    assert created < moved < deleted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"length": 31}, {"length": 30}),
        ({"length": 31, "zones": ["1", "2", "3"]}, {"length": 31, "zones": ["1"]}),
    ],
)
def test_protected_addresses_are_not_replaced(project, before, after):
    project.settings(
        "sandbox", {"network": network("a"), "egress": {"protectAddresses": True, "prefixes": {"one": before}}}
    )
    project.up()
    asked = writes(project)
    project.settings(
        "sandbox", {"network": network("a"), "egress": {"protectAddresses": True, "prefixes": {"one": after}}}
    )
    said = project.refused("up", "--yes")
    assert "protect" in said
    assert writes(project) == asked


def test_unprotected_addresses_that_change_are_replaced_create_before_delete(project):
    project.settings("sandbox", {"network": network("a"), "egress": {"prefixes": {"one": {"length": 31}}}})
    project.up()
    before = project.outputs()["addresses"]
    project.settings("sandbox", {"network": network("a"), "egress": {"prefixes": {"one": {"length": 30}}}})
    assert ("replace", "PublicIPPrefix", "egress-one") in project.steps()
    settle(project)
    after = project.outputs()["addresses"]
    assert len(after) == 4
    assert not set(before) & set(after)


def test_given_up_addresses_stay_in_azure_where_they_were_retained(project):
    egress = {"protectAddresses": True, "prefixes": {"one": {"length": 31}, "two": {"length": 31}}}
    project.settings("sandbox", {"network": network("a"), "egress": egress})
    project.up()
    prefix = project.resources()["egress-two"]["id"]

    project.settings("sandbox", {"network": network("a"), "egress": egress | {"prefixes": {"one": {"length": 31}}}})
    assert "protect" in project.refused("up", "--yes"), "not unasked"

    egress = {"prefixes": {"one": {"length": 31}, "two": {"length": 31}}}
    project.settings("sandbox", {"network": network("a"), "egress": egress})
    project.up()
    project.settings("sandbox", {"network": network("a"), "egress": {"prefixes": {"one": {"length": 31}}}})
    settle(project)
    assert project.cloud().get(prefix, api_version="2024-05-01").status == 404, "given up on purpose"


def test_subnets_let_go_of_the_gateway(project):
    egress = {"prefixes": {"one": {"length": 31}}}
    project.settings("sandbox", {"network": network("a", "b"), "egress": egress})
    project.up()
    project.settings("sandbox", {"network": network("a", "b", b={"egress": False}), "egress": egress})
    settle(project)
    subnet = project.cloud().get(project.outputs()["subnetIds"]["b"], api_version="2024-05-01").body
    assert "natGateway" not in subnet["properties"]
    project.run("destroy", "--yes")


def test_an_adopted_prefix_is_used_and_never_deleted(project):
    cloud = project.root / ".sandbox"
    cloud.mkdir()
    azure = project.cloud()
    group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-partners"
    azure.put(group, {"location": "westeurope"}, api_version="2024-03-01")
    prefix = f"{group}/providers/Microsoft.Network/publicIPPrefixes/partners"
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {"prefixLength": 30}}
    made = azure.put(prefix, body, api_version="2024-05-01")
    assert made.ok, made.error

    project.settings(
        "sandbox", {"network": network("a"), "egress": {"prefixes": {"partners": {"id": prefix, "length": 30}}}}
    )
    settle(project)
    assert project.outputs()["cidrs"] == [made.body["properties"]["ipPrefix"]]
    project.run("destroy", "--yes")
    assert azure.get(prefix, api_version="2024-05-01").ok

    project.settings(
        "sandbox", {"network": network("a"), "egress": {"prefixes": {"partners": {"id": prefix, "length": 31}}}}
    )
    assert "length" in project.refused("preview")


def test_all_mistakes_against_azures_rules_are_named_before_anything_is_made(project):
    project.settings(
        "sandbox",
        {
            "network": {
                "addressSpace": ["10.0.0.0/24"],
                "subnets": {
                    "GatewaySubnet": {"addressPrefix": "10.0.0.0/27", "egress": True},
                    "outside": {"addressPrefix": "10.9.0.0/24"},
                },
            },
            "egress": {"idleTimeoutMinutes": 3, "prefixes": {"a": {"length": 28}, "b": {"length": 31}}},
        },
    )
    said = project.refused("preview")
    assert "egress.idleTimeoutMinutes is 3" in said
    assert "18 addresses" in said
