from __future__ import annotations

import subprocess
import sys

import pytest

MODULES = [
    "baseline",
    "baseline_files",
    "configuration",
    "evaluate",
    "exemptions",
    "fingerprint",
    "levels",
    "security_rules",
    "reports.formats",
    "reports.json",
    "reports.junit",
    "reports.sarif",
    "reports.text",
]


@pytest.mark.process
def test_judging_and_reporting_need_no_pulumi():
    """`nat-egress audit` must start at once, and where there is no program."""
    imports = ", ".join(f"nat_egress.exposure.{name}" for name in MODULES)
    code = f"import sys, {imports}; sys.exit(str({{'pulumi', 'grpc', 'rich'}} & set(sys.modules) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
