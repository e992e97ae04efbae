"""The corpus of exposures: cases, and how a stack with them looks to an analyzer in a preview and in an update."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FILES = ("exposure-corpus.yaml", "own-cases.yaml")
PHASES = ("preview", "up")

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111"

# The ids that Azure gives: the type, and the input with the name. Not taken from the code under test.
IDS = {
    "ApplicationGateway": ("Microsoft.Network/applicationGateways", "applicationGatewayName"),
    "AzureFirewall": ("Microsoft.Network/azureFirewalls", "azureFirewallName"),
    "LoadBalancer": ("Microsoft.Network/loadBalancers", "loadBalancerName"),
    "ManagedCluster": ("Microsoft.ContainerService/managedClusters", "resourceName"),
    "NatGateway": ("Microsoft.Network/natGateways", "natGatewayName"),
    "NetworkInterface": ("Microsoft.Network/networkInterfaces", "networkInterfaceName"),
    "NetworkSecurityGroup": ("Microsoft.Network/networkSecurityGroups", "networkSecurityGroupName"),
    "PublicIPAddress": ("Microsoft.Network/publicIPAddresses", "publicIpAddressName"),
    "PublicIPPrefix": ("Microsoft.Network/publicIPPrefixes", "publicIpPrefixName"),
    "RouteTable": ("Microsoft.Network/routeTables", "routeTableName"),
    "VirtualNetwork": ("Microsoft.Network/virtualNetworks", "virtualNetworkName"),
}

# Policies of which a case's options are settings.
SETTINGS = {
    "allowedSources": "nsg-no-internet-inbound",
    "approvedNextHops": "egress-no-route-override",
    "approvedSubnets": "egress-nat-only",
    "excludedSubnets": "egress-nat-only",
    "hubAndSpoke": "egress-nat-only",
}


@dataclass(frozen=True)
class Resource:
    """A resource as the engine shows it."""

    urn: str
    type: str
    name: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    parent: str
    property_dependencies: dict[str, list[str]]


@dataclass(frozen=True)
class Case:
    """One stack with the verdict on it."""

    id: str
    verdict: str
    rule: str
    config: dict[str, Any]
    resources: list[dict[str, Any]]
    phases: tuple[str, ...]

    def stack(self, phase: str, parents: dict[str, str] | None = None) -> list[Resource]:
        """Return the stack as it is shown in a phase; `parents` are components by the names of what is in them."""
        by_name: dict[str, dict[str, Any]] = {}
        for each in self.resources:
            by_name.setdefault(each["name"], each)
        urns = {name: self.urn(each, phase, (parents or {}).get(name, "")) for name, each in by_name.items()}
        found = []
        for each in self.resources:
            inputs = _resolved(each.get("props", {}), by_name, phase)
            dependencies: dict[str, list[str]] = {}
            for ref in each.get("refs", ()):
                if ref["to"] in urns:
                    dependencies.setdefault(ref["prop"], []).append(urns[ref["to"]])
            component = (parents or {}).get(each["name"], "")
            found.append(
                Resource(
                    urn=self.urn(each, phase, (parents or {}).get(each["name"], "")),
                    type=each["type"],
                    name=each["name"],
                    inputs=inputs,
                    outputs=_outputs(inputs) if phase == "preview" else inputs,
                    parent=f"urn:pulumi:{self.id}-{phase}::corpus::{component}::it" if component else "",
                    property_dependencies=dependencies,
                )
            )
        return found

    def urn(self, resource: dict[str, Any], phase: str, component: str = "") -> str:
        """Return the URN of a resource, unlike those of all other cases."""
        chain = f"{component}$" if component else ""
        return f"urn:pulumi:{self.id}-{phase}::corpus::{chain}{resource['type']}::{resource['name']}"


def assert_verdict(case: Case, refused: set[str], shown: set[str], said: object) -> None:
    """Check the policies by which a stack is refused, and those that show something, against a case's verdict."""
    if case.verdict == "deny":
        assert refused == {case.rule}, said
    elif case.verdict == "warn":
        assert not refused, said
        assert case.rule in shown, said
    else:
        assert not refused, said
        assert case.rule not in shown, said
        assert case.rule != "*" or not shown, said


def cases() -> list[Case]:
    """Return the cases of all files."""
    found = []
    for file in FILES:
        for each in _document(file)["cases"]:
            # What is unknown in a preview is whatever it turns out to be in the update: the verdict is the preview's.
            phases = ("preview",) if "<unknown>" in str(each["resources"]) else PHASES
            found.append(
                Case(
                    id=each["id"],
                    verdict=each["verdict"],
                    rule=each["rule"],
                    config=each.get("options", {}).get("config", {}),
                    resources=each["resources"],
                    phases=tuple(each.get("phases", phases)),
                )
            )
    return found


@cache
def _document(file: str) -> dict[str, Any]:
    """Read a file, in C where PyYAML has it, and once: half a dozen test files begin with its cases."""
    return yaml.load((HERE / file).read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both safe


def arm_id(resource: dict[str, Any]) -> str:
    """Return the id that Azure gives a resource."""
    props, kind = resource["props"], resource["type"].rpartition(":")[2]
    base = f"{SUBSCRIPTION}/resourceGroups/{props['resourceGroupName']}/providers"
    if kind == "Subnet":
        network, subnet = props["virtualNetworkName"], props["subnetName"]
        return f"{base}/Microsoft.Network/virtualNetworks/{network}/subnets/{subnet}"
    if kind == "LoadBalancerBackendAddressPool":
        balancer, pool = props["loadBalancerName"], props["backendAddressPoolName"]
        return f"{base}/Microsoft.Network/loadBalancers/{balancer}/backendAddressPools/{pool}"
    path, key = IDS[kind]
    return f"{base}/{path}/{props[key]}"


def _resolved(value: Any, by_name: dict[str, dict[str, Any]], phase: str) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(item, by_name, phase) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, by_name, phase) for item in value]
    if value == "<unknown>":
        return UNKNOWN
    if isinstance(value, str) and value.startswith("${"):
        name, _, suffix = value[2:].partition(".id}")
        return UNKNOWN if phase == "preview" else arm_id(by_name[name]) + suffix
    return value


def _outputs(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return what azure-native says of a resource in a preview: each property that is not set is unknown."""
    unset = ("id", "etag", "provisioningState", "publicIPAddress", "natGateway", "defaultOutboundAccess", "routeTable")

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {**dict.fromkeys(unset, UNKNOWN), **{key: filled(item) for key, item in value.items()}}
        return [filled(item) for item in value] if isinstance(value, list) else value

    return filled(deepcopy(inputs))
