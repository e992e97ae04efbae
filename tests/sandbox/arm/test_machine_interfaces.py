"""The interfaces of machines: which machine has one, which is the first, and where they may be."""

from __future__ import annotations

import pytest

VM, NIC = "virtualMachines", "networkInterfaces"
RUNNING = "AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported"
ZONES = "ComputeResourceZoneConstraintDoesNotMatchPublicIPAddressZoneConstraint"


def interfaces(*items):
    return {"networkProfile": {"networkInterfaces": list(items)}}


@pytest.fixture
def two(network):
    """An Azure with two interfaces and no machine."""
    network.put_interface("nic")
    network.put_interface("nic2")
    return network


def test_an_interface_tells_its_machine(machine):
    nic = machine.properties(machine.id(NIC, "nic"))
    assert nic["virtualMachine"] == {"id": machine.compute_id(VM, "vm")}
    assert nic["primary"] is True
    machine.delete(machine.compute_id(VM, "vm"))
    assert {"virtualMachine", "primary"}.isdisjoint(machine.properties(machine.id(NIC, "nic")))


def test_an_interface_of_a_machine_is_not_deleted(machine, refused):
    assert refused(machine.delete(machine.id(NIC, "nic")), "NicInUse") == (
        f"Network Interface {machine.id(NIC, 'nic')} is used by existing resource {machine.compute_id(VM, 'vm')}. In "
        "order to delete the network interface, it must be dissociated from the resource. To learn more, see "
        "aka.ms/deletenic."
    )
    machine.delete(machine.compute_id(VM, "vm"))
    assert machine.delete(machine.id(NIC, "nic")).status == 200


def test_an_interface_has_one_machine(machine, refused):
    assert refused(machine.put_machine("other"), "NicInUse") == (
        f"Network Interface nic is used by existing VM {machine.compute_id(VM, 'vm')}."
    )


@pytest.mark.parametrize(("option", "left"), [(None, True), ("Detach", True), ("Delete", False)])
def test_what_becomes_of_the_interface(two, option, left):
    item = {"id": two.id(NIC, "nic"), "properties": {"deleteOption": option}}
    assert two.put_machine(properties=interfaces(item)).ok
    assert two.delete(two.compute_id(VM, "vm")).status == 200
    assert two.plane.get(two.id(NIC, "nic"), api_version=two.api).ok is left


@pytest.mark.parametrize(("option", "left"), [(None, True), ("Detach", True), ("Delete", False)])
def test_what_becomes_of_the_address_of_an_interface_that_goes(two, option, left):
    two.put_address(properties={"deleteOption": option})
    two.put_interface(publicIPAddress={"id": two.id("publicIPAddresses", "pip")})
    two.put_machine(properties=interfaces({"id": two.id(NIC, "nic"), "properties": {"deleteOption": "Delete"}}))
    assert two.delete(two.compute_id(VM, "vm")).status == 200
    assert two.plane.get(two.id("publicIPAddresses", "pip"), api_version=two.api).ok is left


def test_what_goes_with_a_machine_goes_with_its_group_too(two):
    two.group_name = "machines"
    two.put_group()
    machine = two.compute_id(VM, "vm")
    two.group_name = "rg"
    nic = {"id": two.id(NIC, "nic"), "properties": {"deleteOption": "Delete"}}
    two.group_name = "machines"
    assert two.put_machine(properties=interfaces(nic)).ok
    assert two.get(machine)
    assert two.delete(two.group).status == 200
    assert not two.plane.get(nic["id"], api_version=two.api).ok


@pytest.mark.parametrize(
    "profile", [None, {"networkInterfaces": None}, {"networkInterfaces": []}, {"networkInterfaces": [{}]}]
)
def test_a_machine_needs_an_interface(two, refused, profile):
    message = refused(two.put_machine(properties={"networkProfile": profile}), "InvalidParameter")
    assert message.startswith("Required parameter 'networkProfile")


def test_interfaces_that_the_machine_would_make_are_refused_by_name(two, refused):
    made = {"networkProfile": {"networkApiVersion": "2024-05-01", "networkInterfaceConfigurations": [{"name": "n"}]}}
    message = refused(two.put_machine(properties=made), "SandboxMachineInterfaceConfigurations")
    assert "networkInterfaceConfigurations" in message


def test_an_interface_that_is_not_there(two, refused):
    refused(two.put_machine(nics=("nowhere",)), "InvalidResourceReference")
    response = two.put_machine(properties=interfaces({"id": "nowhere"}))
    message = refused(response, "LinkedInvalidPropertyId")
    assert "'properties.networkProfile.networkInterfaces[0].id'" in message
    wrong = two.put_machine(properties=interfaces({"id": two.subnet_id()}))
    assert "of type Microsoft.Network/networkInterfaces" in refused(wrong, "InvalidRequestFormat")


def test_an_interface_in_another_subscription_is_not_found(two, refused):
    id_ = two.id(NIC, "nic").replace(two.subscription, "another")
    refused(two.put_machine(properties=interfaces({"id": id_})), "InvalidResourceReference")


def test_one_of_several_interfaces_is_the_primary_one(two):
    assert two.put_machine(nics=("nic2", "nic")).ok
    primary = {name: two.properties(two.id(NIC, name))["primary"] for name in ("nic", "nic2")}
    assert primary == {"nic": False, "nic2": True}


@pytest.mark.parametrize(
    ("flags", "code", "text"),
    [
        ((None, None), "NetworkInterfaceMustHavePrimaryPropertySet", "Network interface nic must have Primary"),
        ((True, None), "NetworkInterfaceMustHavePrimaryPropertySet", "Network interface nic2 must have Primary"),
        ((True, True), "SandboxMachineInterfaces", "has 2 primary interfaces: nic, nic2."),
        ((False, False), "SandboxMachineInterfaces", "has no primary interfaces."),
    ],
)
def test_primaries_that_are_refused(two, refused, flags, code, text):
    items = [
        {"id": two.id(NIC, name), "properties": {} if flag is None else {"primary": flag}}
        for name, flag in zip(("nic", "nic2"), flags, strict=True)
    ]
    assert text in refused(two.put_machine(properties=interfaces(*items)), code)


def test_an_interface_twice(two, refused):
    items = [{"id": two.id(NIC, name), "properties": {"primary": name == "nic"}} for name in ("nic", "NIC")]
    refused(two.put_machine(properties=interfaces(*items)), "SandboxMachineInterfaces")


def test_a_machine_is_in_one_network(two, refused):
    two.put_network("elsewhere")
    two.put_subnet("app", "elsewhere")
    two.put_interface("far", two.subnet_id("app", "elsewhere"))
    message = refused(two.put_machine(nics=("nic", "far")), "SubnetsNotInSameVnet")
    assert two.subnet_id("app", "elsewhere") in message


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (("nic",), ("nic", "nic2"), "with a single network interface must be stop-deallocated"),
        (("nic", "nic2"), ("nic",), "with a single network interface must be stop-deallocated"),
        (("nic",), ("nic2",), "before network interfaces are added to it or taken from it"),
    ],
)
def test_the_interfaces_of_a_running_machine_stay(two, refused, before, after, text):
    assert two.put_machine(nics=before).ok
    assert text in refused(two.put_machine(nics=after), RUNNING)
    assert two.put_machine(nics=before).status == 200


def test_an_interface_changes_its_subnet_within_its_network(two, refused):
    two.put_subnet("other", prefix="10.0.2.0/24")
    two.put_machine(nics=("nic", "nic2"))
    assert two.put_interface("nic", two.subnet_id("other")).status == 200
    moved = two.properties(two.id(NIC, "nic"))["ipConfigurations"][0]["properties"]["privateIPAddress"]
    assert moved == "10.0.2.4"
    secondary = two.put_interface("nic2", two.subnet_id("other"))
    assert refused(secondary, "SecondaryNetworkInterfaceInUseCannotChangeSubnet") == (
        f"Cannot change subnet of network interface {two.id(NIC, 'nic2')} while it is in use as a secondary network "
        "interface."
    )
    two.delete(two.compute_id(VM, "vm"))
    assert two.put_interface("nic2", two.subnet_id("other")).status == 200


def test_an_interface_stays_in_its_network(two, refused):
    two.put_network("elsewhere")
    two.put_subnet("app", "elsewhere")
    message = refused(
        two.put_interface("nic", two.subnet_id("app", "elsewhere")), "SandboxNetworkInterfaceNetworkCannotBeChanged"
    )
    assert two.id("virtualNetworks", "elsewhere") in message


@pytest.mark.parametrize(
    ("of_machine", "address", "constraint"),
    [
        (["1"], {"zones": ["1"]}, None),
        (["1"], {"zones": ["1", "2", "3"]}, None),
        (["1"], {}, None),
        (None, {"zones": ["2"]}, None),
        (None, {"sku": {"name": "Basic"}}, None),
        (["1"], {"zones": ["2"]}, "2"),
        (["1"], {"sku": {"name": "Basic"}}, "Regional"),
    ],
)
def test_the_public_address_of_a_zonal_machine(network, refused, of_machine, address, constraint):
    assert network.put_address(**address).ok
    public = {"publicIPAddress": {"id": network.id("publicIPAddresses", "pip")}}
    network.put_interface("with", **public)
    created = network.put_machine("made", ("with",), zones=of_machine)
    network.delete(network.compute_id(VM, "made"))
    network.delete(network.id(NIC, "with"))
    network.put_interface("without")
    assert network.put_machine("there", ("without",), zones=of_machine).ok
    updated = network.put_interface("without", **public)
    for response, name in ((created, "made"), (updated, "there")):
        if constraint is None:
            assert response.ok, response
        else:
            assert refused(response, ZONES) == (
                f"Compute resource {network.compute_id(VM, name)} has a zone constraint 1 but the PublicIPAddress "
                f"{network.id('publicIPAddresses', 'pip')} used by the compute resource via NetworkInterface or "
                f"LoadBalancer has a different zone constraint {constraint}."
            )
