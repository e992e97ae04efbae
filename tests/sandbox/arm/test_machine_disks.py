"""The disks of a machine: made with it, attached to it, and left or deleted with it."""

from __future__ import annotations

import pytest

VM = "virtualMachines"


def storage(**of_storage):
    return {"storageProfile": of_storage}


def os_disk(**of_disk):
    return storage(osDisk=of_disk)


def attach(azure, *disks, **more):
    items = [
        {"lun": lun, "createOption": "Attach", "managedDisk": {"id": azure.compute_id("disks", name)}, **more}
        for lun, name in enumerate(disks)
    ]
    return azure.put_machine(properties=storage(dataDisks=items))


def shown(azure, name="vm"):
    return azure.properties(azure.compute_id(VM, name))["storageProfile"]


@pytest.fixture
def azure_with_interface(network):
    network.put_interface()
    return network


def test_a_machine_makes_its_os_disk(machine):
    (disk,) = machine.disks()
    assert disk["name"].startswith("vm_OsDisk_1_")
    assert disk["id"].startswith(f"{machine.group}/providers/Microsoft.Compute/disks/")
    assert disk["managedBy"] == machine.compute_id(VM, "vm")
    assert disk["properties"]["diskState"] == "Attached"
    assert disk["properties"]["osType"] == "Linux"
    assert disk["sku"] == {"name": "Premium_LRS"}
    osdisk = shown(machine)["osDisk"]
    assert osdisk["managedDisk"] == {"id": disk["id"], "storageAccountType": "Premium_LRS"}
    assert (osdisk["name"], osdisk["deleteOption"], osdisk["caching"]) == (disk["name"], "Detach", "ReadWrite")


def test_what_is_asked_of_the_os_disk_is_what_the_disk_is(azure_with_interface):
    disk = os_disk(name="boot", diskSizeGB=64, managedDisk={"storageAccountType": "standardssd_lrs"})
    assert azure_with_interface.put_machine(zones=["2"], properties=disk).ok
    (made,) = azure_with_interface.disks()
    assert (made["name"], made["zones"], made["sku"]) == ("boot", ["2"], {"name": "StandardSSD_LRS"})
    assert (made["properties"]["diskSizeGB"], made["properties"]["creationData"]) == (64, {"createOption": "FromImage"})


def test_a_zone_redundant_disk_is_in_no_zone(azure_with_interface):
    azure_with_interface.put_machine(zones=["2"], properties=os_disk(managedDisk={"storageAccountType": "Premium_ZRS"}))
    assert "zones" not in azure_with_interface.disks()[0]


@pytest.mark.parametrize(("option", "left"), [(None, 1), ("Detach", 1), ("Delete", 0)])
def test_what_becomes_of_the_os_disk(azure_with_interface, option, left):
    azure_with_interface.put_machine(properties=os_disk(deleteOption=option))
    assert azure_with_interface.delete(azure_with_interface.compute_id(VM, "vm")).status == 200
    disks = azure_with_interface.disks()
    assert len(disks) == left
    assert all("managedBy" not in disk and disk["properties"]["diskState"] == "Unattached" for disk in disks)


def test_a_disk_left_behind_keeps_its_name(machine, refused):
    machine.delete(machine.compute_id(VM, "vm"))
    assert machine.put_machine().ok
    assert len({disk["name"] for disk in machine.disks()}) == 2
    machine.put_interface("second")
    taken = machine.put_machine("w", ("second",), properties=os_disk(name=machine.disks()[0]["name"]))
    assert refused(taken, "ConflictingUserInput") == (
        f"Disk {machine.disks()[0]['name']} already exists in resource group RG. Only CreateOption.Attach is supported."
    )


def test_long_names_of_machines_leave_room_in_those_of_their_disks(azure_with_interface):
    assert azure_with_interface.put_machine("m" * 64).ok
    assert len(azure_with_interface.disks()[0]["name"]) == 80


@pytest.mark.parametrize(
    ("disk", "code", "text"),
    [
        ({"createOption": None}, "InvalidParameter", "'osDisk.createOption' is missing"),
        ({"createOption": "Restore"}, "SandboxMachineDiskNotServed", "osDisk.createOption is Restore"),
        ({"diskSizeGB": 0}, "InvalidParameter", "The value '0' of parameter 'osDisk.diskSizeGB' is out of range."),
        ({"diskSizeGB": 4096}, "InvalidParameter", "must be between '1' and '4095', inclusive"),
        ({"createOption": "Attach"}, "InvalidParameter", "Cannot attach an existing OS disk if the VM is created from"),
    ],
)
def test_os_disks_that_are_refused(azure_with_interface, refused, disk, code, text):
    assert text in refused(azure_with_interface.put_machine(properties=os_disk(**disk)), code)


def test_an_os_disk_comes_from_somewhere(azure_with_interface, refused):
    azure = azure_with_interface
    response = azure.put_machine(properties=storage(imageReference=None))
    assert refused(response, "InvalidParameter") == "Required parameter 'imageReference' is missing (null)."
    response = azure.put_machine(properties={"storageProfile": None})
    assert refused(response, "InvalidParameter") == "Required parameter 'storageProfile' is missing (null)."
    azure.put_disk()
    there = os_disk(managedDisk={"id": azure.compute_id("disks", "disk")})
    assert "Cannot attach an existing OS disk" in refused(azure.put_machine(properties=there), "InvalidParameter")


def test_an_image_alone_is_enough(azure_with_interface):
    assert azure_with_interface.put_machine(properties=storage(osDisk=None)).ok
    assert len(azure_with_interface.disks()) == 1


def test_a_machine_boots_from_a_disk_that_is_there(azure_with_interface, refused):
    azure = azure_with_interface
    azure.put_machine("first")
    azure.delete(azure.compute_id(VM, "first"))
    (disk,) = azure.disks()
    booting = {"createOption": "Attach", "managedDisk": {"id": disk["id"]}}
    profile = {"storageProfile": {"imageReference": None, "osDisk": booting}, "osProfile": None}
    needs = refused(azure.put_machine(properties=profile), "InvalidParameter")
    assert needs == "Required parameter 'osDisk.osType' is missing (null)."
    booting["osType"] = "Linux"
    assert "Parameter 'osProfile' is not allowed." in refused(
        azure.put_machine(properties={"storageProfile": profile["storageProfile"]}), "InvalidParameter"
    )
    assert azure.put_machine(properties=profile).ok
    assert azure.disks()[0]["managedBy"] == azure.compute_id(VM, "vm")
    assert shown(azure)["osDisk"]["name"] == disk["name"]
    assert azure.put_machine(properties=profile).status == 200


def test_an_os_disk_keeps_its_size_while_the_machine_runs(azure_with_interface, refused):
    azure = azure_with_interface
    azure.put_machine(properties=os_disk(diskSizeGB=64))
    assert azure.put_machine(properties=os_disk(diskSizeGB=64)).status == 200
    refused(azure.put_machine(properties=os_disk(diskSizeGB=63)), "SandboxDiskCannotBeMadeSmaller")
    larger = azure.put_machine(properties=os_disk(diskSizeGB=65))
    assert refused(larger, "Conflict") == (
        "Disk resizing is allowed only when creating a VM or when the VM is deallocated."
    )
    id_ = azure.disks()[0]["id"]
    body = {"location": "westeurope", "properties": {"creationData": {"createOption": "FromImage"}, "diskSizeGB": 65}}
    body = {**body, "sku": {"name": "Premium_LRS"}}
    same = {**body, "properties": {**body["properties"], "osType": "Linux"}}
    assert "while it is attached to running VM" in refused(azure.put(id_, same), "OperationNotAllowed")


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"caching": "ReadWrite"}, "osDisk.caching of"),
        ({}, "osDisk.caching of"),
        ({"caching": "ReadOnly", "deleteOption": "Detach"}, "osDisk.deleteOption of"),
    ],
)
def test_ephemeral_os_disks_that_are_refused(azure_with_interface, refused, more, text):
    disk = os_disk(diffDiskSettings={"option": "Local"}, **more)
    assert text in refused(azure_with_interface.put_machine(properties=disk), "SandboxMachineEphemeralDisk")


def test_an_ephemeral_os_disk_is_no_resource(azure_with_interface):
    azure = azure_with_interface
    disk = os_disk(diffDiskSettings={"option": "Local", "placement": "CacheDisk"}, caching="ReadOnly")
    assert azure.put_machine(properties=disk).ok
    assert azure.put_machine(properties=disk).status == 200
    assert azure.disks() == []
    assert shown(azure)["osDisk"]["deleteOption"] == "Delete"
    assert azure.delete(azure.compute_id(VM, "vm")).status == 200


def test_data_disks_are_attached_and_detached(machine):
    machine.put_disk("a")
    machine.put_disk("b")
    assert attach(machine, "a", "b").status == 200
    assert [item["name"] for item in shown(machine)["dataDisks"]] == ["a", "b"]
    assert machine.get(machine.compute_id("disks", "b"))["managedBy"] == machine.compute_id(VM, "vm")
    assert machine.put_machine().status == 200
    assert len(shown(machine)["dataDisks"]) == 2
    assert attach(machine, "b").status == 200
    assert "managedBy" not in machine.get(machine.compute_id("disks", "a"))
    assert attach(machine, "b", toBeDetached=True).status == 200
    assert shown(machine)["dataDisks"] == []


def test_a_machine_makes_empty_data_disks(machine, refused):
    empty = storage(dataDisks=[{"lun": 3, "createOption": "Empty", "diskSizeGB": 16, "deleteOption": "Delete"}])
    assert machine.put_machine(properties=empty).ok
    assert machine.put_machine(properties=empty).status == 200
    (disk,) = (disk for disk in machine.disks() if "_disk5_" in disk["name"])
    assert (disk["properties"]["diskSizeGB"], disk["managedBy"]) == (16, machine.compute_id(VM, "vm"))
    larger = storage(dataDisks=[{"lun": 3, "createOption": "Empty", "diskSizeGB": 17}])
    refused(machine.put_machine(properties=larger), "Conflict")
    machine.delete(machine.compute_id(VM, "vm"))
    assert [disk["name"][:11] for disk in machine.disks()] == ["vm_OsDisk_1"]


@pytest.mark.parametrize(
    ("disks", "text"),
    [
        ([{"createOption": "Empty", "diskSizeGB": 1}], "'dataDisk.lun' is missing"),
        ([{"lun": 0}], "'dataDisk.createOption' is missing"),
        ([{"lun": 0, "createOption": "Empty"}], "'dataDisk.diskSizeGB' is missing"),
        ([{"lun": 0, "createOption": "Attach"}], "'dataDisk.managedDisk.id' is missing"),
        ([{"lun": 0, "createOption": "Empty", "diskSizeGB": 0}], "'dataDisk.diskSizeGB' is out of range"),
        ([{"lun": 0, "createOption": "Empty", "diskSizeGB": 1}] * 2, "A disk at LUN 0 already exists."),
    ],
)
def test_data_disks_that_are_refused(machine, refused, disks, text):
    assert text in refused(machine.put_machine(properties=storage(dataDisks=disks)), "InvalidParameter")


def test_data_disks_are_not_made_from_images(machine, refused):
    response = machine.put_machine(properties=storage(dataDisks=[{"lun": 0, "createOption": "FromImage"}]))
    refused(response, "SandboxMachineDiskNotServed")


def test_a_disk_has_one_machine(machine, refused):
    machine.put_disk("a")
    attach(machine, "a")
    machine.put_interface("second")
    disks = [{"lun": 0, "createOption": "Attach", "managedDisk": {"id": machine.compute_id("disks", "a")}}]
    response = machine.put_machine("other", ("second",), properties=storage(dataDisks=disks))
    assert refused(response, "ConflictingUserInput") == (
        f"Cannot attach the disk a to VM {machine.compute_id(VM, 'other')} because it is already attached to VM "
        f"{machine.compute_id(VM, 'vm')}. A disk can be attached to only one VM at a time."
    )
    twice = attach(machine, "a", "a")
    assert refused(twice, "InvalidParameter") == "A disk named 'a' already exists."


def test_a_disk_that_is_not_there(machine, refused):
    refused(attach(machine, "nowhere"), "InvalidResourceReference")


@pytest.mark.parametrize(
    ("of_machine", "disk", "text"),
    [
        (["1"], {"zones": ["1"]}, None),
        (None, {}, None),
        (["1"], {"sku": {"name": "StandardSSD_ZRS"}}, None),
        (None, {"sku": {"name": "StandardSSD_ZRS"}}, None),
        (["1"], {"zones": ["2"]}, "not in the same zone as the VM. VM zone: '1'. Disk zone: '2'."),
        (["1"], {}, "cannot be attached to the VM because it is not in zone '1'."),
        (None, {"zones": ["2"]}, "not in the same zone as the VM. VM zone: ''. Disk zone: '2'."),
    ],
)
def test_a_disk_is_in_the_zone_of_its_machine(azure_with_interface, refused, of_machine, disk, text):
    azure = azure_with_interface
    assert azure.put_disk("a", **disk).ok
    disks = [{"lun": 0, "createOption": "Attach", "managedDisk": {"id": azure.compute_id("disks", "a")}}]
    response = azure.put_machine(zones=of_machine, properties=storage(dataDisks=disks))
    if text:
        assert text in refused(response, "BadRequest")
    else:
        assert response.ok, response
