"""Writes that take time: what overlaps is refused, what doesn't is not."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from azure_sandbox.arm import ControlPlane
from azure_sandbox.arm.operations import Operations


def test_writes_never_conflict_by_default(network):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: network.put_subnet(f"s{n}", prefix=f"10.0.{n}.0/24"), range(2, 18)))
    assert all(answer.ok for answer in answers)


def test_overlapping_writes_to_one_network_are_refused(path, network, refused):
    network.plane = ControlPlane(path, latency=0.3)
    other = ControlPlane(path)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(network.put_subnet, "a", prefix="10.0.2.0/24")
        time.sleep(0.1)
        response = other.put(
            network.subnet_id("b"), {"properties": {"addressPrefix": "10.0.3.0/24"}}, api_version="2024-05-01"
        )
        elsewhere = other.put(network.id("natGateways", "ng"), {"location": "westeurope"}, api_version="2024-05-01")
        assert first.result().ok
    assert response.status == 409
    assert "operations/" in refused(response, "AnotherOperationInProgress")
    assert elsewhere.ok
    assert network.put_subnet("b", prefix="10.0.3.0/24").ok


def test_writes_one_after_the_other_are_accepted(path, network):
    network.plane = ControlPlane(path, latency=0.02)
    for number in range(2, 8):
        assert network.put_subnet(f"s{number}", prefix=f"10.0.{number}.0/24").ok


def test_two_networks_do_not_disturb_each_other(path, network):
    network.put_network("other")
    network.plane = ControlPlane(path, latency=0.2)
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda name: network.put_subnet("s", name, prefix="10.0.9.0/24"), ("vnet", "other"))
        assert all(answer.ok for answer in answers)


def test_a_refused_write_does_not_block_the_next(path, network, refused):
    network.plane = ControlPlane(path, latency=30)
    refused(network.put_subnet("s", prefix="bad"), "InvalidAddressPrefixFormat")
    network.plane = ControlPlane(path, latency=0)
    assert network.put_subnet("s", prefix="10.0.9.0/24").ok


def test_a_network_whose_writer_was_killed_is_free_again_in_time(path, network):
    plane = ControlPlane(path, latency=0.2)
    with plane._store.transaction() as connection:
        assert Operations(connection, 0.2).begin(network.subnet_id())
    network.plane = plane
    assert network.put_subnet("s", prefix="10.0.9.0/24").error.code == "AnotherOperationInProgress"
    time.sleep(0.25)
    assert network.put_subnet("s", prefix="10.0.9.0/24").ok
