from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.process
def test_reading_a_state_needs_no_pulumi():
    """The state is read by commands that must start at once, and where there is no program."""
    code = "import sys, nat_egress.state; sys.exit(str({'pulumi', 'grpc', 'boto3', 'azure'} & set(sys.modules) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


@pytest.mark.process
def test_a_folder_needs_no_sdk_of_a_cloud(tmp_path):
    """Half a second, and extras that not all have installed."""
    code = (
        "import sys; from nat_egress.state.workspace import open_backend; open_backend(sys.argv[1]).stacks('shop'); "
        "print({'boto3', 'botocore', 'azure'} & set(sys.modules) or 'none')"
    )
    command = [sys.executable, "-c", code, f"file://{tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("none", "")
