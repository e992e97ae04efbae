"""Updates that are killed: what Azure has, what the state says, and that nothing outlives them."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from azure_sandbox.testing import AfterRequest, AfterStep, BeforeRequest, processes
from nat_egress.testing import Failure

SUBNETS = {"subnets": ["web", "data", "more"]}


def names(stack):
    return [id_.rsplit("/", 1)[1] for id_ in stack.left]


def running(stack):
    return list(processes.of(stack.folder))


def test_before_a_request_azure_has_nothing_of_it(stack):
    killed = stack.up(config=SUBNETS, kill=BeforeRequest("PUT", "subnets"))
    assert (killed.killed, killed.succeeded, killed.status) == (True, False, -signal.SIGKILL)
    assert killed.under_way == ["create Subnet more"]
    assert killed.asked("PUT") == ()
    assert killed.state.pending == ["creating Subnet more"]
    assert "more" not in names(stack)
    assert running(stack) == []
    assert not (stack.folder / "standstill").exists(), "the next one is not to stop there"

    assert "currently locked" in stack.up(expect_failure=True).error
    assert stack.cancel() == 1
    assert stack.up().created == {"Subnet more"}


def test_after_a_request_azure_has_done_it_and_the_state_does_not_know(stack):
    killed = stack.up(config=SUBNETS, kill=AfterRequest("PUT", "subnets"))
    assert killed.writes == ["PUT subnets"]
    assert killed.state.pending == ["creating Subnet more"]
    assert "Subnet more" not in killed.state.resources
    assert "more" in names(stack)
    assert running(stack) == []
    stack.cancel()
    again = stack.up(expect_failure=True)
    assert "interrupted while creating" in again.warnings[0]
    assert "cannot create already existing resource" in again.error

    stack.refresh(clear_pending_creates=True)
    assert stack.state.pending == []
    (more,) = [id_ for id_ in stack.left if id_.endswith("/more")]
    stack.azure.delete(more, api_version="2024-05-01")
    assert stack.up().created == {"Subnet more"}


def test_a_destroy_is_killed_at_the_nth_request(stack):
    killed = stack.destroy(kill=AfterRequest("DELETE", "Microsoft.Network/virtualNetworks/subnets", nth=2))
    assert killed.deleted == {"Subnet data"}
    assert killed.state.pending == ["deleting Subnet web"]
    assert {id_.split("/")[-2] for id_ in stack.left} == {"resourceGroups", "routeTables", "virtualNetworks"}
    stack.cancel()
    stack.destroy()
    assert stack.left == []


def test_after_a_step_it_is_in_the_state(stack):
    killed = stack.up(config=SUBNETS, kill=AfterStep("create Subnet more"))
    assert killed.created == {"Subnet more"}
    assert "Subnet more" in killed.state.resources
    assert running(stack) == []


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (AfterRequest("PUT", "subnets", nth=2), "to be killed after PUT subnets number 2, and ended without"),
        (BeforeRequest("DELETE", "subnets"), "to be killed before DELETE subnets number 1, and ended without"),
        (AfterStep("create NatGateway"), "to be killed after create NatGateway, and ended without"),
    ],
)
def test_a_moment_that_never_comes_fails_the_test(stack, moment, said):
    with pytest.raises(Failure, match=said):
        stack.up(config=SUBNETS, kill=moment)
    assert "more" in names(stack), "it went on to its end"


def test_an_interrupted_test_leaves_nothing_running(stack, monkeypatch):
    def interrupt(_watch):
        if "waiting" in said(stack.folder):
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr("azure_sandbox.testing.watching.StepWatch.has_come", interrupt)
    with pytest.raises(KeyboardInterrupt):
        stack.up(config={"waits": True}, kill=AfterStep("create Subnet"))
    assert running(stack) == []


def test_the_end_of_a_test_ends_what_still_runs(stack):
    environment = {**os.environ, "AZURE_SANDBOX": str(stack.folder)}
    left = subprocess.Popen(["sleep", "60"], env=environment, start_new_session=True)
    try:
        stack.close()
        assert left.wait(5) == -signal.SIGKILL
    finally:
        left.kill()
        left.wait()


def test_a_process_that_is_just_beginning_is_found(tmp_path, monkeypatch):
    environment_of, asked = psutil.Process.environ, []

    def environ(process):
        if process.pid != beginning.pid:
            return environment_of(process)
        asked.append(process)
        return {} if len(asked) < 3 else environment_of(process)

    beginning = subprocess.Popen(["sleep", "60"], env={**os.environ, "AZURE_SANDBOX": str(tmp_path)})
    try:
        monkeypatch.setattr(psutil.Process, "environ", environ)
        assert [process.pid for process in processes.of(tmp_path)] == [beginning.pid]
    finally:
        beginning.kill()
        beginning.wait()


def test_a_process_without_an_environment_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "BEGINNING_SECONDS", 0.05)
    bare = subprocess.Popen(["/bin/sleep", "60"], env={})
    try:
        assert list(processes.of(tmp_path)) == []
    finally:
        bare.kill()
        bare.wait()


TEST = """
import sys
from pathlib import Path
from azure_sandbox.testing import Sandbox
Sandbox(sys.argv[1], stack="dev", folder=Path(sys.argv[2]), config={"waits": True, "subnets": ["web"]}).up()
"""


def test_nothing_outlives_a_test_process_that_is_killed(program, tmp_path):
    with subprocess.Popen([sys.executable, "-c", TEST, str(program), str(tmp_path)]) as tests:
        until(lambda: any((tmp_path / "commands").glob("*.stdout")) and "waiting" in said(tmp_path))
        assert len(list(processes.of(tmp_path))) >= 3, "the engine, the program, the provider"
        tests.kill()
    until(lambda: not list(processes.of(tmp_path)))


def said(folder):
    return (folder / "commands" / "1-up.stdout").read_text()


def until(come_true, seconds=30):
    end = time.monotonic() + seconds
    while not come_true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("given", "parallel"),
    [({}, 16), ({"kill": AfterStep("create Subnet")}, 1), ({"kill": AfterStep("create Subnet"), "parallel": 4}, 4)],
)
def test_with_a_kill_one_operation_runs_at_a_time(stack, monkeypatch, given, parallel):
    def stop(arguments, **_more):
        raise RuntimeError(arguments)

    monkeypatch.setattr("azure_sandbox.testing.command.run", stop)
    with pytest.raises(RuntimeError, match=f"--parallel={parallel}'"):
        stack.up(**given)
