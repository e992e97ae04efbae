from __future__ import annotations

import subprocess
import sys

import pytest

PURE = ["change", "manifest", "outcome", "prefix_list", "prefixes", "publication", "serving"]


@pytest.mark.process
def test_what_decides_needs_neither_pulumi_nor_aws():
    imports = ", ".join(["nat_egress.cli.app", *(f"nat_egress.publishing.{name}" for name in PURE)])
    code = f"import sys, {imports}; sys.exit(str({{'pulumi', 'grpc', 'boto3'}} & set(sys.modules) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
