"""The file: who may use it, what is said of one that can't be used, and what survives a kill."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from azure_sandbox.arm import ControlPlane, StoreError

API = "2024-05-01"
GROUP = "/subscriptions/s/resourceGroups/rg"

# Puts one address after the other and says which, as soon as it has been answered.
WRITER = """
import sys
from pathlib import Path
from azure_sandbox.arm import ControlPlane

path, group, who, number = sys.argv[1:]
plane = ControlPlane(Path(path))
assert plane.put(group, {"location": "westeurope"}, api_version="2024-05-01").ok
body = {
    "location": "westeurope",
    "sku": {"name": "Standard"},
    "properties": {"publicIPAllocationMethod": "Static"},
}
for index in range(int(number)):
    id_ = f"{group}/providers/Microsoft.Network/publicIPAddresses/{who}{index}"
    assert plane.put(id_, body, api_version="2024-05-01").status == 201
    print(id_, flush=True)
"""


def writer(path, who, number):
    command = [sys.executable, "-c", WRITER, str(path), GROUP, who, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def addresses(plane):
    body = plane.list(f"{GROUP}/providers/Microsoft.Network/publicIPAddresses").body
    return {item["id"]: item["properties"]["ipAddress"] for item in body["value"]}


def test_what_is_written_is_there_for_the_next(path):
    plane = ControlPlane(path)
    plane.put(GROUP, {"location": "westeurope"}, api_version=API)
    plane.close()
    assert ControlPlane(path).get(GROUP, api_version=API).ok


def test_missing_folders_are_made(tmp_path):
    assert ControlPlane(tmp_path / "a" / "b" / "azure.db").requests() == []


def test_an_empty_file_is_an_empty_azure(path):
    path.touch()
    assert ControlPlane(path).requests() == []


def test_several_processes_that_begin_at_once_share_one_azure(path):
    writers = [writer(path, who, 15) for who in "abc"]
    printed = [line for process in writers for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in writers] == [0, 0, 0]
    held = addresses(ControlPlane(path))
    assert set(held) == set(printed)
    assert len(printed) == 45
    assert len(set(held.values())) == 45
    sequence = [request.sequence for request in ControlPlane(path).requests()]
    assert sequence == sorted(set(sequence))


def test_threads_share_one_plane(azure):
    threads = [threading.Thread(target=azure.put_address, args=(f"a{number}",)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [azure.properties(azure.id("publicIPAddresses", f"a{number}"))["ipAddress"] for number in range(20)]
    assert len(set(held)) == 20


@pytest.mark.parametrize("answered", [1, 7])
def test_a_killed_process_loses_nothing_that_was_answered(path, answered):
    process = writer(path, "a", 10_000)
    seen = [process.stdout.readline().strip() for _ in range(answered)]
    os.kill(process.pid, signal.SIGKILL)
    seen += process.communicate(timeout=60)[0].splitlines()[:-1]
    plane = ControlPlane(path)
    assert set(seen) <= set(addresses(plane))
    log = {request.id for request in plane.requests() if request.status == 201}
    assert set(addresses(plane)) == log - {GROUP}
    assert plane.put(
        f"{GROUP}/providers/Microsoft.Network/natGateways/ng", {"location": "westeurope"}, api_version=API
    ).ok


def test_a_directory(tmp_path):
    with pytest.raises(StoreError, match="is a directory"):
        ControlPlane(tmp_path)


def test_a_file_that_is_no_database(path):
    path.write_bytes(b"not a database " * 1000)
    with pytest.raises(StoreError, match="damaged or not a SQLite file") as caught:
        ControlPlane(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes().startswith(b"not a database")


def test_a_damaged_file(path):
    plane = ControlPlane(path)
    plane.put(GROUP, {"location": "westeurope"}, api_version=API)
    for number in range(40):
        plane.put(
            f"{GROUP}/providers/Microsoft.Network/natGateways/n{number}", {"location": "westeurope"}, api_version=API
        )
    plane.close()
    content = bytearray(path.read_bytes())
    content[4096 : len(content) - 4096] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="remove it to start with an empty Azure"):
        ControlPlane(path)


def test_a_truncated_file(path):
    plane = ControlPlane(path)
    plane.put(GROUP, {"location": "westeurope"}, api_version=API)
    plane.close()
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(StoreError):
        ControlPlane(path)


def test_a_database_of_another_application(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE resource (id TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="of another application"):
        ControlPlane(path)


def test_a_database_of_a_newer_version(path):
    ControlPlane(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match=r"schema 99.*Upgrade azure-sandbox"):
        ControlPlane(path)


def test_a_place_where_nothing_can_be_written():
    with pytest.raises(StoreError, match="can't be"):
        ControlPlane(Path("/proc/azure.db"))


def test_a_lock_that_is_never_given_back_is_an_error_for_people(path, monkeypatch):
    monkeypatch.setattr("azure_sandbox.arm.store.BUSY_SECONDS", 0.1)
    plane = ControlPlane(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreError, match="can't be written: database is locked"):
        plane.get(GROUP, api_version=API)
    assert time.monotonic() - began < 5
    other.execute("ROLLBACK")
    assert plane.get(GROUP, api_version=API).status == 404
