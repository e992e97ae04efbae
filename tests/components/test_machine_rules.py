from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from nat_egress.disks import OsDiskSpec
from nat_egress.inbound import InboundSpec
from nat_egress.logins import LoginSpec
from nat_egress.machine_rules import MachineSpec, machine_problems, machine_warnings

TODAY = date(2026, 11, 25)
BASE = "/subscriptions/s/resourceGroups/g/providers"
SUBNET = f"{BASE}/Microsoft.Network/virtualNetworks/v/subnets/web"
INBOUND = InboundSpec("partners", "2027-01-31", (443, 8443), ("203.0.113.0/24",))
LINUX = MachineSpec(
    "web", "rg", SUBNET, "Standard_D2s_v5", "Debian:debian-12:12-gen2:latest", LoginSpec(password_login=True)
)
WINDOWS = replace(LINUX, os="Windows")


def lines(spec=LINUX, **changes):
    return [str(problem) for problem in machine_problems(replace(spec, **changes), TODAY)]


def test_machines_have_numbers_that_decide_all_else():
    spec = replace(LINUX, count=4, zones=("3", "1"), name="vm", computer_name="host")
    assert [one.key for one in spec.machines] == ["web-1", "web-2", "web-3", "web-4"]
    assert [one.name for one in spec.machines] == ["vm-1", "vm-2", "vm-3", "vm-4"]
    assert [one.computer_name for one in spec.machines] == ["host-1", "host-2", "host-3", "host-4"]
    assert [one.zone for one in spec.machines] == ["3", "1", "3", "1"]


@pytest.mark.parametrize(("few", "many"), [(1, 2), (2, 7), (0, 3)])
def test_others_change_nothing_of_a_machine(few, many):
    spec = replace(LINUX, zones=("1", "2", "3"), name="vm")
    assert replace(spec, count=many).machines[:few] == replace(spec, count=few).machines


def test_names_that_are_not_given_come_of_those_that_are():
    assert LINUX.machines[0].name is None
    assert LINUX.machines[0].zone is None
    assert LINUX.machines[0].computer_name == "web-1"
    assert replace(LINUX, name="vm").machines[0].computer_name == "vm-1"


def test_the_tags_of_an_exception_are_among_all_tags():
    spec = replace(LINUX, tags={"owner": "platform"})
    assert spec.all_tags == {"owner": "platform"}
    assert replace(spec, inbound=INBOUND).all_tags == {"owner": "platform", **INBOUND.tags}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"count": 1_000},
        {"size": "Standard_E96-24ads_v5"},
        {"size": "Standard_NC24ads_A100_v4"},
        {"size": "Basic_A0"},
        {"zones": ("1", "2", "3"), "count": 2},
        {"subnet_id": SUBNET.replace("Network", "network").replace("resourceGroups", "resourcegroups")},
        {"network_security_group_id": f"{BASE}/Microsoft.Network/networkSecurityGroups/n"},
        {"user_assigned_identity_ids": (f"{BASE}/Microsoft.ManagedIdentity/userAssignedIdentities/i",)},
        {"os_disk": OsDiskSpec(encryption_set_id=f"{BASE}/Microsoft.Compute/diskEncryptionSets/d")},
        {"custom_data": "x" * 65_535},
        {"inbound": INBOUND},
        {"tags": {"nat-egress-owner": "platform"}},
    ],
)
def test_machines_that_are_right(changes):
    assert lines(**changes) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"os": "linux"}, "os is linux: a machine runs one of Linux, Windows. Use one of these."),
        ({"size": "D2s_v5"}, "size is D2s_v5: a size is written as Standard_D2s_v5 is. Write it so"),
        ({"size": "Standard D2s v5"}, "size is Standard D2s v5: a size is written as"),
        ({"count": 0}, "count is 0: one declaration makes 1 to 1000 machines. Use a number in between; to remove"),
        ({"count": -1}, "count is -1: one declaration makes 1 to 1000 machines"),
        ({"count": 1_001}, "count is 1001: one declaration makes 1 to 1000 machines"),
        ({"count": 10**12}, "count is 1000000000000: one declaration makes 1 to 1000 machines"),
        ({"zones": ("4",)}, "zones is 4: a zone is one of 1, 2, 3"),
        ({"image": "ubuntu"}, "image is ubuntu: an image is publisher:offer:sku:version"),
        ({"os_disk": OsDiskSpec(size_gb=4_096)}, "os_disk.size_gb is 4096"),
        ({"login": LoginSpec()}, "ssh_public_keys is not set"),
        ({"custom_data": "x" * 65_536}, "custom_data is 65536 bytes: custom data has at most 65535 bytes. Let"),
        ({"custom_data": "é" * 32_768}, "custom_data is 65536 bytes"),
        ({"subnet_id": "web"}, "subnet_id is web: it is not the id of a subnet. Give an id such as /subscriptions/…"),
        ({"subnet_id": SUBNET.rpartition("/subnets")[0]}, "it is not the id of a subnet"),
        ({"subnet_id": SUBNET.replace("virtualNetworks", "networks")}, "it is not the id of a subnet"),
        ({"network_security_group_id": SUBNET}, "network_security_group_id is /subscriptions/"),
        ({"user_assigned_identity_ids": ("me",)}, "user_assigned_identity_ids[0] is me: it is not an id such as"),
        (
            {"user_assigned_identity_ids": (f"{BASE}/Microsoft.Network/natGateways/n",)},
            "user_assigned_identity_ids[0] is /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/",
        ),
        (
            {"os_disk": OsDiskSpec(encryption_set_id=f"{BASE}/Microsoft.Compute/disks/d")},
            "it is the id of a Microsoft.Compute/disks. Give an id such as /subscriptions/…",
        ),
        (
            {"tags": {"NAT-egress-inbound-Expires": "2027-01-31"}},
            "tags['NAT-egress-inbound-Expires'] is given: policies recognise an exception by this tag, and inbound",
        ),
        ({"inbound": replace(INBOUND, expires="2026-11-24")}, "inbound.expires is 2026-11-24: the exception has ended"),
        (
            {"inbound": INBOUND, "network_security_group_id": f"{BASE}/Microsoft.Network/networkSecurityGroups/n"},
            "network_security_group_id is given: an exception makes a network security group of its own, and a network",
        ),
    ],
)
def test_machines_that_are_wrong(changes, expected):
    (line,) = lines(**changes)
    assert expected in line


def names(length):
    return "n" * length


@pytest.mark.parametrize(
    ("spec", "count", "length", "fits"),
    [
        (LINUX, 1, 62, True),
        (LINUX, 9, 62, True),
        (LINUX, 9, 63, False),
        (LINUX, 10, 62, False),
        (LINUX, 10, 61, True),
        (LINUX, 1_000, 59, True),
        (LINUX, 1_000, 60, False),
        (WINDOWS, 1, 13, True),
        (WINDOWS, 9, 14, False),
        (WINDOWS, 10, 12, True),
        (WINDOWS, 10, 13, False),
        (WINDOWS, 1_000, 10, True),
        (WINDOWS, 1_000, 11, False),
    ],
)
def test_the_host_name_of_the_last_machine_fits(spec, count, length, fits):
    said = lines(spec, count=count, computer_name=names(length))
    if fits:
        assert said == []
    else:
        (line,) = said
        longest = 64 if spec is LINUX else 15
        assert line.startswith(
            f"computer_name is {names(length)}: the host name of a {spec.os} machine has 1 to {longest}"
        )
        assert f"the last one would be {names(length)}-{count}. Set computer_name" in line


@pytest.mark.parametrize(
    ("changes", "arguments"),
    [
        ({"name": names(62)}, []),
        ({"name": names(63)}, ["name"]),
        ({"name": names(60), "count": 1_000}, ["name"]),
        ({"logical_name": names(54)}, []),
        ({"logical_name": names(55)}, ["the component's name"]),
        ({"logical_name": names(55), "name": "vm"}, []),
        ({"logical_name": names(55), "computer_name": "host"}, ["the component's name"]),
        ({"logical_name": "web_1"}, ["the component's name"]),
        ({"logical_name": "web_1", "name": "vm"}, []),
        ({"logical_name": "web_1", "name": "web_1"}, ["name"]),
        ({"name": "vm_1", "computer_name": "host"}, ["name"]),
        ({"name": "vm", "computer_name": "host.example"}, ["computer_name"]),
        ({"name": "-vm"}, ["name"]),
        ({"name": "vm-"}, []),
        ({"name": "a b", "computer_name": "c d"}, ["name", "computer_name"]),
    ],
)
def test_names(changes, arguments):
    said = [problem.argument for problem in machine_problems(replace(LINUX, **changes), TODAY)]
    assert said == arguments


def test_a_windows_machine_may_have_a_longer_name_than_its_host():
    assert lines(WINDOWS, name=names(40), computer_name="host") == []
    (line,) = lines(WINDOWS, name=names(40))
    assert line.startswith(f"name is {names(40)}: the host name of a Windows machine has 1 to 15")


def test_an_exception_is_warned_of():
    assert machine_warnings(LINUX) == []
    (warning,) = machine_warnings(replace(LINUX, inbound=INBOUND))
    assert warning == (
        "By an exception until 2027-01-31, the machine accepts connections from the internet: "
        "Tcp 443, 8443 from 203.0.113.0/24 (partners)."
    )
    (warning,) = machine_warnings(replace(LINUX, inbound=INBOUND, count=3))
    assert "all 3 machines accept connections" in warning


def test_everything_wrong_is_said_at_once():
    said = lines(
        os="BSD",
        size="big",
        count=0,
        zones=("9",),
        image="x",
        os_disk=OsDiskSpec(size_gb=0),
        subnet_id="s",
        network_security_group_id="n",
        inbound=replace(INBOUND, sources=("*",)),
    )
    assert len(said) == 10
