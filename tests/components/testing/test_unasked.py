"""What a test gives and nobody asks for fails it, and says what there is."""

import pulumi
import pytest
from nat_egress.testing import AzureAnswers, Failure, Unasked, record
from pulumi_azure_native import network

END = (
    "\nCorrect them or leave them out. Where one set of them is for several programs: record(…, may_give_unasked=True)."
)
BEGIN = "The program asks for none of these, so that the test would be the same without them:\n"


class Plain(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("shop:index:Plain", name)


class Remote(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("shop:index:Remote", name, {}, remote=True)


def program():
    group = pulumi.StackReference("org/base/prod").get_output("group")
    network.PublicIPPrefix("partners", resource_group_name=group, prefix_length=28)
    network.PublicIPPrefix("spare", resource_group_name=group, prefix_length=28)
    pulumi.CustomResource("azure-native:network/v20230201:NatGateway", "egress", {"resourceGroupName": group})
    network.get_subnet(resource_group_name="rg", subnet_name="s", virtual_network_name="v")
    Plain("plain")
    Remote("remote")


GIVEN = {"invokes": {"getSubnet": {}}, "stack_references": {"org/base/prod": {"group": "rg"}}}


def recorded(**given):
    return record(program, **{**GIVEN, **{key: {**GIVEN.get(key, {}), **value} for key, value in given.items()}})


@pytest.mark.parametrize(
    "key",
    [
        "PublicIPPrefix",
        "PublicIPPrefix spare",
        "network:PublicIPPrefix",
        "azure-native:network:PublicIPPrefix spare",
        "NatGateway egress",
        "azure-native:network:NatGateway",
        "azure-native:network/v20230201:NatGateway egress",
        "Remote remote",
    ],
)
def test_what_is_asked_for_is_heard(key):
    resource = recorded(outputs={key: {"said": "so"}}).all(key.partition(" ")[0])[-1]
    assert resource.outputs["said"] == "so"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"outputs": {"natgateway": {}}}, 'outputs={"natgateway": …}. Did you mean NatGateway?'),
        (
            {"outputs": {"PublicIPPrefix partner": {}}},
            'outputs={"PublicIPPrefix partner": …}. Did you mean partners?',
        ),
        (
            {"outputs": {"network:PublicIPPrefix zzz": {}}},
            'outputs={"network:PublicIPPrefix zzz": …}. The names of network:PublicIPPrefix are: partners, spare.',
        ),
        (
            {"outputs": {"VirtualMachine web": {}}},
            'outputs={"VirtualMachine web": …}. The program registers: NatGateway, PublicIPPrefix, Remote.',
        ),
        ({"outputs": {"StackReference": {}}}, 'outputs={"StackReference": …}. The program registers: '),
        ({"outputs": {"Plain": {}}}, 'outputs={"Plain": …}. The program registers: '),
        ({"invokes": {"getSubnets": {}}}, 'invokes={"getSubnets": …}. Did you mean getSubnet?'),
        ({"invokes": {"listKeys": {}}}, 'invokes={"listKeys": …}. The program calls: getSubnet.'),
        (
            {"stack_references": {"org/base/dev": {}}},
            'stack_references={"org/base/dev": …}. Did you mean org/base/prod?',
        ),
    ],
)
def test_what_nobody_asks_for_is_said_with_what_there_is(given, said):
    with pytest.raises(Unasked) as caught:
        recorded(**given)
    begin, line, end = str(caught.value).partition(f"  {said}")
    assert (begin, line) == (BEGIN, f"  {said}")
    assert end.endswith(END)


def test_all_is_said_at_once():
    with pytest.raises(Unasked) as caught:
        recorded(outputs={"A": {}, "PublicIPPrefix": {}, "B": {}}, invokes={"c": {}}, stack_references={"d": {}})
    assert [line.split(".")[0] for line in str(caught.value).splitlines()[1:-1]] == [
        '  outputs={"A": …}',
        '  outputs={"B": …}',
        '  invokes={"c": …}',
        '  stack_references={"d": …}',
    ]


def test_a_program_that_asks_nothing():
    def asks_nothing():
        network.RouteTable("table", resource_group_name="rg")

    with pytest.raises(Unasked) as caught:
        record(asks_nothing, **GIVEN)
    assert str(caught.value) == (
        f'{BEGIN}  invokes={{"getSubnet": …}}. The program calls: nothing.\n'
        f'  stack_references={{"org/base/prod": …}}. The program reads outputs of: nothing.{END}'
    )
    assert record(asks_nothing, may_give_unasked=True, **GIVEN).names("RouteTable") == ["table"]


def test_in_a_preview_a_function_may_be_called_later():
    def looks():
        table = network.RouteTable("table", resource_group_name="rg")
        network.get_route_table_output(resource_group_name="rg", route_table_name=table.name)

    given = {"getRouteTable": {"location": "westeurope"}}
    assert record(looks, invokes=given, preview=True).calls == ()
    assert len(record(looks, invokes=given).calls) == 1
    with pytest.raises(Unasked, match=r'outputs=\{"Table": …\}\. Did you mean RouteTable\?'):
        record(looks, invokes=given, outputs={"Table": {}}, preview=True)


@pytest.mark.parametrize("given", ["outputs", "invokes"])
def test_what_answers_takes_the_place_of_is_not_given_beside_it(given):
    with pytest.raises(Unasked, match=r"answers= takes the place of outputs= and invokes="):
        record(program, answers=AzureAnswers(), **{given: {"getSubnet": {}}})


def test_answers_of_a_tests_own_may_know_more_than_is_asked():
    answers = AzureAnswers(outputs={"VirtualMachine": {}}, invokes={"getSubnet": {}, "getVirtualNetwork": {}})
    assert record(program, answers=answers, stack_references=GIVEN["stack_references"]).names("NatGateway")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"outputs": {"PublicIPPrefix partners": {"ip_prefix": "192.0.2.0/28"}}},
            "as outputs, for azure-native:network:PublicIPPrefix partners, has ip_prefix.",
        ),
        (
            {"invokes": {"getSubnet": {"address_prefix": "10.0.0.0/24", "id": "x"}}},
            "as invokes, for azure-native:network:getSubnet, has address_prefix.",
        ),
    ],
)
def test_an_answer_named_as_in_python_is_heard_by_nobody(given, said):
    with pytest.raises(Failure) as caught:
        recorded(**given)
    assert str(caught.value) == (
        f"What the test gives {said} Name it as the provider does, and not as Python: ipPrefix, not ip_prefix."
    )
    assert recorded(outputs={"Remote": {"my_own": 1}}).one("Remote").outputs["my_own"] == 1


@pytest.mark.parametrize("given", ["x", 3, lambda _asked: None, lambda _asked: ["ipPrefix"]])
@pytest.mark.parametrize(("argument", "key"), [("outputs", "PublicIPPrefix spare"), ("invokes", "getSubnet")])
def test_an_answer_that_is_none(argument, key, given):
    with pytest.raises(Failure, match=rf"What the test gives as {argument}, for azure-native:.* is .* Give a dict"):
        recorded(**{argument: {key: given}})


def configured():
    network.RouteTable("table", resource_group_name="rg", location=pulumi.Config().require("place"))
    pulumi.Config().get_int("size")


@pytest.mark.parametrize("config", [{"place": "a"}, {"shop:place": "a", "size": 3}, {"place": "a", "other:key": "b"}])
def test_configuration_that_is_read(config):
    assert record(configured, project="shop", config=config).one("RouteTable").inputs["location"] == "a"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("sise", 'config={"sise": …}. Did you mean size?'),
        ("shop:sise", 'config={"sise": …}. Did you mean size?'),
        ("zones", 'config={"zones": …}. The program reads: place, size.'),
    ],
)
def test_configuration_that_nobody_reads(key, said):
    config = {"place": "a", key: "b"}
    with pytest.raises(Unasked) as caught:
        record(configured, project="shop", config=config)
    assert str(caught.value) == f"{BEGIN}  {said}{END}"
    assert len(record(configured, project="shop", config=config, may_give_unasked=True)) == 1


def test_a_program_that_reads_its_configuration_as_a_whole():
    def reads_all():
        location = pulumi.runtime.get_config_env()["shop:place"]
        network.RouteTable("table", resource_group_name="rg", location=location)

    assert record(reads_all, project="shop", config={"place": "a", "more": "b"}).names("RouteTable") == ["table"]


def test_what_a_stack_file_holds_need_not_be_read(folder):
    shop = folder(
        **{
            "Pulumi.yaml": "name: shop\nruntime: python\n",
            "Pulumi.dev.yaml": "config: {shop:place: a, shop:more: b}\n",
            "__main__.py": "import pulumi\npulumi.Config().require('place')\n"
            "pulumi.CustomResource('azure-native:network:RouteTable', 'table', {})\n",
        }
    )
    assert record(shop, stack="dev", config={"place": "c"}).names("RouteTable") == ["table"]
    with pytest.raises(Unasked, match="Did you mean place"):
        record(shop, stack="dev", config={"plase": "c"})
