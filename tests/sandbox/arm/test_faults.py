"""Faults by rule: which requests meet them, what is answered, what is done all the same, and what the log has of it."""

from __future__ import annotations

import re
import sqlite3
import time
from pathlib import Path

import pytest
from azure_sandbox.arm import (
    ArmError,
    ConnectionLostError,
    ControlPlane,
    Fault,
    LostReply,
    OperationFailed,
    Refused,
    Slow,
    faults,
)
from azure_sandbox.arm.faults import from_json, to_json

SUBNETS = "Microsoft.Network/virtualNetworks/subnets"
SUBNET = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/App-1"
CODE = Refused(418, "Teapot", "No.")


@pytest.fixture
def clock(monkeypatch):
    """Moves time on by so many seconds; by itself it stands."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])

    def move(seconds):
        now[0] += seconds

    return move


@pytest.mark.parametrize(
    ("rule", "method", "id_", "expected"),
    [
        ({}, "PUT", SUBNET, True),
        ({}, "GET", SUBNET, False),
        ({"method": "DELETE"}, "DELETE", SUBNET, True),
        ({"type": SUBNETS}, "PUT", SUBNET, True),
        ({"type": SUBNETS.upper()}, "PUT", SUBNET, True),
        ({"type": "Microsoft.Network/virtualNetworks"}, "PUT", SUBNET, False),
        ({"type": "Microsoft.Network/virtualNetworks"}, "PUT", SUBNET.rpartition("/subnets")[0], True),
        ({"type": "Microsoft.Resources/resourceGroups"}, "PUT", "/subscriptions/s/resourceGroups/rg", True),
        ({"name": "app-*"}, "PUT", SUBNET, True),
        ({"name": "APP-1"}, "PUT", SUBNET, True),
        ({"name": "app"}, "PUT", SUBNET, False),
        ({"name": "vnet"}, "PUT", SUBNET, False),
        ({"name": "app-1", "type": "Microsoft.Network/natGateways"}, "PUT", SUBNET, False),
        ({"method": "GET"}, "GET", SUBNET.rpartition("/")[0], False),
        ({"method": "GET"}, "GET", "/subscriptions/s/resourceGroups", False),
        ({}, "PUT", "nonsense", False),
    ],
)
def test_which_requests_a_rule_is_about(rule, method, id_, expected):
    assert Fault(**rule, happens=CODE).matches(method, id_) is expected


@pytest.mark.parametrize(
    ("nth", "times", "struck"),
    [(1, 1, [1]), (3, 1, [3]), (2, 2, [2, 3]), (3, 0, [3, 4, 5]), (1, 0, [1, 2, 3, 4, 5]), (6, 1, [])],
)
def test_which_of_them_it_strikes(nth, times, struck):
    rule = Fault(nth=nth, times=times, happens=CODE)
    assert [count for count in range(1, 6) if rule.strikes(count)] == struck


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"method": "PATCH"}, "method is 'PATCH': give one of PUT, GET, DELETE"),
        ({"nth": 0}, "nth is 0: requests are counted from 1"),
        ({"times": -1}, "times is -1: give how many requests in a row, or 0 for all"),
        ({"method": "GET", "happens": Slow(1)}, "happens is Slow: only PUT and DELETE begin an operation"),
        ({"method": "GET", "happens": OperationFailed("a", "b")}, "happens is OperationFailed: only PUT and DELETE"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule, message):
    with pytest.raises(ValueError, match=message):
        Fault(**{"happens": CODE, **rule})


@pytest.mark.parametrize("happens", [CODE, faults.throttled(9), LostReply(), Slow(2.5), OperationFailed("c", "m", 3)])
def test_a_rule_is_kept_as_it_was(happens):
    rule = Fault(method="DELETE", type=SUBNETS, name="a*", nth=2, times=0, happens=happens)
    assert from_json(to_json(rule)) == rule


def test_the_third_put_of_a_subnet_is_refused_and_nothing_of_it_is_done(network, refused):
    network.plane.inject(Fault(type=SUBNETS, nth=3, happens=faults.conflict()))
    before = network.properties(network.subnet_id())
    assert network.put_subnet(prefix="10.0.2.0/24").ok
    network.put_gateway()
    assert network.put_subnet("b", prefix="10.0.3.0/24").ok
    response = network.put_subnet(prefix="10.0.9.0/24")
    assert response.status == 409
    message = refused(response, "AnotherOperationInProgress")
    assert f"https://management.azure.com/subscriptions/{network.subscription}/providers/" in message
    assert before["addressPrefix"] != network.properties(network.subnet_id())["addressPrefix"] == "10.0.2.0/24"
    assert network.put_subnet(prefix="10.0.9.0/24").ok


@pytest.mark.parametrize(
    ("happens", "answered", "words"),
    [
        (faults.conflict(5), (409, "AnotherOperationInProgress", 5), "Another operation"),
        (faults.retryable(), (429, "RetryableError", None), "A retryable error occurred."),
        (
            faults.throttled(17),
            (429, "SubscriptionRequestsThrottled", 17),
            "'PUT/SUBSCRIPTIONS/RESOURCEGROUPS/PROVIDERS/MICROSOFT.NETWORK/NATGATEWAYS' exceeded the backend storage",
        ),
        (faults.server_error(), (500, "InternalServerError", None), "An error occurred."),
        (faults.quota_reached(20), (400, "PublicIPCountLimitReached", None), "Cannot create more than 20 public IP"),
    ],
)
def test_what_azure_is_seen_to_answer(azure, refused, happens, answered, words):
    status, code, retry_after = answered
    azure.plane.inject(Fault(type="microsoft.network/natgateways", happens=happens))
    response = azure.put_gateway()
    assert (response.status, response.retry_after) == (status, retry_after)
    assert words in refused(response, code)
    assert azure.plane.get(azure.id("natGateways", "ng"), api_version=azure.api).status == 404
    assert (azure.plane.requests()[-2].status, azure.plane.requests()[-2].retry_after) == (status, retry_after)


def test_a_rule_for_reading_and_one_for_deleting(network):
    network.plane.inject(Fault(method="GET", type=SUBNETS, happens=faults.server_error()))
    network.plane.inject(Fault(method="DELETE", type=SUBNETS, happens=faults.server_error()))
    assert network.plane.get(network.subnet_id(), api_version=network.api).status == 500
    assert network.delete(network.subnet_id()).status == 500
    assert network.get(network.subnet_id())
    assert network.delete(network.subnet_id()).status == 200


def test_a_lost_reply_is_done_all_the_same(azure):
    azure.plane.inject(Fault(happens=LostReply()))
    with pytest.raises(ConnectionLostError, match=r"before the answer to PUT /subscriptions/.*/ng came"):
        azure.put_gateway()
    assert azure.get(azure.id("natGateways", "ng"))
    [logged] = [request for request in azure.plane.requests() if request.method == "PUT" and request.fault]
    assert (logged.status, logged.error_code) == (201, None)


def test_a_lost_reply_of_a_refusal_is_logged_as_what_it_was(azure):
    azure.plane.inject(Fault(happens=LostReply()))
    with pytest.raises(ConnectionLostError):
        azure.put_address(properties={"publicIPAllocationMethod": "Dynamic"})
    assert azure.plane.requests()[-1].error_code == "StandardSkuPublicIPAddressesMustBeStatic"
    assert azure.put_address().status == 201


def test_the_log_has_every_try_in_order_with_its_rule_and_its_time(azure):
    azure.plane.inject(Fault(name="other", happens=faults.server_error()))
    azure.plane.inject(Fault(name="ng", times=2, happens=faults.throttled(30)))
    begun, first = time.time(), len(azure.plane.requests())
    statuses = [azure.put_gateway().status for _ in range(3)]
    log = azure.plane.requests()[first:]
    assert statuses == [429, 429, 201] == [request.status for request in log]
    assert [request.fault for request in log] == [2, 2, None]
    assert [request.retry_after for request in log] == [30, 30, None]
    assert begun <= log[0].at <= log[1].at <= log[2].at <= time.time()


def test_each_rule_tells_what_came_of_it(azure):
    other, all_ = Fault(name="other", happens=CODE), Fault(nth=2, times=0, happens=CODE)
    azure.plane.inject(other)
    azure.plane.inject(all_)
    for _ in range(3):
        azure.put_gateway()
    assert [(kept.number, kept.fault, kept.matched, kept.struck) for kept in azure.plane.faults()] == [
        (1, other, 0, 0),
        (2, all_, 3, 2),
    ]


def test_of_two_rules_the_older_one_strikes_and_both_count(azure):
    azure.plane.inject(Fault(happens=faults.server_error()))
    azure.plane.inject(Fault(times=2, happens=CODE))
    assert [azure.put_gateway().status for _ in range(3)] == [500, 418, 201]
    assert [(kept.matched, kept.struck) for kept in azure.plane.faults()] == [(3, 1), (3, 1)]


def test_rules_hold_for_whoever_uses_the_file_and_go_when_they_are_cleared(path, azure):
    azure.plane.inject(Fault(times=0, happens=CODE))
    other = ControlPlane(path)
    body = {"location": "westeurope"}
    assert other.put(azure.id("natGateways", "ng"), body, api_version=azure.api).status == 418
    other.clear_faults()
    assert azure.plane.faults() == []
    assert azure.put_gateway().ok
    azure.plane.inject(Fault(times=0, happens=CODE))
    assert [kept.number for kept in azure.plane.faults()] == [2]


def test_a_slow_write_is_there_at_once_and_goes_on_for_its_time(path, azure, refused, clock):
    azure.plane = ControlPlane(path, time_scale=0.01)
    azure.plane.inject(Fault(happens=Slow(30)))
    response = azure.put_gateway()
    assert (response.status, response.body["properties"]["provisioningState"]) == (201, "Updating")
    assert azure.properties(azure.id("natGateways", "ng"))["provisioningState"] == "Updating"
    assert azure.plane.operation(response.operation).body == {"status": "InProgress"}
    assert "operations/" in refused(azure.put_gateway(), "AnotherOperationInProgress")
    assert refused(azure.delete(azure.id("natGateways", "ng")), "AnotherOperationInProgress")
    assert azure.put_gateway("other").ok
    clock(0.29)
    assert azure.plane.operation(response.operation).body == {"status": "InProgress"}
    clock(0.02)
    assert azure.plane.operation(response.operation).body == {"status": "Succeeded"}
    assert azure.properties(azure.id("natGateways", "ng"))["provisioningState"] == "Succeeded"
    assert azure.put_gateway().ok


def test_a_slow_write_to_a_subnet_holds_its_network(path, network):
    network.plane = ControlPlane(path, time_scale=1)
    network.plane.inject(Fault(type=SUBNETS, happens=Slow(30)))
    assert network.put_subnet(prefix="10.0.2.0/24").ok
    assert network.put_subnet("b", prefix="10.0.3.0/24").error.code == "AnotherOperationInProgress"
    assert network.put_network("other").ok


def test_a_slow_deletion_is_polled_too(path, azure, clock):
    azure.plane = ControlPlane(path, time_scale=0.01)
    azure.put_gateway()
    azure.plane.inject(Fault(method="DELETE", happens=Slow(20)))
    response = azure.delete(azure.id("natGateways", "ng"))
    assert (response.status, response.body) == (202, None)
    assert azure.plane.operation(response.operation).body == {"status": "InProgress"}
    assert azure.plane.get(azure.id("natGateways", "ng"), api_version=azure.api).status == 404
    clock(0.21)
    assert azure.plane.operation(response.operation).body == {"status": "Succeeded"}
    assert azure.put_gateway().status == 201


def test_an_operation_that_fails_leaves_the_resource_as_failed_until_the_next_write(azure):
    azure.plane.inject(Fault(happens=faults.operation_failed()))
    response = azure.put_gateway()
    assert response.status == 201
    polled = azure.plane.operation(response.operation)
    assert polled.body["status"] == "Failed"
    assert (polled.status, polled.error) == (200, ArmError("InternalServerError", "An error occurred."))
    assert azure.properties(azure.id("natGateways", "ng"))["provisioningState"] == "Failed"
    assert azure.put_gateway().body["properties"]["provisioningState"] == "Succeeded"
    assert azure.plane.operation(response.operation).status == 404


def test_a_deletion_that_fails_deletes_nothing(azure):
    azure.put_gateway()
    azure.plane.inject(Fault(method="DELETE", happens=faults.operation_failed()))
    response = azure.delete(azure.id("natGateways", "ng"))
    assert response.status == 202
    assert azure.plane.operation(response.operation).error.code == "InternalServerError"
    assert azure.properties(azure.id("natGateways", "ng"))["provisioningState"] == "Failed"
    assert azure.delete(azure.id("natGateways", "ng")).status == 200


def test_what_azure_would_refuse_begins_no_operation(azure, refused):
    azure.plane.inject(Fault(happens=Slow(3600)))
    response = azure.put_address(sku={"name": "Standard"}, properties={"publicIPAllocationMethod": "Dynamic"})
    refused(response, "StandardSkuPublicIPAddressesMustBeStatic")
    assert response.operation is None
    assert azure.put_address().ok


@pytest.mark.parametrize("happens", [Slow(3600), faults.operation_failed(3600)])
def test_deleting_what_is_not_there_begins_no_operation(azure, happens):
    azure.plane.inject(Fault(method="DELETE", happens=happens))
    assert azure.delete(azure.id("natGateways", "ng")).status == 204
    assert azure.put_gateway().ok


def test_an_operation_that_nobody_began(azure, refused):
    unknown = f"/subscriptions/{azure.subscription}/providers/Microsoft.Network/locations/sandbox/operations/x"
    assert "not found" in refused(azure.plane.operation(unknown), "NotFound")
    assert azure.plane.requests()[-1].status == 404


@pytest.mark.parametrize("scale", [-0.1, 1.5, float("nan")])
def test_a_time_scale_that_makes_no_sense(path, scale):
    with pytest.raises(ValueError, match=f"time_scale is {scale}: give a number from 0 to 1"):
        ControlPlane(path, time_scale=scale)


def test_the_time_scale_is_the_files(path):
    assert ControlPlane(path).time_scale == 0.001
    ControlPlane(path, time_scale=0.5)
    assert ControlPlane(path).time_scale == 0.5


def test_a_file_of_the_version_before_faults_is_taken_over(path):
    from azure_sandbox.arm import store  # noqa: PLC0415

    connection = sqlite3.connect(path)
    for statement in store._TABLES.split(";"):
        connection.execute(statement)
    connection.execute("INSERT INTO request (method, id, status) VALUES ('PUT', '/old', 200)")
    connection.execute(f"PRAGMA application_id = {store.APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    plane = ControlPlane(path)
    [old] = plane.requests()
    assert (old.id, old.at, old.retry_after, old.fault) == ("/old", 0, None, None)
    plane.inject(Fault(happens=CODE))
    assert plane.put("/subscriptions/s/resourceGroups/rg", {}, api_version="2024-03-01").status == 418


def test_the_example_of_the_documentation_runs(tmp_path, monkeypatch):
    page = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(example, names)  # noqa: S102 - the documentation of this project
    assert [kept.fault.happens for kept in ControlPlane(Path(".sandbox/azure.sqlite")).faults()] == [
        faults.conflict(),
        faults.throttled(30),
        LostReply(),
    ]


def test_the_documentation_names_everything_that_can_happen():
    page = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()
    named = set(re.findall(r"`(?:faults\.)?(\w+)\(", page))
    happenings = {kind.__name__ for kind in (Refused, LostReply, Slow, OperationFailed)}
    words = {"conflict", "retryable", "throttled", "server_error", "quota_reached", "operation_failed"}
    assert happenings | words <= named
