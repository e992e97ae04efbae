"""What is kept of a run, and what a run leaves behind."""

import asyncio
import contextvars
import gc
import os
from ipaddress import ip_network
from pathlib import Path

import pulumi
import pytest
from nat_egress.state.values import Secret
from nat_egress.testing import Failure, MissingAnswer, NotRecorded, is_known, record
from pulumi.runtime import settings
from pulumi_azure_native import network as azure

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network"


def address(name="address", **options):
    return azure.PublicIPAddress(name, resource_group_name="rg", opts=pulumi.ResourceOptions(**options))


def test_a_program_gives_resources_with_what_they_were_asked_and_answered(network):
    graph = record(network)
    gateway, prefix = graph.one("NatGateway"), graph.one("PublicIPPrefix", "egress-partners")
    assert gateway.id == f"{GROUP}/natGateways/egress"
    assert gateway.inputs["publicIpPrefixes"] == [{"id": prefix.id}]
    assert gateway.property_dependencies["publicIpPrefixes"] == {prefix.urn}
    assert prefix.inputs["prefixLength"] == 8 + 21
    assert prefix.outputs["ipPrefix"].endswith("/29")
    assert prefix.protect
    assert prefix.retain_on_delete
    assert not gateway.protect
    assert graph.by_urn(gateway.parent).type == "nat-egress:index:NatEgress"
    assert graph.result == {"web": graph.one("Subnet", "network-web").id, "api": graph.one("Subnet", "network-api").id}
    assert graph.by_urn(gateway.parent).outputs["addresses"] == [
        str(one) for one in ip_network(prefix.outputs["ipPrefix"])
    ]


def test_every_option_is_kept():
    def program():
        provider = pulumi.ProviderResource("azure-native", "elsewhere", {})
        first, second = address("first"), address("second")
        address(
            "it",
            depends_on=[second],
            protect=True,
            retain_on_delete=True,
            delete_before_replace=True,
            ignore_changes=["tags"],
            replace_on_changes=["zones"],
            aliases=[pulumi.Alias(name="before"), "urn:pulumi:stack::project::t:m:R::older"],
            provider=provider,
            version="3.1.4",
        )
        azure.Subnet(
            "subnet",
            resource_group_name=first.name,
            virtual_network_name="v",
            opts=pulumi.ResourceOptions(depends_on=second),
        )

    graph = record(program)
    it, second, subnet = graph.one("PublicIPAddress", "it"), graph.one("PublicIPAddress", "second"), graph.one("Subnet")
    assert it.dependencies == it.depends_on == {second.urn}
    assert it.protect
    assert it.retain_on_delete
    assert it.delete_before_replace
    assert it.ignore_changes == ["tags"]
    assert it.replace_on_changes == ["zones"]
    assert {"name": "before"} in it.aliases
    assert "urn:pulumi:stack::project::t:m:R::older" in it.aliases
    assert "::elsewhere::" in it.provider
    assert it.version == "3.1.4"
    assert subnet.depends_on == {second.urn}
    assert subnet.dependencies == {second.urn, graph.one("PublicIPAddress", "first").urn}


def test_urns_are_the_engines(network):
    graph = record(network, project="shop", stack="dev")
    egress, gateway = graph.one("NatEgress"), graph.one("NatGateway")
    assert egress.urn == "urn:pulumi:dev::shop::nat-egress:index:NatEgress::egress"
    assert gateway.urn == "urn:pulumi:dev::shop::nat-egress:index:NatEgress$azure-native:network:NatGateway::egress"


def test_two_runs_are_the_same(network):
    first, second = record(network), record(network)
    assert [one.urn for one in first] == [one.urn for one in second]
    assert [one.outputs for one in first] == [one.outputs for one in second]


def test_in_a_preview_what_only_an_update_tells_is_unknown(network):
    graph = record(network, preview=True)
    prefix = graph.one("PublicIPPrefix")
    assert prefix.inputs["prefixLength"] == 29
    assert not is_known(prefix.id)
    assert not is_known(prefix.outputs["ipPrefix"])
    assert not is_known(graph.one("NatGateway").inputs["publicIpPrefixes"])
    assert is_known(graph.one("NatGateway").inputs["idleTimeoutInMinutes"])
    assert not is_known(graph.result)


def test_stack_outputs():
    def program():
        pulumi.export("id", address().id)
        pulumi.export("secret", pulumi.Output.secret("hush"))

    assert record(program).outputs == {"id": f"{GROUP}/publicIPAddresses/address", "secret": Secret("hush")}
    preview = record(program, preview=True).outputs
    assert not is_known(preview["id"])
    assert "hush" not in repr(preview)


@pytest.mark.parametrize("returned", [True, False])
def test_a_program_may_be_async(returned):
    async def program():
        await asyncio.sleep(0)
        return address().id if returned else pulumi.export("id", address().id)

    graph = record(program)
    assert graph.result == (graph.one("PublicIPAddress").id if returned else None)


def test_a_program_may_hand_its_main_function_to_pulumi():
    async def main():
        return {"id": address().id}

    assert record(lambda: pulumi.run(main)).outputs == {"id": f"{GROUP}/publicIPAddresses/address"}


def test_a_test_may_be_async_itself():
    async def test():
        return record(address).names("PublicIPAddress")

    assert asyncio.run(test()) == ["address"]


def test_a_call_without_an_answer_says_how_to_give_one():
    with pytest.raises(MissingAnswer) as caught:
        record(lambda: azure.get_subnet_output(resource_group_name="rg", subnet_name="s", virtual_network_name="v").id)
    assert str(caught.value) == (
        "The program calls azure-native:network:getSubnet with {'resourceGroupName': 'rg', 'subnetName': 's', "
        "'virtualNetworkName': 'v'}, and the test says nothing of what it returns. Give it: record(…, "
        'invokes={"getSubnet": {…}}).'
    )


@pytest.mark.parametrize("key", ["getSubnet", "azure-native:network:getSubnet"])
@pytest.mark.parametrize("asks", [azure.get_subnet, azure.get_subnet_output])
def test_a_call_is_kept_and_answered(key, asks):
    def program():
        found = asks(resource_group_name="rg", subnet_name="s", virtual_network_name="v")
        address("address")
        return found.id

    graph = record(program, invokes={key: lambda asked: {"id": f"id of {asked['subnetName']}"}})
    assert graph.result == "id of s"
    assert [(call.token, call.arguments["subnetName"]) for call in graph.calls] == [
        ("azure-native:network:getSubnet", "s")
    ]


def test_what_exists_is_read_and_keeps_its_id():
    def program():
        return azure.NatGateway.get("gateway", f"{GROUP}/natGateways/old").id

    graph = record(program, preview=True)
    assert graph.one("NatGateway").read
    assert graph.one("NatGateway").outputs["location"] == "westeurope"
    assert graph.one("NatGateway").id == graph.result == f"{GROUP}/natGateways/old"


@pytest.mark.filterwarnings("ignore:coroutine 'Output")  # those of the SDK that fail with the program
def test_outputs_of_other_stacks():
    def program():
        address()
        return pulumi.StackReference("org/network/prod").get_output("gateway")

    assert record(program, stack_references={"org/network/prod": {"gateway": "g"}}).result == "g"
    with pytest.raises(MissingAnswer, match=r'stack_references=\{"org/network/prod": \{…\}\}'):
        record(program)
    gc.collect()


def test_answers_of_a_test_go_over_azures():
    def program():
        first, second = address("first"), address("second")
        return [first.ip_address, second.ip_address, second.id]

    outputs = {
        "PublicIPAddress": {"ipAddress": "192.0.2.1"},
        "PublicIPAddress second": lambda asked: {"id": asked.name},
    }
    assert record(program, outputs=outputs).result == ["192.0.2.1", "192.0.2.1", "second"]


def test_configuration_is_set_and_restored(monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG", '{"shop:size": "of the machine"}')
    monkeypatch.setenv("PULUMI_CONFIG_SHOP_OTHER", "of the machine")
    pulumi.runtime.set_all_config({"shop:size": "before"})
    before = (
        settings.get_root_resource(),
        settings.get_stack(),
        settings.get_project(),
        settings.is_dry_run(),
        dict(os.environ),
    )

    def program():
        address()
        config = pulumi.Config()
        assert pulumi.runtime.get_config_env()["shop:size"] == "3"
        assert pulumi.runtime.get_config_secret_keys_env() == ["shop:token"]
        return [config.get("size"), config.get_object("sizes"), config.get_secret("token"), config.get("other")]

    given = {"size": 3, "sizes": {"a": 1}, "token": Secret("hush"), "azure-native:location": "x"}
    graph = record(program, project="shop", stack="dev", config=given, preview=True)
    assert graph.result == ["3", {"a": 1}, "hush", None]
    after = (
        settings.get_root_resource(),
        settings.get_stack(),
        settings.get_project(),
        settings.is_dry_run(),
        dict(os.environ),
    )
    assert after == before
    assert pulumi.Config("shop").get("size") == "before"


def test_what_a_program_does_to_its_process_is_undone(monkeypatch, tmp_path):
    monkeypatch.setenv("CHANGED", "before")
    monkeypatch.setenv("REMOVED", "before")
    before = (dict(os.environ), Path.cwd())

    def program():
        os.environ["CHANGED"] = os.environ["ADDED"] = os.environ["PULUMI_CONFIG_SHOP_SIZE"] = "after"
        del os.environ["REMOVED"]
        os.chdir(tmp_path)
        address()

    record(program)
    assert (dict(os.environ), Path.cwd()) == before


def test_pulumis_own_mocks_of_another_test_are_not_in_the_way():
    class Mocks(pulumi.runtime.Mocks):
        def new_resource(self, args):
            return "theirs", {}

        def call(self, args):
            return {}, None

    async def run():
        pulumi.runtime.set_mocks(Mocks(), project="theirs", stack="theirs")
        assert record(address).one("PublicIPAddress").id.startswith("/subscriptions/")
        assert (pulumi.get_project(), pulumi.get_stack()) == ("theirs", "theirs")
        await asyncio.sleep(0)

    contextvars.copy_context().run(asyncio.run, run())


def test_an_output_of_pulumis_own_mocks_outlives_its_event_loop_as_ever():
    """Else tests that a team has already fail once one of the session has recorded a program."""

    class Mocks(pulumi.runtime.Mocks):
        def new_resource(self, args):
            return "theirs", {"name": args.name}

        def call(self, args):
            return {}, None

    record(address)
    seen = []

    async def make():
        pulumi.runtime.set_mocks(Mocks())
        made = address()
        await made.name.future()
        return made.name

    async def look(output):
        await output.apply(seen.append).future()

    def run():
        asyncio.run(look(asyncio.run(make())))

    contextvars.copy_context().run(run)
    assert seen == ["address"]


def test_also_after_a_failure_all_is_as_it_was():
    thresholds = gc.get_threshold()
    gc.set_threshold(701, 11, 12)
    try:
        before = settings.get_root_resource(), settings.get_monitor(), dict(os.environ)
        with pytest.raises(ZeroDivisionError):
            record(lambda: 1 // 0)
        assert (settings.get_root_resource(), settings.get_monitor(), dict(os.environ)) == before
        assert gc.get_threshold() == (701, 11, 12)
    finally:
        gc.set_threshold(*thresholds)


def test_messages_are_kept(capsys):
    def program():
        address()
        pulumi.warn("mind this")

    assert record(program).warnings == ["mind this"]
    assert capsys.readouterr() == ("", "")


def test_two_of_one_name_are_refused_as_pulumi_does():
    with pytest.raises(Failure, match="Two resources of type azure-native:network:PublicIPAddress are called address"):
        record(lambda: [address(), address()])


def test_transforms_are_refused_for_only_an_engine_runs_them():
    with pytest.raises(NotRecorded, match="PublicIPAddress address has transforms"):
        record(lambda: address(transforms=[lambda args: None]))


def test_an_assertion_in_an_apply_fails_the_test():
    def check(value):
        assert value == "another"

    with pytest.raises(AssertionError, match="another"):
        record(lambda: address().id.apply(check) and None)


@pytest.mark.parametrize("whole", [True, False])
def test_a_program_that_fails_on_an_output_that_nobody_gives_is_told_how_to_give_it(whole):
    def program():
        made = azure.PublicIPAddress("address", resource_group_name="rg")
        if whole:
            made.dns_settings.apply(lambda settings: settings.fqdn)
        else:
            pulumi.Output.all(made.name, made.dns_settings).apply(lambda both: both[1]["fqdn"])

    with pytest.raises((AttributeError, TypeError)) as caught:
        record(program)
    (note,) = caught.value.__notes__
    assert note.startswith("In a test: the value is None where neither what Azure is known to answer nor the test")
    record(program, outputs={"PublicIPAddress": {"dnsSettings": {"fqdn": "a.example"}}})


@pytest.mark.parametrize(
    ("export", "named"),
    [
        (
            lambda made: pulumi.Output.concat("https://", made.dns_settings, made.name),
            "dns_settings of PublicIPAddress",
        ),
        (lambda made: made.dns_settings.fqdn, "dns_settings of PublicIPAddress"),
        (lambda made: made.dns_settings["fqdn"], "dns_settings of PublicIPAddress"),
        (lambda made: made.etag.apply(lambda etag: f"{made}" and "e" + etag), "etag of PublicIPAddress"),
        (lambda made: pulumi.Output.all(etag=made.etag).apply(lambda found: "e" + found["etag"]), None),
    ],
)
def test_it_is_said_which_output_that_is(export, named):
    with pytest.raises((AttributeError, TypeError)) as caught:
        record(lambda: pulumi.export("it", export(azure.PublicIPAddress("address", resource_group_name="rg"))))
    (note,) = caught.value.__notes__
    assert note.endswith(f" Here it is {named} address." if named else " gives one.")


def test_what_the_harness_says_is_not_wrapped_where_a_resource_waits_for_it():
    def program():
        other = pulumi.StackReference("acme/shared/dev")
        azure.PublicIPAddress("address", resource_group_name=other.get_output("group"))

    with pytest.raises(
        MissingAnswer, match=r"^The program reads outputs of the stack acme/shared/dev, and the test says"
    ):
        record(program)


def test_an_error_that_is_its_own_cause_is_raised_as_it_is():
    """As the SDK makes one, where a resource fails on which others wait."""
    error = AssertionError("ours")
    error.__cause__ = error

    def program():
        raise error

    with pytest.raises(AssertionError, match=r"^ours$"):
        record(program)


def test_a_subnet_whose_range_is_none_is_named():
    def program():
        made = azure.Subnet("web", resource_group_name="rg", virtual_network_name="v", address_prefix="10.0.0.5/24")
        azure.NetworkInterface(
            "nic", resource_group_name="rg", ip_configurations=[{"name": "a", "subnet": {"id": made.id}}]
        )

    with pytest.raises(
        Failure, match=r"^nic/0 is in a subnet whose addressPrefix is '10\.0\.0\.5/24', and that is no range"
    ):
        record(program)


def test_a_program_that_fails_on_another_value_has_no_such_note():
    with pytest.raises(ZeroDivisionError) as caught:
        record(lambda: azure.PublicIPAddress("address", resource_group_name="rg").name.apply(lambda _: 1 // 0))
    assert not hasattr(caught.value, "__notes__")


def test_arguments_of_another_type_are_refused_all_at_once():
    given = {"config": ["size"], "outputs": "x", "invokes": 7, "stack_references": {"org/net/prod": "id"}}
    with pytest.raises(Failure) as caught:
        record(None, **given)
    program, *others = str(caught.value).splitlines()
    assert program.startswith("None is no program. Give its folder, or a function")
    assert others == [
        "config= is ['size']. Give a dict.",
        "outputs= is 'x'. Give a dict.",
        "invokes= is 7. Give a dict.",
        "stack_references={\"org/net/prod\": …} is 'id'. Give the outputs of that stack as a dict.",
    ]
    with pytest.raises(Failure, match=r"^stack_references= is \[\]\. Give a dict\.$"):
        record(lambda: None, stack_references=[])
