from __future__ import annotations

import pytest

from tests.mutation.trial import copied


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    """A copy of the project, in which one defect at a time is seeded."""
    return copied(tmp_path_factory.mktemp("copy"))
