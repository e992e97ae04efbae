"""An EC2 that keeps the rules of prefix lists, for who asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.components.publishing.ec2 import Ec2


@pytest.fixture(scope="module")
def _prefix_lists() -> Iterator[dict[str, Any]]:
    from tests.components.publishing.ec2 import prefix_lists  # noqa: PLC0415 - see there

    with prefix_lists() as present:
        yield present


@pytest.fixture
def ec2(aws: pytest.MonkeyPatch, _s3_service: Any, _prefix_lists: dict[str, Any]) -> Ec2:
    """An EC2 on this machine, with no prefix lists but those of AWS."""
    from tests.components.publishing.ec2 import running  # noqa: PLC0415 - see there

    return running(_s3_service.endpoint, _prefix_lists, aws)
