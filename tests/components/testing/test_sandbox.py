"""`Sandbox` by its name here, of a distribution that builds on this one and may be missing."""

import subprocess
import sys

import pytest
from nat_egress import testing

WITHOUT = """
import sys
sys.modules["azure_sandbox"] = None
from nat_egress.testing import record
try:
    from nat_egress.testing import Sandbox
except ImportError as error:
    print(error)
"""


def test_it_is_that_of_azure_sandbox():
    from azure_sandbox.testing import Sandbox  # noqa: PLC0415 - the name is asked for first

    assert testing.Sandbox is Sandbox


@pytest.mark.process
def test_where_that_is_not_installed_it_says_what_to_do():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert "the distribution azure-sandbox is not installed here" in done.stdout
    assert "pip install azure-sandbox" in done.stdout


@pytest.mark.process
def test_another_defect_is_not_taken_for_that():
    broken = WITHOUT.replace('"azure_sandbox"', '"psutil"')
    done = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True, check=True)
    assert "psutil" in done.stdout
    assert "pip install azure-sandbox" not in done.stdout
