from __future__ import annotations

import base64
from datetime import date

import pulumi_azure_native as azure_native
import pytest
from google.protobuf import json_format
from nat_egress import InvalidArguments, PrivateMachine
from nat_egress.machine import PASSWORD_LENGTH
from nat_egress.machine_profiles import UNCHANGEABLE
from pulumi import Output, ResourceOptions
from pulumi.output import Unknown
from pulumi.runtime import rpc

TODAY = date(2026, 11, 25)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
BASE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers"
SUBNET = f"{BASE}/Microsoft.Network/virtualNetworks/vnet/subnets/web"
BEHIND_GATEWAY = {"web": {"natGateway": {"id": f"{BASE}/Microsoft.Network/natGateways/ng"}}}
ARGS = {
    "resource_group_name": "rg",
    "subnet_id": SUBNET,
    "size": "Standard_D2s_v5",
    "ssh_public_keys": [KEY],
}
INBOUND = {"reason": "partners", "expires": "2027-01-31", "ports": [443], "sources": ["203.0.113.0/24"]}
KINDS = ["PublicIPAddress", "NetworkSecurityGroup", "NetworkInterface", "RandomPassword", "VirtualMachine"]


def machine(opts=None, **changes):
    args = {key: value for key, value in (ARGS | changes).items() if value is not None}
    return PrivateMachine("web", args, opts, today=TODAY)


def public_addresses(done):
    return [
        name
        for name in done.names("NetworkInterface")
        if any("publicIPAddress" in one for one in done.one("NetworkInterface", name).inputs["ipConfigurations"])
    ]


def os_profile(done, name):
    """Return the osProfile of a machine as the request carries it, with its secrets as they are sent."""
    return json_format.MessageToDict(done.one("VirtualMachine", name).request.object)["osProfile"]


def secret(value):
    """Return what stands in a secret, as a request carries it; an error where it is none."""
    assert value[rpc._special_sig_key] == rpc._special_secret_sig
    return value["value"]


def test_makes_machines_without_public_addresses(run):
    done = run(lambda: machine(count=2).machine_ids)
    assert list(done.result) == ["web-1", "web-2"]
    assert {kind: sorted(done.names(kind)) for kind in KINDS} == {
        "PublicIPAddress": [],
        "NetworkSecurityGroup": [],
        "NetworkInterface": ["web-1", "web-2"],
        "RandomPassword": [],
        "VirtualMachine": ["web-1", "web-2"],
    }
    assert done.calls == []
    assert done.warnings == []
    assert public_addresses(done) == []
    for name in ("web-1", "web-2"):
        interface, virtual = done.one("NetworkInterface", name), done.one("VirtualMachine", name)
        assert (interface.parent, virtual.parent) == ("web", "web")
        assert virtual.dependencies == {name}
        (primary,) = interface.inputs["ipConfigurations"]
        assert primary["subnet"]["id"] == SUBNET
        (reference,) = virtual.inputs["networkProfile"]["networkInterfaces"]
        assert reference["id"].endswith(f"/networkInterfaces/{name}")
        assert virtual.inputs["osProfile"]["computerName"] == name


def test_the_defaults_of_a_linux_machine(run):
    done = run(lambda: machine().machine_ids)
    virtual = done.one("VirtualMachine", "web-1").inputs
    assert virtual["hardwareProfile"] == {"vmSize": "Standard_D2s_v5"}
    assert virtual["storageProfile"] == {
        "imageReference": {
            "publisher": "Canonical",
            "offer": "ubuntu-24_04-lts",
            "sku": "server",
            "version": "latest",
        },
        "osDisk": {
            "createOption": "FromImage",
            "caching": "ReadWrite",
            "deleteOption": "Delete",
            "managedDisk": {"storageAccountType": "StandardSSD_LRS"},
        },
    }
    assert virtual["osProfile"] == {
        "computerName": "web-1",
        "adminUsername": "azureadmin",
        "linuxConfiguration": {
            "disablePasswordAuthentication": True,
            "provisionVMAgent": True,
            "ssh": {"publicKeys": [{"keyData": KEY, "path": "/home/azureadmin/.ssh/authorized_keys"}]},
        },
    }
    assert virtual["securityProfile"] == {
        "securityType": "TrustedLaunch",
        "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
    }
    assert virtual["identity"] == {"type": "SystemAssigned"}
    assert virtual["diagnosticsProfile"] == {"bootDiagnostics": {"enabled": True}}
    for absent in ("zones", "vmName", "location", "tags"):
        assert absent not in virtual
    interface = done.one("NetworkInterface", "web-1").inputs
    assert interface["enableAcceleratedNetworking"] is False
    for absent in ("networkInterfaceName", "networkSecurityGroup", "location", "tags"):
        assert absent not in interface


def test_a_machine_has_what_is_asked_for(run):
    identity = f"{BASE}/Microsoft.ManagedIdentity/userAssignedIdentities/id"
    encryption_set = f"{BASE}/Microsoft.Compute/diskEncryptionSets/des"
    group = f"{BASE}/Microsoft.Network/networkSecurityGroups/nsg"
    golden = f"{BASE}/Microsoft.Compute/images/golden"
    disk = {"size_gb": 64, "storage": "Premium_LRS", "encryption_set_id": encryption_set, "delete_with_machine": False}
    done = run(
        lambda: (
            machine(
                image=golden,
                location="westeurope",
                name="vm",
                computer_name="host",
                admin_username="ops",
                os_disk=disk,
                network_security_group_id=Output.from_input(group),
                accelerated_networking=True,
                user_assigned_identity_ids=[identity],
                encryption_at_host=True,
                boot_diagnostics=False,
                tags={"owner": Output.from_input("platform")},
            ).machine_ids
        )
    )
    virtual, interface = (done.one(kind, "web-1").inputs for kind in ("VirtualMachine", "NetworkInterface"))
    assert virtual["vmName"] == "vm-1"
    assert virtual["location"] == interface["location"] == "westeurope"
    assert virtual["tags"] == interface["tags"] == {"owner": "platform"}
    assert virtual["storageProfile"]["imageReference"] == {"id": golden}
    assert virtual["storageProfile"]["osDisk"] == {
        "createOption": "FromImage",
        "caching": "ReadWrite",
        "deleteOption": "Detach",
        "diskSizeGB": 64,
        "managedDisk": {"storageAccountType": "Premium_LRS", "diskEncryptionSet": {"id": encryption_set}},
    }
    assert virtual["osProfile"]["computerName"] == "host-1"
    assert virtual["osProfile"]["adminUsername"] == "ops"
    (key,) = virtual["osProfile"]["linuxConfiguration"]["ssh"]["publicKeys"]
    assert key["path"] == "/home/ops/.ssh/authorized_keys"
    assert virtual["identity"] == {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": [identity]}
    assert virtual["securityProfile"]["encryptionAtHost"] is True
    assert virtual["diagnosticsProfile"] == {"bootDiagnostics": {"enabled": False}}
    assert interface["networkInterfaceName"] == "vm-1-nic"
    assert interface["networkSecurityGroup"] == {"id": group}
    assert interface["enableAcceleratedNetworking"] is True


def test_an_ephemeral_disk(run):
    done = run(lambda: machine(os_disk={"ephemeral": True}).machine_ids)
    assert done.one("VirtualMachine", "web-1").inputs["storageProfile"]["osDisk"] == {
        "createOption": "FromImage",
        "caching": "ReadOnly",
        "deleteOption": "Delete",
        "diffDiskSettings": {"option": "Local"},
        "managedDisk": {"storageAccountType": "Standard_LRS"},
    }


@pytest.mark.parametrize(
    ("changes", "identity"),
    [
        ({"system_assigned_identity": False}, None),
        (
            {
                "system_assigned_identity": False,
                "user_assigned_identity_ids": [f"{BASE}/Microsoft.ManagedIdentity/userAssignedIdentities/id"],
            },
            "UserAssigned",
        ),
    ],
)
def test_without_an_identity_of_its_own(run, changes, identity):
    done = run(lambda: machine(**changes).principal_ids)
    assert done.result == {}
    assert done.one("VirtualMachine", "web-1").inputs.get("identity", {}).get("type") == identity


def test_without_trusted_launch(run):
    done = run(lambda: machine(trusted_launch=False).machine_ids)
    assert "securityProfile" not in done.one("VirtualMachine", "web-1").inputs
    done = run(lambda: machine(trusted_launch=False, encryption_at_host=True).machine_ids)
    assert done.one("VirtualMachine", "web-1").inputs["securityProfile"] == {"encryptionAtHost": True}


def all_outputs(one):
    return Output.all(
        ids=one.machine_ids,
        addresses=one.private_addresses,
        zones=one.zones,
        principals=one.principal_ids,
        username=one.admin_username,
        passwords=one.admin_passwords,
        inbound=one.inbound_only_addresses,
        until=one.inbound_until,
    )


def test_outputs(run):
    result = run(lambda: all_outputs(machine(count=2, zones=["3"]))).result
    assert list(result["ids"]) == ["web-1", "web-2"]
    assert result["ids"]["web-2"].endswith("/virtualMachines/web-2")
    assert result["addresses"] == {"web-1": "10.0.0.4", "web-2": "10.0.0.4"}
    assert result["zones"] == {"web-1": "3", "web-2": "3"}
    assert result["principals"] == {"web-1": "principal-of-web-1", "web-2": "principal-of-web-2"}
    assert (result["username"], result["passwords"], result["inbound"], result["until"]) == ("azureadmin", {}, {}, "")


def test_outputs_of_an_exception(run):
    result = run(lambda: all_outputs(machine(inbound=INBOUND)), existing=BEHIND_GATEWAY).result
    assert result["inbound"] == {"web-1": "198.51.100.7"}
    assert result["until"] == "2027-01-31"
    assert run(lambda: machine().zones).result == {"web-1": ""}


def test_all_outputs_are_registered(run, monkeypatch):
    seen = []
    monkeypatch.setattr(PrivateMachine, "register_outputs", lambda self, outputs: seen.append(list(outputs)))
    run(lambda: machine().machine_ids)
    assert seen == [
        [
            "machineIds",
            "privateAddresses",
            "zones",
            "principalIds",
            "adminUsername",
            "adminPasswords",
            "inboundOnlyAddresses",
            "inboundUntil",
        ]
    ]


def test_zones_are_taken_in_turn_and_stay(run):
    def zones(count):
        done = run(lambda: machine(count=count, zones=["1", "3"]).machine_ids)
        return {name: done.one("VirtualMachine", name).inputs["zones"] for name in done.names("VirtualMachine")}

    five = zones(5)
    assert five == {"web-1": ["1"], "web-2": ["3"], "web-3": ["1"], "web-4": ["3"], "web-5": ["1"]}
    for fewer in (1, 2, 4):
        assert zones(fewer) == {name: zone for name, zone in five.items() if int(name[-1]) <= fewer}


def test_more_machines_change_nothing_of_the_others(run):
    few = run(lambda: machine(count=2, zones=["1", "2"], name="vm").machine_ids)
    many = run(lambda: machine(count=12, zones=["1", "2"], name="vm").machine_ids)
    for kind in ("NetworkInterface", "VirtualMachine"):
        for name in few.names(kind):
            assert many.one(kind, name).inputs == few.one(kind, name).inputs


def test_an_exception_gives_every_machine_a_public_address_of_its_own(run):
    done = run(
        lambda: machine(count=2, inbound=INBOUND, zones=["1"], tags={"owner": "platform"}).machine_ids,
        existing=BEHIND_GATEWAY,
    )
    assert sorted(public_addresses(done)) == sorted(done.names("NetworkInterface")) == ["web-1", "web-2"]
    for name in ("web-1", "web-2"):
        interface = done.one("NetworkInterface", name)
        (primary,) = interface.inputs["ipConfigurations"]
        assert primary["publicIPAddress"]["id"].endswith(f"/{name}")
        assert interface.inputs["networkSecurityGroup"]["id"].endswith("/networkSecurityGroups/web-inbound")
        assert interface.dependencies == {name, "web-inbound"}
        address = done.one("PublicIPAddress", name)
        assert address.parent == "web"
        assert address.inputs["sku"] == {"name": "Standard"}
        assert address.inputs["publicIPAllocationMethod"] == "Static"
        assert address.inputs["publicIPAddressVersion"] == "IPv4"
        assert address.inputs["zones"] == ["1", "2", "3"]
    tags = {
        "owner": "platform",
        "nat-egress-inbound-reason": "partners",
        "nat-egress-inbound-expires": "2027-01-31",
    }
    made = [one for one in done.registered if one.type.startswith("azure-native:")]
    assert len(made) == 7
    assert [one.inputs["tags"] for one in made] == [tags] * 7
    (warning,) = done.warnings
    assert "all 2 machines accept connections from the internet: Tcp 443 from 203.0.113.0/24 (partners)" in warning


def test_the_address_of_a_machine_without_a_zone_has_none(run):
    done = run(lambda: machine(inbound=INBOUND).machine_ids, existing=BEHIND_GATEWAY)
    assert "zones" not in done.one("PublicIPAddress", "web-1").inputs


def test_the_name_of_a_public_address_is_generated_so_that_it_can_be_replaced(run):
    done = run(lambda: machine(inbound=INBOUND, name="vm").machine_ids, existing=BEHIND_GATEWAY)
    assert "publicIpAddressName" not in done.one("PublicIPAddress", "web-1").inputs
    assert "networkSecurityGroupName" not in done.one("NetworkSecurityGroup", "web-inbound").inputs


def test_the_rules_of_an_exception(run):
    sources = ["203.0.113.0/24", "AzureFrontDoor.Backend", "198.51.100.7"]
    inbound = INBOUND | {"sources": sources, "ports": [443, 8443], "protocol": "Udp"}
    done = run(lambda: machine(inbound=inbound).machine_ids, existing=BEHIND_GATEWAY)
    group = done.one("NetworkSecurityGroup", "web-inbound")
    assert group.parent == "web"
    common = {
        "description": "Exception until 2027-01-31",
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Udp",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRanges": ["443", "8443"],
    }
    assert group.inputs["securityRules"] == [
        {
            "name": "inbound-exception-1",
            "priority": 100,
            "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.7"],
            **common,
        },
        {"name": "inbound-exception-2", "priority": 101, "sourceAddressPrefix": "AzureFrontDoor.Backend", **common},
    ]


def test_what_azure_cannot_change_is_replaced(run):
    done = run(lambda: machine(inbound=INBOUND).machine_ids, existing=BEHIND_GATEWAY)
    for kind, name, properties, delete_first in (
        ("VirtualMachine", "web-1", set(UNCHANGEABLE), True),
        ("NetworkInterface", "web-1", {"location"}, False),
        ("PublicIPAddress", "web-1", {"sku", "zones", "location"}, False),
        ("NetworkSecurityGroup", "web-inbound", {"location"}, False),
    ):
        request = done.one(kind, name).request
        assert set(request.replaceOnChanges) == properties
        assert request.deleteBeforeReplaceDefined
        assert request.deleteBeforeReplace is delete_first


def test_what_azure_refuses_to_change_of_a_machine_replaces_it():
    """By name, as Azure's answers and its reference have them: the list is held against nothing else here."""
    of_login = {"adminPassword", "adminUsername", "computerName", "customData"}
    of_linux = {"disablePasswordAuthentication", "ssh"}
    of_disk = {"diffDiskSettings", "managedDisk.diskEncryptionSet", "managedDisk.storageAccountType"}
    assert set(UNCHANGEABLE) == {
        *("location", "zones", "securityProfile", "networkProfile.networkInterfaces[0].id"),
        *(f"osProfile.{name}" for name in of_login),
        *(f"osProfile.linuxConfiguration.{name}" for name in of_linux),
        *(f"storageProfile.osDisk.{name}" for name in of_disk),
        "storageProfile.imageReference",
    }


def test_what_azure_cannot_change_is_what_a_machine_has(run):
    """Each path names a property that is registered, so that a misspelt one is found."""
    disk = {"encryption_set_id": f"{BASE}/Microsoft.Compute/diskEncryptionSets/des"}
    plain = {"password_login": True, "custom_data": "x", "zones": ["1"], "location": "westeurope"}
    runs = [
        json_format.MessageToDict(run(program).one("VirtualMachine", "web-1").request.object)
        for program in (
            lambda: machine(os_disk=disk, **plain).machine_ids,
            lambda: machine(os_disk={"ephemeral": True}).machine_ids,
        )
    ]

    def stands(inputs, path):
        for part in path.replace("[0]", ".0").split("."):
            inputs = inputs[0] if part == "0" else inputs.get(part) if isinstance(inputs, dict) else None
        return inputs is not None

    assert [path for path in UNCHANGEABLE if not any(stands(inputs, path) for inputs in runs)] == []


def test_a_generated_password_is_a_secret_everywhere(run):
    def program():
        one = machine(count=2, password_login=True)
        return Output.all(one.admin_passwords, Output.from_input(one.admin_passwords.is_secret()))

    done = run(program)
    assert done.result == [{"web-1": "Generated-web-1", "web-2": "Generated-web-2"}, True]
    for name in ("web-1", "web-2"):
        password = done.one("RandomPassword", name)
        assert password.parent == "web"
        assert password.inputs["length"] == PASSWORD_LENGTH
        assert {password.inputs[f"min{kind}"] for kind in ("Lower", "Upper", "Numeric", "Special")} == {1}
        profile = os_profile(done, name)
        assert secret(profile["adminPassword"]) == f"Generated-{name}"
        assert profile["linuxConfiguration"]["disablePasswordAuthentication"] is False


@pytest.mark.parametrize("given", ["Correct-Horse-7", Output.from_input, Output.secret])
def test_a_given_password_is_a_secret_everywhere(run, given):
    def program():
        password = given if isinstance(given, str) else given("Correct-Horse-7")
        one = machine(password_login=True, admin_password=password)
        return Output.all(one.admin_passwords, Output.from_input(one.admin_passwords.is_secret()))

    done = run(program)
    assert done.result == [{"web-1": "Correct-Horse-7"}, True]
    assert done.names("RandomPassword") == []
    assert secret(os_profile(done, "web-1")["adminPassword"]) == "Correct-Horse-7"


def test_a_windows_machine(run):
    done = run(lambda: machine(os="Windows", ssh_public_keys=None).admin_passwords)
    assert list(done.result) == ["web-1"]
    image = done.one("VirtualMachine", "web-1").inputs["storageProfile"]["imageReference"]
    assert image["publisher"] == "MicrosoftWindowsServer"
    profile = os_profile(done, "web-1")
    assert profile["windowsConfiguration"] == {"enableAutomaticUpdates": True, "provisionVMAgent": True}
    assert "linuxConfiguration" not in profile


@pytest.mark.parametrize("known", [True, False])
def test_custom_data_is_a_secret_and_encoded(run, known):
    text = "#cloud-config\n# é\n"
    done = run(lambda: machine(custom_data=text if known else Output.from_input(text)).machine_ids)
    custom = secret(os_profile(done, "web-1")["customData"])
    assert base64.b64decode(custom).decode() == text


def test_a_subnet_that_is_not_known_yet_is_no_obstacle_to_a_preview(run):
    def program(**changes):
        vnet = azure_native.network.VirtualNetwork("vnet", resource_group_name="rg")
        unknown = vnet.etag.apply(lambda tag: tag or "")
        return machine(subnet_id=unknown, count=2, **changes).zones

    for inbound in (None, INBOUND):
        done = run(lambda inbound=inbound: program(inbound=inbound), preview=True)
        assert {*done.names("VirtualMachine")} == {*done.names("NetworkInterface")} == {"web-1", "web-2"}
        assert done.result == {"web-1": "", "web-2": ""}
        assert done.calls == []
        for name in ("web-1", "web-2"):
            interface = done.one("NetworkInterface", name)
            (primary,) = interface.inputs["ipConfigurations"]
            assert isinstance(primary["subnet"]["id"], Unknown)
            assert "vnet" in interface.dependencies
        assert sorted(public_addresses(done)) == (["web-1", "web-2"] if inbound else [])


def test_the_component_depends_on_nothing_that_its_identity_names(run):
    def program():
        group = azure_native.resources.ResourceGroup("group", location="westeurope")
        return machine(resource_group_name=group.name).machine_ids

    done = run(program)
    assert done.one("PrivateMachine", "web").dependencies == set()
    assert done.one("PrivateMachine", "web").inputs["resourceGroupName"] == "group"
    assert done.one("NetworkInterface", "web-1").dependencies == {"group"}


def test_the_guard_is_on_the_component(run):
    done = run(lambda: machine().machine_ids)
    (hook,) = done.one("PrivateMachine", "web").request.hooks.before_update
    assert hook == "PrivateMachine/web/change"
    assert done.one("PrivateMachine", "web").inputs["subnetId"] == SUBNET


def test_an_explicit_provider_reaches_the_children_and_the_look_up(run):
    def program():
        provider = azure_native.Provider("elsewhere", subscription_id="11111111-1111-1111-1111-111111111111")
        return machine(opts=ResourceOptions(provider=provider), inbound=INBOUND).machine_ids

    done = run(program, existing=BEHIND_GATEWAY)
    children = [one for one in done.registered if one.type.startswith("azure-native:")]
    assert len(children) == 4
    assert all("::elsewhere::" in one.request.provider for one in children)
    assert [call[2].split("::")[-2] for call in done.calls] == ["elsewhere"]


def test_children_carry_no_aliases_of_api_versions(run):
    assert run(lambda: machine().machine_ids).one("VirtualMachine", "web-1").request.aliases == []


def test_the_protection_of_the_component_reaches_its_children(run):
    done = run(lambda: machine(opts=ResourceOptions(protect=True)).machine_ids)
    assert done.one("VirtualMachine", "web-1").request.protect


def test_an_exception_is_judged_by_the_day_in_utc_unless_a_test_says_otherwise(rejected):
    inbound = INBOUND | {"expires": "2020-01-01"}
    (line,) = rejected(lambda: PrivateMachine("web", ARGS | {"inbound": inbound}))
    assert line.startswith("inbound.expires is 2020-01-01: the exception has ended, today is 20")


def test_everything_wrong_is_said_at_once_and_nothing_is_registered(rejected):
    said = rejected(
        lambda: PrivateMachine(
            "web",
            {
                "resource_grp": "rg",
                "subnet_id": "web",
                "size": 2,
                "count": 0,
                "zones": ["4"],
                "image": "ubuntu",
                "os_disk": {"size_gb": 0},
                "ssh_public_keys": ["ssh-rsa"],
                "admin_username": "root",
                "admin_password": "hunter2",
                "user_assigned_identity_ids": ["me"],
                "inbound": {"reason": "x", "expires": "2026-11-24", "ports": [22], "sources": ["*"]},
                "tags": {"a": 1},
            },
            today=TODAY,
        )
    )
    for expected in (
        "resource_grp is given: there is no such argument. Did you mean resource_group_name?",
        "resource_group_name is not set: it is required. Give the machines' resource group.",
        "size is 2: it must be text",
        "subnet_id is web: it is not the id of a subnet",
        "count is 0",
        "zones is 4",
        "image is ubuntu",
        "os_disk.size_gb is 0",
        "ssh_public_keys[0] is what is given",
        "admin_username is root",
        "admin_password is given: no password opens this machine",
        "user_assigned_identity_ids[0] is me",
        "inbound.expires is 2026-11-24",
        "inbound.ports is 22",
        "inbound.sources is *",
        "tags['a'] is 1: it must be text",
    ):
        assert any(line.startswith(expected) for line in said), (expected, said)
    assert len(said) == 16
    assert not any("hunter2" in line for line in said)


def test_a_refusal_names_the_component(run):
    with pytest.raises(InvalidArguments, match="PrivateMachine 'web' has a problem:\n  - count is 0"):
        run(lambda: machine(count=0))
