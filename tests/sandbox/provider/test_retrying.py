"""When azure-native sends a request again, by what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from azure_sandbox.provider.retrying import seconds_to_retry


@dataclass(frozen=True)
class Refusal:
    code: str
    message: str = ""


@dataclass(frozen=True)
class Reply:
    status: int
    error: Refusal | None = None
    retry_after: float | None = None


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_the_statuses_that_pass(status: int) -> None:
    assert [seconds_to_retry(Reply(status), tries) for tries in (1, 2, 3, 4)] == [20, 60, 120, None]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 400, 401, 403, 404, 409, 412, 501])
def test_the_statuses_that_stand(status: int) -> None:
    assert seconds_to_retry(Reply(status, Refusal("SomeCode")), 1) is None


def test_one_conflict_passes() -> None:
    assert seconds_to_retry(Reply(409, Refusal("AnotherOperationInProgress")), 1) == 20


def test_a_lost_connection_passes() -> None:
    assert [seconds_to_retry(None, tries) for tries in (1, 2, 3, 4)] == [20, 60, 120, None]


@pytest.mark.parametrize(
    ("asked", "expected"), [(None, 60), (0.0, 60), (1.5, 1.5), (90.0, 90.0), (120.0, 120.0), (120.5, None)]
)
def test_what_azure_asks_for_is_kept_unless_it_is_too_long(asked: float | None, expected: float | None) -> None:
    assert seconds_to_retry(Reply(429, retry_after=asked), 2) == expected


def test_what_azure_asks_for_makes_no_refusal_pass_and_no_try_more() -> None:
    assert seconds_to_retry(Reply(400, Refusal("SomeCode"), 5), 1) is None
    assert seconds_to_retry(Reply(429, retry_after=5), 4) is None
