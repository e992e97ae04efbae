"""What all tests need."""

import asyncio
import gc
from collections.abc import Generator, Iterator

import pytest

from tests.stores import _aws_descriptions, _azurite, _s3_service, aws, azblob, azure, s3  # noqa: F401 - fixtures

PROCESSES = {"_azurite", "_s3_service", "browser", "pytester"}
"""Fixtures that start a server or processes."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the garbage collector what is imported and collected: half a million objects that stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that have a server or processes by a fixture; the others that do are marked where they stand."""
    for item in items:
        if PROCESSES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.process)


@pytest.fixture(autouse=True)
def _event_loop() -> Iterator[None]:
    """Give each test an event loop: an output that it makes outside of a program looks for one.

    asyncio.run, which other tests call, leaves none behind.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()
