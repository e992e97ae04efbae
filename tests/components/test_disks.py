from __future__ import annotations

import pytest
from nat_egress.disks import CACHING, STORAGE, OsDiskArgs, OsDiskSpec, os_disk_problems, read_os_disk
from nat_egress.reading import Arguments


class Shape:
    os_disk: OsDiskArgs


def read(value):
    problems = []
    disk = read_os_disk(Arguments({"os_disk": value}, Shape, problems))
    return disk, [str(problem) for problem in [*problems, *os_disk_problems(disk)]]


@pytest.mark.parametrize("value", [None, {}])
def test_the_default(value):
    assert read(value) == (OsDiskSpec(None, "StandardSSD_LRS", "ReadWrite", ephemeral=False), [])


def test_what_is_asked_for():
    asked = {
        "size_gb": 64,
        "storage": "Premium_ZRS",
        "caching": "None",
        "encryption_set_id": "id",
        "delete_with_machine": False,
    }
    assert read(asked)[0] == OsDiskSpec(64, "Premium_ZRS", "None", encryption_set_id="id", delete_with_machine=False)


def test_an_ephemeral_disk_is_on_the_host_and_cached_for_reading():
    assert read({"ephemeral": True}) == (OsDiskSpec(None, "Standard_LRS", "ReadOnly", ephemeral=True), [])
    assert read({"ephemeral": True, "caching": "ReadOnly", "delete_with_machine": True})[1] == []


@pytest.mark.parametrize(("size", "fits"), [(0, False), (1, True), (4_095, True), (4_096, False), (-1, False)])
def test_sizes(size, fits):
    said = read({"size_gb": size})[1]
    expected = f"os_disk.size_gb is {size}: an OS disk has 1 to 4095 GiB. Use a size in between; data belongs on other"
    assert (said == []) if fits else said[0].startswith(expected)


@pytest.mark.parametrize("storage", STORAGE)
@pytest.mark.parametrize("caching", CACHING)
def test_kinds(storage, caching):
    assert read({"storage": storage, "caching": caching})[1] == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"storage": "UltraSSD_LRS"}, "os_disk.storage is UltraSSD_LRS: it is one of StandardSSD_LRS, Premium_LRS"),
        ({"storage": "PremiumV2_LRS"}, "os_disk.storage is PremiumV2_LRS: it is one of"),
        ({"storage": "premium_lrs"}, "os_disk.storage is premium_lrs: it is one of"),
        ({"caching": "readonly"}, "os_disk.caching is readonly: it is one of ReadWrite, ReadOnly, None. Use one of"),
        ({"ephemeral": True, "caching": "ReadWrite"}, "os_disk.caching is ReadWrite: an ephemeral disk is cached for"),
        ({"ephemeral": True, "caching": "None"}, "os_disk.caching is None: an ephemeral disk is cached for reading"),
        ({"ephemeral": True, "storage": "Premium_LRS"}, "os_disk.storage is Premium_LRS: an ephemeral disk lies on"),
        (
            {"ephemeral": True, "delete_with_machine": False},
            "os_disk.delete_with_machine is false: an ephemeral disk lies on the host, and goes with its machine.",
        ),
        ({"size_gb": "64"}, "os_disk.size_gb is 64: it must be a whole number. What stands there is of type str."),
        ({"size_gb": 64.5}, "os_disk.size_gb is 64.5: it must be a whole number"),
        ({"storage": 1}, "os_disk.storage is 1: it must be text"),
        ({"caching": ["None"]}, "os_disk.caching is ['None']: it must be text"),
        ({"ephemeral": "yes"}, "os_disk.ephemeral is yes: it must be True or False"),
        ({"encryption_set_id": 3}, "os_disk.encryption_set_id is 3: it must be text that is not empty, or an output"),
        ({"delete_with_machine": 1}, "os_disk.delete_with_machine is 1: it must be True or False"),
        ({"size": 64}, "os_disk.size is given: there is no such argument. Did you mean size_gb?"),
        ("Premium_LRS", "os_disk is Premium_LRS: it must be a mapping with the keys size_gb, storage"),
    ],
)
def test_what_is_wrong(value, expected):
    (line,) = read(value)[1]
    assert line.startswith(expected)
