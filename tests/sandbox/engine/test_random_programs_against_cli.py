"""The official CLI and the embedded engine make the same of random programs, operation by operation."""

import shutil

import pytest

from tests.sandbox.engine.comparison import differences, of_embedded, of_official
from tests.sandbox.engine.operations import run
from tests.sandbox.engine.random_programs import sequence

pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH"),
]

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_of_random_programs(stack, cli, seed):
    todo = sequence(seed)
    if todo.accept_secrets:
        stack.environment["SCRIPTED_SECRETS"] = cli.environment["SCRIPTED_SECRETS"] = "1"
    for number, operation in enumerate(todo.operations):
        mine = of_embedded(run(stack, operation, serial=todo.serial), stack.snapshot, preview=operation.preview)
        official = of_official(*cli.run(operation), cli.snapshot(), preview=operation.preview)
        assert differences(mine, official) == {}, f"operation {number}: {operation.kind}"
