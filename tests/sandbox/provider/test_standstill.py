"""Where a test has the machine stop: at which request, and whether it is done by then."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from azure_sandbox.arm import ControlPlane, Response
from azure_sandbox.provider import standstill
from azure_sandbox.provider.standstill import Standstill

GROUP = "/subscriptions/s/resourceGroups/rg"
SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/web"


class Recorder:
    """Stands in for the control plane: does nothing but note what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def put(self, id: str, body: Any, *, api_version: str) -> Response:  # noqa: A002
        return self._note("PUT", id)

    def get(self, id: str, *, api_version: str) -> Response:  # noqa: A002
        return self._note("GET", id)

    def delete(self, id: str, *, api_version: str) -> Response:  # noqa: A002
        return self._note("DELETE", id)

    def _note(self, method: str, id_: str) -> Response:
        self.asked.append(f"{method} {id_.rpartition('/')[2]}")
        return Response(200, {})


@pytest.fixture
def arm() -> Recorder:
    return Recorder()


def until_it_stands(folder: Path, send: Any) -> None:
    threading.Thread(target=send, daemon=True).start()
    waited = threading.Event()
    for _ in range(500):
        if standstill.is_reached(folder):
            return
        waited.wait(0.01)
    raise AssertionError("it never stood still")


@pytest.mark.parametrize(("done", "asked"), [(True, ["PUT web", "PUT web"]), (False, ["PUT web"])])
def test_the_nth_request_stands_before_or_after_it_is_done(
    arm: Recorder, tmp_path: Path, done: bool, asked: Any
) -> None:
    standstill.ask_for(tmp_path, Standstill("PUT", "subnets", 2, done=done))
    stopping = standstill.around(arm, tmp_path)
    stopping.put(SUBNET, {}, api_version="")
    assert not standstill.is_reached(tmp_path)
    until_it_stands(tmp_path, lambda: stopping.put(SUBNET, {}, api_version=""))
    assert arm.asked == asked


@pytest.mark.parametrize("type_", ["subnets", "SUBNETS", "microsoft.network/virtualnetworks/subnets"])
def test_other_requests_pass_and_are_not_counted(arm: Recorder, tmp_path: Path, type_: str) -> None:
    standstill.ask_for(tmp_path, Standstill("DELETE", type_, 1, done=True))
    stopping = standstill.around(arm, tmp_path)

    def send_others() -> None:
        stopping.put(SUBNET, {}, api_version="")
        stopping.get(SUBNET, api_version="")
        stopping.delete(SUBNET.rpartition("/subnets")[0], api_version="")

    others = threading.Thread(target=send_others, daemon=True)
    others.start()
    others.join(5)
    assert not standstill.is_reached(tmp_path)
    until_it_stands(tmp_path, lambda: stopping.delete(SUBNET, api_version=""))
    assert arm.asked == ["PUT web", "GET web", "DELETE vnet", "DELETE web"]


def test_processes_count_together_and_one_of_them_stands(arm: Recorder, tmp_path: Path) -> None:
    standstill.ask_for(tmp_path, Standstill("PUT", "subnets", 2, done=False))
    first, second = standstill.around(arm, tmp_path), standstill.around(arm, tmp_path)
    first.put(SUBNET, {}, api_version="")
    until_it_stands(tmp_path, lambda: second.put(SUBNET, {}, api_version=""))
    first.put(SUBNET, {}, api_version="")
    assert arm.asked == ["PUT web", "PUT web"], "the third goes on, the second stands"


def test_without_a_rule_and_after_it_is_forgotten_nothing_is_between(arm: Recorder, tmp_path: Path) -> None:
    assert standstill.around(arm, tmp_path) is arm
    standstill.ask_for(tmp_path, Standstill("PUT", "subnets", 1, done=False))
    until_it_stands(tmp_path, lambda: standstill.around(arm, tmp_path).put(SUBNET, {}, api_version=""))
    standstill.forget(tmp_path)
    assert standstill.around(arm, tmp_path) is arm
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_name_here_is_the_control_planes_own(tmp_path: Path) -> None:
    standstill.ask_for(tmp_path, Standstill("PUT", "subnets", 1, done=False))
    stopping = standstill.around(ControlPlane(tmp_path / "azure.sqlite"), tmp_path)
    assert stopping.get(GROUP, api_version="2024-03-01").status == 404
