"""Recordings of one process wait for each other, and one within another does not."""

import asyncio
import gc
import os
import threading
from pathlib import Path

import pulumi
import pytest
from nat_egress.testing import record
from pulumi_azure_native import network


def table(name):
    return network.RouteTable(name, resource_group_name="rg").name


def process():
    return dict(os.environ), Path.cwd(), gc.get_threshold()


def test_of_two_threads_one_waits(tmp_path):
    """Else one takes the other's environment for that of the process, and it stays so."""
    before = process()
    first_runs, second_waits = threading.Event(), threading.Event()
    order = []

    def first():
        os.chdir(tmp_path)
        first_runs.set()
        second_waits.wait(0.2)
        order.append("first")
        return table("first")

    def second():
        second_waits.set()
        order.append("second")
        return table("second")

    async def both():
        one = asyncio.create_task(asyncio.to_thread(record, first, stack="one"))
        await asyncio.to_thread(first_runs.wait, 10)
        other = asyncio.create_task(asyncio.to_thread(record, second, stack="other"))
        return [(await one).result, (await other).result]

    assert asyncio.run(both()) == ["first", "second"]
    assert order == ["first", "second"]
    assert process() == before


@pytest.mark.parametrize("fails", [False, True])
def test_a_program_under_record_may_record_another(fails):
    before = process()

    def inner():
        os.environ["INNER"] = "1"
        assert pulumi.Config().require("name") == "inner"
        table("inner")
        return 1 // 0 if fails else "made"

    def outer():
        table("before")
        try:
            assert record(inner, config={"name": "inner"}).result == "made"
        except ZeroDivisionError:
            assert fails
        assert "INNER" not in os.environ
        table(pulumi.Config().require("name"))

    assert record(outer, config={"name": "outer"}).names("RouteTable") == ["before", "outer"]
    assert process() == before
