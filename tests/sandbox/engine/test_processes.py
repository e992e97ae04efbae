"""The processes that an update starts."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from azure_sandbox.engine import processes
from azure_sandbox.engine.refusals import EngineError


async def refusal(script):
    process = await processes.start("it", ["sh", "-c", script], os.environ, Path.cwd())
    with pytest.raises(EngineError) as refused:
        await process.port(lambda _line: None)
    return str(refused.value)


async def refusals(script, times):
    return {await refusal(script) for _ in range(times)}


def test_no_last_word_is_lost_when_a_process_ends_at_once():
    """Once in thirty times its end was known before its words were read."""
    assert asyncio.run(refusals("echo no licence >&2; exit 3", 150)) == {
        "it did not start: it ended with status 3; its last words:\n  no licence."
    }


HELD = "setsid sleep 30 >&2 & sleep 0.2; echo $! >&2; exit 3"
"""Leaves a grandchild in a session of its own, which outlives the group and keeps the pipes open."""


async def let_go(holder):
    os.kill(int(holder), signal.SIGKILL)
    await asyncio.sleep(0.2)  # the pipes close before the loop does


def test_who_holds_on_to_the_output_of_a_process_that_does_not_start_is_not_waited_for_long():
    async def times():
        begun = time.monotonic()
        said = await refusal(HELD)
        took = time.monotonic() - begun
        await let_go(said.removesuffix(".").split()[-1])
        return took

    assert 1 < asyncio.run(times()) < processes.GRACE_SECONDS


def test_who_holds_on_to_the_output_of_a_program_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(processes, "GRACE_SECONDS", 0.5)

    async def ends():
        process, said = await processes.start("it", ["sh", "-c", HELD], os.environ, Path.cwd()), []
        process.follow(said.append, said.append)
        async with asyncio.timeout(5):
            code = await process.wait()
            await process.stop()
        await let_go(said[0])
        return code

    assert asyncio.run(ends()) == 3
