from __future__ import annotations

import pytest
from nat_egress import NatEgress
from nat_egress.aliases import without_version_aliases
from pulumi import Alias, ResourceOptions, ResourceTransformationArgs
from pulumi_azure_native import compute, network, resources

VERSION = Alias(type_="azure-native:network/v20230201:Subnet")
KEPT = [
    "urn:pulumi:stack::project::azure-native:network/v20230201:Subnet::old",
    Alias(name="old"),
    Alias(name="old", type_="azure-native:network/v20230201:Subnet"),
    Alias(type_="azure-native:network/v20230201:Subnet", parent=None),
    Alias(type_="azure:network/subnet:Subnet"),
    Alias(type_="azure-native:network:Subnet"),
    Alias(type_="azure-native:network/virtual:Subnet"),
]
RESOURCES = [
    (resources.ResourceGroup, {}),
    (network.NetworkInterface, {}),
    (network.BastionHost, {}),
    (compute.Disk, {"creation_data": {"create_option": "Empty"}}),
    (compute.VirtualMachine, {}),
]


def transformed(aliases):
    opts = ResourceOptions(aliases=aliases, protect=True)
    result = without_version_aliases(ResourceTransformationArgs(None, "t:m:R", "name", {"a": 1}, opts))
    return opts, result


@pytest.mark.parametrize("alias", KEPT)
def test_keeps_what_says_more_than_an_api_version(alias):
    _, result = transformed([alias, VERSION])
    assert result.opts.aliases == [alias]
    assert result.opts.protect
    assert result.props == {"a": 1}


def test_does_not_change_the_options_that_it_is_given():
    opts, result = transformed([VERSION])
    assert result.opts.aliases == []
    assert opts.aliases == [VERSION]


@pytest.mark.parametrize(("resource", "arguments"), RESOURCES)
def test_the_aliases_that_azure_native_gives_a_resource_go(run, resource, arguments):
    def program(options):
        return lambda: resource("it", resource_group_name="rg", opts=options, **arguments).id

    def aliases(options):
        return run(program(options)).one(resource.__name__, "it").request.aliases

    assert len(aliases(ResourceOptions())) > 20
    assert aliases(ResourceOptions(transformations=[without_version_aliases])) == []


def test_has_nothing_to_do_where_there_are_none():
    assert transformed(None)[1] is None


def test_aliases_that_a_user_gives_to_the_children_stay(run):
    def rename(args):
        if args.type_ == "azure-native:network:NatGateway":
            mine = ResourceOptions(aliases=[Alias(name="old-gateway"), *(args.opts.aliases or [])])
            mine.parent = args.opts.parent
            return type("Result", (), {"props": args.props, "opts": mine})
        return None

    done = run(
        lambda: NatEgress("egress", {"resource_group_name": "rg"}, ResourceOptions(transformations=[rename])).gateway_id
    )
    assert [alias.spec.name for alias in done.one("NatGateway", "egress").request.aliases] == ["old-gateway"]


def test_aliases_of_the_component_itself_stay(run):
    opts = ResourceOptions(aliases=[Alias(name="former")])
    done = run(lambda: NatEgress("egress", {"resource_group_name": "rg"}, opts).gateway_id)
    assert [alias.spec.name for alias in done.one("NatEgress", "egress").request.aliases] == ["former"]
