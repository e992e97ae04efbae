from __future__ import annotations

import subprocess
import sys

PURE = ["change", "manifest", "outcome", "prefix_list", "prefixes", "publication", "serving"]


def test_what_decides_needs_neither_pulumi_nor_aws():
    imports = ", ".join(f"nat_egress.publishing.{name}" for name in [*PURE, "errors"])
    code = f"import sys, {imports}, nat_egress.cli.app; sys.exit(str({{'pulumi', 'grpc', 'boto3'}} & set(sys.modules) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
