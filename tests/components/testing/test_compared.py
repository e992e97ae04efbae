"""Comparisons that fail show each place on a line; those of other values are left to pytest."""

import pulumi
import pytest
from nat_egress.state.values import Secret
from nat_egress.testing import plugin, record
from nat_egress.testing.compared import difference
from pulumi_azure_native import compute, network


def program():
    gateway = network.NatGateway("gateway", resource_group_name="rg", zones=["1"], sku={"name": "Standard"})
    compute.VirtualMachine(
        "machine",
        resource_group_name="rg",
        os_profile={"admin_password": pulumi.Output.secret("hush"), "admin_username": "azureuser"},
    )
    network.Subnet("web", resource_group_name="rg", virtual_network_name="vnet", nat_gateway={"id": gateway.id})
    pulumi.export("zones", ["1"])
    return {"gateway": gateway.name}


@pytest.fixture(scope="module")
def graph():
    return record(program)


@pytest.fixture(scope="module")
def preview():
    return record(program, preview=True)


def inputs(graph, kind):
    return graph.one(kind).inputs


@pytest.mark.parametrize(
    ("read", "expected", "shown"),
    [
        (
            lambda graph: inputs(graph, "NatGateway"),
            {"resourceGroupName": "rg", "sku": {"name": "StandardV2"}, "idleTimeoutInMinutes": 4},
            [
                "NatGateway gateway is not as expected:",
                "  idleTimeoutInMinutes: expected 4, was nothing",
                "  sku.name: expected 'StandardV2', was 'Standard'",
                "  zones: expected nothing, was ['1']",
            ],
        ),
        (
            lambda graph: inputs(graph, "NatGateway")["sku"],
            {},
            ["sku of NatGateway gateway is not as expected:", "  name: expected nothing, was 'Standard'"],
        ),
        (
            lambda graph: inputs(graph, "NatGateway")["zones"],
            ["2", "3"],
            [
                "zones of NatGateway gateway is not as expected:",
                "  [0]: expected '2', was '1'",
                "  [1]: expected '3', was nothing",
            ],
        ),
        (
            lambda graph: inputs(graph, "VirtualMachine")["osProfile"],
            {"adminPassword": "hush", "adminUsername": "root"},
            [
                "osProfile of VirtualMachine machine is not as expected:",
                "  adminPassword: expected no secret, was a secret",
                "  adminUsername: expected 'root', was 'azureuser'",
            ],
        ),
        (
            lambda graph: graph.one("NatGateway").outputs["sku"],
            {"name": "Basic"},
            ["sku of NatGateway gateway is not as expected:", "  name: expected 'Basic', was 'Standard'"],
        ),
        (
            lambda graph: graph.outputs,
            {"zones": ["2"]},
            ["what the stack exports is not as expected:", "  zones[0]: expected '2', was '1'"],
        ),
        (
            lambda graph: graph.result,
            {"gateway": "other"},
            ["what the program returned is not as expected:", "  gateway: expected 'other', was 'gateway'"],
        ),
    ],
)
def test_each_place_on_a_line(graph, read, expected, shown):
    assert read(graph) != expected
    assert difference(read(graph), expected) == shown


def test_what_is_not_known_is_shown_as_such(preview):
    gateway = {"id": "x"}
    assert difference(inputs(preview, "Subnet")["natGateway"], gateway) == [
        "natGateway of Subnet web is not as expected:",
        "  id: expected 'x', was <not known: natGateway.id of Subnet web>",
    ]
    assert "  natGateway.id: expected 'x', was <not known: natGateway.id of Subnet web>" in difference(
        inputs(preview, "Subnet"), {"natGateway": gateway}
    )


def test_values_are_equal_to_plain_ones(graph):
    assert inputs(graph, "NatGateway") == {"resourceGroupName": "rg", "sku": {"name": "Standard"}, "zones": ["1"]}
    assert inputs(graph, "VirtualMachine")["osProfile"]["adminPassword"] == Secret("hush")


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (
            lambda graph: inputs(graph, "NatGateway")["resource_group_name"],
            "NatGateway gateway has no resource_group_name. It has: resourceGroupName, sku, zones.",
        ),
        (
            lambda graph: inputs(graph, "NatGateway")["sku"]["tier"],
            "sku of NatGateway gateway has no tier. It has: name.",
        ),
        (lambda graph: graph.outputs["zone"], "what the stack exports has no zone. It has: zones."),
    ],
)
def test_what_is_not_there_is_said_with_what_is(graph, read, said):
    with pytest.raises(KeyError) as caught:
        read(graph)
    assert caught.value.args == (said,)
    assert inputs(graph, "NatGateway").get("zone") is None
    assert "zone" not in inputs(graph, "NatGateway")


def test_two_recordings_are_compared_by_differences(graph):
    other = record(program)
    same = "<project/stack: 3 resources> is <project/stack: 3 resources> itself."
    compare = "Compare two recordings with differences(before, after)"
    assert difference(graph, other) == [f"{same} {compare}:", "  nothing differs"]
    more = record(lambda: [program(), network.RouteTable("table", resource_group_name="rg")])
    assert difference(graph, more)[1:] == ["  RouteTable table: added"]
    subnets = difference(graph.one("Subnet"), other.one("Subnet"))
    assert subnets == [f"Subnet web is Subnet web itself. {compare}."]


def test_of_a_secret_neither_is_shown(graph):
    password = inputs(graph, "VirtualMachine")["osProfile"]["adminPassword"]
    said = [
        "osProfile.adminPassword of VirtualMachine machine is another secret than the one expected. Neither is shown."
    ]
    assert difference(password, Secret("quiet")) == said


def test_of_a_preview_it_is_said_why_it_cannot_be_compared(graph, preview):
    _, said = difference(graph, preview)
    assert said.startswith("  project/stack is recorded as a preview, which does not know ")


def test_other_values_are_pytests_own(graph):
    gateway = inputs(graph, "NatGateway")
    for actual, expected in [({"a": 1}, {"a": 2}), (gateway, "x"), (gateway["zones"], {}), (graph, 1), ([], [1])]:
        assert difference(actual, expected) is None


def test_what_ought_to_differ_is_pytests_own(graph):
    gateway = inputs(graph, "NatGateway")
    assert plugin.pytest_assertrepr_compare("==", gateway, {}) == difference(gateway, {})
    assert plugin.pytest_assertrepr_compare("!=", gateway, {}) is None
