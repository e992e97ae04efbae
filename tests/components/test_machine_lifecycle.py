from __future__ import annotations

from datetime import date

import pytest
from nat_egress.machine_args import read_machine
from nat_egress.machine_lifecycle import machine_change_problems, machine_identity

NETWORKS = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks"
ARGS = {
    "resource_group_name": "rg",
    "location": "westeurope",
    "subnet_id": f"{NETWORKS}/v/subnets/web",
    "size": "Standard_D2s_v5",
    "password_login": True,
    "name": "vm",
    "os_disk": {"size_gb": 64},
}


def machines(**changes):
    args = {key: value for key, value in (ARGS | changes).items() if value is not None}
    return machine_identity(read_machine("x", "web", args, date(2026, 11, 25)))


def said(old, new):
    return [str(problem) for problem in machine_change_problems(old, new)]


def test_every_value_of_an_identity_is_concrete():
    assert machines(location=None, name=None, os_disk=None) == {
        "subnetId": ARGS["subnet_id"],
        "location": "",
        "resourceGroupName": "rg",
        "name": "",
        "osDiskSizeGb": 0,
    }


ALLOWED = {
    "nothing": {},
    "another subnet of the network": {"subnet_id": f"{NETWORKS}/v/subnets/jobs"},
    "the same network written otherwise": {"subnet_id": f"{NETWORKS.upper()}/V/subnets/jobs"},
    "a larger disk": {"os_disk": {"size_gb": 65}},
    "a disk of the image's size": {"os_disk": None},
    "more machines": {"count": 9},
    "other zones": {"zones": ["2"]},
    "another size": {"size": "Standard_D4s_v5"},
    "another name": {"name": "vn"},
    "no name": {"name": None},
    "a region written otherwise": {"location": "West Europe"},
    "a region that is said no more": {"location": None},
    "another region under another name": {"location": "northeurope", "name": "vn"},
    "another region without a name": {"location": "northeurope", "name": None},
    "another region in another group": {"location": "northeurope", "resource_group_name": "other"},
    "another group": {"resource_group_name": "other"},
}


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=ALLOWED)
def test_changes_that_are_allowed(changes):
    assert said(machines(), machines(**changes)) == []


REFUSED = {
    "another network": (
        {"subnet_id": f"{NETWORKS}/w/subnets/web"},
        "subnet_id is v/web → w/web: a network interface moves between the subnets of its virtual network, and never",
    ),
    "a network of the same name in another group": (
        {"subnet_id": f"{NETWORKS.replace('/g/', '/h/')}/v/subnets/web"},
        "subnet_id is v/web → v/web: a network interface moves between the subnets",
    ),
    "a smaller disk": (
        {"os_disk": {"size_gb": 63}},
        "os_disk.size_gb is 63: an OS disk of 64 GiB can't shrink. Leave it at 64, or declare the machines anew.",
    ),
    "another region under the same name": (
        {"location": "northeurope"},
        "name is vm: a change of location replaces the machines, and the new ones can't have these names while the old",
    ),
    "another region in the same group written otherwise": (
        {"location": "northeurope", "resource_group_name": "RG"},
        "name is vm: a change of location replaces the machines",
    ),
}


@pytest.mark.parametrize(("changes", "expected"), REFUSED.values(), ids=REFUSED)
def test_changes_that_are_refused(changes, expected):
    (line,) = said(machines(), machines(**changes))
    assert line.startswith(expected)


def test_all_that_is_refused_is_said_at_once():
    new = machines(subnet_id=f"{NETWORKS}/w/subnets/web", os_disk={"size_gb": 32}, location="northeurope")
    assert [line.partition(" is ")[0] for line in said(machines(), new)] == ["subnet_id", "os_disk.size_gb", "name"]


def test_the_ways_out_work():
    old = machines()
    assert said(old, machines(location="northeurope", name="vn")) == []
    assert said(old, machines(location="northeurope", name=None)) == []
    assert said(old, machines(os_disk={"size_gb": 64})) == []


@pytest.mark.parametrize("setting", ["subnetId", "osDiskSizeGb", "location"])
def test_what_is_not_known_or_was_not_recorded_is_taken_as_unchanged(setting):
    new = machines(subnet_id=f"{NETWORKS}/w/subnets/web", os_disk={"size_gb": 32}, location="northeurope")
    assert said({}, new) == []
    for old in ({**machines(), setting: None}, {key: value for key, value in machines().items() if key != setting}):
        assert len(said(old, new)) == 2
    assert len(said(machines(), {**new, setting: None})) == 2


def test_numbers_come_back_from_the_engine_as_floats():
    (line,) = said({**machines(), "osDiskSizeGb": 64.0}, {**machines(), "osDiskSizeGb": 32.0})
    assert line.startswith("os_disk.size_gb is 32: an OS disk of 64 GiB can't shrink. Leave it at 64")
