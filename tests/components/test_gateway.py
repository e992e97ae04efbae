from __future__ import annotations

import pulumi
import pulumi_azure_native as azure_native
import pytest
from nat_egress import NatEgress
from nat_egress.limits import SNAT_PORTS_PER_ADDRESS
from pulumi import Output, ResourceOptions
from pulumi.output import Unknown

ARGS = {"resource_group_name": "rg", "prefixes": {"partners": {"length": 29}}, "addresses": {"spare": {}}}


def test_makes_a_gateway_with_its_addresses(run):
    done = run(lambda: NatEgress("egress", ARGS).gateway_id)

    gateway = done.one("NatGateway", "egress")
    assert done.result.endswith("/natGateways/egress")
    assert gateway.parent == "egress"
    assert gateway.dependencies == {"egress-partners", "egress-spare"}
    assert gateway.inputs["sku"] == {"name": "Standard"}
    assert gateway.inputs["idleTimeoutInMinutes"] == 4
    assert "zones" not in gateway.inputs
    assert "natGatewayName" not in gateway.inputs
    assert [one["id"].rpartition("/")[2] for one in gateway.inputs["publicIpPrefixes"]] == ["egress-partners"]
    assert [one["id"].rpartition("/")[2] for one in gateway.inputs["publicIpAddresses"]] == ["egress-spare"]
    prefix = done.one("PublicIPPrefix", "egress-partners").inputs
    assert prefix["prefixLength"] == 29
    assert prefix["publicIPAddressVersion"] == "IPv4"
    assert done.one("PublicIPAddress", "egress-spare").inputs["publicIPAllocationMethod"] == "Static"


def test_outputs(run):
    def program():
        egress = NatEgress("egress", ARGS)
        assert egress.address_count == 9
        assert egress.snat_ports == 9 * SNAT_PORTS_PER_ADDRESS
        return Output.all(
            addresses=egress.addresses,
            cidrs=egress.cidrs,
            prefixes=egress.prefix_ids,
            single=egress.address_ids,
            name=egress.gateway_name,
        )

    result = run(program).result
    assert result["addresses"] == [f"203.0.113.{last}" for last in range(8)] + ["198.51.100.7"]
    assert result["cidrs"] == ["203.0.113.0/29", "198.51.100.7/32"]
    assert list(result["prefixes"]) == ["partners"]
    assert list(result["single"]) == ["spare"]
    assert result["name"] == "egress"


def test_all_outputs_are_registered(run, monkeypatch):
    seen = []
    monkeypatch.setattr(NatEgress, "register_outputs", lambda self, outputs: seen.append(set(outputs)))
    run(lambda: NatEgress("egress", ARGS).gateway_id)
    plain = {"gatewayId", "gatewayName", "addressCount", "snatPorts", "capacity"}
    assert seen == [plain | {"prefixIds", "addressIds", "addresses", "cidrs"}]


def test_the_number_of_addresses_is_known_at_preview_and_the_addresses_are_not(run):
    counts = []
    done = run(
        lambda: (counts.append((egress := NatEgress("egress", ARGS)).address_count), egress.addresses)[1], preview=True
    )
    assert counts == [9]
    assert done.returned == []
    assert done.names("NatGateway") == ["egress"]


def test_what_is_not_attached_is_kept_but_carries_nothing(run):
    args = ARGS | {"addresses": {"spare": {"attached": False}}}

    def program():
        egress = NatEgress("egress", args)
        assert egress.address_count == 8
        return Output.all(egress.addresses, egress.address_ids)

    done = run(program)
    assert done.names("PublicIPAddress") == ["egress-spare"]
    assert done.one("NatGateway", "egress").inputs["publicIpAddresses"] == []
    addresses, ids = done.result
    assert "198.51.100.7" not in addresses
    assert list(ids) == ["spare"]


def test_a_gateway_without_addresses_is_warned_of_and_its_outputs_are_empty(run):
    def program():
        egress = NatEgress("egress", {"resource_group_name": "rg"})
        return Output.all(egress.prefix_ids, egress.address_ids, egress.addresses)

    done = run(program)
    assert done.result == [{}, {}, []]
    assert any("no public address" in warning for warning in done.warnings)


def test_what_azure_cannot_change_is_replaced_and_created_first(run):
    done = run(lambda: NatEgress("egress", ARGS | {"gateway_name": "ng", "generation": 3}).gateway_id)
    gateway = done.one("NatGateway", "egress")
    assert gateway.inputs["natGatewayName"] == "ng-3"
    expected = [
        (gateway, {"sku", "zones", "location"}),
        (done.one("PublicIPPrefix", "egress-partners"), {"prefixLength", "sku", "zones", "location"}),
        (done.one("PublicIPAddress", "egress-spare"), {"sku", "zones", "location"}),
    ]
    for resource, properties in expected:
        assert set(resource.request.replaceOnChanges) == properties
        assert resource.request.deleteBeforeReplaceDefined
        assert not resource.request.deleteBeforeReplace


@pytest.mark.parametrize("protect", [True, False])
def test_protection_is_of_addresses_only(run, protect):
    done = run(lambda: NatEgress("egress", ARGS | {"protect_addresses": protect}).gateway_id)
    for kind, name in (("PublicIPPrefix", "egress-partners"), ("PublicIPAddress", "egress-spare")):
        request = done.one(kind, name).request
        assert (request.protect, request.retainOnDelete) == (protect, protect)
    assert not done.one("NatGateway", "egress").request.protect


def test_what_azure_writes_of_the_gateway_into_an_address_is_no_change(run):
    done = run(lambda: NatEgress("egress", ARGS).gateway_id)
    for kind, name in (("PublicIPPrefix", "egress-partners"), ("PublicIPAddress", "egress-spare")):
        assert list(done.one(kind, name).request.ignoreChanges) == ["natGateway"]


def test_one_address_can_be_protected_otherwise_than_the_others(run):
    prefixes = {"keep": {"length": 31}, "temporary": {"length": 31, "protect": False}}
    args = {"resource_group_name": "rg", "protect_addresses": True, "prefixes": prefixes}
    done = run(lambda: NatEgress("egress", args).gateway_id)
    for name, protected in (("egress-keep", True), ("egress-temporary", False)):
        request = done.one("PublicIPPrefix", name).request
        assert (request.protect, request.retainOnDelete) == (protected, protected)


def test_the_protection_of_the_component_reaches_its_children(run):
    done = run(lambda: NatEgress("egress", ARGS, ResourceOptions(protect=True)).gateway_id)
    assert done.one("PublicIPPrefix", "egress-partners").request.protect
    assert done.one("NatGateway", "egress").request.protect


def test_addresses_of_a_gateway_in_a_zone_are_zone_redundant_unless_told_otherwise(run):
    args = ARGS | {"zone": "2", "addresses": {"spare": {"zones": ["2"]}}}
    done = run(lambda: NatEgress("egress", args).gateway_id)
    assert done.one("NatGateway", "egress").inputs["zones"] == ["2"]
    assert done.one("PublicIPPrefix", "egress-partners").inputs["zones"] == ["1", "2", "3"]
    assert done.one("PublicIPAddress", "egress-spare").inputs["zones"] == ["2"]


def test_addresses_can_live_in_groups_of_their_own(run):
    args = {
        "resource_group_name": "rg",
        "address_resource_group_name": "rg-addresses",
        "prefixes": {"one": {"length": 31}, "two": {"length": 31, "resource_group_name": "rg-two"}},
    }
    done = run(lambda: NatEgress("egress", args).gateway_id)
    assert done.one("NatGateway", "egress").inputs["resourceGroupName"] == "rg"
    assert done.one("PublicIPPrefix", "egress-one").inputs["resourceGroupName"] == "rg-addresses"
    assert done.one("PublicIPPrefix", "egress-two").inputs["resourceGroupName"] == "rg-two"


def test_tags_reach_all_that_is_created(run):
    done = run(lambda: NatEgress("egress", ARGS | {"tags": {"owner": Output.from_input("platform")}}).gateway_id)
    created = [one for one in done.registered if one.type.startswith("azure-native:")]
    assert len(created) == 3
    assert [one.inputs["tags"] for one in created] == [{"owner": "platform"}] * 3


def test_an_explicit_provider_reaches_the_children(run):
    def program():
        provider = azure_native.Provider("elsewhere", subscription_id="11111111-1111-1111-1111-111111111111")
        return NatEgress("egress", ARGS, ResourceOptions(provider=provider)).gateway_id

    done = run(program)
    children = [one for one in done.registered if one.type.startswith("azure-native:")]
    assert len(children) == 3
    assert all("::elsewhere::" in one.request.provider for one in children)


def test_a_users_transformation_reaches_the_children(run):
    def retag(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_.startswith("azure-native:"):
            return pulumi.ResourceTransformationResult({**args.props, "tags": {"by": "transformation"}}, args.opts)
        return None

    done = run(lambda: NatEgress("egress", ARGS, ResourceOptions(transformations=[retag])).gateway_id)
    assert done.one("NatGateway", "egress").inputs["tags"] == {"by": "transformation"}
    assert done.one("NatGateway", "egress").request.aliases == []


def test_names_that_are_not_known_yet_are_no_obstacle_to_a_preview(run):
    def program():
        group = azure_native.resources.ResourceGroup("group")
        unknown = group.managed_by.apply(lambda value: value or "")
        NatEgress("egress", ARGS | {"resource_group_name": unknown})

    done = run(program, preview=True)
    assert isinstance(done.one("NatGateway", "egress").inputs["resourceGroupName"], Unknown)
    assert done.names("PublicIPPrefix") == ["egress-partners"]


def test_everything_wrong_is_said_at_once_and_nothing_is_registered(rejected):
    said = rejected(
        lambda: NatEgress(
            "egress",
            {
                "resource_grp_name": "rg",
                "zone": 1,
                "idle_timeout_minutes": 3,
                "prefixes": {
                    "wide": {"length": 27},
                    "none": {},
                    "what": 29,
                    "both": {"length": 28, "id": "x", "name": "n"},
                },
            },
        )
    )
    for expected in (
        "Did you mean resource_group_name?",
        "resource_group_name is not set",
        "zone is 1: it must be text",
        "idle_timeout_minutes is 3: the idle timeout is 4 to 120 minutes",
        "prefixes['wide'].length is 27",
        "prefixes['none'].length is not set",
        "prefixes['what'] is 29: it must be a mapping",
        "prefixes['both'].name is n: a public IP prefix is either created or adopted",
        "prefixes['both'].id is x: it is not an id",
    ):
        assert any(expected in line for line in said), (expected, said)


def test_arguments_that_are_no_mapping_are_refused_like_others(rejected):
    (said,) = [line for line in rejected(lambda: NatEgress("egress", ["rg"])) if line.startswith("args is")]
    assert "must be a mapping with the keys resource_group_name" in said


def test_an_output_where_the_structure_depends_on_it_is_refused(rejected):
    args = {"resource_group_name": "rg"}
    said = rejected(
        lambda: NatEgress("egress", args | {"zone": Output.from_input("1"), "prefixes": Output.from_input({})})
    )
    assert len(said) == 2
    assert all("it must be known before any of them is made" in line for line in said)
