"""What all tests need."""

import gc
from collections.abc import Generator

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
