"""What differs between two recordings."""

import pulumi
import pytest
from nat_egress.testing import Failure, differences, record
from pulumi_azure_native import network


def table(name="table", **inputs):
    """A program: a gateway, and a route table that may be in a component, with options."""

    def program(component=None, after=False, exported=1, **options):
        gateway = network.NatGateway("gateway", resource_group_name="rg")
        parent = pulumi.ComponentResource("team:index:Hub", component) if component else None
        opts = pulumi.ResourceOptions(parent=parent, depends_on=[gateway] if after else [], **options)
        network.RouteTable(name, resource_group_name="rg", opts=opts, **inputs)
        pulumi.export("exported", exported)

    return program


def recorded(program, *, stack="prod", project="shop", **arguments):
    return record(lambda: program(**arguments), stack=stack, project=project)


TAGGED = table(tags={"team": "net", "tier": "1"}, routes=[{"name": "a", "address_prefix": "10.0.0.0/8"}])


@pytest.fixture(scope="module")
def before():
    return recorded(TAGGED)


@pytest.mark.parametrize(
    ("program", "arguments", "found"),
    [
        (TAGGED, {}, {}),
        (
            table(tags={"team": "app", "cost": "7"}, routes=[]),
            {},
            {
                "RouteTable table": {
                    "inputs.routes[0]": "{'addressPrefix': '10.0.0.0/8', 'name': 'a'} => nothing",
                    "inputs.tags.cost": "nothing => '7'",
                    "inputs.tags.team": "'net' => 'app'",
                    "inputs.tags.tier": "'1' => nothing",
                }
            },
        ),
        (TAGGED, {"protect": True}, {"RouteTable table": {"protect": "False => True"}}),
        (TAGGED, {"retain_on_delete": True}, {"RouteTable table": {"retain_on_delete": "False => True"}}),
        (TAGGED, {"ignore_changes": ["tags"]}, {"RouteTable table": {"ignore_changes[0]": "nothing => 'tags'"}}),
        (TAGGED, {"replace_on_changes": ["a"]}, {"RouteTable table": {"replace_on_changes[0]": "nothing => 'a'"}}),
        (
            TAGGED,
            {"delete_before_replace": True},
            {
                "RouteTable table": {
                    "delete_before_replace": "False => True",
                    "request.deleteBeforeReplaceDefined": "nothing => True",  # False is not the same as not given
                }
            },
        ),
        (
            TAGGED,
            {"custom_timeouts": pulumi.CustomTimeouts(create="5m")},
            {"RouteTable table": {"request.customTimeouts": "nothing => {'create': '5m'}"}},
        ),
        (
            TAGGED,
            {"additional_secret_outputs": ["etag"]},
            {"RouteTable table": {"request.additionalSecretOutputs": "nothing => ['etag']"}},
        ),
        (TAGGED, {"after": True}, {"RouteTable table": {"dependencies.NatGateway gateway": "nothing => True"}}),
        (TAGGED, {"exported": 2}, {"stack outputs": {"exported": "1 => 2"}}),
        (
            TAGGED,
            {"component": "hub"},
            {"Hub hub": "added", "RouteTable table": "removed", "RouteTable table in Hub hub": "added"},
        ),
    ],
)
def test_what_a_change_changes(before, program, arguments, found):
    after = recorded(program, **arguments)
    assert differences(before, after) == found
    assert differences(after, before).keys() == found.keys()


def test_the_options_that_name_other_resources_name_none_of_a_stack():
    def program(version="3.1.4"):
        provider = pulumi.ProviderResource("azure-native", "elsewhere", {})
        parent = pulumi.ComponentResource("team:index:Hub", "hub")
        gateway = network.NatGateway("gateway", resource_group_name="rg", opts=pulumi.ResourceOptions(parent=parent))
        network.RouteTable(
            "table",
            resource_group_name="rg",
            opts=pulumi.ResourceOptions(
                version=version,
                parent=parent,
                provider=provider,
                depends_on=[gateway],
                deleted_with=gateway,
                aliases=[pulumi.Alias(name="before", parent=parent)],
            ),
        )

    assert differences(recorded(program), recorded(program, stack="dev", project="store")) == {}
    found = differences(recorded(program), recorded(program, stack="dev", version="3.1.5"))
    assert found == {"RouteTable table in Hub hub": {"version": "'3.1.4' => '3.1.5'"}}


def test_another_provider_and_an_alias():
    def program(provider="one", before="old"):
        made = pulumi.ProviderResource("team", provider, {})
        opts = pulumi.ResourceOptions(provider=made, aliases=[pulumi.Alias(name=before)])
        pulumi.CustomResource("team:index:Thing", "it", {}, opts=opts)

    found = differences(recorded(program), recorded(program, provider="two", before="older"))
    assert found["Thing it"].keys() == {"aliases[0].name", "provider"}
    assert found["Thing it"]["aliases[0].name"] == "'old' => 'older'"


def test_where_in_the_code_a_resource_is_made_is_no_difference():
    def first():
        network.RouteTable("table", resource_group_name="rg")

    def second():
        network.RouteTable("table", resource_group_name="rg")

    assert differences(recorded(first), recorded(second)) == {}


def test_what_is_made_and_what_is_read_differ():
    made = recorded(lambda: network.RouteTable("table", resource_group_name="rg"))
    read = recorded(lambda: network.RouteTable.get("table", "/subscriptions/a"))
    assert differences(made, read)["RouteTable table"]["read"] == "False => True"


def test_what_is_read_is_known_by_its_id():
    def program(of="a"):
        network.NatGateway.get("gateway", f"/subscriptions/{of}")

    found = differences(recorded(program), recorded(program, of="b"))
    assert found == {"NatGateway gateway": {"id": "'/subscriptions/a' => '/subscriptions/b'"}}


def test_secrets_are_compared_and_not_shown():
    def program(held="hush"):
        network.RouteTable("table", resource_group_name="rg", tags={"token": pulumi.Output.secret(held)})

    assert differences(recorded(program), recorded(program)) == {}
    found = differences(recorded(program), recorded(program, held="quiet"))
    assert found == {"RouteTable table": {"inputs.tags.token": "a secret => another secret"}}


def test_two_of_one_label_are_both_told():
    def program(size=1):
        for token in ("one:index:Thing", "other:index:Thing"):
            pulumi.CustomResource(token, "it", {"size": size})

    sizes = {"inputs.size": "1 => 2"}
    assert differences(recorded(program), recorded(program, size=2)) == {
        "Thing it": sizes,
        "other:index:Thing::it": sizes,
    }


@pytest.mark.parametrize("previews", [(True, False), (False, True), (True, True)])
def test_a_preview_cannot_be_compared(previews):
    graphs = [record(TAGGED, project="shop", stack="prod", preview=preview) for preview in previews]
    with pytest.raises(Failure, match=r"^shop/prod is recorded as a preview, which does not know .* preview=True\.$"):
        differences(*graphs)
