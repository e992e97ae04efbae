"""One NAT gateway serves one virtual network."""

import gc
import weakref

import pulumi
import pytest
from nat_egress import InvalidArguments, NatEgress, PrivateNetwork
from nat_egress.claims import Claim, other_network

GATEWAY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/n"
NETWORK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"


def test_a_component_of_the_same_name_is_the_same_network():
    first = Claim(GATEWAY, object(), "the same")
    assert other_network([first], Claim(GATEWAY, object(), "the same")) is None


@pytest.mark.parametrize(
    ("gateway", "network", "taken"),
    [
        (GATEWAY, "other", True),
        (GATEWAY.upper() + "/", "other", True),
        (GATEWAY, NETWORK.lower(), False),
        (GATEWAY + "2", "other", False),
        (object(), "other", False),
    ],
)
def test_the_same_gateway_for_another_network_is_found(gateway, network, taken):
    first = Claim(GATEWAY, NETWORK, "first")
    assert other_network([first], Claim(gateway, network, "second")) == (first if taken else None)


def network(name, gateway_id, **args):
    subnets = {"a": {"address_prefix": "10.0.0.0/24", **args.pop("subnet", {})}}
    space = {} if "virtual_network_id" in args else {"address_space": ["10.0.0.0/16"]}
    return PrivateNetwork(
        name, {"resource_group_name": "rg", "gateway_id": gateway_id, "subnets": subnets, **space, **args}
    )


def egress():
    return NatEgress("egress", {"resource_group_name": "rg", "prefixes": {"one": {"length": 31}}}).gateway_id


def test_a_second_network_on_the_same_gateway_is_refused_before_it_is_registered(run):
    def program():
        gateway_id = egress()
        network("one", gateway_id)
        network("two", gateway_id)

    with pytest.raises(
        InvalidArguments, match="serves one virtual network, and this one serves that of PrivateNetwork"
    ):
        run(program)
    registered = {resource.name for resource in run.last.registered}
    assert "one" in registered
    assert "two" not in registered


def test_two_components_on_one_network_share_a_gateway(run):
    made = []

    def program():
        gateway_id = egress()
        made.append(network("one", gateway_id, virtual_network_id=NETWORK))
        made.append(network("two", gateway_id, virtual_network_id=NETWORK))
        made.append(network("three", gateway_id, subnet={"egress": False}))

    run(program)
    assert len(made) == 3


def test_another_program_begins_anew(run):
    for _ in range(2):
        run(lambda: network("one", pulumi.Output.from_input(GATEWAY)))
        run(lambda: network("two", GATEWAY))


def test_nothing_is_left_of_a_program_that_is_over(run):
    components = []
    run(lambda: components.append(weakref.ref(network("one", egress()))))
    run(lambda: None)  # the harness and the SDK keep the last one
    gc.collect()
    assert [component() for component in components] == [None]
