"""The pack, in a process of its own, for all tests of a module."""

import pytest

from tests.policies.pack import RunningPack


@pytest.fixture(scope="module")
def pack():
    running = RunningPack()
    yield running
    running.close()
