"""Virtual machines: what a PUT makes, what it fills in, and what ARM refuses to change afterwards."""

from __future__ import annotations

import pytest

VM = "virtualMachines"


def change(azure, **properties):
    return azure.put_machine(properties=properties)


def os_disk(**of_disk):
    return {"storageProfile": {"osDisk": of_disk}}


def test_a_machine_is_what_was_asked_for_and_what_azure_adds(machine):
    vm = machine.get(machine.compute_id(VM, "vm"))
    assert vm["type"] == "Microsoft.Compute/virtualMachines"
    assert len(vm["properties"]["vmId"]) == 36
    assert vm["properties"]["hardwareProfile"] == {"vmSize": "Standard_D2s_v5"}
    assert vm["properties"]["provisioningState"] == "Succeeded"
    assert "resourceGuid" not in vm["properties"]


def test_the_same_again_is_an_update_without_a_change(machine):
    before = machine.get(machine.compute_id(VM, "vm"))
    assert machine.put_machine().status == 200
    after = machine.get(machine.compute_id(VM, "vm"))
    assert {**after, "etag": ""} == {**before, "etag": ""}


def test_what_a_get_says_can_be_put_again(machine):
    before = machine.get(machine.compute_id(VM, "vm"))
    assert machine.put(machine.compute_id(VM, "vm"), before).status == 200
    assert {**machine.get(machine.compute_id(VM, "vm")), "etag": ""} == {**before, "etag": ""}


def test_an_update_keeps_what_it_leaves_out(machine):
    body = {"location": "westeurope", "tags": {"a": "b"}, "properties": {"hardwareProfile": {"vmSize": "Standard_B2s"}}}
    before = machine.properties(machine.compute_id(VM, "vm"))
    assert machine.put(machine.compute_id(VM, "vm"), body).status == 200
    after = machine.properties(machine.compute_id(VM, "vm"))
    assert after == {**before, "hardwareProfile": {"vmSize": "Standard_B2s"}}


@pytest.mark.parametrize(
    "properties",
    [
        {"hardwareProfile": {"vmSize": "Standard_B2s"}},
        os_disk(caching="ReadOnly"),
        os_disk(deleteOption="Delete"),
        {"storageProfile": {"imageReference": {"exactVersion": "1.2.3"}}},
        {"osProfile": {"computerName": "HOST"}},
        {"securityProfile": {"encryptionAtHost": False}},
        {"diagnosticsProfile": {"bootDiagnostics": {"enabled": True}}},
    ],
)
def test_what_can_change(machine, properties):
    assert change(machine, **properties).status == 200


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"storageProfile": {"imageReference": {"sku": "t"}}}, "imageReference"),
        ({"storageProfile": {"imageReference": {"id": "/images/own"}}}, "imageReference"),
        ({"storageProfile": {"imageReference": {"offer": None}}}, "imageReference"),
        (os_disk(name="other"), "osDisk.name"),
        (os_disk(createOption="Attach"), "osDisk.createOption"),
        (os_disk(osType="Windows"), "osDisk.osType"),
        (os_disk(managedDisk={"storageAccountType": "Standard_LRS"}), "osDisk.managedDisk.storageAccountType"),
        (os_disk(diffDiskSettings={"option": "Local"}), "osDisk.diffDiskSettings"),
        ({"osProfile": {"computerName": "other"}}, "osProfile.computerName"),
        ({"osProfile": {"customData": "aGVsbG8="}}, "customData"),
        ({"osProfile": {"adminPassword": "Secr3t-enough"}}, "adminPassword"),
        (
            {"osProfile": {"linuxConfiguration": {"disablePasswordAuthentication": False}}},
            "linuxConfiguration.disablePasswordAuthentication",
        ),
        (
            {"osProfile": {"linuxConfiguration": {"ssh": {"publicKeys": []}}}},
            "linuxConfiguration.ssh.publicKeys",
        ),
        ({"availabilitySet": {"id": "/some/set"}}, "availabilitySet.id"),
    ],
)
def test_what_cannot_change(machine, refused, properties, name):
    response = change(machine, **properties)
    assert refused(response, "PropertyChangeNotAllowed") == f"Changing property '{name}' is not allowed."
    assert response.status == 409


def test_the_administrator_stays(machine, refused):
    response = change(machine, osProfile={"adminUsername": "another"})
    assert (
        refused(response, "PropertyChangeNotAllowed") == "Changing property 'osProfile.adminUsername' is not allowed."
    )


def test_another_os_disk_is_refused(machine, refused):
    machine.put_disk("other")
    response = change(machine, **os_disk(managedDisk={"id": machine.compute_id("disks", "other")}))
    assert "'osDisk.managedDisk.id'" in refused(response, "PropertyChangeNotAllowed")


@pytest.mark.parametrize(
    ("before", "after"), [(None, ["1"]), (["1"], None), (["1"], ["2"])], ids=["to a zone", "out of it", "to another"]
)
def test_zones_cannot_change(network, refused, before, after):
    network.put_interface()
    assert network.put_machine(zones=before).ok
    message = refused(network.put_machine(zones=after), "PropertyChangeNotAllowed")
    assert message == "Changing property 'zones' is not allowed."


@pytest.mark.parametrize(
    ("location", "zones", "code"),
    [
        ("westeurope", ["4"], "InvalidAvailabilityZone"),
        ("westus", ["1"], "InvalidAvailabilityZone"),
        ("westeurope", ["1", "2"], "SandboxComputeZones"),
        ("westeurope", ["3"], None),
        ("westeurope", [], None),
    ],
)
def test_zones(azure, refused, location, zones, code):
    azure.location = location
    azure.put_network()
    azure.put_subnet()
    azure.put_interface()
    response = azure.put_machine(zones=zones)
    if code:
        refused(response, code)
    else:
        assert response.ok, response


def test_zones_are_told_in_azures_words(network, refused):
    network.put_interface()
    assert refused(network.put_machine(zones=["5"]), "InvalidAvailabilityZone") == (
        "The zone(s) '5' for resource 'Microsoft.Compute/virtualMachines/vm' is not supported. The supported zones for "
        "location 'westeurope' are '1,2,3'"
    )


@pytest.mark.parametrize(("name", "valid"), [("a" * 64, True), ("a" * 65, False), ("_a", False)])
def test_names(network, refused, name, valid):
    network.put_interface()
    response = network.put_machine(name)
    if valid:
        assert response.ok, response
    else:
        refused(response, "SandboxMachineName")


def test_the_host_is_named_after_the_machine_where_it_has_no_name(network):
    network.put_interface()
    network.put_machine("web-1", properties={"osProfile": {"computerName": None}})
    assert network.properties(network.compute_id(VM, "web-1"))["osProfile"]["computerName"] == "web-1"


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        ({"uefiSettings": {"secureBootEnabled": True}}, "'<NULL>'"),
        ({"securityType": "Standard", "uefiSettings": {"vTpmEnabled": True}}, "'Standard'"),
    ],
)
def test_uefi_settings_need_a_security_type(network, refused, profile, text):
    network.put_interface()
    message = refused(network.put_machine(properties={"securityProfile": profile}), "BadRequest")
    assert message == f"Use of UEFI settings is not supported when security type is {text}."


def test_trusted_launch(network):
    network.put_interface()
    profile = {"securityType": "trustedlaunch", "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True}}
    assert network.put_machine(properties={"securityProfile": {**profile, "encryptionAtHost": True}}).ok
    kept = network.properties(network.compute_id(VM, "vm"))["securityProfile"]
    assert kept == {**profile, "securityType": "TrustedLaunch", "encryptionAtHost": True}


@pytest.mark.parametrize("profile", [{"securityType": "TrustedLaunch"}, {"encryptionAtHost": True}])
def test_what_needs_a_stopped_machine_is_refused(machine, refused, profile):
    message = refused(change(machine, securityProfile=profile), "SandboxMachineMustBeDeallocated")
    assert f"securityProfile.{next(iter(profile))}" in message


@pytest.mark.parametrize(
    ("where", "value", "known"),
    [
        ("storageProfile.osDisk.managedDisk.storageAccountType", "Fast_LRS", "Premium_ZRS"),
        ("storageProfile.osDisk.caching", "Yes", "ReadOnly"),
        ("storageProfile.osDisk.deleteOption", "Keep", "Detach"),
        ("securityProfile.securityType", "Safe", "TrustedLaunch"),
    ],
)
def test_words_that_compute_does_not_know(network, refused, where, value, known):
    network.put_interface()
    properties = value
    for name in reversed(where.split(".")):
        properties = {name: properties}
    message = refused(network.put_machine(properties=properties), "InvalidParameter")
    assert message.startswith(f"The value of parameter {where} is invalid.")
    assert known in message


def test_identities(network, refused):
    network.put_interface()
    user = "/subscriptions/x/resourceGroups/y/providers/Microsoft.ManagedIdentity/userAssignedIdentities/z"
    both = {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {user: {}}}
    refused(network.put_machine(identity={"type": "UserAssigned"}), "InvalidParameter")
    assert network.put_machine(identity=both).ok
    identity = network.get(network.compute_id(VM, "vm"))["identity"]
    assert {len(identity[name]) for name in ("principalId", "tenantId")} == {36}
    assert set(identity["userAssignedIdentities"][user]) == {"principalId", "clientId"}
    assert network.put_machine().ok
    assert network.get(network.compute_id(VM, "vm"))["identity"] == identity
    assert network.put_machine(identity={"type": "None"}).ok
    assert network.get(network.compute_id(VM, "vm"))["identity"] == {"type": "None"}
