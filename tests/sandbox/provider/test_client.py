"""Requests are retried where Azure asks for it, and refusals are told in azure-native's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from azure_sandbox.provider.client import ArmClient, ArmRequestError, ProvisioningError


@dataclass(frozen=True)
class Refusal:
    code: str
    message: str = "why"


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any] | None = None
    error: Refusal | None = None


@dataclass
class Script:
    """A control plane that gives the answers it is told to give."""

    answers: list[Answer]
    asked: int = 0
    slept: list[float] = field(default_factory=list)

    def _next(self) -> Answer:
        self.asked += 1
        return self.answers.pop(0)

    def put(self, id: str, body: dict[str, Any], *, api_version: str) -> Answer:  # noqa: A002
        return self._next()

    def get(self, id: str, *, api_version: str) -> Answer:  # noqa: A002
        return self._next()

    def delete(self, id: str, *, api_version: str) -> Answer:  # noqa: A002
        return self._next()

    def client(self) -> ArmClient:
        return ArmClient(self, retry_scale=0.5, sleep=self.slept.append)


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
