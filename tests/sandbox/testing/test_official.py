"""The same values from the official CLI as from the embedded engine."""

import shutil
import signal

import pytest
from azure_sandbox.testing import AfterRequest, BeforeRequest, processes

pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH"),
]
CHANGED = {"subnets": ["web"], "owner": "others"}


def test_it_does_and_tells_the_same(azure_sandbox, program, stack, first):
    official = azure_sandbox(program, stack="dev", engine="official")
    begun = official.up()
    assert begun.changes == first.changes
    assert begun.state.resources.keys() == first.state.resources.keys()

    planned, embedded = official.preview(config=CHANGED), stack.up(config=CHANGED)
    done = official.up()
    assert planned.changes == done.changes == embedded.changes
    assert planned.unchanged == done.unchanged == embedded.unchanged
    assert done.steps_of("RouteTable") == embedded.steps_of("RouteTable")
    found, expected = (each.step("create-replacement", "RouteTable") for each in (done, embedded))
    assert (found.diffs, found.replace_keys) == (expected.diffs, expected.replace_keys)
    assert done.writes == embedded.writes
    done.assert_order("create-replacement RouteTable", "update Subnet web", "delete-replaced RouteTable")
    assert "Subnet x" in official.up(config={"subnets": ["x" * 90]}, expect_failure=True).error


def test_it_is_killed_and_gone_on_with(azure_sandbox, program):
    official = azure_sandbox(program, stack="dev", engine="official")
    killed = official.up(kill=AfterRequest("PUT", "subnets"))
    assert (killed.killed, killed.status) == (True, -signal.SIGKILL)
    assert killed.state.pending == ["creating Subnet web"]
    assert list(processes.of(official.folder)) == []
    assert "locked" in official.up(expect_failure=True).error
    assert official.cancel() == 1
    official.azure.delete(official.left[-1], api_version="2024-05-01")
    official.up()
    killed = official.destroy(kill=BeforeRequest("DELETE", "subnets", nth=2))
    assert killed.state.pending == ["creating Subnet web", "deleting Subnet web"], "the first until a refresh"
    official.cancel()
    official.destroy()
    assert official.left == []
