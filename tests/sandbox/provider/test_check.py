"""Defaults for inputs, and what is refused before ARM is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure_sandbox.provider import check
from azure_sandbox.provider.naming import Autonaming, Mode, default_name
from azure_sandbox.provider.resources import ResourceType
from azure_sandbox.provider.schema import ResourceSchema
from azure_sandbox.provider.wire import UNKNOWN

Described = Callable[[str], tuple[ResourceType, ResourceSchema]]
Fill = Callable[..., dict[str, Any]]

LOCATION_MISSING = (
    "missing required property 'location'. Either set it explicitly or configure it with "
    "'pulumi config set azure-native:location <value>'."
)
URN = "urn:pulumi:dev::project::azure-native:network:Type::my-name"


@pytest.fixture
def fill(described: Described) -> Fill:
    def run(
        kind: str,
        news: dict[str, Any],
        olds: dict[str, Any] | None = None,
        *,
        configured: str | None = None,
        group: str | None = None,
        seed: bytes = b"seed",
    ) -> dict[str, Any]:
        locations = check.LocationDefaults(configured, {"rg": group}.get)
        row, schema = described(kind)
        return check.with_defaults(row, schema, URN, olds or {}, news, seed=seed, autonaming=None, locations=locations)

    return run


@pytest.mark.parametrize(
    "kind",
    [
        "ResourceGroup",
        "VirtualNetwork",
        "PublicIPPrefix",
        "NatGateway",
        "RouteTable",
        "VirtualMachine",
        "Disk",
        "BastionHost",
        "ActionGroup",
        "MetricAlert",
    ],
)
def test_a_generated_name_is_the_logical_one_and_eight_digits(kind: str, fill: Fill, described: Described) -> None:
    parameter = described(kind)[0].name_parameter
    inputs = fill(kind, {})
    assert inputs["__createBeforeDelete"] is True
    name, _, suffix = inputs[parameter].partition("my-name")
    assert (name, len(suffix), set(suffix) <= set("0123456789abcdef")) == ("", 8, True)
    assert fill(kind, {})[parameter] == inputs[parameter]
    assert fill(kind, {}, seed=b"other")[parameter] != inputs[parameter]
    assert fill(kind, {}, seed=b"")[parameter] != fill(kind, {}, seed=b"")[parameter]


@pytest.mark.parametrize("kind", ["Subnet", "SecurityRule", "Route"])
def test_a_child_is_named_as_it_is(kind: str, fill: Fill, described: Described) -> None:
    inputs = fill(kind, {})
    assert inputs[described(kind)[0].name_parameter] == "my-name"
    assert "__createBeforeDelete" not in inputs


def test_names_of_before_and_names_given_stay(fill: Fill) -> None:
    old = {"natGatewayName": "old", "__createBeforeDelete": True}
    assert fill("NatGateway", {}, old)["natGatewayName"] == "old"
    assert fill("NatGateway", {}, old)["__createBeforeDelete"] is True
    assert "__createBeforeDelete" not in fill("NatGateway", {}, {"natGatewayName": "old"})
    given = fill("NatGateway", {"natGatewayName": "new"}, old)
    assert (given["natGatewayName"], "__createBeforeDelete" in given) == ("new", False)
    assert fill("NatGateway", {"natGatewayName": UNKNOWN}, old)["natGatewayName"] == UNKNOWN


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("propose", {"subnetName": "proposed", "__createBeforeDelete": True}),
        ("enforce", {"subnetName": "proposed", "__createBeforeDelete": True}),
        ("disable", {}),
    ],
)
def test_configured_names(mode: Mode, expected: dict[str, Any], described: Described) -> None:
    row, _ = described("Subnet")
    assert default_name(row, URN, {}, b"seed", Autonaming(mode, "proposed")) == expected


def test_the_location_comes_from_the_first_that_knows(fill: Fill) -> None:
    everything: dict[str, Any] = {"configured": "configured", "group": "group's"}
    in_group = {"resourceGroupName": "rg"}
    assert (
        fill("NatGateway", {**in_group, "location": "given"}, {"location": "old"}, **everything)["location"] == "given"
    )
    assert fill("NatGateway", in_group, {"location": "old"}, **everything)["location"] == "old"
    assert fill("NatGateway", in_group, **everything)["location"] == "configured"
    assert fill("NatGateway", in_group, group="group's")["location"] == "group's"
    assert fill("NatGateway", {"resourceGroupName": UNKNOWN})["location"] == UNKNOWN
    assert "location" not in fill("NatGateway", in_group)
    assert "location" not in fill("Subnet", in_group, **everything)


def test_the_api_version_is_filled_in(fill: Fill) -> None:
    assert fill("NatGateway", {})["azureApiVersion"] == "2024-05-01"
    assert fill("ResourceGroup", {})["azureApiVersion"] == "2024-03-01"
    assert fill("NatGateway", {"azureApiVersion": "x"})["azureApiVersion"] == "x"


@pytest.mark.parametrize(
    ("kind", "inputs", "expected"),
    [
        (
            "ResourceGroup",
            {"resourceGroupName": "g"},
            [LOCATION_MISSING],
        ),
        ("NatGateway", {"natGatewayName": "n"}, ["missing required property 'resourceGroupName'"]),
        (
            "Subnet",
            {"resourceGroupName": "g", "virtualNetworkName": UNKNOWN},
            ["missing required property 'subnetName'"],
        ),
        (
            "RouteTable",
            {"resourceGroupName": "g", "routeTableName": "t", "routes": [{"name": "a"}]},
            ["missing required property 'routes[0].nextHopType'"],
        ),
        (
            "MetricAlert",
            {
                "resourceGroupName": "g",
                "ruleName": "a",
                "location": "global",
                "enabled": True,
                "evaluationFrequency": "PT1M",
                "windowSize": "PT5M",
                "severity": 1,
                "scopes": ["/n"],
                "criteria": {
                    "odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                    "allOf": [{"criterionType": "StaticThresholdCriterion", "threshold": "1"}],
                },
            },
            [
                "missing required property 'criteria.allOf[0].metricName'",
                "missing required property 'criteria.allOf[0].name'",
                "missing required property 'criteria.allOf[0].operator'",
                "'criteria.allOf[0].threshold' should be of type 'number' but got a string",
                "missing required property 'criteria.allOf[0].timeAggregation'",
            ],
        ),
        (
            "NatGateway",
            {
                "resourceGroupName": 1,
                "natGatewayName": "n",
                "zones": "1",
                "idleTimeoutInMinutes": "4",
                "sku": "Standard",
            },
            [
                "'resourceGroupName' should be of type 'string' but got a number",
                "'idleTimeoutInMinutes' should be of type 'integer' but got a string",
                "'sku' should be of type 'object' but got a string",
                "'zones' should be of type 'array' but got a string",
            ],
        ),
        (
            "NatGateway",
            {"resourceGroupName": "g", "natGatewayName": "n", "idleTimeoutInMinutes": 4.5, "tags": []},
            [
                "'idleTimeoutInMinutes' must be an integer but got 4.500000",
                "'tags' should be of type 'object' but got an array",
            ],
        ),
        (
            "NatGateway",
            {
                "resourceGroupName": "g",
                "natGatewayName": "n",
                "unheardOf": 1,
                "sku": {"name": "Platinum"},
                "zones": [UNKNOWN],
                "publicIpPrefixes": UNKNOWN,
            },
            [],
        ),
    ],
)
def test_what_is_wrong_is_named(kind: str, inputs: dict[str, Any], expected: list[str], described: Described) -> None:
    assert sorted(check.failures(*described(kind), inputs)) == sorted(expected)
