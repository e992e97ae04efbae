"""Machines and Bastion hosts through the real process: what a program gets of them, and what it never gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import grpc
import pytest
from azure_sandbox.provider.protocol import provider_pb2
from azure_sandbox.provider.wire import UNKNOWN

from tests.sandbox.arm.conftest import ED25519

Engine: TypeAlias = Any
"""The fixture of that name; see conftest.py."""

PASSWORD = "Secr3t-enough"


def subnet(engine: Engine, group: str, name: str = "app", prefix: str = "10.0.0.0/24") -> str:
    network = {"resourceGroupName": group, "virtualNetworkName": "net"}
    engine.make("VirtualNetwork", "net", {**network, "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}})
    return str(engine.make("Subnet", name, {**network, "subnetName": name, "addressPrefix": prefix})[0])


def interface(engine: Engine, group: str) -> str:
    configuration = {"name": "c", "subnet": {"id": subnet(engine, group)}}
    return str(
        engine.make("NetworkInterface", "nic", {"resourceGroupName": group, "ipConfigurations": [configuration]})[0]
    )


def machine(group: str, nic: str, **more: Any) -> dict[str, Any]:
    keys = [{"path": "/home/somebody/.ssh/authorized_keys", "keyData": ED25519}]
    return {
        "resourceGroupName": group,
        "networkProfile": {"networkInterfaces": [{"id": nic, "primary": True}]},
        "osProfile": {
            "computerName": "web",
            "adminUsername": "somebody",
            "adminPassword": PASSWORD,
            "linuxConfiguration": {"ssh": {"publicKeys": keys}},
        },
        "storageProfile": {
            "imageReference": {"publisher": "Canonical", "offer": "o", "sku": "s", "version": "latest"},
            "osDisk": {"createOption": "FromImage", "deleteOption": "Delete"},
        },
        **more,
    }


def test_a_machine_from_preview_to_deletion(engine: Engine, group: str) -> None:
    nic = interface(engine, group)
    news = machine(group, nic, identity={"type": "SystemAssigned"}, zones=["1"])
    inputs = engine.check("VirtualMachine", "web", news)
    assert (inputs["azureApiVersion"], inputs["location"]) == ("2024-11-01", "westeurope")
    foreseen = engine.preview("VirtualMachine", "web", inputs)
    assert (foreseen["identity"]["principalId"], foreseen["vmId"]) == (UNKNOWN, UNKNOWN)
    resource_id, outputs = engine.create("VirtualMachine", "web", inputs)
    assert resource_id.endswith(
        f"/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{outputs['name']}"
    )
    assert len(outputs["identity"]["principalId"]) == 36
    assert outputs["networkProfile"] == inputs["networkProfile"]
    disk = outputs["storageProfile"]["osDisk"]["managedDisk"]["id"]
    assert engine.read("Disk", disk)[2]["managedBy"] == resource_id

    resized = {**inputs, "hardwareProfile": {"vmSize": "Standard_D4s_v5"}}
    updated = engine.update("VirtualMachine", "web", resource_id, resized, outputs, preview=False)
    assert updated["hardwareProfile"] == {"vmSize": "Standard_D4s_v5"}

    engine.delete("VirtualMachine", resource_id)
    assert engine.read("Disk", disk) == ("", {}, {})
    engine.delete("NetworkInterface", nic)


def test_a_password_is_in_no_output(engine: Engine, group: str, sandbox: Path) -> None:
    resource_id, inputs, outputs = engine.make("VirtualMachine", "web", machine(group, interface(engine, group)))
    _, refreshed, live = engine.read("VirtualMachine", resource_id, inputs, outputs)
    name = outputs["name"]
    found = engine.invoke("azure-native:compute:getVirtualMachine", {"resourceGroupName": group, "vmName": name})
    assert PASSWORD not in json.dumps([outputs, live, found])
    assert "adminPassword" not in outputs["osProfile"]
    assert refreshed == inputs
    assert PASSWORD.encode() not in b"".join(file.read_bytes() for file in sandbox.rglob("azure.sqlite*"))


def test_a_change_that_azure_refuses_is_an_update_and_then_an_error(engine: Engine, group: str) -> None:
    resource_id, inputs, outputs = engine.make("VirtualMachine", "web", machine(group, interface(engine, group)))
    changed = {**inputs, "osProfile": {**inputs["osProfile"], "computerName": "other"}}
    found = engine.diff("VirtualMachine", inputs, changed, outputs)
    assert (list(found.diffs), list(found.replaces)) == (["osProfile"], [])
    assert found.detailedDiff["osProfile.computerName"].kind == provider_pb2.PropertyDiff.UPDATE
    with pytest.raises(grpc.RpcError) as error:
        engine.update("VirtualMachine", "web", resource_id, changed, outputs, preview=False)
    assert 'Status=409 Code="PropertyChangeNotAllowed"' in str(error.value.details())


def test_an_import_gives_inputs_that_mean_no_change(engine: Engine, group: str) -> None:
    nic = interface(engine, group)
    users = ["/subscriptions/x/resourceGroups/y/providers/Microsoft.ManagedIdentity/userAssignedIdentities/z"]
    identity = {"type": "UserAssigned", "userAssignedIdentities": users}
    resource_id, inputs, _ = engine.make("VirtualMachine", "web", machine(group, nic, identity=identity))
    _, imported, outputs = engine.read("VirtualMachine", resource_id)
    assert imported["identity"] == identity
    assert list(outputs["identity"]["userAssignedIdentities"]) == users
    again = engine.update("VirtualMachine", "web", resource_id, imported, outputs, preview=False)
    assert {**again, "etag": ""} == {**outputs, "etag": ""}
    assert imported["osProfile"]["adminUsername"] == inputs["osProfile"]["adminUsername"]


def test_a_disk_of_its_own(engine: Engine, group: str) -> None:
    news = {"resourceGroupName": group, "creationData": {"createOption": "Empty"}, "diskSizeGB": 4}
    resource_id, inputs, outputs = engine.make("Disk", "data", news)
    assert (outputs["azureApiVersion"], outputs["diskState"]) == ("2024-03-02", "Unattached")
    larger = engine.update("Disk", "data", resource_id, {**inputs, "diskSizeGB": 8}, outputs, preview=False)
    assert larger["diskSizeBytes"] == 8 << 30
    engine.delete("Disk", resource_id)


def test_a_bastion_host(engine: Engine, group: str) -> None:
    place = subnet(engine, group, "AzureBastionSubnet", "10.0.9.0/26")
    address = {"resourceGroupName": group, "sku": {"name": "Standard"}, "publicIPAllocationMethod": "Static"}
    address_id, *_ = engine.make("PublicIPAddress", "pip", address)
    configuration = {"name": "c", "subnet": {"id": place}, "publicIPAddress": {"id": address_id}}
    news = {"resourceGroupName": group, "sku": {"name": "Basic"}, "ipConfigurations": [configuration]}
    resource_id, inputs, outputs = engine.make("BastionHost", "bastion", news)
    assert outputs["dnsName"].endswith(".bastion.azure.com")
    assert outputs["ipConfigurations"][0]["subnet"] == {"id": place}
    standard = {**inputs, "sku": {"name": "Standard"}, "enableTunneling": True, "scaleUnits": 3}
    updated = engine.update("BastionHost", "bastion", resource_id, standard, outputs, preview=False)
    assert (updated["sku"], updated["scaleUnits"]) == ({"name": "Standard"}, 3)
    with pytest.raises(grpc.RpcError) as error:
        engine.update("BastionHost", "bastion", resource_id, inputs, updated, preview=False)
    assert 'Code="BastionUpdateNotSupported"' in str(error.value.details())
    engine.delete("BastionHost", resource_id)
