"""The official CLI and the embedded engine make the same of random programs, operation by operation.

An operation takes the CLI a second or two, so what runs is the first three of seven seeds. RANDOM_PROGRAMS=100 takes
all operations of the first hundred.
"""

import os
import shutil

import pytest

from tests.sandbox.engine.comparison import differences, of_embedded, of_official
from tests.sandbox.engine.operations import run
from tests.sandbox.engine.random_programs import sequence

pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH"),
]

PICKED = (39, 173, 198, 265, 341, 422, 566)
"""Between them they have every kind of operation, of resource and of option among their first three operations."""
MORE = int(os.environ.get("RANDOM_PROGRAMS", "0"))


@pytest.mark.parametrize("seed", range(MORE) if MORE else PICKED)
def test_the_same_of_random_programs(stack, cli, seed):
    todo = sequence(seed)
    if todo.accept_secrets:
        stack.environment["SCRIPTED_SECRETS"] = cli.environment["SCRIPTED_SECRETS"] = "1"
    for number, operation in enumerate(todo.operations[: None if MORE else 3]):
        mine = of_embedded(run(stack, operation, serial=todo.serial), stack.snapshot, preview=operation.preview)
        official = of_official(*cli.run(operation), cli.snapshot(), preview=operation.preview)
        assert differences(mine, official) == {}, f"operation {number}: {operation.kind}"
