"""Machines and Bastion in the stack file: what their network must have for them, and what is said where it has not."""

import json
from datetime import date

import pytest

import settings as stack_settings
from settings import SettingsError

PROJECT = "private-egress"
TODAY = date(2026, 11, 25)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3PhX4g54YCvms6V8f7+1cF5XX4Qv3TOvWp256ZIX0q"
INBOUND = {"reason": "partners deliver files", "expires": "2027-01-31", "ports": [2222], "sources": ["198.51.100.0/24"]}
SUBNETS = {
    "web": {"addressPrefix": "10.0.0.0/24"},
    "tiny": {"addressPrefix": "10.0.1.0/29"},
    "closed": {"addressPrefix": "10.0.2.0/24", "egress": False},
    "functions": {"addressPrefix": "10.0.3.0/24", "delegations": ["Microsoft.Web/serverFarms"]},
    "resolver": {
        "addressPrefix": "10.0.7.0/28",
        "egress": False,
        "delegations": ["Microsoft.Network/dnsResolvers"],
    },
    "GatewaySubnet": {"addressPrefix": "10.0.5.0/27", "egress": False},
    "firewalled": {
        "addressPrefix": "10.0.6.0/24",
        "routes": {
            "all": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.9.4"}
        },
    },
}


def load(machines=None, bastion=None, *, logins=True, today=TODAY):
    settings = {
        "network": {"addressSpace": ["10.0.0.0/16"], "subnets": SUBNETS},
        "egress": {"addresses": {"one": {}}},
        "machines": machines or {},
        **({"bastion": bastion} if bastion else {}),
        **({"logins": {"adminUsername": "platform", "sshPublicKeys": [KEY]}} if logins else {}),
    }
    config = {f"{PROJECT}:{key}": json.dumps(value) for key, value in settings.items()}
    return stack_settings.load(PROJECT, {"azure-native:location": "westeurope"} | config, today)


def machine(subnet="web", **more):
    return {"subnet": subnet, "size": "Standard_B2s_v2", **more}


def refusal(*args, **more):
    with pytest.raises(SettingsError) as refused:
        load(*args, **more)
    head, *lines = str(refused.value).splitlines()
    assert head.startswith("The stack file has")
    return lines


def test_machines_take_the_logins_of_the_stack_unless_they_say_otherwise():
    stack = load({"web": machine(), "own": machine(adminUsername="owner1"), "win": machine(os="Windows")})
    assert stack.machine_args("web", "rg", "id")["admin_username"] == "platform"
    assert stack.machine_args("web", "rg", "id")["ssh_public_keys"] == [KEY]
    assert stack.machine_args("own", "rg", "id")["admin_username"] == "owner1"
    assert "ssh_public_keys" not in stack.machine_args("win", "rg", "id")
    assert "subnet" not in stack.machine_args("web", "rg", "id")


@pytest.mark.parametrize(
    ("machines", "said"),
    [
        ({"web": machine("wbe")}, ["machines.web.subnet is wbe", "no such subnet", "web, tiny"]),
        ({"web": machine("functions")}, ["machines.web.subnet is functions", "delegated to Microsoft.Web/serverFarms"]),
        ({"web": machine("resolver")}, ["machines.web.subnet is resolver", "Microsoft.Network/dnsResolvers"]),
        ({"web": machine("GatewaySubnet")}, ["machines.web.subnet is GatewaySubnet", "takes no machines"]),
        ({"web": machine("closed", inbound=INBOUND)}, ["machines.web.inbound", "way out of subnet closed is None"]),
        ({"web": machine("firewalled", inbound=INBOUND)}, ["machines.web.inbound", "firewalled is VirtualAppliance"]),
        (
            {"web": machine("tiny", count=2), "more": machine("tiny", count=2)},
            ["network.subnets.tiny.addressPrefix is 10.0.1.0/29", "room for 3 machines", "4 are declared"],
        ),
        (
            {"web": machine(name="vm"), "api": machine(name="VM")},
            ["machines.api.name is VM: machines.web has the same"],
        ),
        ({"web": machine(size="D2s")}, ["machines.web.size is D2s", "Standard_D2s_v5"]),
        ({"web": machine(osDisk={"sizeGb": 0})}, ["machines.web.osDisk.sizeGb is 0"]),
        ({"web": machine(osDisk={"sizeGB": 1})}, ["machines.web.osDisk.sizeGB: unknown key; did you mean 'sizeGb'?"]),
        ({"image": machine(iamge="x")}, ["machines.image.iamge: unknown key; did you mean 'image'?"]),
        ({"web": machine(inbound={**INBOUND, "expires": "2026-11-24"})}, ["machines.web.inbound.expires", "has ended"]),
        ({"web": machine(inbound={"reason": "x"})}, ["machines.web.inbound.ports is not set: it is required"]),
        ({"web_1": machine()}, ["machines.web_1: the component's name is web_1", "Set name"]),
        ({"web": {"subnet": "web"}}, ["machines.web.size: missing; it is required"]),
    ],
)
def test_what_is_wrong_with_machines_is_said_in_the_stack_files_words(machines, said):
    lines = refusal(machines)
    assert any(all(part in line for part in said) for line in lines), lines


@pytest.mark.parametrize(
    ("bastion", "said"),
    [
        ({"addressPrefix": "10.0.0.64/26"}, ["bastion.addressPrefix is 10.0.0.64/26", "overlaps network.subnets.web"]),
        ({"addressPrefix": "10.1.0.0/26"}, ["bastion.addressPrefix is 10.1.0.0/26", "not within the address space"]),
        ({"addressPrefix": "10.0.4.0/27"}, ["bastion.addressPrefix is 10.0.4.0/27", "/26"]),
        ({"addressPrefix": "10.0.4.0"}, ["bastion.addressPrefix is 10.0.4.0"]),
        ({"sku": "Basic"}, ["bastion.addressPrefix is not set"]),
        ({"addressPrefix": "10.0.4.0/26", "tunneling": True}, ["bastion.tunneling is true", "Standard"]),
        ({"addressPrefix": "10.0.4.0/26", "sku": "Developer"}, ["bastion.addressPrefix is given"]),
    ],
)
def test_what_is_wrong_with_bastion_is_said_in_the_stack_files_words(bastion, said):
    (line,) = refusal(bastion=bastion)
    assert all(part in line for part in said), line


def test_all_is_said_at_once():
    lines = refusal({"a": machine("nowhere"), "b": machine(count=0)}, {"addressPrefix": "10.0.0.0/26"})
    assert len(lines) == 3


def test_machines_and_bastion_that_fit_are_taken():
    stack = load({"web": machine("tiny", count=3), "sftp": machine(inbound=INBOUND)}, {"addressPrefix": "10.0.4.0/26"})
    assert stack.bastion_args("rg", "id")["address_prefix"] == "10.0.4.0/26"


@pytest.mark.parametrize("written", ["2027-01-31", "2027-01-31 00:00:00 +0000 UTC"])
def test_a_day_is_read_as_the_cli_hands_it_over(written):
    stack = load({"sftp": machine(inbound={**INBOUND, "expires": written})})
    assert stack.machine_args("sftp", "rg", "id")["inbound"]["expires"] == "2027-01-31"


def test_the_last_day_still_counts():
    load({"sftp": machine(inbound=INBOUND)}, today=date(2027, 1, 31))
    (line,) = refusal({"sftp": machine(inbound=INBOUND)}, today=date(2027, 2, 1))
    assert "today is 2027-02-01" in line
