"""What a state tells of NAT gateways: their addresses, what is behind them, and what it does not tell."""

from __future__ import annotations

import pytest
from nat_egress.capacity.deployed import Attached, deployed
from nat_egress.state.model import ResourceState
from nat_egress.state.values import Secret

GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
GATEWAY = f"{GROUP}/natGateways/gw"
NETWORK = f"{GROUP}/virtualNetworks/net"
URN = "urn:pulumi:dev::shop::"
COMPONENT = f"{URN}nat-egress:index:NatEgress::egress"


def resource(kind, id_, outputs=None, *, module="network", inputs=None, **more):
    type_ = more.pop("type", f"azure-native:{module}:{kind}")
    name = id_.rpartition("/")[2]
    return ResourceState(
        f"{URN}{type_}::{name}", type_, custom=True, id=id_, inputs=inputs or {}, outputs=outputs or {}, **more
    )


def gateway(prefixes=(), addresses=(), id_=GATEWAY, **more):
    outputs = {
        "publicIpPrefixes": [{"id": one} for one in prefixes],
        "publicIpAddresses": [{"id": one} for one in addresses],
        "idleTimeoutInMinutes": 4,
        "sku": {"name": "Standard"},
        **more.pop("outputs", {}),
    }
    return resource("NatGateway", id_, outputs, **more)


def prefix(name, length):
    return resource("PublicIPPrefix", f"{GROUP}/publicIPPrefixes/{name}", {"prefixLength": length})


def address(name):
    return resource("PublicIPAddress", f"{GROUP}/publicIPAddresses/{name}", {"ipAddress": "192.0.2.1"})


def subnet(name, to=GATEWAY):
    return resource("Subnet", f"{NETWORK}/subnets/{name}", {"natGateway": {"id": to}} if to else {"name": name})


def interface(name, subnet_name):
    configuration = {"name": "ip", "subnet": {"id": f"{NETWORK}/subnets/{subnet_name}"}}
    return resource("NetworkInterface", f"{GROUP}/networkInterfaces/{name}", {"ipConfigurations": [configuration]})


def machine(name, *interfaces):
    references = [{"id": f"{GROUP}/networkInterfaces/{one}"} for one in interfaces]
    id_ = f"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{name}"
    return resource("VirtualMachine", id_, {"networkProfile": {"networkInterfaces": references}}, module="compute")


def component(**inputs):
    return ResourceState(COMPONENT, "nat-egress:index:NatEgress", inputs=inputs)


def only(*resources):
    (found,) = deployed(resources)
    return found


def test_prefixes_and_addresses_are_counted_by_their_resources():
    a, b, c = prefix("a", 29), prefix("b", 31), address("c")
    found = only(a, b, c, prefix("spare", 28), gateway([a.id, b.id.upper()], [c.id]))
    assert [(one.kind, one.length, one.addresses, one.told_by) for one in found.attached] == [
        ("prefix", 29, 8, "resource"),
        ("prefix", 31, 2, "resource"),
        ("address", 32, 1, "resource"),
    ]
    assert (found.addresses, found.unknown) == (11, ())
    assert (found.sku, found.zone, found.idle_timeout_minutes) == ("Standard", None, 4)
    assert (found.name, found.logical_name) == ("gw", "gw")


def test_what_is_outside_of_the_state_is_counted_where_that_can_be_decided_and_told_apart():
    adopted, foreign, single = (f"{GROUP}/publicIPPrefixes/adopted", f"{GROUP}/publicIPPrefixes/x", f"{GROUP}/ip/y")
    declared = {
        "prefixes['partners']": {"id": adopted.upper(), "length": 30},
        "prefixes['new']": {"id": "", "length": 28},
    }
    found = only(component(publicAddresses=declared), gateway([adopted, foreign], [single]))
    assert found.attached == (
        Attached("prefix", adopted, 30, "component"),
        Attached("prefix", foreign, None, None),
        Attached("address", single, 32, "id"),
    )
    assert found.addresses == 5
    assert found.unknown == (Attached("prefix", foreign, None, None),)


def test_a_prefix_in_the_state_counts_before_what_a_component_declares():
    there = prefix("a", 31)
    declared = {"prefixes['a']": {"id": there.id, "length": 28}}
    assert only(component(publicAddresses=declared), there, gateway([there.id])).addresses == 2


@pytest.mark.parametrize("outputs", [{"prefixLength": 124}, {"prefixLength": Secret(None)}, {"prefixLength": True}, {}])
def test_a_prefix_of_no_ipv4_length_has_a_size_that_is_not_known(outputs):
    odd = resource("PublicIPPrefix", f"{GROUP}/publicIPPrefixes/a", outputs)
    assert [one.length for one in only(odd, gateway([odd.id])).attached] == [None]


@pytest.mark.parametrize(
    "hidden", [Secret(None), [Secret(None)], [{"id": Secret("sealed")}], Secret([{"id": "a"}, {"id": "b"}])]
)
def test_what_is_secret_is_not_known_and_not_shown(hidden):
    found = only(gateway(outputs={"publicIpPrefixes": hidden, "publicIpAddresses": hidden}))
    assert found.attached == (Attached("prefix", None, None, None), Attached("address", None, None, None))
    assert "sealed" not in repr(found)


def test_a_gateway_without_addresses_has_none():
    assert only(gateway()).addresses == 0
    assert only(gateway(outputs={"publicIpPrefixes": None})).attached == ()


@pytest.mark.parametrize(
    "type_",
    [
        "azure-native:network:NatGateway",
        "azure-native:network/v20230201:NatGateway",
        "azure-native_network_v20240701:network:NatGateway",
    ],
)
def test_gateways_of_every_api_version_are_found(type_):
    there = prefix("a", 31)
    there.type = type_.replace("NatGateway", "PublicIPPrefix")
    assert only(there, gateway([there.id], type=type_)).addresses == 2


@pytest.mark.parametrize(
    "type_", ["azure:network/natGateway:NatGateway", "aws:ec2/natGateway:NatGateway", "azure-native:network:Subnet"]
)
def test_nothing_else_is_a_gateway(type_):
    assert deployed([gateway(type=type_)]) == []


def test_what_is_about_to_be_deleted_is_not_deployed():
    assert deployed([gateway(delete=True), gateway(pending_replacement=True)]) == []


def test_inputs_count_where_azure_has_not_answered():
    half_made = resource("NatGateway", GATEWAY, inputs={"publicIpAddresses": [{"id": f"{GROUP}/ip/a"}], "zones": ["2"]})
    found = only(half_made)
    assert (found.addresses, found.zone, found.sku, found.idle_timeout_minutes) == (1, "2", None, None)


def test_subnets_behind_it_name_it():
    found = only(gateway(), subnet("a", GATEWAY.upper()), subnet("b", f"{GATEWAY}2"), subnet("c", None))
    assert found.subnets == (f"{NETWORK}/subnets/a",)


def test_subnets_that_the_stack_does_not_keep_are_told_apart():
    names = ("inline", "moved", "foreign")
    answered = [{"id": f"{NETWORK}/subnets/{name}", "natGateway": {"id": GATEWAY}} for name in names]
    network = resource("VirtualNetwork", NETWORK, {"subnets": answered}, inputs={"subnets": [{"name": "inline"}]})
    listed = [{"id": f"{NETWORK}/subnets/{name}"} for name in ("elsewhere", "moved", "inline")]
    found = only(network, subnet("moved", None), gateway(outputs={"subnets": listed}))
    assert [one.rpartition("/")[2] for one in found.subnets] == ["inline"]
    assert [one.rpartition("/")[2] for one in found.listed_subnets] == ["foreign", "elsewhere"]


def test_machines_in_subnets_that_the_gateway_alone_lists_are_counted():
    listed = [{"id": f"{NETWORK}/subnets/elsewhere"}]
    found = only(gateway(outputs={"subnets": listed}), interface("one", "elsewhere"), machine("there", "one"))
    assert found.machines == 1


def test_machines_in_its_subnets_are_counted_once():
    found = only(
        *(gateway(), subnet("a"), subnet("b", None)),
        *(interface("one", "a"), interface("two", "a"), interface("three", "b"), interface("alone", "a")),
        *(machine("twice", "one", "two"), machine("outside", "three"), machine("unknown", "four")),
    )
    assert found.machines == 1


def test_gateways_are_apart():
    other = f"{GROUP}/natGateways/other"
    first, second = deployed([gateway(), gateway(id_=other), subnet("a"), subnet("b", other), subnet("c", other)])
    assert (len(first.subnets), len(second.subnets)) == (1, 2)


def test_the_component_that_made_it_carries_the_profile():
    carried = {"destinations": {}}
    found = only(component(capacityProfile=carried), gateway(parent=COMPONENT))
    assert (found.component, found.profile) == ("egress", carried)
    without = only(component(), gateway(parent=COMPONENT))
    assert (without.component, without.profile) == ("egress", None)
    assert only(component(capacityProfile=carried), gateway()).profile is None
