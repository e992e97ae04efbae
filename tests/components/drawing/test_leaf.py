from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.process
def test_drawing_needs_no_pulumi():
    """`nat-egress draw` must start at once, and where there is no program."""
    code = "import sys, nat_egress.drawing.formats; sys.exit(str({'pulumi', 'grpc', 'rich'} & set(sys.modules) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
