from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import atexit, sys
from azure_sandbox.ending import end_process

atexit.register(print, "tidied up")
print("done")
end_process(int(sys.argv[1]))
"""


@pytest.mark.parametrize("status", [0, 1, 255])
def test_a_process_ends_with_its_status_and_all_that_it_had_to_say(status):
    ended = subprocess.run([sys.executable, "-c", PROGRAM, str(status)], capture_output=True, text=True, check=False)
    assert ended.returncode == status
    assert ended.stdout.splitlines() == ["done", "tidied up"]
