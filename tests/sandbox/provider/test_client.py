"""Requests are retried where Azure asks for it, and refusals are told in azure-native's words."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from azure_sandbox.provider.client import ArmClient, ArmRequestError, NoAnswerError, ProvisioningError
from azure_sandbox.provider.patience import CanceledError, Patience, TimedOutError


@dataclass(frozen=True)
class Refusal:
    code: str
    message: str = "why"


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any] | None = None
    error: Refusal | None = None
    retry_after: float | None = None
    operation: str | None = None


@dataclass
class Script:
    """A control plane that gives the answers it is told to give; None is a connection that is lost."""

    answers: list[Answer | None]
    asked: int = 0
    polled: int = 0
    slept: list[float] = field(default_factory=list)

    def _next(self) -> Answer:
        self.asked += 1
        answer = self.answers.pop(0)
        if answer is None:
            raise ConnectionResetError
        return answer

    def put(self, id: str, body: dict[str, Any], *, api_version: str) -> Answer:  # noqa: A002
        return self._next()

    def get(self, id: str, *, api_version: str) -> Answer:  # noqa: A002
        return self._next()

    def delete(self, id: str, *, api_version: str) -> Answer:  # noqa: A002
        return self._next()

    def operation(self, id: str) -> Answer:  # noqa: A002
        assert id == "/operations/1"
        self.polled += 1
        return self._next()

    def client(self, seconds: float = math.inf) -> ArmClient:
        return ArmClient(self, Patience(0.5, seconds, sleep=self.slept.append))


BUSY = Answer(409, error=Refusal("AnotherOperationInProgress"))


@pytest.mark.parametrize("again", [BUSY, Answer(429, error=Refusal("TooManyRequests")), Answer(503)])
def test_what_passes_is_tried_again(again: Answer) -> None:
    script = Script([again, again, Answer(200, {"id": "/x"})])
    assert script.client().put("/x", {}, "v") == {"id": "/x"}
    assert script.slept == [10.0, 30.0]


def test_after_three_more_tries_the_refusal_stands() -> None:
    script = Script([BUSY] * 5)
    with pytest.raises(ArmRequestError, match="AnotherOperationInProgress"):
        script.client().put("/x", {}, "v")
    assert (script.asked, script.slept) == (4, [10.0, 30.0, 60.0])


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_for_good_is_not_tried_again(status: int) -> None:
    script = Script([Answer(status, error=Refusal("SomeCode", "Something."))])
    with pytest.raises(ArmRequestError) as caught:
        script.client().put("/x", {}, "v")
    assert str(caught.value) == f'Status={status} Code="SomeCode" Message="Something."'
    assert script.slept == []


def test_nothing_there_is_no_error_to_get_and_delete() -> None:
    missing = Answer(404, error=Refusal("ResourceNotFound"))
    assert Script([missing]).client().get("/x", "v") is None
    Script([missing]).client().delete("/x", "v")
    with pytest.raises(ArmRequestError, match="ResourceNotFound"):
        Script([missing]).client().require("/x", "v")
    with pytest.raises(ArmRequestError, match="InUse"):
        Script([Answer(400, error=Refusal("InUse"))]).client().delete("/x", "v")


def test_a_provisioning_that_failed_is_told_apart() -> None:
    script = Script([Answer(201, {"properties": {"provisioningState": "Failed"}})])
    with pytest.raises(ProvisioningError, match="The provisioning of /x ended as Failed"):
        script.client().put("/x", {}, "v")


TAKEN = Answer(201, {"properties": {"provisioningState": "Updating"}}, operation="/operations/1")
RUNNING = Answer(200, {"status": "InProgress"})
DONE = Answer(200, {"status": "Succeeded"})
FAILED = Answer(200, {"status": "Failed"}, Refusal("InternalServerError", "An error occurred."))


def test_azure_says_how_long_to_wait() -> None:
    script = Script([Answer(429, error=Refusal("TooManyRequests"), retry_after=7), Answer(200, {"id": "/x"})])
    assert script.client().put("/x", {}, "v") == {"id": "/x"}
    assert script.slept == [3.5]


def test_what_was_lost_on_the_way_is_asked_for_again() -> None:
    script = Script([None, Answer(200, {"id": "/x"})])
    assert script.client().put("/x", {}, "v") == {"id": "/x"}
    assert script.slept == [10.0]


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda client: client.put("/x", {}, "v"), 'Put "https://management.azure.com/x?api-version=v": EOF'),
        (lambda client: client.get("/x", "v"), 'Get "https://management.azure.com/x?api-version=v": EOF'),
        (lambda client: client.delete("/x", "v"), 'Delete "https://management.azure.com/x?api-version=v": EOF'),
    ],
)
def test_after_four_lost_connections_it_is_told_as_go_tells_it(ask: Callable[[ArmClient], object], says: str) -> None:
    script = Script([None] * 5)
    with pytest.raises(NoAnswerError) as caught:
        ask(script.client())
    assert (str(caught.value), script.asked) == (says, 4)


def test_the_last_answer_counts_whatever_came_before() -> None:
    script = Script([BUSY, None, None, Answer(400, error=Refusal("SomeCode"))])
    with pytest.raises(ArmRequestError, match="SomeCode"):
        script.client().put("/x", {}, "v")


def test_what_goes_on_is_waited_for_and_then_read() -> None:
    script = Script([TAKEN, RUNNING, RUNNING, DONE, Answer(200, {"id": "/x"})])
    assert script.client().put("/x", {}, "v") == {"id": "/x"}
    assert (script.slept, script.polled) == ([5.0, 5.0], 3)


def test_azure_says_when_to_look_again() -> None:
    script = Script([TAKEN, replace(RUNNING, retry_after=3), DONE, Answer(200, {"id": "/x"})])
    script.client().put("/x", {}, "v")
    assert script.slept == [1.5]


def test_what_goes_on_does_so_by_the_clock() -> None:
    script = Script([TAKEN, *[RUNNING] * 99])
    client = ArmClient(script, Patience(0.001, 900, sleep=lambda _: time.sleep(0.1)))
    with pytest.raises(ProvisioningError, match="operation timed out"):
        client.put("/x", {}, "v")
    assert script.polled <= 10


def test_a_look_at_it_is_tried_again_too() -> None:
    script = Script([TAKEN, BUSY, DONE, Answer(200, {"id": "/x"})])
    assert script.client().put("/x", {}, "v") == {"id": "/x"}
    assert (script.slept, script.polled) == ([10.0], 2)


def test_an_operation_that_fails_is_told_apart() -> None:
    with pytest.raises(ProvisioningError) as caught:
        Script([TAKEN, RUNNING, FAILED]).client().put("/x", {}, "v")
    assert str(caught.value) == 'Status=200 Code="InternalServerError" Message="An error occurred."'


def test_what_was_taken_and_is_too_slow_is_told_apart() -> None:
    script = Script([TAKEN, *[RUNNING] * 9])
    with pytest.raises(ProvisioningError, match="operation timed out"):
        script.client(25).put("/x", {}, "v")
    assert script.slept == [5.0, 5.0, pytest.approx(2.5, abs=0.1)]


def test_what_was_not_taken_in_time_is_not_there() -> None:
    script = Script([BUSY] * 5)
    with pytest.raises(TimedOutError):
        script.client(70).put("/x", {}, "v")
    assert (script.asked, script.slept) == (2, [10.0, 25.0])


def test_a_deletion_that_goes_on_is_waited_for() -> None:
    script = Script([Answer(202, operation="/operations/1"), RUNNING, DONE])
    script.client().delete("/x", "v")
    assert (script.slept, script.polled) == ([15.0], 2)


def test_a_deletion_that_fails_or_takes_too_long() -> None:
    taken = Answer(202, operation="/operations/1")
    with pytest.raises(ArmRequestError, match='Code="InternalServerError"'):
        Script([taken, FAILED]).client().delete("/x", "v")
    with pytest.raises(TimedOutError):
        Script([taken, RUNNING, RUNNING]).client(40).delete("/x", "v")


def test_who_is_cancelled_asks_for_nothing_more() -> None:
    script = Script([])
    client = script.client()
    client.patience.cancelled.set()
    with pytest.raises(CanceledError):
        client.put("/x", {}, "v")
    assert script.asked == 0


def test_who_is_cancelled_while_waiting_tells_what_there_is() -> None:
    script = Script([TAKEN, RUNNING])
    client = ArmClient(script, Patience(1, sleep=lambda _: client.patience.cancelled.set()))
    with pytest.raises(ProvisioningError, match="context canceled"):
        client.put("/x", {}, "v")
