"""Managed disks by themselves."""

from __future__ import annotations

import pytest


def test_an_empty_disk(azure):
    assert azure.put_disk().status == 201
    disk = azure.get(azure.compute_id("disks", "disk"))
    assert disk["sku"] == {"name": "Standard_LRS"}
    assert (disk["properties"]["diskSizeGB"], disk["properties"]["diskSizeBytes"]) == (32, 32 << 30)
    assert (disk["properties"]["diskState"], "managedBy" in disk) == ("Unattached", False)
    assert azure.put(disk["id"], disk).status == 200
    assert azure.delete(disk["id"]).status == 200
    assert azure.disks() == []


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"properties": {"creationData": {"createOption": None}}}, "InvalidParameter", "'creationData.createOption'"),
        ({"properties": {"creationData": {"createOption": "Copy"}}}, "SandboxMachineDiskNotServed", "made by Copy"),
        ({"properties": {"diskSizeGB": None}}, "InvalidParameter", "'disk.diskSizeGB' is missing"),
        ({"properties": {"diskSizeGB": 65_537}}, "InvalidParameter", "between '1' and '65536'"),
        ({"sku": {"name": "Fast_LRS"}}, "InvalidParameter", "sku.name is invalid"),
        ({"zones": ["9"]}, "InvalidAvailabilityZone", "'9'"),
        ({"zones": ["1", "2"]}, "SandboxComputeZones", "one zone or in none"),
        ({"zones": ["1"], "sku": {"name": "Premium_ZRS"}}, "SandboxComputeZones", "which is in all zones"),
    ],
)
def test_disks_that_are_refused(azure, refused, changes, code, text):
    assert text in refused(azure.put_disk(**changes), code)


def test_what_changes_about_a_disk_and_what_does_not(azure, refused):
    azure.put_disk(zones=["1"])
    assert azure.put_disk(zones=["1"], properties={"diskSizeGB": 64}, sku={"name": "Premium_LRS"}).status == 200
    refused(azure.put_disk(zones=["1"]), "SandboxDiskCannotBeMadeSmaller")
    message = refused(azure.put_disk(zones=["2"], properties={"diskSizeGB": 64}), "PropertyChangeNotAllowed")
    assert message == "Changing property 'zones' is not allowed."
    copied = azure.put_disk(zones=["1"], properties={"diskSizeGB": 64, "creationData": {"createOption": "Copy"}})
    assert "'creationData.createOption'" in refused(copied, "PropertyChangeNotAllowed")


def test_a_disk_in_use_stays(machine, refused):
    machine.put_disk()
    disks = [{"lun": 0, "createOption": "Attach", "managedDisk": {"id": machine.compute_id("disks", "disk")}}]
    machine.put_machine(properties={"storageProfile": {"dataDisks": disks}})
    for disk in machine.disks():
        message = refused(machine.delete(disk["id"]), "OperationNotAllowed")
        assert message == f"Disk {disk['name']} is attached to VM {machine.compute_id('virtualMachines', 'vm')}."
    refused(machine.put_disk(sku={"name": "Premium_LRS"}), "SandboxMachineMustBeDeallocated")
    assert machine.put_disk(properties={"diskSizeGB": 64}).status == 200


def test_a_group_with_a_disk_of_a_machine_elsewhere_stays(machine, refused):
    machine.group_name = "other"
    machine.put_group()
    machine.put_disk()
    id_ = machine.compute_id("disks", "disk")
    machine.group_name = "rg"
    disks = [{"lun": 0, "createOption": "Attach", "managedDisk": {"id": id_}}]
    machine.put_machine(properties={"storageProfile": {"dataDisks": disks}})
    other = machine.group.replace("/rg", "/other")
    assert "Microsoft.Compute/virtualMachines/vm" in machine.delete(other).error.message
    refused(machine.delete(other), "ResourceGroupDeletionBlocked")
