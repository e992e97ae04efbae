from __future__ import annotations

import pulumi
import pulumi_azure_native as azure_native
import pytest
from nat_egress import InvalidArguments
from nat_egress.subnet_check import subnet_behind_gateway, subnet_problems
from pulumi import Output

GROUP = "/subscriptions/s/resourceGroups/rg-net/providers/Microsoft.Network"
SUBNET = f"{GROUP}/virtualNetworks/vnet/subnets/web"
BEHIND = {"web": {"natGateway": {"id": f"{GROUP}/natGateways/ng"}}}
BARE = {"web": {}}


class Component(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("nat-egress:index:Component", "c")


def checked(subnet_id=SUBNET):
    return subnet_behind_gateway(Component(), subnet_id)


def test_the_rule():
    assert subnet_problems(SUBNET, has_gateway=True) == []
    (problem,) = subnet_problems(SUBNET, has_gateway=False)
    assert (problem.argument, problem.value) == ("subnet_id", SUBNET)
    assert "would serve outbound connections too" in problem.rule
    assert problem.remedy == "Attach the subnet to a NAT gateway, or remove inbound."


@pytest.mark.parametrize("preview", [False, True])
def test_a_subnet_behind_a_gateway_is_as_it_was_given(run, preview):
    done = run(checked, existing=BEHIND, preview=preview)
    assert done.result == SUBNET
    assert done.warnings == []
    ((token, asked, _),) = done.calls
    assert token == "azure-native:network:getSubnet"
    assert asked == {"subnetName": "web", "virtualNetworkName": "vnet", "resourceGroupName": "rg-net"}


def test_another_one_is_refused_in_an_update(run):
    with pytest.raises(InvalidArguments, match=r"Component 'c' has a problem:\n  - subnet_id is .*no NAT gateway"):
        run(checked, existing=BARE)


def test_another_one_is_warned_of_in_a_preview(run):
    done = run(checked, existing=BARE, preview=True)
    assert done.result == SUBNET
    (warning,) = done.warnings
    assert "As of now, subnet_id is " in warning
    assert "it has no NAT gateway" in warning


@pytest.mark.parametrize("preview", [False, True])
def test_an_output_that_is_no_id_of_a_subnet_is_refused_when_it_is_known(run, preview):
    with pytest.raises(InvalidArguments, match="it is not the id of a subnet"):
        run(lambda: checked(Output.from_input(SUBNET.rpartition("/subnets")[0])), preview=preview)
    assert run.last.calls == []


def test_what_is_not_known_yet_is_not_asked_for(run):
    def program():
        vnet = azure_native.network.VirtualNetwork("vnet", resource_group_name="rg")
        checked(vnet.etag.apply(lambda tag: tag or ""))
        return "ran"

    done = run(program, preview=True)
    assert done.result == "ran"
    assert done.calls == []
    assert done.warnings == []
