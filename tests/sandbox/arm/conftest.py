"""An empty Azure for each test, and short ways to ask it for the usual things."""

from __future__ import annotations

import base64
import copy
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from azure_sandbox.arm import ControlPlane, Response

from tests.linux_machine import machine_profiles

API = "2024-05-01"
API_V2 = "2025-05-01"
API_COMPUTE = "2024-11-01"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"

Body = dict[str, Any]


def merged(base: Body, changes: Body) -> Body:
    """Return `base` with the nested values of `changes`."""
    result = copy.deepcopy(base)
    for name, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = merged(result[name], value) if both else value
    return result


def without_none(value: Any) -> Any:
    """Return `value` without the members that a test has taken out by None."""
    if isinstance(value, dict):
        return {name: without_none(member) for name, member in value.items() if member is not None}
    return value


def ssh_key(*fields: bytes) -> str:
    """Return an OpenSSH public key with these fields, which nobody has the private half of."""
    blob = b"".join(struct.pack(">I", len(field)) + field for field in fields)
    return f"{fields[0].decode()} {base64.b64encode(blob).decode()} somebody@somewhere"


ED25519 = ssh_key(b"ssh-ed25519", b"k" * 32)


@dataclass
class Azure:
    """A control plane, and bodies that it accepts, changed as a test says."""

    plane: ControlPlane
    location: str = "westeurope"
    subscription: str = SUBSCRIPTION
    group_name: str = "rg"
    api: str = API

    @property
    def group(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group_name}"

    def id(self, kind: str, name: str) -> str:
        return f"{self.group}/providers/Microsoft.Network/{kind}/{name}"

    def compute_id(self, kind: str, name: str) -> str:
        return f"{self.group}/providers/Microsoft.Compute/{kind}/{name}"

    def put(self, id_: str, body: Any, api: str | None = None) -> Response:
        return self.plane.put(id_, body, api_version=api or self.api)

    def get(self, id_: str) -> Body:
        response = self.plane.get(id_, api_version=self.api)
        assert response.status == 200, response
        assert response.body is not None
        return response.body

    def properties(self, id_: str) -> Body:
        properties: Body = self.get(id_)["properties"]
        return properties

    def delete(self, id_: str) -> Response:
        return self.plane.delete(id_, api_version=self.api)

    def put_group(self, **changes: Any) -> Response:
        return self.put(self.group, {"location": self.location, **changes})

    def put_gateway(self, name: str = "ng", api: str | None = None, **changes: Any) -> Response:
        return self.put(self.id("natGateways", name), merged({"location": self.location}, changes), api)

    def put_prefix(self, name: str = "pfx", api: str | None = None, **changes: Any) -> Response:
        body = {"location": self.location, "sku": {"name": "Standard"}, "properties": {"prefixLength": 30}}
        return self.put(self.id("publicIPPrefixes", name), merged(body, changes), api)

    def put_address(self, name: str = "pip", api: str | None = None, **changes: Any) -> Response:
        properties = {"publicIPAllocationMethod": "Static"}
        body = {"location": self.location, "sku": {"name": "Standard"}, "properties": properties}
        return self.put(self.id("publicIPAddresses", name), merged(body, changes), api)

    def put_network(self, name: str = "vnet", api: str | None = None, **changes: Any) -> Response:
        body = {"location": self.location, "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
        return self.put(self.id("virtualNetworks", name), merged(body, changes), api)

    def subnet_id(self, name: str = "app", network: str = "vnet") -> str:
        return f"{self.id('virtualNetworks', network)}/subnets/{name}"

    def put_subnet(
        self, name: str = "app", network: str = "vnet", prefix: str = "10.0.1.0/24", **more: Any
    ) -> Response:
        return self.put(self.subnet_id(name, network), {"properties": {"addressPrefix": prefix, **more}})

    def put_interface(self, name: str = "nic", subnet: str | None = None, **of_configuration: Any) -> Response:
        configuration = {"subnet": {"id": subnet or self.subnet_id()}, **of_configuration}
        return self.put(
            self.id("networkInterfaces", name),
            {
                "location": self.location,
                "properties": {"ipConfigurations": [{"name": "ipconfig", "properties": configuration}]},
            },
        )

    def part_id(self, collection: str, name: str, balancer: str = "lb") -> str:
        return f"{self.id('loadBalancers', balancer)}/{collection}/{name}"

    def put_balancer(self, name: str = "lb", end: Body | None = None, **of_properties: Any) -> Response:
        """PUT a Standard load balancer with a front end, `fe`, at the public address `pip`, and a pool, `pool`."""
        end = end or {"publicIPAddress": {"id": self.id("publicIPAddresses", "pip")}}
        properties = {
            "frontendIPConfigurations": [{"name": "fe", "properties": end}],
            "backendAddressPools": [{"name": "pool"}],
            **of_properties,
        }
        body = {"location": self.location, "sku": {"name": "Standard"}, "properties": properties}
        return self.put(self.id("loadBalancers", name), body)

    def balancing(self, name: str = "web", port: int = 443, end: str = "fe", **more: Any) -> Body:
        """Return a load balancing rule from a front end of `lb` to its pool."""
        properties = {
            "protocol": "Tcp",
            "frontendPort": port,
            "backendPort": port,
            "frontendIPConfiguration": {"id": self.part_id("frontendIPConfigurations", end)},
            "backendAddressPool": {"id": self.part_id("backendAddressPools", "pool")},
            **more,
        }
        return {"name": name, "properties": properties}

    def outbound(self, name: str = "out", end: str = "fe", **more: Any) -> Body:
        """Return an outbound rule that lets the pool of `lb` out by a front end."""
        properties = {
            "protocol": "All",
            "frontendIPConfigurations": [{"id": self.part_id("frontendIPConfigurations", end)}],
            "backendAddressPool": {"id": self.part_id("backendAddressPools", "pool")},
            **more,
        }
        return {"name": name, "properties": properties}

    def inbound(self, **more: Any) -> Body:
        """Return the properties of an inbound NAT rule at the front end of `lb`."""
        end = {"id": self.part_id("frontendIPConfigurations", "fe")}
        return {"protocol": "Tcp", "frontendPort": 2222, "backendPort": 22, "frontendIPConfiguration": end, **more}

    def in_pool(self, pool: str = "pool", balancer: str = "lb") -> Body:
        """Return what an IP configuration says that is in a pool."""
        return {"loadBalancerBackendAddressPools": [{"id": self.part_id("backendAddressPools", pool, balancer)}]}

    def put_machine(self, name: str = "vm", nics: tuple[str, ...] = ("nic",), **changes: Any) -> Response:
        """PUT a Linux machine on the interfaces, of which the first is the primary one."""
        interfaces = [
            {"id": self.id("networkInterfaces", nic), "properties": {"primary": nic == nics[0]}} for nic in nics
        ]
        properties = {"networkProfile": {"networkInterfaces": interfaces}, **machine_profiles(ED25519)}
        body = {"location": self.location, "properties": properties}
        return self.put(self.compute_id("virtualMachines", name), without_none(merged(body, changes)), API_COMPUTE)

    def put_windows(self, name: str = "vm", **of_profile: Any) -> Response:
        profile = {"linuxConfiguration": None, "windowsConfiguration": {}, "adminPassword": "Secr3t-enough"}
        image = {"publisher": "MicrosoftWindowsServer"}
        properties = {"osProfile": {**profile, **of_profile}, "storageProfile": {"imageReference": image}}
        return self.put_machine(name, properties=properties)

    def put_disk(self, name: str = "disk", **changes: Any) -> Response:
        properties = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 32}
        body = {"location": self.location, "properties": properties}
        return self.put(self.compute_id("disks", name), merged(body, changes), "2024-03-02")

    def disks(self) -> list[Body]:
        value: list[Body] = self.plane.list(
            f"/subscriptions/{self.subscription}/providers/Microsoft.Compute/disks"
        ).body["value"]
        return value

    def put_bastion(self, name: str = "bastion", address: str | None = "pip", **changes: Any) -> Response:
        """PUT a Bastion host in the subnet `AzureBastionSubnet`."""
        properties: Body = {"subnet": {"id": self.subnet_id("AzureBastionSubnet")}}
        if address:
            properties["publicIPAddress"] = {"id": self.id("publicIPAddresses", address)}
        body = {
            "location": self.location,
            "sku": {"name": "Basic"},
            "properties": {"ipConfigurations": [{"name": "config", "properties": properties}]},
        }
        return self.put(self.id("bastionHosts", name), merged(body, changes))

    def insights_id(self, kind: str, name: str) -> str:
        return f"{self.group}/providers/Microsoft.Insights/{kind}/{name}"

    def put_action_group(self, name: str = "ops", **changes: Any) -> Response:
        receiver = {"name": "operations", "emailAddress": "operations@example.com"}
        body = {"location": "Global", "properties": {"groupShortName": "ops", "emailReceivers": [receiver]}}
        return self.put(self.insights_id("actionGroups", name), without_none(merged(body, changes)))

    def put_metric_alert(self, of_criterion: Body | None = None, **of_properties: Any) -> Response:
        """PUT an alert on failed connections of the gateway `ng`, which tells the action group `ops`."""
        criterion = {
            "name": "failed",
            "criterionType": "StaticThresholdCriterion",
            "metricNamespace": "Microsoft.Network/natGateways",
            "metricName": "SNATConnectionCount",
            "operator": "GreaterThan",
            "threshold": 0,
            "timeAggregation": "Total",
            "dimensions": [{"name": "ConnectionState", "operator": "Include", "values": ["Failed"]}],
        }
        properties = {
            "enabled": True,
            "severity": 3,
            "scopes": [self.id("natGateways", "ng")],
            "evaluationFrequency": "PT1M",
            "windowSize": "PT5M",
            "criteria": {
                "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                "allOf": [merged(criterion, of_criterion or {})],
            },
            "actions": [{"actionGroupId": self.insights_id("actionGroups", "ops")}],
        }
        body = {"location": "global", "properties": merged(properties, of_properties)}
        return self.put(self.insights_id("metricAlerts", "failed"), without_none(body))

    def put_log_alert(self, location: str = "global", **of_properties: Any) -> Response:
        """PUT an alert on the health of the gateway `ng`, which tells the action group `ops`."""
        properties = {
            "scopes": [self.id("natGateways", "ng")],
            "condition": {"allOf": [{"field": "category", "equals": "ResourceHealth"}]},
            "actions": {"actionGroups": [{"actionGroupId": self.insights_id("actionGroups", "ops")}]},
        }
        body = {"location": location, "properties": merged(properties, of_properties)}
        return self.put(self.insights_id("activityLogAlerts", "health"), body)

    def put_processing_rule(self, location: str = "global", **of_properties: Any) -> Response:
        """PUT a rule that mutes all alerts of the gateway `ng` at night."""
        night = {"recurrenceType": "Daily", "startTime": "20:00:00", "endTime": "06:00:00"}
        properties = {
            "scopes": [self.id("natGateways", "ng")],
            "actions": [{"actionType": "RemoveAllActionGroups"}],
            "schedule": {"timeZone": "UTC", "recurrences": [night]},
        }
        id_ = f"{self.group}/providers/Microsoft.AlertsManagement/actionRules/night"
        return self.put(id_, {"location": location, "properties": merged(properties, of_properties)})

    def put_workbook(
        self, name: str, location: str = "westeurope", kind: str = "shared", **of_properties: Any
    ) -> Response:
        properties = {
            "displayName": "egress",
            "category": "workbook",
            "serializedData": '{"version": "Notebook/1.0", "items": []}',
        }
        body = {"location": location, "kind": kind, "properties": merged(properties, of_properties)}
        return self.put(self.insights_id("workbooks", name), without_none(body))

    def gateway_with(self, *, name: str = "ng", **lists: list[str]) -> Response:
        """PUT a gateway with addresses or prefixes, named by their ids."""
        return self.put_gateway(name, properties={key: [{"id": id_} for id_ in ids] for key, ids in lists.items()})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "azure.db"


@pytest.fixture
def empty(path: Path) -> Iterator[Azure]:
    plane = ControlPlane(path)
    yield Azure(plane)
    plane.close()


@pytest.fixture
def azure(empty: Azure) -> Azure:
    """An Azure with a resource group."""
    assert empty.put_group().status == 201
    return empty


@pytest.fixture
def network(azure: Azure) -> Azure:
    """An Azure with a virtual network and one subnet, `app`."""
    assert azure.put_network().ok
    assert azure.put_subnet().ok
    return azure


@pytest.fixture
def machine(network: Azure) -> Azure:
    """An Azure with one machine, `vm`, on one interface, `nic`."""
    assert network.put_interface().ok
    response = network.put_machine()
    assert response.ok, response
    return network


@pytest.fixture
def balanced(network: Azure) -> Azure:
    """An Azure with a public address, `pip`, and a load balancer, `lb`, at it, with a pool and no rules."""
    assert network.put_address().ok
    response = network.put_balancer()
    assert response.ok, response
    return network


@pytest.fixture
def hosted(network: Azure) -> Azure:
    """An Azure with an AzureBastionSubnet and a public address, `pip`, for a Bastion host."""
    assert network.put_subnet("AzureBastionSubnet", prefix="10.0.9.0/26").ok
    assert network.put_address().ok
    return network


@pytest.fixture
def watched(azure: Azure) -> Azure:
    """An Azure with a NAT gateway, `ng`, and an action group, `ops`."""
    assert azure.put_gateway().ok
    response = azure.put_action_group()
    assert response.ok, response
    return azure


@pytest.fixture
def ref() -> Callable[[str], Body]:
    return lambda id_: {"id": id_}


@pytest.fixture
def refused() -> Callable[[Response, str], str]:
    """Assert the code of a refusal and return its message."""

    def check(response: Response, code: str) -> str:
        assert response.error is not None, response
        assert response.error.code == code, response.error
        assert response.status >= 400
        return response.error.message

    return check
