"""Looking for resources, and what is said where there are none."""

import re
from pathlib import Path

import pulumi_azure_native
import pytest
from nat_egress.testing import Failure, record


@pytest.fixture
def graph(network):
    return record(network)


@pytest.mark.parametrize("kind", ["NatGateway", "network:NatGateway", "azure-native:network:NatGateway"])
def test_one_of_a_kind(graph, kind):
    assert graph.one(kind).name == graph.one(kind, "egress").name == "egress"


def test_all_of_a_kind_in_the_order_of_registration(graph):
    assert [one.name for one in graph.all("Subnet")] == ["network-web", "network-api"]
    assert graph.names("Subnet") == ["network-api", "network-web"]
    assert graph.names("VirtualMachine") == []


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (
            lambda graph: graph.one("NatGatway"),
            "The program registers no NatGatway. There are: NatEgress, ",
        ),
        (lambda graph: graph.one("Subnet", "web"), "No Subnet is called web. There are: network-web, network-api."),
        (
            lambda graph: graph.one("Subnet"),
            "There are 2 of Subnet: network-web, network-api. Name the one that",
        ),
        (lambda graph: graph.of_component("net"), "No component is called net. There are: egress, network."),
        (lambda graph: graph.by_urn("urn:x"), "No resource has the URN urn:x."),
    ],
)
def test_what_there_is_not(graph, ask, said):
    with pytest.raises(Failure) as caught:
        ask(graph)
    assert str(caught.value).startswith(said)


def test_what_is_in_a_component(graph):
    assert {repr(one) for one in graph.of_component("egress")} == {
        "PublicIPPrefix egress-partners",
        "NatGateway egress",
    }
    assert {one.kind for one in graph.of_component("network")} == {"VirtualNetwork", "Subnet"}


def test_all_that_a_resource_depends_on(graph):
    found = {graph.by_urn(urn).name for urn in graph.depended_on(graph.one("Subnet", "network-api"))}
    assert found == {"network", "network-web", "egress", "egress-partners"}


def test_a_graph_shows_what_it_is_of(graph):
    assert repr(graph) == "<project/stack: 7 resources>"


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("PublicIpAddress", "PublicIPAddress"),
        ("network:PublicIpAddress", "PublicIPAddress"),
        ("PublicIPAdress", "PublicIPAddress"),
        ("NATGateway", "NatGateway"),
        ("VirtualMachines", "VirtualMachine"),
        ("Privatenetwork", "PrivateNetwork"),
    ],
)
def test_no_names_are_told_of_a_kind_that_there_cannot_be(graph, kind, meant):
    with pytest.raises(Failure) as caught:
        graph.names(kind)
    assert str(caught.value).startswith(
        f"There is no kind {kind}, so that there would never be one. Did you mean {meant}? "
    )


@pytest.mark.parametrize(
    "kind", ["VirtualMachine", "network:PublicIPAddress", "Bucket", "VirtualNetworkTap", "shop:index:VirtualMachines"]
)
def test_of_a_kind_that_there_may_be_there_may_be_none(graph, kind):
    assert graph.names(kind) == []


def test_no_two_kinds_are_so_alike_that_one_is_taken_for_another(graph):
    registered = (Path(pulumi_azure_native.__file__).parent / "__init__.py").read_text()
    kinds = set(re.findall(r'"azure-native:(\w+:\w+)":', registered))
    assert len(kinds) > 2000
    for kind in {*kinds, *(one.partition(":")[2] for one in kinds)}:
        graph.names(kind)
