from __future__ import annotations

import subprocess
import sys


def test_reading_a_state_needs_no_pulumi():
    """The state is read by commands that must start at once, and where there is no program."""
    code = "import sys, nat_egress.state; sys.exit(str({'pulumi', 'grpc'} & set(sys.modules) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
